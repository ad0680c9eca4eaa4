"""The training loop: look at a batch, measure the surprise, adjust the weights; repeat.

A run's folder is a checkpoint at every moment (the averaged weights, ready to write poems), and
holds beside it what going on exactly needs: the raw weights, both optimizers, the random
generator and the position.
"""

import copy
import math
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from model.checkpoint import Checkpoint, save_checkpoint
from model.stages import build_model
from model.tokenizer import CharTokenizer
from model.weights import CheckpointError, read_json, write_json
from train.dataset import Batches, Documents, encode
from train.device import Device, Processes
from train.evaluate import evaluate
from train.optimizer import build_optimizers, scale_learning_rates
from train.recipe import Recipe

TRAINING_STATE = "training.safetensors"
TRAINING_PROGRESS = "training.json"


class TrainingError(ValueError):
    """A run that can't begin or go on; the message names the reason and the cure."""


@dataclass
class Progress:
    """How far a run has come; with the tensors of `TRAINING_STATE`, all that resuming needs."""

    iteration: int = 0
    seconds: float = 0.0
    """Time spent training, evaluations included, over all sessions of the run."""
    train_losses: list[float] = field(default_factory=list)
    """Nats per character of the batch of each iteration."""
    val_losses: list[tuple[int, float]] = field(default_factory=list)
    """(iteration, nats per character over the whole validation split)."""


