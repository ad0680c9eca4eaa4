"""A terminal that knows only ASCII: what it lacks is shown as ?, and no command fails for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from model.checkpoint import Checkpoint, save_checkpoint
from model.config import ModelConfig
from model.stages import build_model
from model.tokenizer import CharTokenizer

ROOT = Path(__file__).parents[1]
THINGS = ["rose", "sea", "moon", "wind", "lark", "rain", "bell", "tree", "star", "sand"]
POEMS = [
    f"Ω {one}, the {two} of every night and day,\nω {two}, the {one} of every road and way."
    for one in THINGS
    for two in THINGS
]


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {
        "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "OMP_NUM_THREADS": "1"
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, timeout=120,
        capture_output=True, check=False,
    )  # fmt: skip


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


@pytest.mark.parametrize(
    "command",
    [
        "model a --seed 4 --checkpoint {}/poet",
        "verse a --seed 4 --checkpoint {}/poet",
        "verse a --seed 4 --json --checkpoint {}/poet",
        "verse.judge {}/poems.txt --json",
        "train corpus --corpus {}/poems.txt",
        "train --preset tiny --iterations 2 --split tail --corpus {0}/poems.txt --out {0}/run",
    ],
)
def test_a_terminal_without_greek(greek: Path, command: str) -> None:
    result = run(*command.format(greek).split())
    assert result.returncode == 0, result.stderr
    assert b"Traceback" not in result.stderr
    assert result.stdout.isascii()
    if command.startswith(("model", "verse a", "train corpus")):  # the others show no poem
        assert b"?" in result.stdout
