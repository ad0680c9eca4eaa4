"""Tells who waits for the poet their place in the queue."""

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import discord

from bot import language
from bot.errors import AUTOMOD_REFUSED, GONE, MessageGone
from bot.writer import PoemInProgress

if TYPE_CHECKING:
    from bot.client import PoetBot

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0
"""Who is served within this time need not hear of a queue; and nobody hears of it more often."""


async def show_place(interaction: "discord.Interaction[PoetBot]", poem: PoemInProgress) -> None:
    """Edits the place in the queue into the answer, as it changes, until the writing begins."""
    texts, told = language.of(interaction), None
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(poem.called.wait(), PATIENCE_SECONDS)
        if poem.place is None:
            return
        if poem.place == told:
            continue
        told = poem.place
        try:
            await interaction.edit_original_response(content=texts.waiting.format(place=told))
        except discord.HTTPException as error:
            if error.code in GONE:
                raise MessageGone from error
            if error.code == AUTOMOD_REFUSED:
                raise
            log.info("A place was not told: status %s, code %s", error.status, error.code)
