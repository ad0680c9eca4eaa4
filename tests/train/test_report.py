"""What is told of a run."""

from pathlib import Path

import pytest

from tests.train.runs import MakeRun
from train.report import Reporter, draw_loss_curve, duration, sample, smooth


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59, "59 s"), (61, "1 min 01 s"), (3599.9, "1 h 00 min"), (7500, "2 h 05 min")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_long_curve_is_thinned_without_losing_its_ends() -> None:
    places, losses = smooth([float(n) for n in range(1000)], points=100)
    assert len(places) == len(losses) == 100
    assert losses[0] == 4.5
    assert losses[-1] == 994.5
    assert smooth([3.0], points=100) == ([0.5], [3.0])


def test_a_run_is_told_and_drawn(
    make_run: MakeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, folder = make_run(iterations=20, evaluations=2)
    with Reporter() as reporter:
        run.train(folder.save, reporter)
    told = capsys.readouterr().err
    assert told.count("bits per character") == 2
    assert "iteration 20 " in told
    assert "characters/s" in told
    draw_loss_curve(run, tmp_path / "loss.png")
    assert (tmp_path / "loss.png").stat().st_size > 10_000


def test_sampling_leaves_training_undisturbed(make_run: MakeRun) -> None:
    run, _ = make_run(iterations=2)
    run.model.train()
    assert sample(run.model, run.tokenizer, 50) == sample(run.model, run.tokenizer, 50)
    assert run.model.training
