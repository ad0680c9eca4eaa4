"""Training learns, stops well, and measures what it learned as the definition says."""

import math
from pathlib import Path

import pytest
import torch

from model.checkpoint import load_checkpoint
from model.config import STAGES
from tests.train.runs import MakeRun, equal, quiet
from train.dataset import encode
from train.errors import TrainingError
from train.loop import Run, evaluate
from train.report import sample
from train.run_folder import figures


def test_a_tiny_network_learns(make_run: MakeRun) -> None:
    run, folder = make_run(iterations=200)
    run.train(folder.save, quiet)
    reached = figures(run)
    assert reached["first_loss"] == pytest.approx(math.log(run.tokenizer.vocab_size), abs=1e-4)
    # Each line has two choices among 6 and 5 words in some 22 characters: 0.16 nats at best.
    assert reached["val_loss"] < 0.3
    poet = load_checkpoint(folder.path)
    text = sample(poet.model, poet.tokenizer, 400)
    words = set(text.replace(",", "").replace(".", "").split())
    assert len(words & {"sings", "falls", "wakes", "night", "light", "that", "by", "in"}) >= 4


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_trains_and_loads(make_run: MakeRun, stage: str) -> None:
    run, folder = make_run(stage=stage, iterations=40, other_lr=0.02)
    run.train(folder.save, quiet)
    losses = run.progress.train_losses
    assert sum(losses[-5:]) / 5 < losses[0] - 0.1
    poet = load_checkpoint(folder.path)
    assert poet.model.config.stage == stage
    assert sample(poet.model, poet.tokenizer, 40)


def test_evaluation_changes_nothing(make_run: MakeRun, tmp_path: Path) -> None:
    often, often_folder = make_run(tmp_path / "often", dropout=0.1, evaluations=30)
    often.train(often_folder.save, quiet)
    never, never_folder = make_run(tmp_path / "never", dropout=0.1, evaluations=0)
    never.train(never_folder.save, quiet)
    assert len(often.progress.val_losses) == 30
    assert len(never.progress.val_losses) == 1
    assert equal(often, never)


def test_an_endless_gradient_never_reaches_the_weights(make_run: MakeRun) -> None:
    run, folder = make_run()

    def poison(run: Run) -> None:
        if run.progress.iteration == 3:
            weight = next(run.model.parameters())
            weight.register_hook(lambda grad: grad * float("inf"))  # type: ignore[no-untyped-call]

    with pytest.raises(TrainingError, match=r"at iteration 3\. Start anew"):
        run.train(folder.save, poison)
    assert all(p.isfinite().all() for p in run.model.parameters())
    assert not folder.path.exists()


def test_minutes_are_kept_and_the_decay_ends_with_them(make_run: MakeRun) -> None:
    run, folder = make_run(minutes=0.02, iterations=10**9)
    run.train(folder.save, quiet)
    assert 1.2 <= run.progress.seconds < 4.2
    assert all(g["lr"] < 0.1 * g["full_lr"] for o in run.optimizers for g in o.param_groups)


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_state(make_run: MakeRun) -> None:
    run, folder = make_run()

    def poison(run: Run) -> None:
        if run.progress.iteration == 12:
            next(run.model.parameters()).data.fill_(float("nan"))

    with pytest.raises(TrainingError, match=r"nan at iteration 12; .*lower --matrix-lr"):
        run.train(folder.save, poison)
    kept = load_checkpoint(folder.path)
    assert kept.metrics["iterations"] == 10
    assert all(p.isfinite().all() for p in kept.model.parameters())


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


def test_equals_the_definition_for_short_and_long_poems(make_run: MakeRun) -> None:
    run, folder = make_run(iterations=20)
    run.train(folder.save, quiet)
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


def test_draws_no_random_numbers_and_keeps_the_mode(make_run: MakeRun) -> None:
    run, _ = make_run(dropout=0.2)
    run.model.train()
    state = torch.get_rng_state()
    results = {evaluate(run.model, run.val_poems, 0).loss for _ in range(3)}
    assert len(results) == 1
    assert torch.equal(torch.get_rng_state(), state)
    assert run.model.training
