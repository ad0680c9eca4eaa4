"""What a member is told when something does not work, and what the log is told.

The member gets exactly one sentence, which only they can see. If nobody foresaw the trouble, the
sentence carries a reference under which the log has the trace.
"""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import discord
from discord import InteractionResponseType, app_commands

from bot import texts
from bot.logs import trace_of
from bot.store import StoreError
from bot.writer import PoetAway, PoetLost, QueueFull, ShuttingDown
from model.verse.request import SeedError

log = logging.getLogger(__name__)

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_INTERACTION = 10062
AUTOMOD_REFUSED = 200000


class Refusal(Exception):
    """A request that is turned down; the message is the sentence for the member."""


class MessageGone(Exception):
    """Somebody deleted the message that was being worked on: there is nothing more to say."""


class CommandTree(app_commands.CommandTree[Any]):
    """Commands whose errors are answered here."""

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        await answer(interaction, error)


async def answer(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Tells the member what `error` means for them, and the log what it needs."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    sentence = next(
        sentence for kind, sentence_for in HANDLERS
        if isinstance(error, kind) and (sentence := sentence_for(error)) is not None
    )  # fmt: skip
    if sentence:
        await tell(interaction, sentence)


def _own_words(error: Exception) -> str:
    return str(error)


def _fixed(sentence: str) -> Callable[[Exception], str]:
    return lambda error: sentence


def _store_trouble(error: Exception) -> str:
    log.error("%s", error)
    return texts.NOT_KEPT


def _discord_trouble(error: Any) -> str | None:
    if error.code == AUTOMOD_REFUSED:
        return texts.AUTOMOD
    if error.code == UNKNOWN_INTERACTION:
        log.warning("An answer came later than the 3 seconds that Discord waits.")
        return ""
    if isinstance(error, discord.Forbidden):
        log.warning("Not allowed: code %s", error.code)
        return texts.NOT_ALLOWED
    return None


def _unexpected(error: Exception) -> str:
    reference = secrets.token_hex(3)
    log.error("Reference %s\n%s", reference, trace_of(error))
    return texts.unexpected(reference)


# The first kind that fits decides: its sentence, "" for silence, None to let the next one try.
HANDLERS: tuple[tuple[type[Exception], Callable[[Any], str | None]], ...] = (
    (MessageGone, _fixed("")),
    (SeedError, _own_words),
    (Refusal, _own_words),
    (QueueFull, _fixed(texts.QUEUE_FULL)),
    (ShuttingDown, _fixed(texts.SHUTTING_DOWN)),
    (PoetLost, _fixed(texts.POET_LOST)),
    (PoetAway, _fixed(texts.POET_AWAY)),
    (StoreError, _store_trouble),
    (discord.HTTPException, _discord_trouble),
    (Exception, _unexpected),
)


async def tell(
    interaction: discord.Interaction[Any], sentence: str, *, instead: bool = True
) -> None:
    """Says `sentence` to the member alone: `instead` of the answer they wait for, or beside it."""
    response = interaction.response
    try:
        if not response.is_done():
            await response.send_message(sentence, ephemeral=True)
            return
        if instead and response.type is InteractionResponseType.deferred_channel_message:
            await _withdraw(interaction)
        await interaction.followup.send(sentence, ephemeral=True)
    except discord.HTTPException as error:
        log.warning("A member could not be told: status %s, code %s", error.status, error.code)


async def _withdraw(interaction: discord.Interaction[Any]) -> None:
    """Takes back a public answer, so that what follows can be private."""
    # A follow-up sent while the answer is still "thinking" would become that answer, and public.
    # It is completed before it is deleted, so that it is certainly over.
    with suppress(discord.HTTPException):
        await interaction.edit_original_response(content=texts.WRITING, view=None)
    with suppress(discord.HTTPException):
        await interaction.delete_original_response()
