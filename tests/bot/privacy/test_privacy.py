"""/privacy: what is kept of a member, in every table; and what opting out means."""

import json
import re
from pathlib import Path

import discord
import pytest

from bot.i18n.texts import ENGLISH
from bot.privacy.cog import FILE
from tests.bot.conftest import MakeWorld
from tests.bot.poem.test_poem import buttons
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


def everything(world: World) -> str:
    """The content of every table, as one text."""
    tables = world.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return "\n".join(str(world.rows(f"SELECT * FROM {name}")) for (name,) in tables)


async def test_what_is_kept_is_told_in_private(world: World) -> None:
    message = await world.poem()
    await world.press(world.alice, message, "up")
    result = await world.alice.slash(world.channel, "privacy")
    assert result.response is not None
    assert result.response.ephemeral
    assert result.response.content.startswith(ENGLISH.privacy)
    assert "poems 1, votes 1, reports 0" in result.response.content
    assert buttons(result.response.message) == ["Show mine", "Delete mine", "Opt out"]


async def test_show_mine(world: World) -> None:
    message = await world.wish(seed="the sea", form="ballad")
    await world.press(world.alice, message, "up")
    await world.press(world.bob, message, "down")
    about = await world.alice.slash(world.channel, "privacy")
    assert about.response is not None
    result = await world.alice.click(about.response.message, label="Show mine")
    assert result.response is not None
    assert result.response.ephemeral
    (attachment,) = result.response.attachments
    assert attachment.filename == FILE
    kept = json.loads(await attachment.read())
    (poem,) = kept["poems"]
    assert poem["you_typed"] == "the sea"
    assert poem["message"] == str(message.id)
    assert poem["settings"]["form"] == "ballad"
    assert poem["text"].startswith("The sea")
    assert kept["votes"] == [{"poem": poem["poem"], "vote": 1, "by": ["button:up"]}]
    assert kept["reported"] == []
    assert kept["opted_out"] is False


async def test_policies_are_linked_where_there_are_any(make_world: MakeWorld) -> None:
    pages = {"privacy_url": "https://example.com/privacy", "terms_url": "https://example.com/terms"}
    world = await make_world(**pages)
    about = await world.alice.slash(world.channel, "privacy")
    assert about.response is not None
    rows = about.response.message.components
    shown = [child for row in rows for child in row.children]  # type: ignore[union-attr]
    links = {one.label: one.url for one in shown if isinstance(one, discord.Button) and one.url}
    assert links == {
        ENGLISH.privacy_policy: pages["privacy_url"],
        ENGLISH.terms_of_service: pages["terms_url"],
    }
    await world.alice.click(about.response.message, label="Opt out")
    assert ENGLISH.privacy_policy in buttons(about.response.message)


async def test_what_hangs_on_a_wall_is_shown(world: World) -> None:
    message = await world.poem()
    world.change(
        "INSERT INTO wall (poem_id, guild_id, channel_id, message_id, since) VALUES "
        f"({world.poem_id(message)}, {world.alice.guild.id}, 77, 78, 5)"
    )
    kept = await world.store.kept_of(world.alice.id)
    assert kept.poems[0]["on_the_wall"] == {"channel": "77", "message": "78"}
    await world.store.forget_member(world.alice.id)
    assert world.rows("SELECT poem_id, going FROM wall") == [(kept.poems[0]["poem"], 1)]


async def test_the_documents_name_what_there_is(world: World) -> None:
    for name in ("privacy", "terms"):
        text = (Path(__file__).parents[3] / "docs" / f"{name}.md").read_text(encoding="utf-8")
        named = set(re.findall(r"`/([a-z]+)`", text))
        assert named <= {command.name for command in world.bot.tree.get_commands()}
        for label in re.findall(r"\*\*(Delete|Report)\*\*", text):
            assert label in (ENGLISH.delete, ENGLISH.report)
        assert len(text.split()) < 600, "short enough to be read"
    assert not world.bot.intents.message_content


