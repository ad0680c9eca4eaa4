"""A terminal that knows only ASCII: what it lacks is shown as ?, and no command fails for it."""

import importlib
import io
import sys
from pathlib import Path

import pytest
import torch

from model.checkpoint import Checkpoint, save_checkpoint
from model.config import ModelConfig
from model.stages import build_model
from model.tokenizer import CharTokenizer

THINGS = ["rose", "sea", "moon", "wind", "lark", "rain", "bell", "tree", "star", "sand"]
POEMS = [
    f"Ω {one}, the {two} of every night and day,\nω {two}, the {one} of every road and way."
    for one in THINGS
    for two in THINGS
]


@pytest.fixture(scope="module")
def greek(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, and a network that can hardly write anything but Greek."""
    folder = tmp_path_factory.mktemp("greek")
    (folder / "poems.txt").write_text("\n\n\n".join(POEMS), encoding="utf-8")
    torch.manual_seed(1)
    tokenizer = CharTokenizer.train("aαβγδεζηθικλμνξοπρστυφχψωΩ")
    shape = ModelConfig("transformer", tokenizer.vocab_size, 64, n_layer=1, n_head=1, n_embd=8)
    save_checkpoint(Checkpoint(build_model(shape), tokenizer, folder / "poet"))
    return folder


class Terminal(io.TextIOWrapper):
    """A stream of a process, as Python opens it where the locale is ASCII."""

    def __init__(self, errors: str) -> None:
        super().__init__(io.BytesIO(), encoding="ascii", errors=errors)

    def shown(self) -> str:
        self.seek(0)
        return self.read()


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("model", "a --seed 4 --checkpoint {}/poet"),
        ("verse", "a --seed 4 --checkpoint {}/poet"),
        ("verse", "a --seed 4 --json --checkpoint {}/poet"),
        ("verse.judge", "{}/poems.txt --json"),
        ("train", "corpus --corpus {}/poems.txt"),
        ("train", "--preset tiny --iterations 2 --split tail --corpus {0}/poems.txt --out {0}/run"),
    ],
)
def test_a_terminal_without_greek(
    greek: Path, module: str, arguments: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = importlib.import_module(f"{module}.__main__").main
    stdout, stderr = Terminal("strict"), Terminal("backslashreplace")
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setattr(sys, "stderr", stderr)
    assert main(arguments.format(greek).split()) == 0, stderr.shown()
    shown = stdout.shown()
    assert shown
    assert "Traceback" not in stderr.shown()
    if module in ("model", "verse") or arguments.startswith("corpus"):  # the others show no poem
        assert "?" in shown
