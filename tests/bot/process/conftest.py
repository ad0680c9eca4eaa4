"""The real bot as a process, and a loopback Discord over real sockets (tests/bot/loopback).

What the bot does between start and end is tested inside one process, with simcord.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.forks import another_python
from tests.bot.loopback.gateway import TOKEN
from tests.bot.loopback.server import LoopbackDiscord

SECONDS_TO_END = 25.0  # as `PoetBot.drain` promises; a busy machine starts slowly, too


@pytest.fixture
async def discord_server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord().running() as server:
        yield server
    assert server.faults == []


@pytest.fixture
def environment(tiny_checkpoint: Path) -> dict[str, str]:
    """The settings of the bot, as its process gets them."""
    return {
        "DISCORD_TOKEN": TOKEN,
        "CHECKPOINT": str(tiny_checkpoint),
        "DATABASE": "poems.sqlite3",
    }


@pytest.fixture
def no_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bot and poet are started as people start them: each by a Python that imports all it needs."""
    monkeypatch.setattr(asyncio, "create_subprocess_exec", another_python)


def sentences(stderr: str) -> list[str]:
    """What was said to a person: all lines but those of the log below the level of an error."""
    log_line = re.compile(r"\d{4}-\d\d-\d\d .* (INFO|WARNING) ")
    return [line for line in stderr.splitlines() if not log_line.match(line)]


async def connected(server: LoopbackDiscord, times: int = 1) -> None:
    """Waits until the bot has begun that many sessions."""
    await server.until(lambda: len(server.identifies) == times)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the database in `folder` answers."""
    database = sqlite3.connect(folder / "poems.sqlite3")
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()
