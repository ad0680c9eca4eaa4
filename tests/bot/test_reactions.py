"""Reactions as votes, and deletions in Discord."""

import pytest

from bot.votes import DOWN, UP
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
