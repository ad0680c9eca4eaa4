"""A run's folder: whole at every moment, and enough to go on exactly."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from model.checkpoint import load_checkpoint
from model.tokenizer import CharTokenizer
from tests.train.runs import MakeRun, equal, quiet, stop_at, weights
from train.errors import TrainingError
from train.report import sample
from train.run_folder import begin_from


def test_stopped_and_resumed_equals_uninterrupted(make_run: MakeRun, tmp_path: Path) -> None:
    whole, whole_folder = make_run(tmp_path / "whole", dropout=0.1)
    whole.train(whole_folder.save, quiet)

    first, first_folder = make_run(tmp_path / "parts", dropout=0.1)
    assert not first.train(first_folder.save, stop_at(17))
    torch.manual_seed(999)  # another process has another random state
    second, second_folder = make_run(tmp_path / "parts", dropout=0.1)
    second_folder.resume(second)
    assert second.progress.iteration == 17
    assert second.train(second_folder.save, quiet)

    assert equal(whole, second)
    assert whole.progress.train_losses == second.progress.train_losses
    assert whole.progress.val_losses == second.progress.val_losses


def test_an_interrupted_run_is_a_usable_checkpoint(make_run: MakeRun) -> None:
    run, folder = make_run()
    assert not run.train(folder.save, stop_at(5))
    poet = load_checkpoint(folder.path)
    assert poet.metrics["iterations"] == 5
    assert sample(poet.model, poet.tokenizer, 40)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "training.safetensors").unlink(), "can't be resumed"),
        (lambda f: (f / "training.safetensors").write_bytes(b"x" * 50), "damaged"),
        (lambda f: (f / "training.json").write_text('{"iteration": 3, "odd": 1}'), "damaged"),
        (lambda f: (f / "training.json").write_text("{"), "training.json can't be read"),
    ],
)
def test_a_run_that_cannot_be_resumed(
    make_run: MakeRun, damage: Callable[[Path], object], message: str
) -> None:
    run, folder = make_run(iterations=2)
    run.train(folder.save, quiet)
    damage(folder.path)
    again, folder = make_run(iterations=2)
    with pytest.raises(ValueError, match=message):
        folder.resume(again)


def test_another_shape_cannot_resume(make_run: MakeRun) -> None:
    run, folder = make_run(iterations=2)
    run.train(folder.save, quiet)
    larger, folder = make_run(iterations=2, n_embd=64)
    with pytest.raises(TrainingError, match="another recipe"):
        folder.resume(larger)


def test_a_run_begins_from_a_checkpoint(make_run: MakeRun, tmp_path: Path) -> None:
    first, first_folder = make_run(tmp_path / "first", iterations=20)
    first.train(first_folder.save, quiet)
    begun, _ = make_run(tmp_path / "begun")
    fresh = weights(begun)
    begin_from(begun, first_folder.checkpoint(first))
    for name, weight in weights(begun).items():
        assert torch.equal(weight, first.averaged.state_dict()[name.split(" ")[1]])
    assert not torch.equal(fresh["raw embed.weight"], begun.model.state_dict()["embed.weight"])
    assert begun.progress.iteration == 0


def test_characters_new_to_a_checkpoint_keep_their_first_weights(
    make_run: MakeRun, tmp_path: Path
) -> None:
    first, first_folder = make_run(tmp_path / "first", iterations=5)
    first.train(first_folder.save, quiet)
    before = first_folder.checkpoint(first)
    begun, _ = make_run(tmp_path / "begun")
    # The checkpoint knew q for e, as if the vocabularies were of different corpora.
    tokenizer = CharTokenizer(set(begun.tokenizer.chars) - {"e"} | {"q"})
    before = replace(before, tokenizer=tokenizer)
    fresh = weights(begun)["raw embed.weight"]
    begin_from(begun, before)
    own = begun.model.state_dict()["embed.weight"]
    new = begun.tokenizer.stoi["e"]
    assert torch.equal(own[new], fresh[new])
    for character in set(begun.tokenizer.chars) - {"e"}:
        theirs = before.model.state_dict()["embed.weight"][before.tokenizer.stoi[character]]
        assert torch.equal(own[begun.tokenizer.stoi[character]], theirs)


@pytest.mark.parametrize("change", [{"n_embd": 64}, {"n_layer": 3}, {"stage": "bigram"}])
def test_a_run_cannot_begin_from_another_shape(
    make_run: MakeRun, tmp_path: Path, change: dict[str, object]
) -> None:
    other, other_folder = make_run(tmp_path / "other", **change)
    run, _ = make_run(tmp_path / "run")
    with pytest.raises(TrainingError, match=r"another shape.*with --init\."):
        begin_from(run, other_folder.checkpoint(other))


def test_saved_progress_is_plain_json(make_run: MakeRun) -> None:
    run, folder = make_run(iterations=3)
    run.train(folder.save, quiet)
    saved = json.loads((folder.path / "training.json").read_text())
    assert saved == json.loads(json.dumps(asdict(run.progress)))
