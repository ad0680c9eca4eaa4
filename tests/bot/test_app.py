"""The bot put together."""

from dataclasses import replace

import pytest

from bot.app import writer_for
from bot.settings import Settings
from bot.writer.errors import QueueFull
from tests.bot.writer.test_queue import LONG

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_poet_is_as_the_settings_want_it(settings: Settings) -> None:
    """The bot and its preview have no other way to a poet."""
    async with writer_for(replace(settings, queue_size=3, concurrent_poems=1)) as writer:
        for _ in range(4):
            writer.submit(LONG)
        assert (writer.active, writer.waiting) == (1, 3)
        with pytest.raises(QueueFull):
            writer.submit(LONG)
