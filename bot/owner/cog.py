"""/owner: for who runs the bot, in a direct message with it."""

from pathlib import Path
from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot import display, errors
from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.language import localised, options
from bot.owner import health
from bot.poem.wishes import without_control
from bot.writer.errors import WriterStartError

if TYPE_CHECKING:
    from bot.client import PoetInteraction


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=False, dms=True, private_channels=False)
class OwnerCog(
    commands.GroupCog,
    group_name=localised("command_owner"),
    group_description=localised("about_owner"),
):
    """Turns down everybody but the owner, for Discord can't hide commands from the others."""

    @app_commands.command(name=localised("command_health"), description=localised("about_health"))
    async def health(self, interaction: "PoetInteraction") -> None:
        async with errors.answered(interaction):
            await _check(interaction)
            content = await health.report(interaction.client)
            await interaction.response.send_message(content, ephemeral=True)

    @app_commands.command(
        name=localised("command_checkpoint"), description=localised("about_checkpoint")
    )
    @options("folder")
    async def checkpoint(self, interaction: "PoetInteraction", folder: str) -> None:
        async with errors.answered(interaction):
            await _check(interaction)
            texts, writer = language.of(interaction), interaction.client.writer
            await interaction.response.defer(ephemeral=True)  # loading takes seconds
            try:
                await writer.switch(Path(without_control(folder)))
            except WriterStartError as error:
                content = texts.not_switched.format(reason=display.escape(str(error)))
            else:
                content = texts.switched.format(
                    name=display.escape(writer.checkpoint), folder=display.escape(folder)
                )
            await interaction.edit_original_response(content=content)


async def _check(interaction: "PoetInteraction") -> None:
    if not await interaction.client.is_owner(interaction.user):
        raise Refusal(language.of(interaction).only_owner)
