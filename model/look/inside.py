"""Attention maps of a network, and the next characters it expects.

Shapes: L layers, H heads, T time, V vocabulary.
"""

import torch
from torch import Tensor

from model.attention import attention
from model.checkpoint import Checkpoint
from model.tokenizer import POEM_END, CharTokenizer
from model.transformer import Block, Transformer, norm, rotary_angles


@torch.inference_mode()
def attention_maps(model: Transformer, tokens: list[int]) -> Tensor:
    """Returns the attention weights of every layer and head: (L, H, T, T), each row adds up to 1.

    The fused kernel of the forward pass returns no weights, so they are computed again by the
    equation. Raises ValueError for more tokens than the context holds.
    """
    config = model.config
    if not 0 < len(tokens) <= config.block_size:
        raise ValueError(f"1 to {config.block_size} characters fit, not {len(tokens)}.")
    angles = rotary_angles(0, len(tokens), config.n_embd // config.n_head, model.device)
    cos, sin = angles.cos(), angles.sin()
    maps = []
    x = norm(model.embed(torch.tensor([tokens], device=model.device)))  # (1, T, C)
    for block in model.blocks:
        assert isinstance(block, Block)
        query, key, value = block.attention.queries_keys_values(norm(x), cos, sin)
        maps.append(attention(query, key, value)[1][0])  # (H, T, T)
        x = block(x, cos, sin, None)
    return torch.stack(maps)


@torch.inference_mode()
def next_characters(checkpoint: Checkpoint, text: str, count: int = 8) -> list[tuple[str, float]]:
    """Returns the likeliest characters after `text`, with their probabilities, likeliest first.

    `text` is the beginning of a poem; what the vocabulary lacks is left out of it.
    """
    tokenizer, model = checkpoint.tokenizer, checkpoint.model
    tokens = tokenizer.encode(beginning(tokenizer, text))[-model.config.block_size :]
    logits = model(torch.tensor([tokens], device=model.device))[0, -1]  # (V,)
    chances, indices = logits.softmax(dim=-1).topk(min(count, tokenizer.vocab_size))
    return [
        (tokenizer.itos[int(index)], float(chance))
        for index, chance in zip(indices, chances, strict=True)
    ]


def beginning(tokenizer: CharTokenizer, text: str) -> str:
    """Returns a poem's beginning `text` as a network reads it, after the mark between poems."""
    return POEM_END + tokenizer.clean(text)
