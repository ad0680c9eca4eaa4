"""All stages: one interface, no look into the future, and the fast path equals the slow one."""

import math
from dataclasses import replace

import pytest
import torch

from model.attention import attention
from model.config import STAGES, ModelConfig
from model.language_model import LanguageModel
from model.stages import build_model
from model.transformer import SelfAttention, Transformer, rotary_angles

CONFIG = ModelConfig("transformer", 30, block_size=24, n_layer=3, n_head=4, n_embd=32)


def network(stage: str = "transformer", seed: int = 0) -> LanguageModel:
    """An untrained network whose weights, unlike fresh ones, all matter."""
    torch.manual_seed(seed)
    model = build_model(replace(CONFIG, stage=stage)).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model


def tokens(time: int, batch: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(time)
    return torch.randint(CONFIG.vocab_size, (batch, time), generator=generator)


@pytest.mark.parametrize("stage", STAGES)
def test_shapes_and_an_even_first_guess(stage: str) -> None:
    logits = build_model(replace(CONFIG, stage=stage))(tokens(24))
    assert logits.shape == (2, 24, 30)
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens(24).flatten())
    assert loss.item() == pytest.approx(math.log(30), abs=1e-5)


@pytest.mark.parametrize("stage", STAGES)
def test_the_future_is_hidden(stage: str) -> None:
    model, seen = network(stage), tokens(24)
    changed = seen.clone()
    changed[:, 10:] = (changed[:, 10:] + 1) % CONFIG.vocab_size
    before, after = model(seen), model(changed)
    torch.testing.assert_close(before[:, :10], after[:, :10])
    assert not torch.allclose(before[:, 10:], after[:, 10:])


@pytest.mark.parametrize(("stage", "reach"), [("bigram", 1), ("attention", 24), ("multihead", 24)])
def test_how_far_each_stage_looks_back(stage: str, reach: int) -> None:
    model, seen = network(stage), tokens(24)
    changed = seen.clone()
    changed[:, 0] = (changed[:, 0] + 1) % CONFIG.vocab_size
    moved = (model(seen) - model(changed)).abs().amax(dim=(0, 2)) > 1e-6
    assert moved.nonzero().max() == reach - 1


@pytest.mark.parametrize("pieces", [[1] * 24, [10, 1, 1, 12], [24], [5, 7, 12]])
def test_cached_equals_uncached(pieces: list[int]) -> None:
    model, seen = network(), tokens(24)
    cache = model.new_cache(batch_size=2)
    assert cache is not None
    parts = [model(part, cache) for part in torch.split(seen, pieces, dim=1)]
    torch.testing.assert_close(torch.cat(parts, dim=1), model(seen), atol=2e-5, rtol=1e-4)
    assert cache.room == 0
    with pytest.raises(ValueError, match="room for 0"):
        model(seen[:, :1], cache)


def test_batched_equals_alone() -> None:
    model, seen = network(), tokens(20, batch=5)
    alone = torch.cat([model(row[None]) for row in seen])
    torch.testing.assert_close(model(seen), alone, atol=2e-5, rtol=1e-4)


def test_fused_attention_equals_the_equation() -> None:
    """The Transformer's kernel against `model.attention.attention`, which is for reading."""
    model = network()
    assert isinstance(model, Transformer)
    layer = model.blocks[0].attention
    assert isinstance(layer, SelfAttention)
    x = torch.randn(2, 24, 32)
    angles = rotary_angles(0, 24, 8, torch.device("cpu"))
    out, weights = attention(*layer.queries_keys_values(x, angles.cos(), angles.sin()))
    expected = layer.projection(out.transpose(1, 2).flatten(2))
    torch.testing.assert_close(layer(x, angles.cos(), angles.sin(), None), expected)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(2, 4, 24))
    assert (weights.triu(diagonal=1) == 0).all()


def test_rotary_positions_know_distance_only() -> None:
    """Attention scores stay when a text moves: the same characters 9 places later."""
    model = network()
    assert isinstance(model, Transformer)
    layer = model.blocks[0].attention
    assert isinstance(layer, SelfAttention)
    x = torch.randn(1, 12, 32)
    scores = []
    for start in (0, 9):
        angles = rotary_angles(start, 12, 8, torch.device("cpu"))
        query, key, _ = layer.queries_keys_values(x, angles.cos(), angles.sin())
        scores.append(query @ key.transpose(-2, -1))
    torch.testing.assert_close(scores[0], scores[1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stage": "lstm"}, "bigram, attention, multihead, transformer"),
        ({"n_embd": 30}, "multiple of n_head"),
        ({"n_layer": 0}, "n_layer must be"),
        ({"vocab_size": 2.5}, "vocab_size must be"),
        ({"dropout": 1.0}, "dropout must be"),
    ],
)
def test_impossible_shapes(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ModelConfig.from_dict(CONFIG.to_dict() | change)
