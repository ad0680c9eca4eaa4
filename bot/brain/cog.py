"""/brain: so, what exactly does this thing do? An answer in pictures."""

from io import BytesIO
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import display, errors
from bot.brain.studio import DrawingError, Studio
from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.language import localised, options
from bot.i18n.texts import Texts
from bot.places import everywhere
from bot.poem.admission import check_rate, count
from bot.poem.openings import surprise
from bot.poem.wishes import without_control
from bot.rate_limit import Limiter
from verse.judge.slurs import has_slur

if TYPE_CHECKING:
    from bot.client import PoetInteraction

MEMBER_LOOKS, GUILD_LOOKS = 3, 10
"""Looks that a member, and a server, may have within a minute; each costs a core some seconds."""


class BrainCog(commands.Cog):
    """Shows where the network looks, what it expects, how it got there and how it learnt."""

    def __init__(self) -> None:
        self.studio = Studio()
        self.limiter = Limiter(member_poems=MEMBER_LOOKS, guild_poems=GUILD_LOOKS)

    @app_commands.command(name=localised("command_brain"), description=localised("about_brain"))
    @options("text")
    @everywhere
    async def brain(self, interaction: "PoetInteraction", text: str | None = None) -> None:
        async with errors.answered(interaction):
            texts, bot = language.of(interaction), interaction.client
            assert interaction.channel_id is not None
            typed = without_control(text or "")
            if has_slur(typed):
                raise Refusal(texts.slur)
            shown = typed or await bot.store.last_poem(interaction.channel_id, interaction.user.id)
            check_rate(interaction, limiter=self.limiter)
            try:
                with self.studio.turn():
                    count(interaction, self.limiter)  # who was refused a turn has lost nothing
                    await interaction.response.defer(thinking=True, ephemeral=True)
                    drawing = self.studio.draw(shown or surprise(), bot.writer.folder)
                    pictures = await bot.unless_stopping(drawing)
            except DrawingError as error:
                raise Refusal(str(getattr(texts, error.text))) from error
            await interaction.edit_original_response(
                content=explanation(texts, pictures),
                attachments=[
                    discord.File(BytesIO(pictures[name]), f"{name}.png")
                    for name in ("attention", "next", "stages", "loss")
                    if name in pictures
                ],
            )


def explanation(texts: Texts, pictures: dict[str, bytes]) -> str:
    """Says what each of the `pictures` shows, and what is missing and why, in their order."""
    paragraphs = [
        texts.brain_attention if "attention" in pictures else "",
        texts.brain_next if "next" in pictures else "",
        texts.brain_ladder if "stages" in pictures else texts.brain_no_ladder,
        texts.brain_loss if "loss" in pictures else texts.brain_no_loss,
    ]
    content = "\n".join(filter(None, paragraphs))
    assert len(content) <= display.MESSAGE_CHARS
    return content
