"""/poem: a poem that begins with the member's words."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import errors, texts

if TYPE_CHECKING:
    from bot.client import PoetBot


class PoemCog(commands.Cog):
    """The one command that matters."""

    @app_commands.command(name="poem", description=texts.POEM_DESCRIPTION)
    @app_commands.describe(seed=texts.SEED_DESCRIPTION)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def poem(self, interaction: "discord.Interaction[PoetBot]", seed: str) -> None:
        # No max_length in the command: Discord's own refusal of a long option says less than ours.
        # And what goes wrong is answered here: to turn a seed down is no failure of the command.
        try:
            await interaction.client.recite(interaction, seed)
        except Exception as error:
            await errors.answer(interaction, error)
