"""Writing with and without the cache."""

from dataclasses import replace
from itertools import islice

import pytest
import torch

from model.config import STAGES, ModelConfig
from model.generate import generate
from model.language_model import LanguageModel
from model.stages import build_model

CONFIG = ModelConfig("transformer", 20, block_size=16, n_layer=2, n_head=2, n_embd=16)


def network(stage: str = "transformer") -> LanguageModel:
    torch.manual_seed(3)
    model = build_model(replace(CONFIG, stage=stage))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model


def write(
    model: LanguageModel, prompt: list[int], count: int, **settings: float | bool
) -> list[int]:
    generator = torch.Generator().manual_seed(5)
    return list(islice(generate(model, prompt, generator, **settings), count))  # type: ignore[arg-type]


@pytest.mark.parametrize("prompt", [[1], [1] * 16, list(range(20)) * 3])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_cached_text_equals_uncached_also_past_the_context(
    prompt: list[int], temperature: float
) -> None:
    model = network()
    cached = write(model, prompt, 60, temperature=temperature)
    assert cached == write(model, prompt, 60, temperature=temperature, use_cache=False)
    assert len(set(cached)) > 1


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_writes_and_keeps_its_mode(stage: str) -> None:
    model = network(stage).train()
    assert len(write(model, [1, 2], 40)) == 40
    assert model.training


def test_constrained_characters_never_come() -> None:
    model, generator = network(), torch.Generator().manual_seed(0)
    even = torch.arange(0, 20, 2)
    tokens = generate(
        model, [1], generator, constrain=lambda logits: logits.index_fill(-1, even, float("-inf"))
    )
    assert all(token % 2 for token in islice(tokens, 100))


def test_an_empty_prompt_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one token"):
        write(network(), [], 1)
