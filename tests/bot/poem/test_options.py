"""/poem with its options, /acrostic and the message menu, as a member sees them."""

import json
import re

import discord
import pytest

from bot.i18n import language
from bot.i18n.texts import ENGLISH
from bot.poem import defaults
from bot.poem.message import finished
from bot.poem.openings import OPENINGS
from bot.poem.wishes import MOODS
from tests.bot.conftest import MakeWorld
from tests.bot.poem.test_poem import buttons
from tests.bot.world import LOOKING, World
from verse.request.messages import Message

pytestmark = pytest.mark.asyncio(loop_scope="session")


def settings(world: World) -> dict[str, object]:
    ((kept,),) = world.rows("SELECT settings FROM poems")
    return dict(json.loads(kept))


async def test_without_a_seed_it_is_a_surprise(world: World) -> None:
    message = await world.wish()
    assert message.content.startswith(OPENINGS)
    ((prompt,),) = world.rows("SELECT prompt FROM poems")
    assert prompt in OPENINGS


async def test_form_mood_and_theme_are_kept_and_said(world: World) -> None:
    message = await world.wish(seed="the sea", form="ballad", theme="longing", mood="wild")
    signature, bent = message.content.split("\n")[-2:]
    assert re.fullmatch(
        r"-# a small model wrote this · ballad · endless · seed number \d+", signature
    )
    assert "not taught any form" in bent
    assert settings(world).items() >= {"form": "ballad", "theme": "longing"}.items()
    assert settings(world)["temperature"] == MOODS["wild"]


async def test_the_same_wish_again(world: World) -> None:
    first = await world.wish(seed="the sea", form="ballad", mood="calm")
    await world.press(world.bob, first, "another")
    rows = world.rows("SELECT prompt, settings, seed FROM poems")
    assert len({row[:2] for row in rows}) == 1, "the same wish"
    assert len({row[2] for row in rows}) == 2, "and another poem"


async def test_manner(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        defaults, "load_authors", lambda folder: ("Emily Dickinson", "John Keats", "John Clare")
    )
    offered = await world.alice.autocomplete(world.channel, "poem", "manner", "john")
    assert [choice["value"] for choice in offered] == ["John Keats", "John Clare"]
    message = await world.wish(seed="the sea", manner="emily dickinson")
    assert " · in the manner of Emily Dickinson · " in message.content
    assert settings(world)["manner"] == "Emily Dickinson"


async def test_what_is_offered_while_typing(world: World) -> None:
    forms = await world.alice.autocomplete(world.channel, "poem", "form", "")
    assert {"free", "sonnet", "haiku", "limerick"} <= {choice["value"] for choice in forms}
    assert len(forms) <= 25
    quatrains = await world.alice.autocomplete(world.channel, "poem", "form", " QUAT")
    assert quatrains[0] == {"name": "quatrains", "value": "quatrain"}
    assert await world.alice.autocomplete(world.channel, "poem", "form", "zzz") == []
    assert await world.alice.autocomplete(world.channel, "poem", "manner", "") == []


async def test_a_form_that_can_not_have_so_many_lines(world: World) -> None:
    result = await world.alice.slash(world.channel, "poem", form="sonnet", lines=5)
    assert "14" in world.refusal(result)
    assert world.rows("SELECT * FROM poems") == []


async def test_an_acrostic(world: World) -> None:
    result = await world.alice.slash(world.channel, "acrostic", word="Emily")
    assert result.response is not None
    assert result.response.content.startswith("E")
    assert " · acrostic · " in result.response.content
    assert settings(world).items() >= {"form": "acrostic", "acrostic": "Emily"}.items()
    refused = await world.alice.slash(world.channel, "acrostic", word="4 ever")
    assert world.refusal(refused) == ENGLISH.acrostic_unspellable


async def test_a_poem_of_a_message(world: World) -> None:
    said = await world.bob.send(world.channel, "**Look:** <@1> the rain has stopped\nAnd more")
    result = await world.alice.context_menu(world.channel, ENGLISH.menu_make_poem, said)
    assert result.response is not None
    assert result.response.content.startswith("Look: the rain has stopped")
    assert world.rows("SELECT prompt FROM poems") == [("Look: the rain has stopped",)]

    picture = await world.bob.send(world.channel, "https://example.com/cat.png")
    result = await world.alice.context_menu(world.channel, ENGLISH.menu_make_poem, picture)
    assert world.refusal(result) == ENGLISH.nothing_to_read


