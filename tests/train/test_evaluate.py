"""The loss over a corpus, against the definition."""

import math
from collections.abc import Callable

import pytest
import torch

from train.dataset import encode
from train.evaluate import evaluate
from train.loop import Run


def definition(run: Run, poem: torch.Tensor, end: int) -> tuple[float, int]:
    """One character at a time, each from all of the poem that fits in the context's last half."""
    text = torch.cat([poem.long(), torch.tensor([end])])
    block_size = run.model.config.block_size
    total = 0.0
    for at in range(1, len(text)):
        # The window that scores place `at` is the first that reaches it.
        start = max(0, math.ceil((at - block_size) / (block_size // 2)) * (block_size // 2))
        with torch.no_grad():
            logits = run.model(text[None, start:at])[0, -1]
        total -= logits.log_softmax(dim=-1)[text[at]].item()
    return total, len(text) - 1


def test_equals_the_definition_for_short_and_long_poems(make_run: Callable[..., Run]) -> None:
    run = make_run(iterations=20)
    run.train()
    run.model.eval()
    end = run.tokenizer.stoi["\f"]
    texts = ["The sea.", "The rose that sings by night,\n" * 7, "The moon\n" * 4, "The " * 16]
    poems = [encode(text, run.tokenizer) for text in texts]
    assert min(map(len, poems)) < run.model.config.block_size < max(map(len, poems))
    result = evaluate(run.model, poems, end, tokens_per_batch=200)
    expected = [definition(run, poem, end) for poem in poems]
    assert result.chars == sum(count for _, count in expected) == sum(map(len, poems))
    assert result.loss == pytest.approx(sum(t for t, _ in expected) / result.chars, rel=1e-4)
    assert result.bits_per_char == pytest.approx(result.loss / math.log(2))
    assert evaluate(run.model, poems, end, tokens_per_batch=10**6).loss == pytest.approx(
        result.loss, rel=1e-5
    )


def test_draws_no_random_numbers_and_keeps_the_mode(make_run: Callable[..., Run]) -> None:
    run = make_run(dropout=0.2)
    run.model.train()
    state = torch.get_rng_state()
    results = {evaluate(run.model, run.val_poems, 0).loss for _ in range(3)}
    assert len(results) == 1
    assert torch.equal(torch.get_rng_state(), state)
    assert run.model.training
