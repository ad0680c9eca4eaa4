"""/acrostic: a poem whose first letters spell a word."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import errors, language
from bot.language import localised, options
from bot.wishes import wish

if TYPE_CHECKING:
    from bot.client import PoetBot


class AcrosticCog(commands.Cog):
    """A short cut: /poem with the form acrostic, and the word as its seed."""

    @app_commands.command(
        name=localised("command_acrostic"), description=localised("about_acrostic")
    )
    @options("word", "private")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def acrostic(
        self, interaction: "discord.Interaction[PoetBot]", word: str, private: bool = False
    ) -> None:
        async with errors.answered(interaction):
            texts = language.of(interaction)
            wished = wish(texts, (), seed=word, form="acrostic", private=private)
            await interaction.client.recite(interaction, wished)
