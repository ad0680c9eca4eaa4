"""What happens when something breaks: Discord, the poet, the database."""

import asyncio
import logging
import os
import re
import signal
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

import discord
import pytest

from bot.errors import AUTOMOD_REFUSED, GONE, UNKNOWN_INTERACTION
from bot.i18n.texts import ENGLISH
from bot.poem import recital
from bot.store import ABANDONED_SECONDS, GuildSettings, StoreError
from bot.votes.catching_up import CatchingUpCog
from bot.writer.queue import Writer
from tests.bot.conftest import MakeWorld
from tests.bot.poem.test_poem import SIGNATURE, buttons, unescaped
from tests.bot.world import CONCURRENT, World, a_writer, both, until
from tests.bot.writer.test_queue import LONG

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANSWER = "/webhooks/*/messages/@original"
REACTIONS = "/channels/*/messages/*/reactions/*"


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recital, "RETRY_SECONDS", (0.01, 0.01))


def being_written(world: World) -> bool:
    """Whether a poem is kept that has its message and not yet its text."""
    placed = {message.id for message in world.messages()}
    rows = world.rows("SELECT message_id FROM poems WHERE text IS NULL")
    return any(message_id in placed for (message_id,) in rows)


async def test_a_failed_edit_on_the_way_is_passed_over(world: World) -> None:
    world.env.inject_error("PATCH", ANSWER, times=1)
    message = await world.poem()
    assert SIGNATURE.search(message.content)


async def test_a_failed_final_edit_is_tried_again(world: World) -> None:
    world.env.inject_error("PATCH", ANSWER, times=3)  # the first on the way, then two final ones
    message = await world.poem()
    assert SIGNATURE.search(message.content)
    assert buttons(message)


async def test_a_poem_that_cannot_be_shown_is_kept(world: World) -> None:
    world.env.inject_error("PATCH", ANSWER, times=None)
    await world.ask()
    ((text, stopped_by),) = world.rows("SELECT text, stopped_by FROM poems")
    assert text.startswith("The sea at night")
    assert stopped_by
    contents = [message.content for message in world.channel.history(viewer=world.alice)]
    assert contents == [ENGLISH.not_shown]

    mine = await world.alice.slash(world.channel, "poems mine")
    assert mine.response is not None
    read = await world.alice.click(mine.response.message, label="1")
    assert read.response is not None
    assert read.response.ephemeral
    assert unescaped(read.response.content).startswith(f"{text}\n\n-# ")


async def test_a_deleted_message_ends_the_writing(world: World) -> None:
    async def delete() -> None:
        await until(lambda: being_written(world))
        (message,) = world.messages()
        world.env.backend.delete_message(world.channel.id, message.id)

    result = await both(world.ask(), delete())
    assert result.followups == []
    assert world.messages() == []
    assert world.rows("SELECT * FROM poems") == []
    assert world.env.errors == []


async def test_a_message_deleted_while_its_poem_waits(world: World, writer: Writer) -> None:
    busy = [writer.submit(LONG) for _ in range(CONCURRENT + 1)]  # the last one is before Alice

    async def delete() -> None:
        (message,) = await until(world.messages)
        await until(lambda: ENGLISH.waiting.format(place=2) in world.message(message.id).content)
        world.env.backend.delete_message(world.channel.id, message.id)
        for poem in reversed(busy):
            writer.cancel(poem)

    result = await both(world.ask(), delete())
    assert result.followups == []
    assert world.rows("SELECT * FROM poems") == []
    assert writer.waiting == 0
    assert world.env.errors == []


@pytest.mark.parametrize("edits_before", [0, 1], ids=["on the way", "at the end"])
async def test_automod_refuses_the_poem(world: World, edits_before: int) -> None:
    if edits_before:  # there is one on the way, and its trouble is passed over
        world.env.inject_error("PATCH", ANSWER, times=1)
    world.env.inject_error("PATCH", ANSWER, status=400, code=AUTOMOD_REFUSED)
    sentence = world.refusal(await world.ask())
    assert sentence == ENGLISH.automod
    assert world.messages() == []
    assert world.rows("SELECT * FROM poems") == []


async def test_a_message_deleted_before_its_poem_is_whole(world: World) -> None:
    world.env.inject_error("PATCH", ANSWER, times=1)
    world.env.inject_error("PATCH", ANSWER, status=404, code=GONE[0])
    result = await world.ask()
    assert result.followups == []
    assert world.rows("SELECT * FROM poems") == []


