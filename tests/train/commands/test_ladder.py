"""The evolution, on a corpus so small that it takes seconds."""

import json
from pathlib import Path

import pytest

from model.checkpoint import load_checkpoint
from model.config import STAGES
from train.__main__ import main
from train.commands import ladder
from train.commands.ladder import words, words_of
from train.recipe import Recipe


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe(
        n_layer=2, n_head=2, n_embd=32, block_size=32, batch_size=8, val_fraction=0.1,
        evaluations=1, warmup=5,
    )  # fmt: skip
    monkeypatch.setattr(ladder, "RECIPE", recipe)
    monkeypatch.setattr(ladder, "RATES", dict.fromkeys(STAGES, 0.01))
    monkeypatch.setattr(ladder, "SAMPLE_CHARS", 200)


@pytest.mark.usefixtures("small")
def test_every_stage_beats_the_one_before(
    poems: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "poems.txt"
    corpus.write_text("\n\n\n".join(poems))
    out = tmp_path / "ladder"
    arguments = ["ladder", "--corpus", str(corpus), "--iterations", "150", "--out", str(out)]
    assert main([*arguments, "--device", "cpu"]) == 0

    printed = capsys.readouterr()
    figures = json.loads(printed.out.splitlines()[-1])["figures"]
    assert list(figures) == list(STAGES)
    losses = [figures[stage]["val_loss"] for stage in STAGES]
    assert losses[0] > losses[1] > losses[2] > losses[3]
    assert figures["transformer"]["real_words"] > figures["bigram"]["real_words"]
    for stage in STAGES:
        assert stage in printed.err
        assert load_checkpoint(out / stage).model.config.stage == stage
        moments = json.loads((out / stage / "history.json").read_text())["moments"]
        assert [one["iteration"] for one in moments] == [0, 1, 2, 5, 10, 20, 50, 100, 150]
        assert moments[0]["loss"] == pytest.approx(figures[stage]["first_loss"], abs=0.01)
        assert moments[-1]["loss"] == pytest.approx(figures[stage]["val_loss"])
        assert moments[0]["text"] != moments[-1]["text"]
    assert (out / "ladder.png").read_bytes().startswith(b"\x89PNG")

    # Once more into its own folder is fine; into somebody else's it is not.
    (out / "explain.md").touch()
    assert main(arguments) == 2
    assert "holds something else" in capsys.readouterr().err


def test_words() -> None:
    assert words_of("The Sea-gulls cry o'er the deep; wave, wave!") == [
        "gulls",
        "deep",
        "wave",
        "wave",
    ]
    assert words("deep Deep DEEP") == {"deep"}
