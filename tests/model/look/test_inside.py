"""What is shown of a network's inside is what it really does."""

from pathlib import Path
from typing import Any

import pytest
import torch

from model.checkpoint import load_checkpoint
from model.look.inside import attention_maps, next_characters
from model.transformer import SelfAttention, Transformer


@torch.no_grad()
def test_the_maps_are_those_of_the_forward_pass(tiny_checkpoint: Path) -> None:
    """The last layer's output, rebuilt from its map, is what the network itself computes."""
    model = load_checkpoint(tiny_checkpoint).model
    assert isinstance(model, Transformer)
    tokens = list(range(30))
    maps = attention_maps(model, tokens)
    assert maps.shape == (2, 2, 30, 30)
    torch.testing.assert_close(maps.sum(dim=-1), torch.ones(2, 2, 30))

    seen: dict[str, Any] = {}
    layer = model.blocks[1].attention
    assert isinstance(layer, SelfAttention)
    layer.register_forward_hook(lambda _, inputs, out: seen.update(inputs=inputs, out=out))
    model(torch.tensor([tokens]))
    x, cos, sin, _ = seen["inputs"]
    _, _, value = layer.queries_keys_values(x, cos, sin)
    rebuilt = layer.projection((maps[1] @ value[0]).transpose(0, 1).flatten(1))
    torch.testing.assert_close(rebuilt, seen["out"][0], atol=1e-4, rtol=1e-3)


def test_a_text_longer_than_the_context(tiny_checkpoint: Path) -> None:
    model = load_checkpoint(tiny_checkpoint).model
    assert isinstance(model, Transformer)
    with pytest.raises(ValueError, match="1 to 64 characters fit, not 65"):
        attention_maps(model, [0] * 65)


def test_next_characters_are_probabilities(tiny_checkpoint: Path) -> None:
    checkpoint = load_checkpoint(tiny_checkpoint)
    every = next_characters(checkpoint, "the sea", count=1000)
    assert len(every) == checkpoint.tokenizer.vocab_size
    assert sum(chance for _, chance in every) == pytest.approx(1, abs=1e-5)
    chances = [chance for _, chance in every]
    assert chances == sorted(chances, reverse=True)
    assert next_characters(checkpoint, "x" * 500 + "🌙")[0][1] > 0
