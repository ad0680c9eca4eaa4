"""Per-row sampling parameters, and a vectorised sampler for all rows at once.

Shapes: B rows, V vocabulary.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from model.sampling import COLDEST, check_sampling

MIN_PROBABILITY = torch.finfo(torch.float32).tiny
"""Least probability of a token that may be drawn; a masked one has 0."""


@dataclass(frozen=True)
class SamplingParams:
    """Says how one row is sampled, and when it stops."""

    seed: int
    """Seed of the row's own random stream: it draws the same whatever rows are beside it."""
    max_chars: int
    """Most characters, forced ones and the stop token included."""
    temperature: float = 1.0
    """0 takes the likeliest, 1 samples as the network believes."""
    top_k: int = 0
    """Samples from the k likeliest; 0 is off."""
    top_p: float = 1.0
    """Samples from the likeliest that together have probability p; 1 is off."""
    min_p: float = 0.0
    """Samples from those at least p times as probable as the likeliest; 0 is off."""
    no_repeat_ngram: int = 0
    """No n-gram of this length occurs twice in prefix and row; 0 is off. Words and refrains repeat
    in good verse: fewer than 16 or so forbids those too."""
    stop_tokens: frozenset[int] = frozenset()
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
    """Called before each step; True ends the row."""

    def __post_init__(self) -> None:
        """Raises ValueError, with the cure, for a parameter out of range."""
        check_sampling(self.temperature, self.top_k, self.top_p)
        if not 0 <= self.min_p <= 1:
            raise ValueError(f"min_p must be from 0 (off) to 1, not {self.min_p}.")
        if self.max_chars < 1:
            raise ValueError(f"max_chars must be 1 or more, not {self.max_chars}.")
        if self.no_repeat_ngram < 0 or self.no_repeat_ngram == 1:
            raise ValueError(
                f"no_repeat_ngram must be 0 (off) or 2 and more, not {self.no_repeat_ngram}."
            )

    def uniforms(self) -> Tensor:
        """Returns the row's random stream: (max_chars,) numbers from 0 to 1, the first k the same
        for every max_chars."""
        generator = torch.Generator().manual_seed(self.seed)
        return torch.rand(self.max_chars, generator=generator)

    def packed(self) -> tuple[float, float, float, float]:
        """Returns (temperature, top_k, top_p, min_p), a row of the tensor `sample_rows` takes."""
        if self.temperature < COLDEST:
            return 1.0, 1.0, 1.0, 0.0
        return self.temperature, float(self.top_k or 1e9), self.top_p, self.min_p


def sample_rows(logits: Tensor, allowed: Tensor, params: Tensor, uniform: Tensor) -> Tensor:
    """Samples one token a row: (B, V), (B, V) bool, (B, 4), (B,) -> (B,), -1 if none is allowed.

    params: `SamplingParams.packed` of each row. Means what `model.sampling.sample` means, row by
    row. Inverse transform sampling: the first token, likeliest first, whose cumulative probability
    exceeds `uniform`, so a row's token depends on nothing but its own numbers.
    """
    temperature, top_k, top_p, min_p = params.T[..., None]  # (B, 1) each
    scores = (logits / temperature).masked_fill_(~allowed, -math.inf)
    # Stable: among equals the first, as argmax has it.
    scores, order = scores.sort(dim=1, descending=True, stable=True)  # (B, V)
    probability = scores.softmax(dim=1)  # NaN, for which no comparison holds, if none is allowed
    cumulative = probability.cumsum(dim=1)  # (B, V)
    rank = torch.arange(scores.shape[1], device=scores.device, dtype=scores.dtype)
    # top_p counts within what top_k left. Every filter keeps a beginning of the order.
    in_top_k = cumulative.gather(1, top_k.clamp(max=scores.shape[1]).long() - 1)  # (B, 1)
    kept = (rank < top_k) & (cumulative - probability < top_p * in_top_k)
    kept &= probability >= (min_p * probability[:, :1]).clamp_(min=MIN_PROBABILITY)
    last = kept.sum(dim=1, keepdim=True) - 1  # (B, 1), -1 if none is allowed
    normalizer = cumulative.gather(1, last.clamp(min=0))
    drawn = (cumulative <= uniform[:, None] * normalizer).sum(dim=1, keepdim=True).minimum(last)
    token = order.gather(1, drawn.clamp(min=0))
    return torch.where(drawn < 0, -1, token).squeeze(1)