async def test_where_a_poem_may_not_be_shared(world: World) -> None:
    private = await world.wish(seed="the sea", private=True)
    world.env.inject_error("POST", "/webhooks/*", status=403, code=50013, times=1)
    result = await world.press(world.alice, private, "share")
    assert [told.content for told in result.followups] == [ENGLISH.not_allowed]
    assert world.messages() == []
    assert world.rows("SELECT private FROM poems") == [(1,)]
    await world.press(world.alice, private, "share")
    assert len(world.messages()) == 1


@pytest.mark.parametrize("seconds", [86_400, -86_400])
async def test_a_clock_that_is_set_while_a_poem_is_written(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    world = await make_world(poem_seconds=0.5)
    await world.store.change_guild_settings(
        world.alice.guild.id, lambda _: GuildSettings(cooldown=60)
    )

    async def set_clock() -> None:
        await until(lambda: being_written(world))
        true_time = time.time
        monkeypatch.setattr(time, "time", lambda: true_time() + seconds)
        world.change(f"UPDATE poems SET created_at = created_at - {seconds}")  # as SQLite sees it
        cog = world.bot.cogs["CatchingUpCog"]
        assert isinstance(cog, CatchingUpCog)
        await cog.mend_abandoned()

    result = await both(world.ask(), set_clock())
    assert SIGNATURE.search(result.response.content)
    message = result.response.message
    await world.press(world.bob, message, "up")
    assert world.votes(message) == [1]
    moment = re.search(r"<t:(\d+):R>", world.refusal(await world.ask()))
    assert moment is not None, "the minute is not over"
    assert 55 < int(moment[1]) - time.time() < 62, "told in the time that the machine now has"


async def test_a_poem_that_was_shown_before_its_bot_was_killed_stays(world: World) -> None:
    message = await world.poem()
    world.change(
        "UPDATE poems SET text = NULL, stopped_by = NULL, "
        f"created_at = created_at - {ABANDONED_SECONDS}"
    )
    cog = world.bot.cogs["CatchingUpCog"]
    assert isinstance(cog, CatchingUpCog)
    await cog.mend_abandoned()
    assert world.rows("SELECT * FROM poems") == []
    assert world.message(message.id).content == message.content


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (403, 90001), (500, 0)])
async def test_reactions_that_fail_leave_the_buttons(world: World, status: int, code: int) -> None:
    world.env.inject_error("PUT", REACTIONS, status=status, code=code, times=None)
    message = await world.poem()
    assert buttons(message)
    assert message.reactions == []


async def test_where_the_bot_may_not_react_it_does_not_try(world: World) -> None:
    guild = world.alice.guild
    assert world.bot.user is not None
    role = guild.roles[world.bot.user.name]
    silent = guild.create_text_channel(
        "silent", overwrites={role: discord.PermissionOverwrite(add_reactions=False)}
    )
    result = await world.alice.slash(silent, "poem", seed="the sea")
    assert result.response is not None
    assert buttons(result.response.message)
    assert not [entry for entry in world.env.http_requests if "/reactions/" in entry.path]


async def test_installed_by_a_member_only_the_buttons_do_everything(world: World) -> None:
    """Then the bot is in no server: it answers, but sees neither channel nor message."""
    guild = world.bot.get_guild(world.alice.guild.id)
    assert guild is not None
    world.bot._connection._remove_guild(guild)
    message = await world.poem()
    assert message.reactions == []
    await world.press(world.bob, message, "up")
    assert world.votes(message) == [1]
    await world.press(world.alice, message, "delete")
    assert world.messages() == []
    assert world.rows("SELECT * FROM poems") == []


async def test_an_answer_that_comes_too_late(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=UNKNOWN_INTERACTION)
    result = await world.ask()
    assert not result.acknowledged
    assert "later than the 3 seconds" in caplog.text
    assert world.rows("SELECT * FROM poems") == []
    await asyncio.wait_for(world.writer.drain(), 5)
    world.errors_seen = len(world.env.errors)