async def test_in_private_until_it_is_shared(world: World) -> None:
    private = await world.wish(seed="the sea", private=True)
    assert private.flags.ephemeral
    assert buttons(private) == [
        "👍",
        "👎",
        "Another",
        "Edit",
        "Continue",
        "Share",
        *LOOKING,
        "Delete",
    ]
    assert world.messages() == []
    assert private.reactions == []

    await world.press(world.alice, private, "up")
    another = await world.press(world.alice, private, "another")
    assert another.response is not None
    assert another.response.ephemeral, "another of a private poem is private too"

    result = await world.press(world.alice, private, "share")
    (shared,) = world.messages()
    assert shared.content == private.content
    assert buttons(shared) == [
        "👍 1",
        "👎",
        "Another",
        "Edit",
        "Continue",
        *LOOKING,
        "Delete",
        "Report",
    ]
    assert [str(reaction.emoji) for reaction in shared.reactions] == ["👍", "👎"]
    assert result.response is not None
    assert result.response.content == ENGLISH.shared.format(
        link=f"[{ENGLISH.to_the_poem}]({shared.jump_url})"
    )
    assert result.response.components == []
    assert world.rows("SELECT private FROM poems WHERE message_id = ?", shared.id) == [(0,)]
    await world.press(world.bob, shared, "up")
    assert world.votes(shared) == [1, 1]


async def test_a_poem_is_shared_once(world: World) -> None:
    private = await world.wish(seed="the sea", private=True)
    poem_id = world.poem_id(private)
    assert await world.store.share_poem(poem_id, 99)
    assert not await world.store.share_poem(poem_id, 100)
    result = await world.alice.click(private, custom_id=f"poem:share:{poem_id}")
    assert result.response is not None
    assert result.response.content == ENGLISH.poem_gone
    assert world.messages() == []


async def test_the_next_stanza(make_world: MakeWorld) -> None:
    world = await make_world(poem_seconds=10)
    first = await world.wish(seed="The sea at night,\nso dark and wide", form="couplet")
    ((text,),) = world.rows("SELECT text FROM poems")
    result = await world.press(world.bob, first, "continue")
    assert result.response is not None
    ((prompt, opening, more, continues, form),) = world.rows(
        "SELECT prompt, opening, text, continues, settings ->> 'form' FROM poems "
        "WHERE message_id = ?",
        result.response.id,
    )
    stood = [line for line in text.split("\n") if line]
    assert prompt == "\n".join(stood[-2:]) + "\n", "the last stanza is the seed"
    assert (continues, form) == (1, "couplet")
    assert more.startswith(opening)
    shown = re.sub(r"\\(.)", r"\1", result.response.content).partition("\n\n-# ")[0]
    assert shown == more.removeprefix(opening).lstrip("\n "), "only what is new is shown"
    assert shown


async def test_a_moderator_deletes(world: World) -> None:
    message = await world.poem()
    await world.press(world.moderator(), message, "delete")
    assert world.messages() == []
    assert world.rows("SELECT * FROM poems") == []


async def test_an_old_button_of_a_hidden_poem(world: World) -> None:
    """Somebody's screen may still show the buttons from before the report."""
    message = await world.poem()
    await world.store.report(world.poem_id(message), 1, hide=True)
    result = await world.press(world.bob, message, "up")
    assert result.response is not None
    assert (result.response.content, result.response.ephemeral) == (ENGLISH.poem_hidden, True)
    assert world.votes(message) == []


async def test_notes_stand_under_the_poem(world: World) -> None:
    poem_id = await world.keep_poem("the sea\nis wide")
    note = Message("no_other_rhyme", {"word": "*orange*"})
    await world.store.finish_poem(poem_id, "the sea\nis wide", "the sea", "end", [note])
    poem = await world.store.poem(poem_id)
    assert poem is not None
    assert poem.notes == (note,)
    said = "I know no other rhyme for \\*orange\\*."
    assert finished(poem, ENGLISH).endswith(f"seed number 7\n-# {said}")
    german = finished(poem, language.texts("de"))
    assert german.endswith("\n-# Ich weiß keinen anderen Reim auf \\*orange\\*.")


async def test_a_note_that_this_version_can_not_say_is_left_out(world: World) -> None:
    poem_id = await world.keep_poem()
    world.change("""UPDATE poems SET notes = '[{"name": "moonstruck", "values": {}}]'""")
    poem = await world.store.poem(poem_id)
    assert poem is not None
    assert poem.notes == ()


async def test_a_hidden_or_private_poem_is_not_exported(world: World) -> None:
    await world.keep_poem("open", votes=1)
    await world.keep_poem("private", votes=1, private=True)
    await world.store.report(await world.keep_poem("hidden", votes=1), 1, hide=True)
    assert [poem.text for poem in await world.store.voted_poems()] == ["open"]


async def test_private_poems_are_not_looked_for_in_discord(world: World) -> None:
    """Discord would say that there is no such message, and the poem would be forgotten."""
    await world.keep_poem("private", private=True)
    assert await world.store.latest_poems(5) == []


async def test_where_the_bot_is_kept_out(world: World) -> None:
    guild = world.alice.guild
    assert guild.me is not None
    closed = guild.create_text_channel(
        "closed", overwrites={guild.me: discord.PermissionOverwrite(view_channel=False)}
    )
    result = await world.alice.slash(closed, "poem", seed="the sea")
    assert world.refusal(result) == ENGLISH.unseen_channel
    assert [message for message in closed.history() if not message.flags.ephemeral] == []
    assert world.rows("SELECT * FROM poems") == []
