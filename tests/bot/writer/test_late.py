"""A poet on a busy machine is late, and not hung."""

import asyncio
from pathlib import Path

import pytest

from bot.writer import poet_process
from tests.bot.world import a_writer
from tests.bot.writer.slow_worker import STEP_SECONDS
from tests.bot.writer.test_queue import read
from verse.request.request import PoemRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_poems_begun_one_after_another_are_late_and_none_is_lost(
    endless_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poet_process, "WORKER", "tests.bot.writer.slow_worker")
    request = PoemRequest("the sea", max_lines=1000, max_chars=100_000, max_seconds=2.5)
    # Each may be later than the grace, as it waits for a step of both others.
    async with a_writer(endless_checkpoint, concurrent=3, grace_seconds=2 * STEP_SECONDS) as writer:
        poems = []
        for _ in range(3):
            poems.append(asyncio.create_task(read(writer.submit(request))))
            await asyncio.sleep(1)
        results = [result for _, result in await asyncio.gather(*poems)]
        assert [result.stopped_by for result in results] == 3 * ["time"]
        assert writer.health.restarts == 0
    # Its time counts from where it was begun, so it is late by its turn's wait, and no more.
    assert all(result.seconds < 2.5 + 4 * STEP_SECONDS for result in results)