class Run:
    """A network being trained."""

    def __init__(
        self,
        recipe: Recipe,
        tokenizer: CharTokenizer,
        documents: Documents,
        val_poems: list[str],
        folder: Path,
        device: Device,
        processes: Processes,
        provenance: dict[str, Any] | None = None,
    ) -> None:
        """Raises ValueError when recipe and poems don't fit together."""
        if recipe.batch_size % processes.count:
            raise TrainingError(
                f"A batch of {recipe.batch_size} can't be shared by {processes.count} processes: "
                "make --batch-size a multiple of their number."
            )
        self.recipe = recipe
        self.tokenizer = tokenizer
        self.val_poems = [encode(poem, tokenizer) for poem in val_poems]
        self.val_chars = sum(len(poem) + 1 for poem in val_poems)
        self.folder = folder
        self.device = device
        self.processes = processes
        self.provenance = provenance or {}
        self.progress = Progress()
        self.batches = Batches(documents, recipe.batch_size, recipe.block_size, recipe.seed)

        torch.manual_seed(recipe.seed)
        config = recipe.model_config(tokenizer.vocab_size)
        self.model = build_model(config).to(device.name)
        self.averaged = copy.deepcopy(self.model)
        self.optimizers = build_optimizers(self.model, recipe)
        network: nn.Module = self.model
        if processes.count > 1:
            network = DistributedDataParallel(network)
        self.compiled = recipe.compile and has_compiler()
        self.network = torch.compile(network) if self.compiled else network

        self._next_batch: tuple[Tensor, Tensor] | None = None
        self.step_seconds = 0.0
        """How long the last iteration took."""
        self.write_more: Callable[[Path], None] = lambda folder: None
        """Puts further files into the run's folder each time it is saved."""
        self._stop = False
        self._saved = False
        self._lap_began = time.monotonic()
        self.done = 0.0
        """Share of the run that is behind, 0 to 1: of its minutes if it has any."""

    def begin_from(self, checkpoint: Checkpoint) -> None:
        """Takes over the weights of `checkpoint`; characters new to it keep their first ones.

        Raises TrainingError when it is of another shape.
        """
        weights = checkpoint.model.state_dict()
        own = self.model.state_dict()
        shared = [c for c in checkpoint.tokenizer.chars if c in self.tokenizer.stoi]
        theirs = checkpoint.tokenizer.encode("".join(shared))
        ours = self.tokenizer.encode("".join(shared))
        for name, weight in own.items():
            source = weights.get(name)
            per_character = name in ("embed.weight", "unembed.weight")
            if (
                source is None
                or len(weights) != len(own)
                or (source.shape[per_character:] != weight.shape[per_character:])
            ):
                raise TrainingError(
                    f"{checkpoint.folder} has another shape than this run's network: "
                    "name a checkpoint of the same stage, layers, heads and channels with --init."
                )
            if per_character:
                weight[ours] = source[theirs].to(weight)
            else:
                weight.copy_(source)
        self.averaged.load_state_dict(own)

    def _update_done(self) -> None:
        recipe, progress = self.recipe, self.progress
        if recipe.minutes is None:
            self.done = min(1.0, progress.iteration / recipe.iterations)
        else:
            share = min(1.0, progress.seconds / (60 * recipe.minutes))
            self.done = self.processes.agree(share, self.device.name)

    def train(self, report: Callable[["Run"], None] = lambda run: None) -> bool:
        """Trains to the end of the recipe, or until `stop`; says whether the end was reached.

        report: called after each iteration and its evaluation, if one was due. Saves after each
        evaluation and when it ends or stops. Raises TrainingError when the loss is no longer a
        number.
        """
        self.model.train()
        self._lap_began = time.monotonic()
        marks = self.recipe.evaluations
        while self.done < 1.0 and not self._stop_agreed():
            before = self.done
            self.step()
            self.step_seconds = self._lap()
            self._update_done()
            due = int(self.done * marks) > int(before * marks)  # passed one of the even marks
            if due or self.done >= 1.0:
                self.evaluate()
                self._lap()
                self.save()
            report(self)
        if self.done < 1.0:
            self.save()
        return self.done >= 1.0

    def stop(self) -> None:
        """Asks `train` to end after the present iteration; may be called by a signal handler."""
        self._stop = True

    def _stop_agreed(self) -> bool:
        """Whether any process was asked to stop, so that all do."""
        return self.processes.mean(float(self._stop), self.device.name) > 0

    def _lap(self) -> float:
        """Adds the time since the last lap to the run's, and returns it."""
        now = time.monotonic()
        lap, self._lap_began = now - self._lap_began, now
        self.progress.seconds += lap
        return lap

    def step(self) -> None:
        """One iteration: forward, loss, backward, update.

        A GPU works through what it is told while Python goes on: the next batch is put together
        before its answer, the loss, is waited for.
        """
        iteration = self.progress.iteration
        inputs, targets = self._next_batch or self._batch(iteration)  # (B, T) each
        with self.device.precision():
            logits = self.network(inputs)  # (B, T, V)
        loss = F.cross_entropy(logits.float().flatten(0, 1), targets.flatten())
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.grad_clip)
        self._next_batch = self._batch(iteration + 1)

        value = self.processes.mean(loss.item(), self.device.name)
        if not (math.isfinite(value) and norm.isfinite()):
            kept = f"; the state of the last evaluation is kept in {self.folder}" * self._saved
            raise TrainingError(
                f"The loss is {value} and its gradient {norm.item()} at iteration {iteration}"
                f"{kept}. Start anew with lower --matrix-lr and --other-lr."
            )
        scale_learning_rates(self.optimizers, self.recipe.lr_scale(iteration, self.done))
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self._average(iteration)
        self.progress.train_losses.append(value)
        self.progress.iteration += 1

    def _batch(self, iteration: int) -> tuple[Tensor, Tensor]:
        """This process's share of a batch, on its device."""
        inputs, targets = map(self.processes.rows, self.batches[iteration])
        return inputs.to(self.device.name), targets.to(self.device.name)

    @torch.no_grad()
    def _average(self, iteration: int) -> None:
        """Moves the averaged weights towards the present ones.

        The memory grows with the run, so that the average fits a short one as well as a long
        one (polynomial-decay averaging: Shamir and Zhang 2013).
        """
        keep = iteration / (iteration + self.recipe.averaging)
        for average, weight in zip(
            self.averaged.parameters(), self.model.parameters(), strict=True
        ):
            average.lerp_(weight, 1 - keep)

    def evaluate(self) -> None:
        """Measures the averaged weights on the whole validation split."""
        end = int(self.val_poems[0][0])  # every encoded poem begins with the mark between poems
        result = evaluate(
            self.averaged, self.val_poems, end, self.device.precision(), chars=self.val_chars
        )
        self.progress.val_losses.append((self.progress.iteration, result.loss))

    def checkpoint(self) -> Checkpoint:
        """The averaged weights as a checkpoint in the run's folder."""
        return Checkpoint(
            self.averaged, self.tokenizer, self.folder,
            metrics=self.figures(), provenance=self.provenance | {"recipe": self.recipe.to_dict()},
        )  # fmt: skip

    def figures(self) -> dict[str, Any]:
        """What the run reached, as the metrics of its checkpoint."""
        progress, recipe = self.progress, self.recipe
        recent = progress.train_losses[-50:]
        val_loss = progress.val_losses[-1][1] if progress.val_losses else None
        return {
            "stage": recipe.stage,
            "parameters": self.model.parameter_count(),
            "iterations": progress.iteration,
            "chars_seen": progress.iteration * recipe.batch_size * recipe.block_size,
            "seconds": round(progress.seconds, 1),
            "first_loss": progress.train_losses[0] if progress.train_losses else None,
            "train_loss": sum(recent) / len(recent) if recent else None,
            "val_loss": val_loss,
            "bits_per_char": None if val_loss is None else val_loss / math.log(2),
            "best_val_loss": self.best()[1] if progress.val_losses else None,
            "val_poems": len(self.val_poems),
            "val_chars": self.val_chars,
        }

    def best(self) -> tuple[int, float]:
        """(iteration, nats per character) of the lowest validation loss so far."""
        return min(self.progress.val_losses, key=lambda measured: measured[1])

    def learned_by_heart(self) -> bool:
        """Whether the loss on poems held back has clearly risen since its lowest."""
        losses = self.progress.val_losses
        return bool(losses) and losses[-1][1] > self.best()[1] + 0.01

    def save(self) -> None:
        """Writes the run's folder, whole or not at all. Only the first process does."""
        if self.processes.first:
            save_checkpoint(self.checkpoint(), write_more=self._save_training_state)
        self._saved = True

    def _save_training_state(self, folder: Path) -> None:
        self.write_more(folder)
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        tensors |= {
            f"averaged.{name}": tensor for name, tensor in self.averaged.state_dict().items()
        }
        for number, optimizer in enumerate(self.optimizers):
            for index, state in optimizer.state_dict()["state"].items():
                for name, tensor in state.items():
                    tensors[f"optimizer.{number}.{index}.{name}"] = tensor
        tensors["generator"] = torch.get_rng_state()
        if torch.cuda.is_available():
            tensors["generator.cuda"] = torch.cuda.get_rng_state()
        save_file(
            {name: tensor.detach().cpu().clone() for name, tensor in tensors.items()},
            folder / TRAINING_STATE,
        )
        write_json(folder / TRAINING_PROGRESS, asdict(self.progress))
        # A picture that an earlier save drew stays until the next is drawn.
        for picture in self.folder.glob("*.png"):
            shutil.copy(picture, folder)

    def resume(self) -> None:
        """Goes on from the run's folder: exactly as if it had never stopped.

        Raises TrainingError or CheckpointError when the folder lacks what that needs.
        """
        state = training_state(self.folder)
        try:
            tensors = load_file(state)
            self.model.load_state_dict(_part(tensors, "model."))
            self.averaged.load_state_dict(_part(tensors, "averaged."))
            for number, optimizer in enumerate(self.optimizers):
                states: dict[int, dict[str, Tensor]] = {}
                for name, tensor in _part(tensors, f"optimizer.{number}.").items():
                    index, _, key = name.partition(".")
                    states.setdefault(int(index), {})[key] = tensor
                groups = optimizer.state_dict()["param_groups"]
                optimizer.load_state_dict({"state": states, "param_groups": groups})
            torch.set_rng_state(tensors["generator"])
            if torch.cuda.is_available() and "generator.cuda" in tensors:
                torch.cuda.set_rng_state(tensors["generator.cuda"])
            values = read_json(self.folder / TRAINING_PROGRESS)
            values["val_losses"] = [(int(at), loss) for at, loss in values["val_losses"]]
            progress = Progress(**values)
            assert progress.iteration == len(progress.train_losses)
        except CheckpointError:
            raise
        except Exception as error:  # whatever a damaged or foreign file provokes
            raise TrainingError(
                f"{state} or {TRAINING_PROGRESS} beside it is damaged or belongs to another "
                "recipe: start a new run."
            ) from error
        self.progress = progress
        self._next_batch = None
        self._update_done()


def check_writable(folder: Path) -> None:
    """Raises TrainingError when a folder could not be made there: better now than after hours."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent):
            pass
    except OSError as error:
        raise TrainingError(
            f"Nothing can be written to {folder.parent} ({error.strerror}): "
            "name another folder with --out."
        ) from error


def training_state(folder: Path) -> Path:
    """The file that resuming the run in `folder` needs. Raises TrainingError if it is not there."""
    state = folder / TRAINING_STATE
    if not state.is_file():
        raise TrainingError(
            f"{folder} can't be resumed, for it has no {TRAINING_STATE}: "
            "start a new run, or name the folder of one that was interrupted."
        )
    return state


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def has_compiler() -> bool:
    """Whether torch.compile could work here: it needs a C++ compiler for the CPU."""
    return torch.cuda.is_available() or any(map(shutil.which, ("c++", "g++", "clang++")))
