"""Edit and try again: a form with what was asked, already filled in."""

import json
from dataclasses import replace
from typing import Any

import discord
import pytest
from discord import InteractionType
from simcord import InteractionResult, MemberActor

from bot.i18n import language
from bot.i18n.texts import ENGLISH
from bot.poem import defaults, edit
from bot.poem.wishes import MAX_THEME_CHARS, MOODS
from bot.store import SERVER, Defaults
from tests.bot.conftest import MakeWorld
from tests.bot.poem.test_bad_input import HIDDEN, LONG, SLUR, send_raw
from tests.bot.poem.test_poem import buttons
from tests.bot.world import World
from verse.request.forms import FORMS

pytestmark = pytest.mark.asyncio(loop_scope="session")

AUTHORS = ("Emily Dickinson", "John Keats")


def filled(opened: InteractionResult) -> dict[str, str]:
    """What stands in each field of the form that was opened."""
    assert opened.modal is not None
    found = {}
    for label in opened.modal["components"]:
        field = label["component"]
        chosen = [one["value"] for one in field.get("options", ()) if one.get("default")]
        found[field["custom_id"]] = chosen[0] if chosen else field.get("value", "")
    return found


async def send(member: MemberActor, opened: InteractionResult, **changes: str) -> InteractionResult:
    """A member changes something in the form that they opened, and sends it."""
    values: dict[str, Any] = filled(opened) | changes
    for select in {"form", "mood"} & values.keys():
        values[select] = [values[select]]
    return await member.submit_modal(opened, values)


async def try_again(
    world: World, member: MemberActor, message: discord.Message, **changes: str
) -> InteractionResult:
    """A member presses Edit, changes something in the form, and sends it."""
    return await send(member, await world.press(member, message, "edit"), **changes)


def asked(world: World) -> dict[str, Any]:
    """What the last poem was asked with."""
    prompt, settings = world.rows("SELECT prompt, settings FROM poems ORDER BY id")[-1]
    return {"prompt": prompt, **json.loads(settings)}


async def test_the_form_has_what_was_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defaults, "load_authors", lambda folder: AUTHORS)
    monkeypatch.setattr(edit, "load_authors", lambda folder: AUTHORS)
    options: dict[str, Any] = {
        "form": "ballad",
        "theme": "rain",
        "mood": "wild",
        "manner": "John Keats",
    }
    message = await world.wish(seed="the sea\nat night", **options)
    opened = await world.press(world.alice, message, "edit")
    assert opened.modal is not None
    assert opened.modal["title"] == ENGLISH.edit_title
    assert filled(opened) == {"words": "the sea\nat night", **options}
    labels = [label["label"] for label in opened.modal["components"]]
    assert labels == ["Words", "Form", "Theme", "Mood", "Manner"]
    form = opened.modal["components"][1]["component"]
    assert [one["value"] for one in form["options"]] == list(FORMS)

    result = await send(world.alice, opened, mood="calm")
    assert result.response is not None
    other = result.response.message
    assert other.id != message.id
    assert len(world.messages()) == 2
    assert buttons(other) == buttons(message)
    new = asked(world)
    assert (new["prompt"], new["temperature"]) == ("the sea\nat night", MOODS["calm"])
    assert {name: new[name] for name in ("form", "theme", "manner")} == {
        name: options[name] for name in ("form", "theme", "manner")
    }


async def test_every_field_can_be_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit, "load_authors", lambda folder: AUTHORS)
    message = await world.wish(seed="the sea", form="couplet", lines=6)
    changes = {"words": "**The** moon", "form": "haiku", "theme": "snow", "mood": "lively"}
    await try_again(world, world.alice, message, manner="dickinson", **changes)
    new = asked(world)
    assert (new["prompt"], new["form"], new["theme"]) == ("The moon", "haiku", "snow")
    assert (new["temperature"], new["manner"]) == (MOODS["lively"], "Emily Dickinson")
    assert new["lines"] is None, "six lines are no haiku"


