"""Edit: a form with what a poem was asked with, already filled in; what comes back is a new wish.

Which poem it is about stands in the form's custom_id, so it works after a restart too, and nothing
is kept in memory for a form that somebody only looks at.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import InteractionType, SelectOption, TextStyle, ui

from bot import errors
from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.texts import Texts
from bot.poem.defaults import manner_named
from bot.poem.recital import recite
from bot.poem.wishes import MOODS, Wish, request_of, typed_for, wish
from bot.privacy.typed import is_surprise
from bot.store import StoredPoem
from verse.request.authors import load_authors
from verse.request.forms import FORMS

if TYPE_CHECKING:
    from bot.client import PoetInteraction

PLACEHOLDER_CHARS = 100
"""Maximum characters of what stands in an empty field, in grey."""
_CUSTOM_ID = re.compile(r"edit:(\d{1,18})")


async def poem_for(interaction: "PoetInteraction", poem_id: int) -> StoredPoem:
    """Returns the finished poem of the message that `interaction` is about.

    Raises Refusal where it is another, gone, hidden or not finished.
    """
    texts, message = language.of(interaction), interaction.message
    poem = await interaction.client.store.poem(poem_id)
    if poem is None or message is None or poem.message_id != message.id:
        raise Refusal(texts.poem_gone)
    if poem.text is None:
        raise Refusal(texts.too_early)
    if poem.hidden:
        raise Refusal(texts.poem_hidden)
    return poem


async def show_form(interaction: "PoetInteraction", poem: StoredPoem) -> None:
    """Opens the form for who pressed, with what `poem` was asked with."""
    texts = language.of(interaction)
    own = may_edit_words(poem, interaction.client.store.member(interaction.user.id))
    modal = ui.Modal(title=texts.edit_title, custom_id=f"edit:{poem.id}")
    for label in fields(texts, poem, own):
        modal.add_item(label)
    modal.stop()  # discord.py needs to keep nothing of it: an answer is found by its custom_id
    await interaction.response.send_modal(modal)


def may_edit_words(poem: StoredPoem, member: str) -> bool:
    """Says whether a `member`, a hash, typed the words of `poem`, or nobody did.

    The words of a poem belong to one member alone, who can take them back: another's are kept whole
    or replaced, never mixed with one's own.
    """
    asked = request_of(poem)
    typed = asked.theme or asked.acrostic or not is_surprise(poem.prompt)
    return not typed or poem.words_of in ("", member)


def fields(texts: Texts, poem: StoredPoem, own: bool) -> list[ui.Label[Any]]:
    """Makes the fields of the form; `own`: whether the words may be edited."""
    asked, words = request_of(poem), words_of(poem)
    moods = {mood for mood, temperature in MOODS.items() if temperature == asked.temperature}
    typed = ui.TextInput[Any](
        custom_id="words",
        style=TextStyle.paragraph,
        required=False,
        default=words or None if own else None,
        placeholder=None if own else words[:PLACEHOLDER_CHARS],
    )
    hint = texts.edit_words_hint if own else texts.edit_others_words_hint
    form = _select("form", {name: texts.form(name) for name in FORMS}, {asked.form})
    mood = _select("mood", {name: getattr(texts, f"mood_{name}") for name in MOODS}, moods)
    theme, manner = _line("theme", asked.theme), _line("manner", asked.manner)
    return [
        ui.Label(text=texts.edit_words, description=hint, component=typed),
        ui.Label(text=texts.edit_form, component=form),
        *([ui.Label(text=texts.edit_theme, component=theme)] if own else []),
        ui.Label(text=texts.edit_mood, component=mood),
        ui.Label(text=texts.edit_manner, component=manner),
    ]


def is_form(interaction: discord.Interaction[Any]) -> bool:
    """Says whether `interaction` brings such a form."""
    return interaction.type is InteractionType.modal_submit and bool(_match(interaction))


async def submit(interaction: "PoetInteraction") -> None:
    """Answers a form that was sent with the poem that it asks for."""
    async with errors.answered(interaction):
        match = _match(interaction)
        assert match is not None
        poem = await poem_for(interaction, int(match[1]))
        own = may_edit_words(poem, interaction.client.store.member(interaction.user.id))
        authors = load_authors(interaction.client.writer.folder)
        typed = typed_in(interaction.data)
        await recite(interaction, edited(language.of(interaction), authors, poem, typed, own))


def edited(
    texts: Texts, authors: tuple[str, ...], poem: StoredPoem, typed: dict[str, str], own: bool
) -> Wish:
    """Returns the wish for `poem` as changed by what was `typed` into each field.

    own: whether the words could be edited; else an empty field keeps them, and the theme with
    them. Raises Refusal or RequestError, as `bot.poem.wishes.wish`.
    """
    asked, words, theme = request_of(poem), typed.get("words", ""), typed.get("theme", "")
    keeps = not own and not words.strip()
    if keeps:
        words, theme = words_of(poem), asked.theme
    form = typed.get("form") or asked.form
    same = form == asked.form and not poem.continues  # one that goes on has lines by its seed
    wished = wish(
        texts,
        authors,
        seed=words,
        form=form,
        lines=asked.lines if same else None,
        manner=manner_named(texts, typed.get("manner")),
        theme=theme if own or keeps else "",
        mood=typed.get("mood"),
        private=poem.private,
    )
    if keeps:
        wished = replace(wished, words_of=poem.words_of, source=poem.id)
    return replace(wished, typed=typed_for(poem)) if own or keeps else wished


def words_of(poem: StoredPoem) -> str:
    """Returns the words that `poem` was asked with: its seed, or the word of an acrostic."""
    return request_of(poem).acrostic or poem.prompt.strip()


def typed_in(data: Any) -> dict[str, str]:
    """Returns what was typed or chosen in each field of a form, by the field's custom_id.

    data: of the interaction, whatever a forged one holds.
    """
    found: dict[str, str] = {}
    nodes = [data]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes += node
        elif isinstance(node, dict):
            nodes += [node.get("component"), node.get("components")]
            values = node.get("values")
            value = values[0] if isinstance(values, list) and values else node.get("value")
            if isinstance(value, str):
                found[str(node.get("custom_id"))] = value
    return found


def _match(interaction: discord.Interaction[Any]) -> re.Match[str] | None:
    data: Any = interaction.data
    return _CUSTOM_ID.fullmatch(str(data.get("custom_id")))


def _line(name: str, value: str) -> ui.TextInput[Any]:
    # No max_length: Discord's own refusal says less than ours.
    return ui.TextInput(custom_id=name, required=False, default=value or None)


def _select(name: str, labels: dict[str, str], chosen: set[str]) -> ui.Select[Any]:
    options = [
        SelectOption(label=label, value=value, default=value in chosen)
        for value, label in labels.items()
    ]
    return ui.Select(custom_id=name, options=options, required=not chosen)
