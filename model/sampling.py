"""From logits to the next character: small pure functions.

Shapes: B batch, V vocabulary.
"""

import torch
from torch import Tensor


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """Keeps the k highest logits of each row (B, V), sets the others to -inf.

    Exactly k remain, also where logits are equal (Fan et al. 2018).
    """
    kept, indices = logits.topk(min(k, logits.shape[-1]), dim=-1)  # (B, k)
    return torch.full_like(logits, float("-inf")).scatter(-1, indices, kept)


def keep_top_p(logits: Tensor, p: float) -> Tensor:
    """Keeps the likeliest of each row (B, V) that together have probability p (the nucleus).

    The one that crosses p is kept, so at least one is (Holtzman et al. 2020).
    """
    ordered, indices = logits.sort(dim=-1, descending=True)  # (B, V)
    before = ordered.softmax(dim=-1).cumsum(dim=-1) - ordered.softmax(dim=-1)
    ordered = ordered.masked_fill(before >= p, float("-inf"))
    return torch.full_like(logits, float("-inf")).scatter(-1, indices, ordered)


COLDEST = 1e-6
"""A lower temperature is 0: scores divided by much less would be infinite."""


def sample(
    logits: Tensor,
    generator: torch.Generator,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
) -> Tensor:
    """Samples one character a row: (B, V) -> (B,).

    temperature: 0 takes the likeliest, 1 samples as the network believes, more is wilder.
    top_k: 0 keeps all. top_p: 1 keeps all. Raises ValueError when one is out of range.
    """
    check_sampling(temperature, top_k, top_p)
    if temperature < COLDEST:
        return logits.argmax(dim=-1)
    logits = logits.float() / temperature
    if top_k:
        logits = keep_top_k(logits, top_k)
    if top_p < 1:
        logits = keep_top_p(logits, top_p)
    return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator).squeeze(1)


def check_sampling(temperature: float, top_k: int, top_p: float) -> None:
    """Raises ValueError, with the cure, when a parameter is out of range."""
    if not 0 <= temperature <= 10:
        raise ValueError(f"temperature must be from 0 (safest) to 10 (wildest), not {temperature}.")
    if type(top_k) is not int or top_k < 0:
        raise ValueError(f"top_k must be 0 (off) or a number of characters, not {top_k}.")
    if not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1 (off), not {top_p}.")