@pytest.mark.parametrize("typed", ["", "Nobody"])
async def test_nobodys_manner_whatever_holds_in_this_server(
    world: World, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    for module in (defaults, edit):
        monkeypatch.setattr(module, "load_authors", lambda folder: AUTHORS)
    keats = {SERVER: Defaults(manner="John Keats")}
    await world.store.change_guild_settings(
        world.alice.guild.id, lambda chosen: replace(chosen, defaults=keats)
    )
    message = await world.wish(seed="the sea")
    assert asked(world)["manner"] == "John Keats"
    await try_again(world, world.alice, message, manner=typed)
    assert len(world.messages()) == 2
    assert asked(world)["manner"] == ""


async def test_the_number_of_lines_stays_with_its_form(world: World) -> None:
    message = await world.wish(seed="the sea", form="couplet", lines=6)
    await try_again(world, world.alice, message, words="the moon")
    assert asked(world)["lines"] == 6


async def test_an_acrostic_becomes_another_and_something_else(world: World) -> None:
    result = await world.alice.slash(world.channel, "acrostic", word="Emily")
    assert result.response is not None
    message = result.response.message
    opened = await world.press(world.alice, message, "edit")
    assert (filled(opened)["words"], filled(opened)["form"]) == ("Emily", "acrostic")
    await send(world.alice, opened, words="Walt")
    assert asked(world)["acrostic"] == "Walt"
    await try_again(world, world.alice, message, form="free")
    assert (asked(world)["prompt"], asked(world)["acrostic"]) == ("Emily", "")


async def test_what_goes_on_from_another_becomes_one_of_its_own(world: World) -> None:
    message = await world.poem("the sea at night")
    result = await world.press(world.alice, message, "continue")
    assert result.response is not None
    await try_again(world, world.alice, result.response.message, form="couplet")
    rows = world.rows("SELECT continues, json_extract(settings, '$.typed') FROM poems ORDER BY id")
    assert rows == [(0, None), (1, "the sea at night"), (0, "the sea at night")]


async def test_a_private_poem_stays_private(world: World) -> None:
    private = await world.wish(seed="the sea", private=True)
    result = await try_again(world, world.alice, private, words="the moon")
    assert result.response is not None
    assert result.response.ephemeral
    assert world.messages() == []


async def test_it_works_after_a_restart_even_of_the_open_form(world: World) -> None:
    message = await world.poem("the sea")
    await world.restart()
    opened = await world.press(world.alice, message, "edit")
    await world.restart()
    await send(world.alice, opened, words="the moon")
    assert asked(world)["prompt"] == "the moon"


async def test_nothing_is_kept_of_a_form_that_is_only_looked_at(world: World) -> None:
    message = await world.poem("the sea")
    await world.press(world.alice, message, "edit")
    assert world.bot._connection._view_store._modals == {}


# ------------------------------------------------------------------ whose words


async def test_the_words_of_another_are_kept_whole_and_stay_theirs(world: World) -> None:
    message = await world.wish(seed="the unmistakable sea", theme="rain")
    opened = await world.press(world.bob, message, "edit")
    assert list(filled(opened)) == ["words", "form", "mood", "manner"]
    assert filled(opened)["words"] == ""
    assert opened.modal is not None
    words = opened.modal["components"][0]
    assert words["component"]["placeholder"] == "the unmistakable sea"
    assert words["description"] == ENGLISH.edit_others_words_hint
    await send(world.bob, opened, form="couplet")
    new = asked(world)
    assert (new["prompt"], new["theme"]) == ("the unmistakable sea", "rain")

    await world.store.forget_member(world.alice.id)
    ((prompt, settings, text),) = world.rows("SELECT prompt, settings, text FROM poems")
    assert "unmistakable" not in prompt + settings + text.lower()
    assert "rain" not in settings


async def test_words_in_their_place_belong_to_who_types_them(world: World) -> None:
    message = await world.wish(seed="the unmistakable sea", theme="rain")
    await try_again(world, world.bob, message, words="my moon")
    new = asked(world)
    assert (new["prompt"], new["theme"]) == ("my moon", "")
    rows = world.rows(
        "SELECT words_of, source_of FROM (SELECT words_of, asker source_of FROM poems)"
    )
    assert rows[-1][0] == rows[-1][1] == world.store.member(world.bob.id)
    await world.store.forget_member(world.alice.id)
    assert world.rows("SELECT prompt FROM poems") == [("my moon",)]


async def test_where_nobody_typed_anybody_may_edit(world: World) -> None:
    message = await world.wish()
    opened = await world.press(world.bob, message, "edit")
    assert filled(opened)["words"] == asked(world)["prompt"]
    await send(world.bob, opened, words="my moon")
    rows = world.rows("SELECT words_of FROM poems ORDER BY id")
    assert rows[-1] == (world.store.member(world.bob.id),)


async def test_words_that_were_taken_back_leave_an_empty_field(world: World) -> None:
    first = await world.poem("the unmistakable sea")
    result = await world.press(world.bob, first, "another")
    assert result.response is not None
    world.change("UPDATE poems SET text = text || char(10) || 'and still goes on and on'")
    await world.store.forget_member(world.alice.id)
    opened = await world.press(world.bob, result.response.message, "edit")
    assert filled(opened)["words"] == ""
    await send(world.bob, opened, words="my moon")
    assert asked(world)["prompt"] == "my moon"


async def test_who_opted_out_has_nothing_kept_of_an_edited_poem(world: World) -> None:
    message = await world.poem("the sea")
    await world.store.opt_out(world.bob.id)
    result = await try_again(world, world.bob, message, words="my moon")
    assert result.response is not None
    assert buttons(result.response.message) == ["Delete"]
    assert world.rows("SELECT prompt FROM poems") == [("the sea",)]


# -------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"words": LONG[:4000]}, "at most"),
        ({"words": HIDDEN}, ENGLISH.no_words),
        ({"words": f"what a {SLUR}"}, ENGLISH.slur),
        ({"words": "12345"}, "alphabet"),
        ({"theme": SLUR}, ENGLISH.slur),
        ({"theme": LONG[:4000]}, ENGLISH.long_theme.format(most=MAX_THEME_CHARS)),
        ({"manner": "nobody at all"}, ENGLISH.no_authors),
        ({"words": "4 ever", "form": "acrostic"}, ENGLISH.acrostic_unspellable),
        ({"words": "", "form": "acrostic"}, ENGLISH.acrostic_empty),
    ],
)
async def test_what_is_typed_is_refused_as_for_a_command(
    world: World, changes: dict[str, str], sentence: str
) -> None:
    message = await world.poem("the sea")
    assert sentence in world.refusal(await try_again(world, world.alice, message, **changes))
    assert len(world.messages()) == len(world.rows("SELECT * FROM poems")) == 1


