"""What a member is told when something does not work, and what the log is told.

The member gets exactly one sentence, which only they can see. If nobody foresaw the trouble, the
sentence carries a reference under which the log has the trace.
"""

import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import discord
from discord import InteractionResponseType, InteractionType, app_commands

from bot.i18n import language
from bot.i18n.texts import Texts
from bot.logs import trace_of
from bot.sideline import SideBusy
from bot.store import StoreError
from bot.writer.errors import LeftQueue, PoetAway, PoetLost, QueueFull, ShuttingDown
from verse.request.messages import RequestError

log = logging.getLogger(__name__)

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_INTERACTION = 10062
AUTOMOD_REFUSED = 200000
GONE = (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL)
"""Errors that mean: somebody deleted it. An interaction that expired has another code."""


class Refusal(Exception):
    """Turns a request down; the message is the sentence for the member."""


class MessageGone(Exception):
    """Reports that somebody deleted the message that was worked on: there is no more to say."""


@asynccontextmanager
async def answered(interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
    """Answers `interaction` with one sentence whatever goes wrong inside.

    To turn a wish down is no failure of a command. The bot waits for it before it stops, so that
    nothing that a member began ends in silence.
    """
    with interaction.client.answering():
        try:
            yield
        except Exception as error:
            await answer(interaction, error)


class CommandTree(app_commands.CommandTree[Any]):
    """Answers the errors of the commands that it holds."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Offers nothing for an option for which there is nothing to offer.

        A Discord that knows another version asks for that, and discord.py would not answer.
        """
        if interaction.type is not InteractionType.autocomplete or _completes(interaction):
            return True
        await interaction.response.autocomplete([])
        return False

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        if interaction.type is InteractionType.autocomplete:
            await interaction.response.autocomplete([])  # it takes choices, and no sentence
        else:
            await answer(interaction, error)


def _completes(interaction: discord.Interaction[Any]) -> bool:
    """Whether the option that is being typed has something to offer."""
    options = cast(dict[str, Any], interaction.data).get("options", [])
    while options and "options" in options[0]:
        options = options[0]["options"]
    typed = {option["name"] for option in options if option.get("focused")}
    command = interaction.command
    return isinstance(command, app_commands.Command) and any(
        parameter.autocomplete and parameter.display_name in typed
        for parameter in command.parameters
    )


async def answer(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Tells the member what `error` means for them, and the log what it needs."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    texts = language.of(interaction)
    sentence = next(
        sentence for kind, sentence_for in HANDLERS
        if isinstance(error, kind) and (sentence := sentence_for(error, texts)) is not None
    )  # fmt: skip
    if sentence:
        await tell(interaction, sentence)


def _silence(error: Exception, texts: Texts) -> str:
    return ""


def _own_words(error: Exception, texts: Texts) -> str:
    return str(error)


def _message(error: RequestError, texts: Texts) -> str:
    return texts.say(error.message)


def _text(name: str) -> Callable[[Exception, Texts], str]:
    return lambda error, texts: str(getattr(texts, name))


def _store_trouble(error: Exception, texts: Texts) -> str:
    log.error("%s", error)
    return texts.not_kept


def _discord_trouble(error: Any, texts: Texts) -> str | None:
    if error.code == AUTOMOD_REFUSED:
        return texts.automod
    if error.code == UNKNOWN_INTERACTION:
        log.warning("An answer came later than the 3 seconds that Discord waits.")
        return ""
    if isinstance(error, discord.Forbidden):
        log.warning("Not allowed: code %s", error.code)
        return texts.not_allowed
    return None


def _unexpected(error: Exception, texts: Texts) -> str:
    reference = secrets.token_hex(3)
    log.error("Reference %s\n%s", reference, trace_of(error))
    return texts.unexpected.format(reference=reference)


# The first kind that fits decides: its sentence, "" for silence, None to let the next one try.
HANDLERS: tuple[tuple[type[Exception], Callable[[Any, Texts], str | None]], ...] = (
    (MessageGone, _silence),
    (RequestError, _message),
    (Refusal, _own_words),
    (QueueFull, _text("queue_full")),
    (LeftQueue, _text("left_queue")),
    (ShuttingDown, _text("shutting_down")),
    (SideBusy, _text("side_busy")),
    (PoetLost, _text("poet_lost")),
    (PoetAway, _text("poet_away")),
    (StoreError, _store_trouble),
    (discord.HTTPException, _discord_trouble),
    # Commands as a Discord remembers them that has not heard of this version yet.
    (app_commands.CommandNotFound, _text("other_version")),
    (app_commands.CommandSignatureMismatch, _text("other_version")),
    (app_commands.TransformerError, _text("channel_not_seen")),
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
        await interaction.edit_original_response(
            content=language.of(interaction).writing, view=None
        )
    with suppress(discord.HTTPException):
        await interaction.delete_original_response()
