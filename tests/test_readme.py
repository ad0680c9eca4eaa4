"""The README's commands, run as they are written there, in a copy of the repository."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from model.checkpoint import load_checkpoint
from tests.verse.conftest import tokenizer, verse_checkpoint, word_list
from verse.__main__ import main as write
from verse.request.authors import FILE as AUTHORS
from verse.write.word_list import FILE as WORDS

__all__ = ["tokenizer", "verse_checkpoint", "word_list"]

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.partition("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
NEEDS_POET = pytest.mark.skipif(
    not (ROOT / "checkpoints" / "poet" / "config.json").exists(), reason="no poet ships yet"
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What would be cloned, with this very environment as its .venv."""
    copy = tmp_path_factory.mktemp("readme") / "copy"
    not_cloned = shutil.ignore_patterns(
        ".venv",
        ".git",
        ".*_cache",
        ".hypothesis",
        ".env",
        "__pycache__",
        "*.egg-info",
        "*.sqlite3*",
    )
    shutil.copytree(ROOT, copy, ignore=not_cloned)
    for run in (copy / "checkpoints").iterdir():
        if run.is_dir() and run.name not in ("poet", "ladder"):
            shutil.rmtree(run)
    (copy / ".venv").symlink_to(sys.prefix)
    return copy


@contextmanager
def started(command: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The command, running in a shell; whatever it started is ended at last."""
    environment = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN"}
    process = subprocess.Popen(
        ["bash", "-c", command], cwd=folder, start_new_session=True, text=True,
        env=environment | {"PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def written(pattern: str) -> str:
    """The one command of the README that fits."""
    fitting = [command for command in COMMANDS if re.search(pattern, command)]
    assert len(fitting) == 1, f"{pattern} in {COMMANDS}"
    return str(fitting[0])


def test_every_command_is_tried_here() -> None:
    patterns = (
        "make run",
        "make test",
        "--seed 7",
        "limerick",
        "--acrostic",
        "--manner",
        "-m train",
    )
    assert len(COMMANDS) == len(patterns), COMMANDS
    for pattern in patterns:
        written(pattern)


@NEEDS_POET
def test_make_run_serves_the_preview(copy: Path) -> None:
    command = written("make run")
    # Everything is installed already; "old" keeps make from installing the copy over it.
    assert command == "make run"
    with started("make --old-file=.venv/.run run", copy) as process:
        assert process.stdout is not None
        output = ""
        while "4. make run" not in output:  # the last thing that it tells to do
            line = process.stdout.readline()
            assert line, output + process.communicate()[1]
            output += line
        preview, live = re.findall(r"http://\S+", output)
        for address in (preview, live):
            with urllib.request.urlopen(address, timeout=20) as page:
                assert page.status == 200


def test_make_test_is_what_ci_runs() -> None:
    assert written("make test") in (ROOT / ".ci" / "run").read_text().splitlines()
    steps = subprocess.run(
        ["make", "--dry-run", "test"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for tool in ("ruff check", "ruff format --check", "mypy", "pytest"):
        assert tool in steps


@NEEDS_POET
def test_the_same_seed_number_gives_the_same_poem(copy: Path) -> None:
    """By two processes, as sums are rounded by what a process sets before its first product."""
    poems = []
    for _ in range(2):
        with started(written("--seed 7"), copy) as process:
            stdout, stderr = process.communicate(timeout=100)
        assert process.returncode == 0, stderr
        poems.append(stdout)
    assert poems[0] == poems[1]
    assert poems[0].startswith("The sea at night")
    assert poems[0].count("\n") >= 4


@pytest.fixture(scope="module")
def beside_a_small_poet(verse_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose poet has the words and authors of the one that ships, and a small network."""
    folder = tmp_path_factory.mktemp("small")
    small = shutil.copytree(verse_checkpoint, folder / "checkpoints" / "poet")
    for name in (WORDS, AUTHORS):
        shutil.copy(ROOT / "checkpoints" / "poet" / name, small)
    return folder


@NEEDS_POET
@pytest.mark.parametrize(
    ("pattern", "initials", "lines"),
    [("limerick", "A", 5), ("--acrostic", "ANNABELL", 8), ("--manner", "T", 8)],
)
def test_a_poem_has_the_form_that_was_asked(
    pattern: str, initials: str, lines: int, beside_a_small_poet: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """By a small network, for the rules keep it, whatever writes."""
    monkeypatch.chdir(beside_a_small_poet)
    python, flag, module, *arguments = shlex.split(written(pattern))
    assert (python, flag, module) == (".venv/bin/python", "-m", "verse")
    assert write(arguments) == 0
    poem = [line for line in capsys.readouterr().out.splitlines() if line]
    assert len(poem) == lines
    assert "".join(line[0] for line in poem).startswith(initials)


def test_training_begins_as_promised(copy: Path) -> None:
    """The first seconds of it; then Ctrl-C."""
    with started(written("-m train"), copy) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Network:"):
                break
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    assert "--resume" in stderr
    figures = json.loads(stdout.splitlines()[-1])["figures"]
    assert figures["parameters"] > 500_000
    assert load_checkpoint(copy / "checkpoints" / "seed").tokenizer.vocab_size == 65


DOCUMENTS = ("README.md", "docs/explain.md", "docs/log.md", "deploy/README.md",
             "checkpoints/README.md", "train/primer/README.md")  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for path in re.findall(r"\]\((?!http|#)([^)#\s]+)", text):
        assert (ROOT / document).parent.joinpath(path).exists(), path


def test_the_rooms_of_the_house_exist() -> None:
    """Each row of README's table names files and folders of the folder that it is about."""
    rows = re.findall(r"^\| \[\S+\]\((\S+)\) \| (.*) \|$", README, re.MULTILINE)
    assert len(rows) == 7
    for folder, described in rows:
        for name in re.findall(r"`([^` ]+)`", described):
            place = ROOT / folder / name
            assert place.exists() or place.with_suffix(".py").exists(), f"{folder}/{name}"


def test_named_commands_and_flags_exist() -> None:
    for command, flags in re.findall(r"python -m (train|verse|model|bot)((?: [\w'./-]+)*)", README):
        for flag in re.findall(r"--[\w-]+", flags):
            assert flag in help_of(command) or flag == "--help", f"{command} {flag}"


@cache
def help_of(command: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", command, "--help"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
