"""The counts on the buttons are true: they follow reactions, and no faster than Discord likes."""

import asyncio
from typing import Any

import discord
import pytest

from bot.store import Store
from bot.votes import counts
from bot.votes.counts import EDIT_SECONDS, LOOK_SECONDS, CountsCog, counts_of
from bot.votes.rules import DOWN, UP
from tests.bot.poem.test_poem import buttons
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


def edits(world: World) -> int:
    return sum(
        entry.method == "PATCH" and entry.path.startswith("/channels/")
        for entry in world.env.http_requests
    )


def labels(world: World, message: discord.Message) -> tuple[str | None, ...]:
    """Those of the two buttons for votes."""
    return tuple(buttons(world.message(message.id))[:2])


async def later(world: World, seconds: float = EDIT_SECONDS) -> None:
    """Has the cog look whether an edit is due, so many `seconds` after the edits so far."""
    cog: CountsCog = counts_of(world.bot)
    assert (cog.show.seconds, cog.show.is_running()) == (LOOK_SECONDS, True)
    cog._edited = {message: at - seconds for message, at in cog._edited.items()}
    await cog.show()
    await asyncio.gather(*cog._channels.values())


async def shown(world: World, message: discord.Message) -> tuple[str | None, ...]:
    await later(world)
    return labels(world, message)


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
    assert buttons(world.message(message.id)) == buttons(message)


async def test_many_reactions_are_one_edit_now_and_one_five_seconds_later(world: World) -> None:
    message = await world.poem()
    await later(world)  # since its own last edit
    before = edits(world)
    for number in range(20):
        reader = world.alice.guild.add_member(world.env.create_user(f"reader{number}"))
        await reader.react(message, UP)
        await later(world, 0)
    assert labels(world, message) == (f"{UP} 1", DOWN), "the first is shown at once"
    assert edits(world) == before + 1
    await later(world, EDIT_SECONDS - 1)
    assert edits(world) == before + 1
    assert await shown(world, message) == (f"{UP} 20", DOWN)
    assert edits(world) == before + 2


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


async def test_presses_that_overtake_each_other_end_with_the_true_count(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await world.poem()
    press = Store.press

    async def overtaken(store: Store, poem_id: int, user_id: int, value: int) -> Any:
        tally = await press(store, poem_id, user_id, value)
        # Bob's is answered before hers, which has the older count.
        with counts_of(world.bot).editing(message.channel.id, message.id):
            await press(store, poem_id, world.bob.id, value)
        return tally

    monkeypatch.setattr(Store, "press", overtaken)
    await world.press(world.alice, message, "up")
    assert labels(world, message) == (f"{UP} 1", DOWN), "the older count stands there"
    assert await shown(world, message) == (f"{UP} 2", DOWN)


async def test_presses_one_after_another_need_no_other_edit(world: World) -> None:
    message = await world.poem()
    await world.press(world.alice, message, "up")
    await world.press(world.bob, message, "up")
    before = edits(world)
    assert await shown(world, message) == (f"{UP} 2", DOWN)
    assert edits(world) == before


async def test_votes_that_are_forgotten_on_request_leave_the_buttons(world: World) -> None:
    message = await world.poem()
    for member in (world.alice, world.bob):
        await world.press(member, message, "up")
    asked = await world.bob.slash(world.channel, "privacy")
    assert asked.response is not None
    await world.bob.click(asked.response.message, custom_id="privacy:delete")
    await world.bob.click(asked.response.message, custom_id="privacy:forget")
    assert await shown(world, message) == (f"{UP} 1", DOWN)


async def test_votes_while_the_bot_was_off_are_counted_at_the_start(world: World) -> None:
    message = await world.poem()
    with world.no_bot():
        await world.bob.react(message, DOWN)
    await world.restart()
    assert await shown(world, message) == (UP, f"{DOWN} 1")


async def test_counts_that_the_bot_had_no_time_to_show_are_shown_after_its_start(
    world: World,
) -> None:
    message = await world.poem()
    await world.bob.react(message, DOWN)
    assert world.votes(message) == [-1]
    assert labels(world, message) == (UP, DOWN)
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
    both = {await shown(world, first), await shown(world, second)}
    assert both <= {(UP, DOWN), (f"{UP} 1", DOWN)}
    assert (f"{UP} 1", DOWN) in both


async def test_an_edit_that_failed_for_discords_own_trouble_is_made_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "SERVER_ERRORS", 400)  # discord.py waits long for a real one
    message = await world.poem()
    await world.bob.react(message, UP)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=400, code=0, times=1)
    assert await shown(world, message) == (UP, DOWN)
    assert await shown(world, message) == (f"{UP} 1", DOWN)
