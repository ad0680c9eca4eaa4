"""Reactions as votes, and deletions in Discord."""

import json
import logging
from typing import Any

import pytest

from bot.store import Store
from bot.votes import catching_up
from bot.votes.rules import DOWN, UP
from tests.bot.conftest import MakeWorld
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_two_reactions_one_removal_and_a_restart_later_there_is_one_row(
    world: World,
) -> None:
    message = await world.poem()
    await world.alice.react(message, UP)
    await world.alice.react(message, DOWN)
    assert world.votes(message) == [-1], "the last one wins"
    await world.alice.unreact(message, DOWN)
    await world.restart()
    assert world.votes(message) == [1], "the one that still stands counts"
    await world.alice.unreact(message, UP)
    assert world.votes(message) == []


async def test_reactions_while_the_bot_was_off_are_found_at_the_start(world: World) -> None:
    messages = [await world.poem() for _ in range(3)]
    for message in messages[:2]:
        await world.press(world.alice, message, "down")
        await world.alice.react(message, UP)
        await world.bob.react(message, DOWN)
    robot = world.alice.guild.add_member(world.env.create_user("robot", bot=True))
    with world.no_bot():
        await world.alice.unreact(messages[0], UP)
        world.env.backend.clear_reaction(world.channel.id, messages[0].id, DOWN)
        await world.bob.react(messages[0], "👍🏽")
        for member in (world.alice, world.bob, robot):
            await member.react(messages[2], "❤️")
        await world.bob.react(messages[2], "🎉")
    assert sorted(world.votes(messages[0])) == [-1, 1]

    await world.restart()
    marks = "SELECT standing FROM ratings WHERE poem_id = ?"
    assert [
        sorted(json.loads(standing) for (standing,) in world.rows(marks, world.poem_id(message)))
        for message in messages
    ] == [
        [["button:down"], ["👍🏽"]],
        [["button:down", UP], [DOWN]],
        [["❤️"], ["❤️"]],
    ]


@pytest.mark.parametrize("route", ["/channels/*/messages/*", "/channels/*/messages/*/reactions/*"])
async def test_a_poem_that_cannot_be_looked_up_keeps_its_votes(
    world: World, route: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    older, newer = await world.poem(), await world.poem()
    for message in (older, newer):
        await world.alice.react(message, UP)
    with world.no_bot():
        for message in (older, newer):
            await world.alice.unreact(message, UP)
            await world.bob.react(message, DOWN)
    world.env.inject_error("GET", route, status=403, code=50001, times=1)
    await world.restart()
    assert (world.votes(newer), world.votes(older)) == ([1], [-1])
    (record,) = [record for record in caplog.records if record.name == "bot.votes.catching_up"]
    assert record.message == "Not recounted: status 403, code 50001"


async def test_a_poem_with_a_fault_keeps_no_other_from_its_recount(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    older, newer = await world.poem(), await world.poem()
    with world.no_bot():
        for message in (older, newer):
            await world.bob.react(message, UP)
    amend = Store.amend_reactions

    async def fails_once(store: Store, message_id: int, *reactions: Any) -> bool:
        if message_id == newer.id:
            raise ZeroDivisionError
        return await amend(store, message_id, *reactions)

    monkeypatch.setattr(Store, "amend_reactions", fails_once)
    await world.restart()
    assert (world.votes(newer), world.votes(older)) == ([], [1])
    assert "The recount of the votes on one poem failed. Reference" in caplog.text


async def test_a_start_asks_after_a_few_poems_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "RECENT_POEMS", 2)
    messages = [await world.poem() for _ in range(3)]
    await world.bob.react(messages[2], UP)
    before = len(world.env.http_requests)
    await world.restart()
    asked = [
        entry.path.partition("/messages/")[2]
        for entry in world.env.http_requests[before:]
        if "/messages/" in entry.path
    ]
    assert asked[0] == str(messages[2].id)
    assert len(asked) == 3, asked  # two messages; and who reacted, where others than the bot did


async def test_what_happens_during_the_recount_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await world.poem()
    await world.alice.react(message, UP)
    amend = Store.amend_reactions

    async def meanwhile(store: Store, message_id: int, *reactions: Any) -> bool:
        await store.remove_reaction(message_id, world.alice.id, UP)
        await store.add_reaction(message_id, world.bob.id, DOWN)
        return await amend(store, message_id, *reactions)

    monkeypatch.setattr(Store, "amend_reactions", meanwhile)
    await world.restart()
    assert world.votes(message) == [-1]


async def test_reactions_and_buttons_go_to_the_same_row(world: World) -> None:
    message = await world.poem()
    await world.alice.react(message, UP)
    await world.press(world.alice, message, "down")
    assert world.votes(message) == [-1]
    await world.alice.react(message, "❤️")
    assert world.votes(message) == [1]
    await world.alice.unreact(message, "❤️")
    assert world.votes(message) == [-1]
    await world.press(world.alice, message, "down")
    assert world.votes(message) == [1]  # the reaction still stands there, for all to see
    await world.alice.unreact(message, UP)
    assert world.votes(message) == []


async def test_votes_while_the_bot_looks_at_nothing_else(world: World) -> None:
    message = await world.poem()
    await world.alice.react(message, "🎉")
    await world.alice.react(message, "👍🏽")
    await world.bob.react(message, DOWN)
    assert sorted(world.votes(message)) == [-1, 1]
    await world.alice.unreact(message, "👍🏽")
    assert world.votes(message) == [-1]


async def test_bots_have_no_vote(world: World) -> None:
    message = await world.poem()
    robot = world.alice.guild.add_member(world.env.create_user("robot", bot=True))
    await robot.react(message, UP)
    assert world.votes(message) == [], "neither this bot's own reactions nor another's"
    await robot.unreact(message, UP)
    assert world.votes(message) == []


async def test_reactions_to_other_messages_are_nobodys_business(world: World) -> None:
    message = await world.alice.send(world.channel, "hello")
    await world.bob.react(message, UP)
    assert world.rows("SELECT * FROM ratings") == []


async def test_reactions_in_direct_messages(world: World) -> None:
    carol = world.env.create_user("carol")
    result = await carol.slash("poem", seed="the sea")
    await carol.set_reaction(result.response.message, UP, reacted=True)
    assert world.votes(result.response.message) == [1]


async def test_a_moderator_clears_the_reactions(world: World) -> None:
    message = await world.poem()
    await world.alice.react(message, UP)
    await world.bob.react(message, DOWN)
    await world.press(world.bob, message, "down")
    backend = world.env.backend
    backend.clear_reaction(message.channel.id, message.id, UP)
    await world.env.settle()
    assert world.votes(message) == [-1]
    backend.clear_reactions(message.channel.id, message.id)
    await world.env.settle()
    assert world.votes(message) == [-1], "the button still stands"


async def test_what_is_deleted_in_discord_is_forgotten(make_world: MakeWorld) -> None:
    world = await make_world()
    poems = [await world.poem() for _ in range(4)]
    for poem in poems:
        await world.bob.react(poem, UP)
    backend, channel = world.env.backend, world.channel.id

    backend.delete_message(channel, poems[0].id)
    await world.env.settle()
    assert world.rows("SELECT count(*) FROM poems") == [(3,)]
    backend.bulk_delete_messages(channel, [poems[1].id, poems[2].id])
    await world.env.settle()
    assert world.rows("SELECT count(*) FROM poems") == [(1,)]
    backend.delete_channel(channel)
    await world.env.settle()
    assert world.rows("SELECT count(*) FROM poems") == [(0,)]
    assert world.rows("SELECT count(*) FROM ratings") == [(0,)]