async def test_an_unforeseen_error_under_a_button(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    message = await world.poem()
    world.env.inject_error("POST", "/interactions/*/callback", status=500)
    result = await world.press(world.bob, message, "up")
    assert result.response is not None
    assert result.response.ephemeral
    reference = re.search(r"\((\w+)\)$", result.response.content)
    assert reference is not None
    assert f"Reference {reference[1]}" in caplog.text
    assert "status 500" in caplog.text
    assert world.votes(message) == [1]


async def test_a_poet_that_dies_while_writing(
    make_world: MakeWorld, endless_checkpoint: Path
) -> None:
    async with a_writer(endless_checkpoint) as poet:
        world = await make_world(poet, poem_seconds=5)

        async def kill() -> None:
            await until(lambda: being_written(world))
            assert poet.worker_pid is not None
            os.kill(poet.worker_pid, signal.SIGKILL)

        sentence = world.refusal(await both(world.ask(), kill()))
        assert sentence == ENGLISH.poet_lost
        assert world.messages() == []
        assert world.rows("SELECT * FROM poems") == []
        assert SIGNATURE.search((await world.poem()).content), "the next one is written again"


async def test_stopping_lets_the_poem_finish_and_takes_no_more(
    make_world: MakeWorld, endless_checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with a_writer(endless_checkpoint) as poet:
        world = await make_world(poet, poem_seconds=5)

        async def stop() -> None:
            await until(lambda: being_written(world))
            await world.bot.drain()

        result = await both(world.ask(), stop())
        assert "answers under way: 1." in caplog.text
        assert SIGNATURE.search(result.response.content)
        assert len(buttons(result.response.message)) == 9
        assert world.refusal(await world.ask()) == ENGLISH.shutting_down
        message = result.response.message
        await world.press(world.bob, message, "up")
        assert world.votes(message) == [1], "voting needs no poet"


async def test_a_database_that_is_locked(world: World) -> None:
    message = await world.poem()
    with closing(sqlite3.connect(world.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert world.refusal(await world.ask()) == ENGLISH.not_kept
        result = await world.press(world.bob, message, "up")
        assert result.response is not None
        assert (result.response.content, result.response.ephemeral) == (ENGLISH.not_kept, True)
        other.execute("ROLLBACK")
    assert [left.id for left in world.messages()] == [message.id]
    await world.press(world.bob, message, "up")
    assert world.votes(message) == [1]


@pytest.mark.parametrize("released", [True, False])
async def test_a_database_that_is_locked_when_the_poem_is_finished(
    world: World, released: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(world.store.path, isolation_level=None)) as other:

        async def lock() -> None:
            await until(lambda: being_written(world))
            other.execute("BEGIN IMMEDIATE")
            await until(lambda: SIGNATURE.search(world.messages()[0].content))
            await until(lambda: "not kept" in caplog.text)
            if released:
                other.execute("ROLLBACK")

        result = await both(world.ask(), lock())

    (message,) = world.messages()
    assert SIGNATURE.search(message.content), "the member sees the poem in any case"
    assert len(message.reactions) == 2
    private = [followup.content for followup in result.followups]
    assert private == ([] if released else [ENGLISH.not_lasting])
    assert being_written(world) is not released
    await world.press(world.bob, message, "up")
    assert world.votes(message) == [1]

    world.change("UPDATE poems SET created_at = created_at - 3600")
    await world.restart()
    assert world.message(message.id).content == message.content
    assert len(world.rows("SELECT * FROM poems")) == released


async def test_a_finished_poem_is_shown_whatever_the_database_does(world: World) -> None:
    async def break_it() -> None:
        await until(lambda: being_written(world))
        world.change("ALTER TABLE poems RENAME TO lost")

    result = await both(world.ask(), break_it())
    (message,) = world.messages()
    assert SIGNATURE.search(message.content)
    assert buttons(message)
    assert [followup.content for followup in result.followups] == [ENGLISH.not_lasting]


async def test_a_disk_that_is_full(world: World, caplog: pytest.LogCaptureFixture) -> None:
    message = await world.poem()
    ((pages,),) = world.rows("PRAGMA page_count")
    limited = world.store._database
    await limited.execute(f"PRAGMA max_page_count = {pages}")
    for size in (2000, 200, 1):  # until the last corner of the last page is full
        with suppress(StoreError):
            while True:
                await world.keep_poem("x" * size)
    assert world.refusal(await world.ask("x " * 140)) == ENGLISH.not_kept
    assert "disk is full" in caplog.text
    assert [left.id for left in world.messages()] == [message.id]
    await limited.execute("PRAGMA max_page_count = 4294967294")
    assert await world.poem()
    await world.press(world.bob, message, "up")
    assert world.votes(message) == [1]


async def test_a_poem_that_can_neither_be_shown_nor_kept(world: World) -> None:
    world.env.inject_error("PATCH", ANSWER, times=None)
    with closing(sqlite3.connect(world.store.path, isolation_level=None)) as other:

        async def lock() -> None:
            await until(lambda: being_written(world))
            other.execute("BEGIN IMMEDIATE")

        await both(world.ask(), lock())
    contents = [message.content for message in world.channel.history(viewer=world.alice)]
    assert contents == [ENGLISH.poet_lost]


async def test_a_reaction_while_the_database_is_locked_is_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    message = await world.poem()
    with closing(sqlite3.connect(world.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await world.alice.react(message, "👍")
    assert "on_raw_reaction_add failed" in caplog.text
    assert "is locked by another program" in caplog.text
    world.errors_seen = len(world.env.errors)
