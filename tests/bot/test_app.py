"""The bot put together."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import bot.app
from bot.app import writer_for
from bot.settings import Settings
from bot.writer.errors import QueueFull
from tests.bot.writer.test_queue import LONG


@pytest.mark.asyncio(loop_scope="session")
async def test_the_poet_is_as_the_settings_want_it(settings: Settings) -> None:
    async with writer_for(replace(settings, queue_size=3, concurrent_poems=1)) as writer:
        for _ in range(4):
            writer.submit(LONG)
        assert (writer.active, writer.waiting) == (1, 3)
        with pytest.raises(QueueFull):
            writer.submit(LONG)


def test_there_is_no_other_way_to_a_poet() -> None:
    """The preview is as the settings want it too."""
    callers = [
        path.name
        for path in Path(bot.app.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Writer"
    ]
    assert callers == ["app.py"]
