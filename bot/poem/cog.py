"""/poem: a poem that begins with the member's words; and the same from a message."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot import errors
from bot.choices import matching
from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.language import localised, options
from bot.places import everywhere
from bot.poem.defaults import manners, wish_here
from bot.poem.recital import recite
from bot.poem.wishes import MOODS, first_words
from verse.request.forms import FORMS, MAX_LINES

if TYPE_CHECKING:
    from bot.client import PoetBot, PoetInteraction


class PoemCog(commands.Cog):
    """Answers /poem, the one command that matters, and its like in the menu of a message."""

    def __init__(self, bot: "PoetBot") -> None:
        self.bot = bot
        # Discord.py takes no context menus from a cog's methods; so it is made by hand.
        menu = app_commands.ContextMenu(
            name=localised("menu_make_poem"), callback=self.make_poem_of_this
        )
        self.menu = everywhere(menu)

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command(name=localised("command_poem"), description=localised("about_poem"))
    @options("seed", "form", "lines", "manner", "theme", "mood", "private")
    @app_commands.choices(
        mood=[Choice(name=localised(f"mood_{mood}"), value=mood) for mood in MOODS]
    )
    @everywhere
    async def poem(
        self,
        interaction: "PoetInteraction",
        # No max_length: Discord's own refusal of a long option says less than ours.
        seed: str | None = None,
        form: str | None = None,
        lines: app_commands.Range[int, 1, MAX_LINES] | None = None,
        manner: str | None = None,
        theme: str | None = None,
        mood: str | None = None,
        private: bool = False,
    ) -> None:
        async with errors.answered(interaction):
            wished = await wish_here(
                interaction,
                seed=seed,
                form=form,
                lines=lines,
                manner=manner,
                theme=theme,
                mood=mood,
                private=private,
            )
            await recite(interaction, wished)

    @poem.autocomplete("form")
    async def forms(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        texts = language.of(interaction)
        return matching(typed, {texts.form(form): form for form in FORMS})

    @poem.autocomplete("manner")
    async def authors(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        return matching(typed, manners(interaction))

    async def make_poem_of_this(
        self, interaction: "PoetInteraction", message: discord.Message
    ) -> None:
        """Begins a poem with the first words of a `message` that somebody chose."""
        async with errors.answered(interaction):
            texts = language.of(interaction)
            words = first_words(message.content)
            if not words:
                raise Refusal(texts.nothing_to_read)
            wished = await wish_here(interaction, seed=words)
            store = self.bot.store
            if self.bot.user is None or message.author.id != self.bot.user.id:
                wished = replace(wished, words_of=store.member(message.author.id))
            else:
                poem = await store.poem_in(message.id)
                if poem is None:
                    raise Refusal(texts.poem_gone)
                if not poem.words_of:
                    raise Refusal(texts.words_gone)
                wished = replace(wished, words_of=poem.words_of, source=poem.id)
            await recite(interaction, wished)
