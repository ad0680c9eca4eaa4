"""The counts on the buttons follow reactions, and no faster than Discord likes."""

import discord
import pytest

from bot.votes.counts import EDIT_SECONDS, CountsCog
from bot.votes.rules import DOWN, UP
from tests.bot.poem.test_poem import buttons
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


def edits(world: World) -> int:
    return sum(
        entry.method == "PATCH" and entry.path.startswith("/channels/")
        for entry in world.env.http_requests
    )


async def shown(world: World, message: discord.Message) -> tuple[str | None, ...]:
    """The labels of the two buttons for votes, `EDIT_SECONDS` later."""
    cog = world.bot.cogs["CountsCog"]
    assert isinstance(cog, CountsCog)
    assert (cog.show.seconds, cog.show.is_running()) == (EDIT_SECONDS, True)
    await cog.show()
    return tuple(buttons(world.message(message.id))[:2])


async def test_a_reaction_is_counted_on_the_button(world: World) -> None:
    message = await world.poem()
    await world.alice.react(message, UP)
    assert await shown(world, message) == (f"{UP} 1", DOWN)
    await world.bob.react(message, DOWN)
    assert await shown(world, message) == (f"{UP} 1", f"{DOWN} 1")
    await world.alice.unreact(message, UP)
    assert await shown(world, message) == (UP, f"{DOWN} 1")
    world.env.backend.clear_reactions(message.channel.id, message.id)
    await world.env.settle()
    assert await shown(world, message) == (UP, DOWN)
    assert len(buttons(world.message(message.id))) == 6


async def test_many_reactions_are_one_edit(world: World) -> None:
    message = await world.poem()
    for number in range(20):
        reader = world.alice.guild.add_member(world.env.create_user(f"reader{number}"))
        await reader.react(message, UP)
    before = edits(world)
    assert await shown(world, message) == (f"{UP} 20", DOWN)
    assert edits(world) <= before + 1


async def test_what_changes_no_count_edits_nothing(world: World) -> None:
    message = await world.poem()
    await world.alice.react(message, UP)
    await shown(world, message)
    before = edits(world)
    await world.alice.react(message, "❤️")
    hello = await world.alice.send(world.channel, "hello")
    await world.bob.react(hello, UP)
    await shown(world, message)
    assert edits(world) == before


async def test_votes_while_the_bot_was_off_are_counted_at_the_start(world: World) -> None:
    message = await world.poem()
    with world.no_bot():
        await world.bob.react(message, DOWN)
    await world.restart()
    assert await shown(world, message) == (UP, f"{DOWN} 1")


async def test_reactions_while_a_poem_is_written_are_on_its_buttons(world: World) -> None:
    message = await world.poem()
    world.change("UPDATE poems SET text = NULL, stopped_by = NULL")
    await world.bob.react(message, UP)
    assert await shown(world, message) == (UP, DOWN)
    world.change("UPDATE poems SET text = 'the sea', stopped_by = 'end'")
    assert await shown(world, message) == (f"{UP} 1", DOWN)


async def test_a_message_that_can_not_be_edited_keeps_no_other_from_its_counts(
    world: World,
) -> None:
    first, second = await world.poem(), await world.poem()
    for message in (first, second):
        await world.bob.react(message, UP)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001, times=1)
    labels = {await shown(world, first), await shown(world, second)}
    assert labels <= {(UP, DOWN), (f"{UP} 1", DOWN)}
    assert (f"{UP} 1", DOWN) in labels
