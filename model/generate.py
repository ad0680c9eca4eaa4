"""Autoregressive generation, the obvious way: one character after the other.

This is the reference that every faster path must equal. Shapes: B batch, T time, V vocabulary.
"""

from collections.abc import Callable, Generator

import torch
from torch import Tensor

from model.language_model import LanguageModel
from model.sampling import check_sampling, sample


@torch.inference_mode()
def generate(
    model: LanguageModel,
    prompt: list[int],
    generator: torch.Generator,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    constrain: Callable[[Tensor], Tensor] = lambda logits: logits,
    use_cache: bool = True,
) -> Generator[int, None, None]:
    """Yields one token after the other, for ever; the caller stops when it has enough.

    prompt: at least one token. constrain: logits (1, V) -> (1, V), called before each sampling;
    it may set some to -inf. Past the context (block_size) the network goes on from the last half
    of it, computed anew, with and without the cache alike. Raises ValueError for an empty prompt
    or a parameter out of range.
    """
    check_sampling(temperature, top_k, top_p)
    if not prompt:
        raise ValueError("The prompt needs at least one token, such as the mark between poems.")
    training = model.training
    model.eval()
    block_size = model.config.block_size
    try:
        window = list(prompt)  # what the network attends to
        cache = model.new_cache() if use_cache else None
        pending = window  # what the cache lacks
        while True:
            if len(window) > block_size:
                window = window[-max(1, block_size // 2) :]
                cache = model.new_cache() if use_cache else None
                pending = window
            tokens = torch.tensor([window if cache is None else pending], device=model.device)
            logits = model(tokens, cache)[:, -1]  # (1, T, V) -> (1, V)
            token = int(sample(constrain(logits), generator, temperature, top_k, top_p))
            yield token
            window.append(token)
            pending = [token]
    finally:
        model.train(training)
