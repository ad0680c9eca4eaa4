"""Tells who waits for the poet their place in the queue."""

import logging
from typing import TYPE_CHECKING

import discord
from discord import ui

from bot.errors import AUTOMOD_REFUSED, GONE, MessageGone
from bot.i18n import language
from bot.writer.in_progress import PoemInProgress

if TYPE_CHECKING:
    from bot.client import PoetInteraction

log = logging.getLogger(__name__)


async def show_place(interaction: "PoetInteraction", poem: PoemInProgress, stop: ui.View) -> None:
    """Edits the place of `poem` in the queue into the answer, until the poet takes it up.

    stop: the button under it. Raises MessageGone where somebody deleted the answer.
    """
    texts = language.of(interaction)
    async for place in poem.places():
        try:
            content = texts.waiting.format(place=place)
            await interaction.edit_original_response(content=content, view=stop)
        except discord.HTTPException as error:
            if error.code in GONE:
                raise MessageGone from error
            if error.code == AUTOMOD_REFUSED:
                raise
            log.info("A place was not told: status %s, code %s", error.status, error.code)
