"""What a row of a batch draws, and the draw itself, for all rows at once.

Shapes: B rows, V vocabulary.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from model.sampling import check_sampling

TINY = torch.finfo(torch.float32).tiny
"""The least probability that is one: what is forbidden has 0."""


@dataclass(frozen=True)
class Draw:
    """One row's settings: how to draw its characters, and when to stop."""

    seed: int
    """Of the row's own random stream: the same one draws the same in any company."""
    max_chars: int
    """Characters at most, forced ones and the stop included."""
    temperature: float = 1.0
    """0 takes the likeliest, 1 draws as the network believes."""
    top_k: int = 0
    """Draws from the k likeliest; 0 is off."""
    top_p: float = 1.0
    """Draws from the likeliest that together have probability p; 1 is off."""
    min_p: float = 0.0
    """Draws from those at least p times as probable as the likeliest; 0 is off."""
    no_repeat: int = 0
    """No run of so many characters comes twice in trunk and row; 0 is off. Words and refrains
    repeat in good verse: fewer than 16 or so forbids those too."""
    stops: frozenset[int] = frozenset()
    """The row ends with the first of these; it is part of the row."""
    forbidden: frozenset[int] = frozenset()
    """Tokens that are never drawn."""
    forced: tuple[int, ...] = ()
    """First tokens, given instead of drawn; they are scored like all others."""
    state: tuple[int, ...] = ()
    """The constraint's state at the row's start, (S,)."""
    deadline: float = math.inf
    """`time.monotonic()` at which the row ends, finished or not."""
    cancelled: Callable[[], bool] | None = None
    """Asked before each step; True ends the row."""

    def __post_init__(self) -> None:
        """Raises ValueError, with the cure, for a setting out of range."""
        check_sampling(self.temperature, self.top_k, self.top_p)
        if not 0 <= self.min_p <= 1:
            raise ValueError(f"min_p must be from 0 (off) to 1, not {self.min_p}.")
        if self.max_chars < 1:
            raise ValueError(f"max_chars must be 1 or more, not {self.max_chars}.")
        if self.no_repeat < 0 or self.no_repeat == 1:
            raise ValueError(f"no_repeat must be 0 (off) or 2 and more, not {self.no_repeat}.")

    def uniforms(self) -> Tensor:
        """The row's random stream: (max_chars,) numbers from 0 to 1, the first k the same for
        every max_chars."""
        generator = torch.Generator().manual_seed(self.seed)
        return torch.rand(self.max_chars, generator=generator)

    def knobs(self) -> tuple[float, float, float, float]:
        """Temperature, top_k, top_p and min_p in the form that `pick` takes."""
        if self.temperature == 0:
            return 1.0, 1.0, 1.0, 0.0
        return self.temperature, float(self.top_k or 1e9), self.top_p, self.min_p


def pick(logits: Tensor, allowed: Tensor, knobs: Tensor, uniform: Tensor) -> Tensor:
    """One character for each row: (B, V), (B, V) bool, (B, 4), (B,) -> (B,).

    Means what `model.sampling.sample` means, row by row; -1 where nothing is allowed. The draw is
    the inverse of the cumulative distribution at `uniform`, likeliest first, so a row's character
    hangs on nothing but its own numbers.
    """
    temperature, top_k, top_p, min_p = knobs.T[..., None]  # (B, 1) each
    scores = (logits / temperature).masked_fill_(~allowed, -math.inf)
    # Stable: among equals the first, as argmax has it.
    scores, order = scores.sort(dim=1, descending=True, stable=True)  # (B, V)
    probability = scores.softmax(dim=1)  # NaN, of which no comparison holds, in a row that is stuck
    total = probability.cumsum(dim=1)  # (B, V)
    rank = torch.arange(scores.shape[1], device=scores.device, dtype=scores.dtype)
    # top_p counts within what top_k left. Every rule leaves a beginning of the order.
    in_k = total.gather(1, top_k.clamp(max=scores.shape[1]).long() - 1)  # (B, 1)
    kept = (rank < top_k) & (total - probability < top_p * in_k)
    kept &= probability >= (min_p * probability[:, :1]).clamp_(min=TINY)
    last = kept.sum(dim=1, keepdim=True) - 1  # (B, 1), -1 for stuck
    mass = total.gather(1, last.clamp(min=0))
    place = (total <= uniform[:, None] * mass).sum(dim=1, keepdim=True).minimum(last)
    token = order.gather(1, place.clamp(min=0))
    return torch.where(place < 0, -1, token).squeeze(1)