@pytest.mark.parametrize(
    "components",
    [
        [],
        [{"type": 1, "components": [{"type": 4, "custom_id": "words", "value": 7}]}],
        [{"type": 18, "component": {"type": 3, "custom_id": "form", "values": []}}],
        [{"type": 18, "component": {"type": 3, "custom_id": "form", "values": ["epic"]}}],
        [{"type": 18, "component": {"type": 4, "custom_id": "elsewhere", "value": "x"}}],
        [{"type": 18}, {"type": 9, "components": [[[]]]}],
    ],
)
async def test_forged_forms_become_a_poem_or_one_sentence(
    world: World, components: list[Any]
) -> None:
    message = await world.poem("the sea")
    data = {"custom_id": f"edit:{world.poem_id(message)}", "components": components}
    result = await send_raw(world, InteractionType.modal_submit, data, message)
    assert result.response is not None
    if result.response.ephemeral:
        assert world.refusal(result) == ENGLISH.unknown_form
    else:
        assert len(world.messages()) == 2


@pytest.mark.parametrize("custom_id", ["edit:{other}", "edit:999999", "edit:", "edit:x", "edit"])
async def test_forms_of_another_poem(world: World, custom_id: str) -> None:
    other, message = await world.poem("the moon"), await world.poem("the sea")
    data = {"custom_id": custom_id.format(other=world.poem_id(other)), "components": []}
    for under in (message, None):
        result = await send_raw(world, InteractionType.modal_submit, data, under)
        assert world.refusal(result) == ENGLISH.poem_gone
    assert len(world.messages()) == 2


async def test_forms_of_a_poem_that_was_hidden_meanwhile(world: World) -> None:
    message = await world.poem("the sea")
    opened = await world.press(world.alice, message, "edit")
    world.change("UPDATE poems SET hidden = 1")
    result = await send(world.alice, opened)
    assert world.refusal(result) == ENGLISH.poem_hidden


async def test_forms_of_a_poem_that_was_deleted_meanwhile(world: World) -> None:
    message = await world.poem("the sea")
    opened = await world.press(world.alice, message, "edit")
    await world.store.forget_poem(world.poem_id(message))
    assert world.refusal(await send(world.alice, opened)) == ENGLISH.poem_gone


async def test_an_edited_poem_counts_as_one(make_world: MakeWorld) -> None:
    world = await make_world(member_poems=2)
    message = await world.poem("the sea")
    await try_again(world, world.alice, message, words="the moon")
    told = world.refusal(await try_again(world, world.alice, message, words="the stars"))
    assert told.startswith(ENGLISH.too_many.partition("{")[0])


@pytest.mark.usefixtures("german")
async def test_in_german(world: World) -> None:
    texts = language.texts("de")
    message = await world.poem("the sea")
    opened = await world.press(world.alice, message, "edit")
    assert opened.modal is not None
    assert opened.modal["title"] == texts.edit_title
    options = opened.modal["components"][1]["component"]["options"]
    assert {one["label"] for one in options} >= {"Sonett", "Ballade"}
