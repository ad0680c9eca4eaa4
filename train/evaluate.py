"""How well a network foresees poems that it has never seen: loss over a whole corpus.

A pure function of weights and text: it draws no random numbers and leaves the network as it
was. Shapes: B batch, T time.
"""

import math
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.language_model import LanguageModel


@dataclass(frozen=True)
class Evaluation:
    """The loss over a corpus, in both units."""

    loss: float
    """Nats per character."""
    chars: int
    """Characters predicted: each poem's own, and the mark that ends it."""

    @property
    def bits_per_char(self) -> float:
        return self.loss / math.log(2)


@torch.no_grad()
def evaluate(
    model: LanguageModel,
    poems: list[Tensor],
    end: int,
    precision: AbstractContextManager[object] | None = None,
    stride: int | None = None,
    tokens_per_batch: int = 16_384,
    chars: int | None = None,
) -> Evaluation:
    """The mean loss over all characters of `poems` ((1 + characters,) each, from `encode`).

    Each poem is read from its beginning. One longer than the context T is read in windows that
    start `stride` apart (T/2 by default), and each character is scored once, in the first
    window that reaches it, so it is foreseen from at least T - stride characters before it.
    chars: of the text, where the encoding has more than the text has; the loss is shared out
    among them, so that a format pays for its marks.
    """
    block_size = model.config.block_size
    stride = max(1, block_size // 2) if stride is None else stride
    windows: list[tuple[Tensor, int]] = []  # (tokens, how many at the end are scored)
    for poem in poems:
        text = F.pad(poem.long(), (0, 1), value=end)
        scored = 1  # the mark at the front is given
        for start in range(0, len(text) - 1, stride):
            window = text[start : start + block_size + 1]
            last = start + len(window)
            windows.append((window, last - scored))
            scored = last
            if last == len(text):
                break
    windows.sort(key=lambda window: len(window[0]))  # little padding where lengths are alike

    training = model.training
    model.eval()
    total, scored_chars = 0.0, 0
    while windows:
        rows = max(1, tokens_per_batch // len(windows[-1][0]))
        windows, batch = windows[:-rows], windows[-rows:]
        time = max(len(window) for window, _ in batch)
        # Padding on the right changes nothing on its left, for no character sees the future.
        tokens = torch.stack([F.pad(window, (0, time - len(window))) for window, _ in batch])
        targets = torch.full((len(batch), time - 1), -100)  # (B, T), -100 is not scored
        for row, (window, count) in enumerate(batch):
            targets[row, len(window) - 1 - count : len(window) - 1] = window[-count:]
        with precision or nullcontext():
            logits = model(tokens[:, :-1].to(model.device))  # (B, T, V)
        total += F.cross_entropy(
            logits.float().flatten(0, 1), targets.flatten().to(model.device), reduction="sum"
        ).item()
        scored_chars += int((targets != -100).sum())
    model.train(training)
    chars = chars or scored_chars
    return Evaluation(total / chars, chars)
