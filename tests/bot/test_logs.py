"""Nobody's words and no number of Discord's reach the log, at any level, whoever writes it.

The real program at LOG_LEVEL=DEBUG is listened to in process/test_connections.py.
"""

import asyncio
import gc
import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot import logs
from bot.logs import FORMAT, Discreet
from bot.poem import recital
from bot.poem.cog import PoemCog
from tests.bot.test_faults import ANSWER
from tests.bot.world import World

WORDS = "the unmistakable sea"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the bot would write to standard error at LOG_LEVEL=DEBUG."""
    written, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(written), root.level
    handler.setFormatter(Discreet(FORMAT))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logs.configure("DEBUG")
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def check_discreet(written: str) -> None:
    assert "unmistakable" not in written
    assert re.findall(r"\d{15,}", written) == []


def fails(*arguments: Any, **named: Any) -> Any:
    raise ValueError(f"{WORDS}, said {arguments} {named}")


@pytest.mark.asyncio(loop_scope="session")
async def test_what_members_do_and_what_goes_wrong(
    world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await world.poem(WORDS)
    await world.alice.react(message, "👍")
    await world.press(world.alice, message, "up")
    await world.press(world.bob, message, "report")
    await world.press(world.bob, message, "delete")  # which he may not
    await world.alice.slash(world.channel, "poems find", words="unmistakable")
    assert f"Reported: poem {world.poem_id(message)}" in log.getvalue()

    # Discord stumbles, under a poem and under a button.
    monkeypatch.setattr(recital, "RETRY_SECONDS", (0.01, 0.01))
    world.env.inject_error("PATCH", ANSWER, times=4)  # on the way, and at all three attempts
    await world.ask(WORDS)
    assert "not shown: status 500" in log.getvalue()
    world.env.inject_error("POST", "/interactions/*/callback", status=500)
    await world.press(world.bob, message, "up")
    assert "status 500" in log.getvalue()

    # And this bot: in a command, in a listener, while it offers choices, in a task of its own.
    monkeypatch.setattr(recital, "opening_of", fails)
    sentence = world.refusal(await world.ask(WORDS))
    reference = re.search(r"\((\w+)\)", sentence)
    assert reference is not None
    assert f"Reference {reference[1]}" in log.getvalue()
    assert "in fails\n" in log.getvalue(), "the trace is there"
    monkeypatch.setattr(world.store, "add_reaction", fails)
    await world.alice.react(message, "👎")
    assert "on_raw_reaction_add" in log.getvalue()
    monkeypatch.setattr("bot.poem.cog.matching", fails)
    assert isinstance(world.bot.cogs["PoemCog"], PoemCog)
    await world.alice.autocomplete(world.channel, "poem", "form", WORDS)
    world.errors_seen = len(world.env.errors)

    check_discreet(log.getvalue())


async def test_what_the_event_loop_complains_of(log: io.StringIO) -> None:
    async def forgotten() -> None:
        fails(300000000000000001)

    asyncio.create_task(forgotten())  # noqa: RUF006 - that is the point
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gc.collect()
    assert "never retrieved" in log.getvalue()
    assert "ValueError" in log.getvalue()
    check_discreet(log.getvalue())


def test_what_discord_py_says_of_a_limit(log: io.StringIO) -> None:
    address = "https://discord.com/api/v10/webhooks/300000000000000001/aW50ZXJhY3Rpb24/messages/1"
    logging.getLogger("discord.http").warning("We are being rate limited. PATCH %s", address)
    logging.getLogger("discord.gateway").debug("For Shard ID 0: WebSocket Event: %s", WORDS)
    assert "/webhooks/.../.../messages/1" in log.getvalue()
    check_discreet(log.getvalue())
