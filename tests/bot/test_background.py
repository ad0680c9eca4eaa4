"""Work that no member waits for goes on, whatever goes wrong in a piece of it."""

import re
from typing import Any

import pytest

from bot.store import ABANDONED_SECONDS, Store
from bot.votes import catching_up
from bot.votes.rules import DOWN, UP
from tests.bot.poem.test_poem import buttons
from tests.bot.votes.test_counts import later
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


def failing_once(method: Any) -> Any:
    """`method`, but for its first call, which meets a fault that nobody foresaw."""
    calls = []
    fault = ZeroDivisionError("1 / 0")

    async def fails_once(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 1:
            raise fault
        return await method(*arguments)

    return fails_once


@pytest.mark.parametrize(
    ("cog", "loop", "asked_first"),
    [
        ("DailyCog", "look", "guilds_due"),
        ("CatchingUpCog", "recount", "latest_poems"),
        ("CatchingUpCog", "mend_abandoned", "abandoned_poems"),
    ],
)
async def test_a_loop_does_not_end_with_a_fault(
    world: World, cog: str, loop: str, asked_first: str,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """What comes out of a loop of discord.ext.tasks is its end."""
    monkeypatch.setattr(Store, asked_first, failing_once(getattr(Store, asked_first)))
    await getattr(world.bot.cogs[cog], loop)()
    assert re.search(r" failed. Reference \w{6}\n", caplog.text)
    assert "1 / 0" not in caplog.text, "a message could hold somebody's words"


async def test_an_abandoned_poem_with_a_fault_keeps_no_other_from_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        await world.poem()
    world.change(
        "UPDATE poems SET text = NULL, stopped_by = NULL, "
        f"created_at = created_at - {ABANDONED_SECONDS}"
    )
    monkeypatch.setattr(catching_up, "_mend", failing_once(catching_up._mend))
    mend = world.bot.cogs["CatchingUpCog"].mend_abandoned  # type: ignore[attr-defined]
    await mend()
    assert len(world.rows("SELECT * FROM poems")) == 1
    assert "The mending of one abandoned poem failed. Reference" in caplog.text
    await mend()
    assert world.rows("SELECT * FROM poems") == [], "it is tried again"


async def test_a_message_with_a_fault_keeps_no_other_from_its_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [await world.poem() for _ in range(2)]
    for message in messages:
        await world.bob.react(message, UP)
    monkeypatch.setattr(Store, "tally", failing_once(Store.tally))
    await later(world)
    labels = sorted(str(buttons(world.message(message.id))[0]) for message in messages)
    assert labels == [UP, f"{UP} 1"]
    assert all(buttons(world.message(message.id))[1] == DOWN for message in messages)
