"""The training loop: look at a batch, measure the surprise, adjust the weights; repeat.

From top to bottom: `Run.train` is the loop, `Run.step` one iteration of it, then the average of the
weights, and `evaluate`, which measures what was learned. `train.run_folder` keeps a run on the
disk. Shapes: B batch, T time (the context), V vocabulary.
"""

import copy
import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from model.language_model import LanguageModel
from model.stages import build_model
from model.tokenizer import POEM_END, CharTokenizer
from train.dataset import Batches, Documents, encode
from train.device import Device, Processes, has_compiler
from train.errors import TrainingError
from train.optimizer import build_optimizers, lr_scale, scale_learning_rates
from train.progress import Progress
from train.recipe import Recipe


class Run:
    """Trains a network."""

    def __init__(
        self, recipe: Recipe, tokenizer: CharTokenizer, documents: Documents, val_poems: list[str],
        device: Device, processes: Processes,
    ) -> None:  # fmt: skip
        """documents: what is learned from. val_poems: what is held back.

        Raises ValueError when the documents are shorter than one context.
        """
        self.recipe, self.tokenizer = recipe, tokenizer
        self.device, self.processes = device, processes
        self.batches = Batches(documents, recipe.batch_size, recipe.block_size, recipe.seed)
        self.val_poems = [encode(poem, tokenizer) for poem in val_poems]

        torch.manual_seed(recipe.seed)
        config = recipe.model_config(tokenizer.vocab_size)
        self.model = build_model(config).to(device.name)
        self.averaged = copy.deepcopy(self.model)
        self.optimizers = build_optimizers(self.model, recipe)
        self.compiled = recipe.compile and has_compiler()
        network = processes.share(self.model)
        self.network = torch.compile(network) if self.compiled else network

        self.progress = Progress()
        self.stopping = False
        """Set, by a signal handler perhaps, to end `train` after the present iteration."""
        self._next_batch: tuple[Tensor, Tensor] | None = None

    @property
    def done(self) -> float:
        """The share of the run that is behind, 0 to 1."""
        return self.recipe.share_done(self.progress.iteration, self.progress.seconds)

    def train(self, save: Callable[["Run"], None], report: Callable[["Run"], None]) -> bool:
        """Trains to the end of the recipe, or until `stopping`; says whether the end was reached.

        save: called after each evaluation, and when training stops before its end. report: called
        after each iteration. Raises TrainingError when the loss is no longer a number.
        """
        self.model.train()
        began = time.monotonic() - self.progress.seconds
        while self.done < 1.0 and not self.processes.any(self.stopping):
            before = self.done
            self.step()
            self.progress.seconds = self.processes.agree(time.monotonic() - began)
            if self.recipe.evaluation_due(before, self.done):
                end = self.tokenizer.stoi[POEM_END]
                loss = evaluate(self.averaged, self.val_poems, end, self.device.precision()).loss
                self.progress.val_losses.append((self.progress.iteration, loss))
                self.progress.seconds = self.processes.agree(time.monotonic() - began)
                save(self)
            report(self)
        if self.done < 1.0:
            save(self)
        return self.done >= 1.0

    def step(self) -> None:
        """Makes one iteration: forward, loss, backward, update.

        A GPU works through what it is told while Python goes on: the next batch is put together
        before its answer, the loss, is waited for.
        """
        iteration = self.progress.iteration
        inputs, targets = self._next_batch or self.processes.deal(self.batches[iteration])
        with self.device.precision():
            logits = self.network(inputs)  # (B, T) -> (B, T, V)
        loss = F.cross_entropy(logits.float().flatten(0, 1), targets.flatten())  # targets (B, T)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.grad_clip)
        self._next_batch = self.processes.deal(self.batches[iteration + 1])

        value = self.processes.mean(loss.item())
        if not (math.isfinite(value) and norm.isfinite()):
            kept = "; the state of the last evaluation is kept" * bool(self.progress.val_losses)
            raise TrainingError(
                f"The loss is {value} and its gradient {norm.item()} at iteration {iteration}"
                f"{kept}. Start anew with lower --matrix-lr and --other-lr."
            )
        scale_learning_rates(self.optimizers, lr_scale(self.recipe, iteration, self.done))
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self._average(iteration)
        self.progress.train_losses.append(value)
        self.progress.iteration += 1

    @torch.no_grad()
    def _average(self, iteration: int) -> None:
        """Moves the averaged weights, which are the ones that are saved, towards the present ones.

        The memory grows with the run, so that the average fits a short one as well as a long
        one (polynomial-decay averaging: Shamir and Zhang 2013).
        """
        keep = iteration / (iteration + self.recipe.averaging)
        pairs = zip(self.averaged.parameters(), self.model.parameters(), strict=True)
        for average, weight in pairs:
            average.lerp_(weight, 1 - keep)


class Evaluation(NamedTuple):
    """Holds the loss over a corpus."""

    loss: float
    """Nats per character."""
    chars: int
    """Characters predicted: each poem's own, and the mark that ends it."""

    @property
    def bits_per_char(self) -> float:
        return self.loss / math.log(2)


@torch.no_grad()
def evaluate(
    model: LanguageModel, poems: list[Tensor], end: int,
    precision: AbstractContextManager[object] | None = None,
    stride: int | None = None, tokens_per_batch: int = 16_384,
) -> Evaluation:  # fmt: skip
    """Measures the mean loss over all characters of `poems` ((1 + characters,), from `encode`).

    It draws no random numbers and leaves the network as it was. Each poem is read from its
    beginning, and `end` is foreseen behind it. One longer than the context T is read in windows
    that start `stride` apart (T/2 by default), and each character is scored once, in the first
    window that reaches it: from at least T - stride characters before it.
    """
    block_size = model.config.block_size
    stride = max(1, block_size // 2) if stride is None else stride
    windows: list[tuple[Tensor, Tensor]] = []  # (characters, targets: one fewer)
    for poem in poems:
        text = F.pad(poem.long(), (0, 1), value=end)
        scored = 1  # the mark at the front is given
        for start in range(0, len(text) - 1, stride):
            window = text[start : start + block_size + 1]
            targets = window[1:].clone()
            targets[: scored - start - 1] = -100  # cross_entropy does not score these
            windows.append((window, targets))
            scored = start + len(window)
            if scored == len(text):
                break
    windows.sort(key=lambda window: len(window[0]))  # little padding where lengths are alike

    training = model.training
    model.eval()
    total, chars = 0.0, sum(map(len, poems))
    while windows:
        rows = max(1, tokens_per_batch // len(windows[-1][0]))
        windows, batch = windows[:-rows], windows[-rows:]
        # Padding on the right changes nothing on its left, for no character sees the future.
        characters = pad_sequence([window for window, _ in batch], batch_first=True)  # (B, T + 1)
        targets = pad_sequence([targets for _, targets in batch], True, -100)  # (B, T)
        with precision or nullcontext():
            logits = model(characters[:, :-1].to(model.device))  # (B, T, V)
        flat = targets.flatten().to(model.device)
        total += F.cross_entropy(logits.float().flatten(0, 1), flat, reduction="sum").item()
    model.train(training)
    return Evaluation(total / chars, chars)
