"""/acrostic: a poem whose first letters spell a word."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot import errors
from bot.i18n.language import localised, options
from bot.places import everywhere
from bot.poem.defaults import wish_here
from bot.poem.recital import recite

if TYPE_CHECKING:
    from bot.client import PoetInteraction


class AcrosticCog(commands.Cog):
    """Shortens the way to /poem with the form acrostic and the word as its seed."""

    @app_commands.command(
        name=localised("command_acrostic"), description=localised("about_acrostic")
    )
    @options("word", "private")
    @everywhere
    async def acrostic(
        self, interaction: "PoetInteraction", word: str, private: bool = False
    ) -> None:
        async with errors.answered(interaction):
            wished = await wish_here(interaction, seed=word, form="acrostic", private=private)
            await recite(interaction, wished)
