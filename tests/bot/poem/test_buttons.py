"""The buttons under a poem."""

import discord
import pytest

from bot.i18n.texts import ENGLISH
from tests.bot.poem.test_poem import buttons
from tests.bot.world import LOOKING, World

pytestmark = pytest.mark.asyncio(loop_scope="session")


def labels(world: World, message: discord.Message) -> list[str | None]:
    return buttons(world.message(message.id))


async def test_votes_show_on_the_buttons(world: World) -> None:
    message = await world.poem()
    await world.press(world.alice, message, "up")
    result = await world.press(world.bob, message, "up")
    assert result.followups == [], "no new message for a vote"
    assert world.votes(message) == [1, 1]
    assert labels(world, message)[:2] == ["👍 2", "👎"]

    await world.press(world.bob, message, "down")
    assert sorted(world.votes(message)) == [-1, 1]
    assert labels(world, message)[:2] == ["👍 1", "👎 1"]

    await world.press(world.bob, message, "down")
    assert world.votes(message) == [1]
    assert labels(world, message)[:2] == ["👍 1", "👎"]


async def test_voting_leaves_the_poem_as_it_is(world: World) -> None:
    message = await world.poem()
    await world.press(world.alice, message, "up")
    assert world.message(message.id).content == message.content


async def test_another_poem_from_the_same_words(world: World) -> None:
    message = await world.poem("the sea")
    result = await world.press(world.bob, message, "another")
    assert result.response is not None
    other = result.response.message
    assert other.id != message.id
    assert buttons(other) == [
        "👍",
        "👎",
        "Another",
        "Edit",
        "Continue",
        *LOOKING,
        "Delete",
        "Report",
    ]
    prompts = world.rows("SELECT prompt, count(DISTINCT seed) FROM poems")
    assert prompts == [("the sea", 2)]
    assert world.rows("SELECT count(DISTINCT asker) FROM poems") == [(2,)]
    await world.press(world.bob, other, "delete")
    assert [left.id for left in world.messages()] == [message.id]


async def test_only_the_asker_deletes(world: World) -> None:
    message = await world.poem()
    await world.press(world.bob, message, "up")
    result = await world.press(world.bob, message, "delete")
    assert result.response is not None
    assert (result.response.content, result.response.ephemeral) == (ENGLISH.not_yours, True)
    assert [left.id for left in world.messages()] == [message.id]

    await world.press(world.alice, message, "delete")
    assert world.messages() == []
    assert world.rows("SELECT * FROM poems") == []
    assert world.rows("SELECT * FROM ratings") == []


async def test_every_button_works_after_a_restart(world: World) -> None:
    message = await world.poem()
    await world.restart()
    await world.press(world.bob, message, "up")
    assert world.votes(message) == [1]
    result = await world.press(world.bob, message, "another")
    assert result.response is not None
    assert result.response.content.startswith("The sea at night")
    await world.press(world.alice, message, "delete")
    assert message.id not in [left.id for left in world.messages()]


@pytest.mark.parametrize(
    "custom_id",
    [
        "poem:up:{other}",  # another poem's id under this message
        "poem:up:999999",
        "poem:up:",
        "poem:explode:{own}",
        "poem::",
        "poem:delete:{other}",
    ],
)
async def test_forged_and_forgotten_ids_get_one_private_sentence(
    world: World, custom_id: str
) -> None:
    other = await world.poem("the night")
    message = await world.poem("the sea")
    forged = custom_id.format(own=world.poem_id(message), other=world.poem_id(other))
    stored = world.env.backend.get_message(message.channel.id, message.id)
    stored.components[0]["components"][0]["custom_id"] = forged

    result = await world.bob.click(message, custom_id=forged)
    assert result.response is not None
    assert (result.response.content, result.response.ephemeral) == (ENGLISH.poem_gone, True)
    assert world.rows("SELECT * FROM ratings") == []
    assert len(world.messages()) == 2
