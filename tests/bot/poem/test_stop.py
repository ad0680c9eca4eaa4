"""Stop: a poem ends at its last line while it is written, and the poet is free."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import discord
import pytest
from simcord import InteractionResult, MemberActor

from bot.i18n.texts import ENGLISH
from bot.poem import recital
from bot.poem.admission import submit
from bot.writer.in_progress import PoemInProgress
from tests.bot.conftest import MakeWorld
from tests.bot.poem.test_poem import SIGNATURE, buttons, unescaped
from tests.bot.world import CONCURRENT, LOOKING, World, until
from tests.bot.writer.test_queue import LONG, begun
from verse.request.request import PoemRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECONDS = 0.2
FINISHED = ["👍", "👎", "Another", "Edit", "Continue", *LOOKING, "Delete", "Report"]


@pytest.fixture(autouse=True)
def _endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poems go on until somebody stops them, and members can do things meanwhile."""

    def asked(interaction: Any, chosen: Any, request: PoemRequest) -> PoemInProgress:
        return submit(interaction, chosen, replace(request, max_lines=10**5, max_chars=10**6))

    monkeypatch.setattr(recital, "submit", asked)
    monkeypatch.setattr(recital, "EDIT_SECONDS", 0.0)


@asynccontextmanager
async def writing(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, **options: Any
) -> AsyncIterator[tuple[World, discord.Message]]:
    """A world in which the poet writes a poem of Alice, and the message in which it stands."""
    world = await make_world(poem_seconds=60)
    wait = partial(world.env.external_wait, reason="the poet writes")
    monkeypatch.setattr(PoemInProgress, "wait", staticmethod(wait))
    asked = await world.alice.slash(world.channel, "poem", seed="the sea", **options)
    assert asked.response is not None
    yield world, asked.response.message
    monkeypatch.undo()
    for _, poem in list(world.bot.being_written.values()):
        world.writer.cancel(poem)
    await world.writer.drain()
    await world.env.settle()


def now(world: World, message: discord.Message) -> discord.Message:
    """The `message` as Alice sees it."""
    seen = world.channel.history(viewer=world.alice)
    return next(one for one in seen if one.id == message.id)


async def stop(world: World, member: MemberActor, message: discord.Message) -> InteractionResult:
    ((custom_id,),) = [
        [child.custom_id for child in row.children if isinstance(child, discord.Button)]
        for row in message.components
        if isinstance(row, discord.ActionRow)
    ]
    assert custom_id is not None
    return await member.click(message, custom_id=custom_id)


@pytest.mark.parametrize("private", [False, True])
async def test_who_asked_stops_it_at_its_last_line(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, private: bool
) -> None:
    async with writing(make_world, monkeypatch, private=private) as (world, message):
        await until(lambda: now(world, message).content.count("\n") > 4)
        before = now(world, message)
        assert buttons(before) == ["Stop"]
        assert before.content.endswith(f"\n\n-# {ENGLISH.writing}")
        result = await stop(world, world.alice, before)
        assert result.followups == [], "no message but the poem"
        await until(lambda: not world.writer.active)
        await until(lambda: len(buttons(now(world, message))) > 1)

        after = now(world, message)
        *_, signature, note = after.content.split("\n")
        assert SIGNATURE.search("\n\n" + signature)
        assert note == f"-# {ENGLISH.ended_by_request}"
        ((text, stopped_by),) = world.rows("SELECT text, stopped_by FROM poems")
        assert stopped_by == "cancelled"
        assert unescaped(after.content).startswith(text)
        seen = unescaped(before.content).rpartition("\n\n-# ")[0]
        assert text.startswith(seen.rstrip()), "a blank line may have been shown already"
        assert after.content.count("\n") <= before.content.count("\n") + 6, "and hardly a line more"
        if not private:
            assert buttons(after) == FINISHED
        assert world.bot.being_written == {}


async def test_the_poet_is_free_at_once(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with writing(make_world, monkeypatch) as (world, message):
        others = [world.writer.submit(LONG) for _ in range(CONCURRENT)]  # the last one waits
        assert world.writer.waiting == 1
        pressed = time.monotonic()
        freed: list[float] = []

        async def watch() -> None:
            await until(lambda: not world.writer.waiting)
            freed.append(time.monotonic() - pressed)

        watching = asyncio.create_task(watch())
        await stop(world, world.alice, now(world, message))
        await watching
        assert freed[0] < SECONDS + 0.3, "with what simcord takes for a press"
        monkeypatch.undo()
        for poem in others:
            await begun(poem)
            world.writer.cancel(poem)


async def test_a_moderator_may_and_others_may_not(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with writing(make_world, monkeypatch) as (world, message):
        shown = now(world, message)
        refused = await stop(world, world.bob, shown)
        assert world.refusal(refused) == ENGLISH.not_yours_to_stop
        assert world.writer.active == 1
        await stop(world, world.moderator(), shown)
        await until(lambda: not world.writer.active)
        await until(lambda: buttons(now(world, message)) == FINISHED)


async def test_pressing_twice_or_under_a_finished_poem(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with writing(make_world, monkeypatch) as (world, message):
        shown = now(world, message)
        stored = world.env.backend.get_message(message.channel.id, message.id)
        await stop(world, world.alice, shown)
        await until(lambda: buttons(now(world, message)) == FINISHED)
        forged = f"poem:stop:{world.poem_id(message)}"
        stored.components[0]["components"][0]["custom_id"] = forged
        for member in (world.alice, world.bob):
            late = await member.click(message, custom_id=forged)
            assert world.refusal(late) == ENGLISH.not_being_written
        assert len(world.rows("SELECT * FROM poems")) == 1


async def test_who_waits_leaves_the_queue(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with writing(make_world, monkeypatch) as (world, _):
        busy = [world.writer.submit(LONG) for _ in range(CONCURRENT - 1)]
        asked = await world.bob.slash(world.channel, "poem", seed="the night")
        assert asked.response is not None
        waiting = asked.response.message
        assert waiting.content == ENGLISH.waiting.format(place=1)
        assert buttons(waiting) == ["Stop"]
        result = await stop(world, world.bob, waiting)
        assert result.followups == []
        assert waiting.id not in [left.id for left in world.messages()]
        private = [
            one.content for one in world.channel.history(viewer=world.bob) if one.flags.ephemeral
        ]
        assert private == [ENGLISH.left_queue]
        assert world.writer.waiting == 0
        assert world.rows("SELECT prompt FROM poems") == [("the sea",)]
        for poem in busy:
            world.writer.cancel(poem)


async def test_who_opted_out_can_stop_too(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await make_world(poem_seconds=60)
    await world.store.opt_out(world.alice.id)
    wait = partial(world.env.external_wait, reason="the poet writes")
    monkeypatch.setattr(PoemInProgress, "wait", staticmethod(wait))
    asked = await world.ask()
    assert asked.response is not None
    message = asked.response.message
    await stop(world, world.alice, now(world, message))
    await until(lambda: buttons(now(world, message)) == ["Delete"])
    assert world.rows("SELECT * FROM poems") == []