async def test_delete_mine_in_every_table(world: World) -> None:
    mine = await world.poem("my own words")
    await world.press(world.bob, mine, "up")
    result = await world.bob.slash(world.channel, "poem", seed="their words")
    assert result.response is not None
    theirs = result.response.message
    await world.press(world.alice, theirs, "up")
    await world.alice.react(theirs, "❤️")
    await world.press(world.alice, theirs, "report")

    about = await world.alice.slash(world.channel, "privacy")
    assert about.response is not None
    message = about.response.message
    await world.alice.click(message, label="Delete mine")
    assert about.response.content == ENGLISH.really_delete.format(poems=1, votes=1, words=0)
    await world.alice.click(message, label=ENGLISH.no_keep)
    assert about.response.content.startswith(ENGLISH.privacy)
    assert world.votes(theirs) == [1]

    await world.alice.click(message, label="Delete mine")
    await world.alice.click(message, label=ENGLISH.yes_delete)
    assert about.response.content == ENGLISH.deleted_mine.format(poems=1, votes=1, words=0)
    left = everything(world)
    assert world.store.member(world.alice.id) not in left
    assert "my own words" not in left
    assert "their words" in left
    assert world.votes(theirs) == []
    gone = await world.bob.click(mine, label="Another")
    assert gone.response is not None
    assert gone.response.content == ENGLISH.poem_gone


async def test_opting_out(world: World) -> None:
    theirs = await world.poem()
    about = await world.bob.slash(world.channel, "privacy")
    assert about.response is not None
    await world.bob.click(about.response.message, label="Opt out")
    assert ENGLISH.privacy_opted_out in about.response.content
    assert buttons(about.response.message) == ["Show mine", "Delete mine", "Opt in again"]

    refused = await world.press(world.bob, theirs, "up")
    assert refused.response is not None
    assert (refused.response.content, refused.response.ephemeral) == (
        ENGLISH.not_kept_by_choice,
        True,
    )
    await world.bob.react(theirs, "👍")
    assert world.votes(theirs) == []

    # Poems are still written, and only Discord knows for whom.
    mine = await world.wish(world.bob, seed="secret words")
    assert mine.content.startswith("Secret words")
    assert buttons(mine) == ["Delete"]
    assert "secret words" not in everything(world)
    stranger = await world.alice.click(mine, label="Delete")
    assert stranger.response is not None
    assert stranger.response.content == ENGLISH.not_yours
    await world.bob.click(mine, label="Delete")
    assert mine.id not in [message.id for message in world.messages()]

    await world.bob.click(about.response.message, label="Opt in again")
    await world.press(world.bob, theirs, "up")
    assert world.votes(theirs) == [1]


async def test_to_delete_does_not_opt_in(world: World) -> None:
    await world.store.opt_out(world.alice.id)
    await world.store.forget_member(world.alice.id)
    assert await world.store.opted_out(world.alice.id)
    assert not await world.store.opted_out(world.bob.id)


async def test_a_forged_delete_button_under_another_message(world: World) -> None:
    """`poem:delete:0` is for poems of which nothing is kept: it must not delete any other."""
    message = await world.poem()
    stored = world.env.backend.get_message(message.channel.id, message.id)
    stored.components[1]["components"][0]["custom_id"] = "poem:delete:0"
    result = await world.bob.click(message, custom_id="poem:delete:0")
    assert result.response is not None
    assert result.response.content == ENGLISH.not_yours
    assert [left.id for left in world.messages()] == [message.id]


async def test_forged_privacy_button(world: World) -> None:
    about = await world.alice.slash(world.channel, "privacy")
    assert about.response is not None
    stored = world.env.backend.get_message(world.channel.id, about.response.id)
    stored.components[0]["components"][0]["custom_id"] = "privacy:explode"
    result = await world.alice.click(about.response.message, custom_id="privacy:explode")
    assert result.response is not None
    assert result.response.ephemeral
    assert isinstance(about.response.message, discord.Message)
