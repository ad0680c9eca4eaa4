"""What a poem is to be where who asks for it leaves that open: as the admins of a server chose."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.i18n import language
from bot.i18n.texts import Texts
from bot.poem.admission import settings_for
from bot.poem.wishes import MOODS, Wish, wish
from bot.store import Defaults, GuildSettings
from verse.request.authors import load_authors
from verse.request.forms import FORMS
from verse.request.lookup import lookup_key
from verse.request.messages import RequestError
from verse.request.request import PoemRequest

if TYPE_CHECKING:
    from bot.client import PoetInteraction


async def wish_here(
    interaction: "PoetInteraction",
    *,
    seed: str | None = None,
    form: str | None = None,
    lines: int | None = None,
    manner: str | None = None,
    theme: str | None = None,
    mood: str | None = None,
    private: bool = False,
) -> Wish:
    """Adds up what the options of /poem say and, where they are silent, what holds in this place.

    Raises what `wish` raises.
    """
    texts = language.of(interaction)
    authors = load_authors(interaction.client.writer.folder)
    chosen = await settings_for(interaction)
    places = interaction.channel_id, getattr(interaction.channel, "parent_id", None)
    typed = Defaults(form or None, manner_named(texts, manner), mood or None)
    wanted = typed.over(possible(chosen, authors, lines, *places))
    return wish(
        texts,
        authors,
        seed=seed,
        form=wanted.form,
        lines=lines,
        manner=wanted.manner,
        theme=theme,
        mood=wanted.mood,
        private=private,
    )


def possible(
    chosen: GuildSettings, authors: Sequence[str], lines: int | None, *places: int | None
) -> Defaults:
    """Returns the defaults of a place, the narrowest of `places` first, but for what can't be.

    That is a form that is not allowed or can't have so many `lines`, and an author whom this poet
    did not read: nobody is told that something is wrong with what they did not ask for.
    """
    found = chosen.defaults_in(*places)
    if found.form is not None and not _can_be(found.form, lines, chosen.forms):
        found = replace(found, form=None)
    if found.manner and found.manner not in authors:
        found = replace(found, manner=None)
    return found if found.mood in MOODS else replace(found, mood=None)


def manners(interaction: "PoetInteraction") -> dict[str, str]:
    """Returns the manners to offer: nobody's, which undoes a default, and those of the authors."""
    authors = load_authors(interaction.client.writer.folder)
    names = (language.of(interaction).no_manner, *authors) if authors else ()
    return {name: name for name in names}


def manner_named(texts: Texts, typed: str | None) -> str | None:
    """Returns the manner that was `typed`; "" where it says that it shall be nobody's."""
    if typed and lookup_key(typed) == lookup_key(texts.no_manner):
        return ""
    return typed or None


def _can_be(form: str, lines: int | None, allowed: Sequence[str]) -> bool:
    if form not in FORMS or (allowed and form not in allowed):
        return False
    try:
        PoemRequest("", form=form, lines=lines).plan()
    except RequestError:
        return False
    return True
