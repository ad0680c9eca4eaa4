"""python -m bot, as somebody at a terminal meets it."""

import asyncio
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.store import Store

TOKEN = "a.b.c"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "CHECKPOINT", "DATABASE"):
        monkeypatch.delenv(name, raising=False)


def told(capsys: pytest.CaptureFixture[str], status: int, *argv: str) -> str:
    """The one sentence on standard error."""
    assert main(list(argv)) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


@pytest.mark.parametrize("argv", [[], ["sync"]])
def test_without_a_token(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    sentence = told(capsys, 2, *argv)
    assert "DISCORD_TOKEN is not set" in sentence
    assert "python -m bot preview" in sentence


def test_with_settings_that_are_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUEUE_SIZE", "many")
    assert "QUEUE_SIZE must be a whole number" in told(capsys, 2)


def test_with_a_database_that_is_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE", str(tmp_path))
    assert str(tmp_path) in told(capsys, 1)


@pytest.mark.parametrize("argv", [[], ["--or-preview"]])
def test_without_a_checkpoint(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    if not argv:
        monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    assert "There is no checkpoint at" in told(capsys, 1, *argv)


def test_the_preview_without_simcord(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "simcord", None)
    assert "pip install" in told(capsys, 1, "preview")


async def _make_database(path: Path) -> None:
    async with await Store.open(path):
        pass


def test_export(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "There is no database at poems.sqlite3" in told(capsys, 1, "export", "rated.jsonl")
    asyncio.run(_make_database(tmp_path / "poems.sqlite3"))
    assert main(["export", "rated.jsonl"]) == 0
    assert capsys.readouterr().out == "0 poems with votes in rated.jsonl\n"
    assert (tmp_path / "rated.jsonl").read_text() == ""
    (tmp_path / "diary.txt").write_text("dear diary\n")
    assert "no earlier export" in told(capsys, 1, "export", "diary.txt")


def test_the_preview_serves_its_page_until_it_is_stopped(tiny_checkpoint: Path) -> None:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "CHECKPOINT": str(tiny_checkpoint), "PYTHONPATH": str(root)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "--or-preview"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = next(line.strip() for line in process.stdout if "http://127.0.0.1" in line)
        with urllib.request.urlopen(url, timeout=10) as page:
            assert page.status == 200
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
