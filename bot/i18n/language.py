"""Which language a person reads: theirs, where there is a translation, else English.

The commands are translated by Discord, with what `CatalogueTranslator` tells it at registration;
everything else is taken from the texts `of` an interaction.
"""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot.i18n.texts import ENGLISH, Texts

FOLDER = Path(__file__).parent / "languages"
DEFAULT = "en"


def of(interaction: discord.Interaction[Any]) -> Texts:
    """Returns the texts for who sent `interaction`."""
    return texts(code(interaction.locale))


def code(locale: discord.Locale) -> str:
    """Returns the language of `locale`, if there are texts in it: "de" for German; else "en"."""
    language = locale.value.partition("-")[0]
    return language if language in languages() else DEFAULT


@cache
def languages() -> tuple[str, ...]:
    """Returns the codes of all languages that there are texts in, English first."""
    return (DEFAULT, *sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def texts(language: str) -> Texts:
    """Returns all texts in `language`, a code; those that its file lacks are English."""
    path = FOLDER / f"{language}.toml"
    if not path.exists():
        return ENGLISH
    return Texts(**tomllib.loads(path.read_text(encoding="utf-8")))


# ------------------------------------------------------------------- commands


def localised(name: str) -> locale_str:
    """Returns the English text called `name`, which Discord gets in the other languages too."""
    return locale_str(getattr(ENGLISH, name), key=name)


def options(*names: str) -> Callable[[Any], Any]:
    """Decorates a command: describes its options `names` by the texts `option_X` and `about_X`."""

    def decorate(command: Any) -> Any:
        command = app_commands.rename(**{x: localised(f"option_{x}") for x in names})(command)
        return app_commands.describe(**{x: localised(f"about_{x}") for x in names})(command)

    return decorate


class CatalogueTranslator(app_commands.Translator):
    """Tells Discord the names and descriptions of commands in every language."""

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        name, language = string.extras.get("key"), code(locale)
        if name is None or language == DEFAULT:
            return None
        return str(getattr(texts(language), name))
