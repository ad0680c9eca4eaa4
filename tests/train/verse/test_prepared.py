"""A prepared corpus teaches what the corpus itself teaches, and goes where there is none."""

import json
import lzma
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from model.weights import read_json
from tests.train.runs import quiet
from train.__main__ import main as train
from train.corpus.load import Corpus
from train.corpus.poem import Poem
from train.device import Device, Processes
from train.loop import Run
from train.recipe import PRESETS
from train.start import make_run
from train.verse.assets import ASSETS
from train.verse.prepared import POEMS, Prepared, prepare
from verse.judge.files import CorpusError

RECIPE = replace(PRESETS["tiny"], verse=True, iterations=6, evaluations=1, n_embd=16, n_layer=1)
THINGS = ["sea", "wood", "night", "bell", "rain", "road", "stone", "door", "lark", "fire"]
CORPUS = Corpus(
    ["made.txt"],
    False,
    [
        Poem(f"The {one} is old,\nthe {two} is cold,\n\nthe {one} is told.", f"Ann {one.title()}")
        for one in THINGS
        for two in THINGS
    ],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare(CORPUS, RECIPE).save(tmp_path / "prepared")
    return tmp_path / "prepared"


def learn(prepared: Prepared, folder: Path) -> Run:
    run, kept = make_run(RECIPE, prepared, folder, Device("cpu", False, "CPU"), Processes())
    run.train(kept.save, quiet)
    return run


def test_learning_from_the_folder_is_learning_from_the_corpus(folder: Path, tmp_path: Path) -> None:
    of_corpus = learn(prepare(CORPUS, RECIPE), tmp_path / "a")
    of_folder = learn(Prepared.load(folder), tmp_path / "b")
    assert of_corpus.progress.train_losses == of_folder.progress.train_losses
    assert of_corpus.progress.val_losses == of_folder.progress.val_losses
    for one, other in zip(
        of_corpus.averaged.parameters(), of_folder.averaged.parameters(), strict=True
    ):
        assert torch.equal(one, other)
    for name in ASSETS:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert read_json(tmp_path / "b" / "provenance.json")["corpus"] == CORPUS.facts()


def test_nothing_held_back_is_learned_from(folder: Path) -> None:
    prepared = Prepared.load(folder)
    assert prepared.held_back
    learned = {part.text for part in prepared.parts}
    assert learned.isdisjoint(prepared.held_back)
    assert learned | set(prepared.held_back) <= set(CORPUS.texts)


def rewrite(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Other lines, packed as well as those before."""
    lines = lzma.decompress(path.read_bytes()).decode().splitlines()
    path.write_bytes(lzma.compress("\n".join(change(lines)).encode()))


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-40]),
        lambda path: path.write_bytes(b"no such thing"),
        lambda path: path.unlink(),
        lambda path: (path.parent / "words.tsv").unlink(),
        lambda path: (path.parent / "words.tsv").write_text("sea\tsee\n"),
        lambda path: (path.parent / "known_runs.safetensors").write_bytes(b"none"),
        lambda path: rewrite(path, lambda lines: lines[:-1]),
        lambda path: rewrite(path, lambda lines: ['"text"', *lines[1:]]),
        lambda path: rewrite(path, lambda lines: []),
        lambda path: rewrite(path, lambda lines: ["[" * 200_000, *lines[1:]]),
    ],
)
def test_a_damaged_folder(folder: Path, damage: object) -> None:
    assert callable(damage)
    damage(folder / POEMS)
    with pytest.raises(CorpusError, match="python -m train prepare"):
        Prepared.load(folder)


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "poems.jsonl", tmp_path / "prepared"
    # Long enough for one context of the preset, and enough that one in 200 is held back.
    poems = [f"{text}\nNumber {'so ' * n}it goes" for n in range(20) for text in CORPUS.texts]
    file.write_text("\n".join(json.dumps({"text": text}) for text in poems))
    command = ["prepare", "--corpus", str(file), "--preset", "small", "--out", str(out)]
    assert train(command) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["parts"] > 100
    assert figures["held_back"] > 1
    assert train(command) == 2
    assert "already there" in capsys.readouterr().err

    shape = ["--n-layer", "1", "--n-head", "1", "--n-embd", "8", "--no-compile"]
    short = ["--iterations", "1", "--batch-size", "1", "--block-size", "64", "--device", "cpu"]
    learn = ["--preset", "small", "--prepared", str(out), "--out", str(tmp_path / "run")]
    for extra, says in [
        (["--corpus", str(file)], "--corpus was decided when"),
        (["--val-fraction", "0.1"], "--val-fraction was decided when"),
        (["--preset", "seed"], "choose --preset small or base"),
    ]:
        assert train([*learn, *extra]) == 2
        assert says in capsys.readouterr().err
    assert train([*learn, *shape, *short]) == 0
    recipe = read_json(tmp_path / "run" / "provenance.json")["recipe"]
    assert (recipe["val_fraction"], recipe["split"]) == (0.005, "poems")
