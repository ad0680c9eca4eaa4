"""From a member's words to a finished poem under their command.

The order matters: what can be refused is refused before the public answer begins, so that the
refusal is private; and the finished poem is kept while it is shown, so that neither trouble with
Discord nor with the database can lose it.
"""

import asyncio
import logging
import secrets
import time
import unicodedata
from dataclasses import asdict
from typing import TYPE_CHECKING

import discord

from bot import display, errors, texts
from bot.errors import AUTOMOD_REFUSED, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, MessageGone
from bot.store import NewPoem, StoreError
from bot.ui import poem_buttons
from bot.votes import DOWN, UP
from bot.writer import PoemInProgress
from model.verse.request import Poem, PoemRequest, opening_of

if TYPE_CHECKING:
    from bot.client import PoetBot

log = logging.getLogger(__name__)

EDIT_SECONDS = 1.0
"""A message is edited at most so often while the poem is written."""
RETRY_SECONDS = (1.0, 4.0)
"""Pauses before the finished poem is sent again, after discord.py's own retries; or kept again."""
GONE = (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL)
"""Errors that mean: somebody deleted it. An interaction that expired has another code."""


async def recite(bot: "PoetBot", interaction: "discord.Interaction[PoetBot]", typed: str) -> None:
    """Answers `interaction` with a poem that begins with what was typed."""
    prompt = without_control(typed)
    request = PoemRequest(
        prompt, seed=secrets.randbelow(2**31), max_seconds=bot.settings.poem_seconds
    )
    opening = opening_of(prompt)
    poem = bot.writer.submit(request)
    checkpoint = bot.writer.checkpoint
    try:
        message_id = await defer(interaction)
        assert interaction.channel_id is not None
        settings = asdict(request)
        del settings["seed_text"], settings["seed"]
        poem_id = await bot.store.begin_poem(
            NewPoem(
                message_id=message_id,
                channel_id=interaction.channel_id,
                guild_id=interaction.guild_id,
                asker=bot.store.member(interaction.user.id),
                prompt=prompt,
                opening=opening,
                settings=settings,
                checkpoint=checkpoint,
                seed=request.seed,
            )
        )
        try:
            await show_while_written(interaction, poem)
        except BaseException:
            await bot.store.forget_poem(poem_id)
            raise
    finally:
        bot.writer.cancel(poem)  # does nothing to a finished one

    result = poem.result
    assert result is not None
    content = display.message(result.text, texts.signature(checkpoint, request.seed))
    shown, kept = await asyncio.gather(
        show_finished(bot, interaction, poem_id, content), keep_finished(bot, poem_id, result)
    )
    if shown:
        await add_reactions(bot, interaction, message_id)
    if not (shown and kept):
        lost = texts.NOT_LASTING if shown else texts.NOT_SHOWN if kept else texts.POET_LOST
        await errors.tell(interaction, lost, instead=False)


async def defer(interaction: "discord.Interaction[PoetBot]") -> int:
    """Begins the public answer; returns the number of its message."""
    deferred = await interaction.response.defer(thinking=True)
    if deferred and deferred.message_id:
        return deferred.message_id
    return (await interaction.original_response()).id


def without_control(typed: str) -> str:
    """What a member typed, without what can't be seen: control characters, direction marks."""
    spaced = "".join(" " if c.isspace() and c != "\n" else c for c in typed)
    return "".join(
        c for c in spaced if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
    ).strip()


async def show_while_written(
    interaction: "discord.Interaction[PoetBot]", poem: PoemInProgress
) -> None:
    """Edits the poem into the answer as it grows; returns when it is finished."""
    text = ""
    edited_at = -EDIT_SECONDS
    async for piece in poem.pieces():
        text += piece
        # Not the event loop's clock: the pauses that matter are those of the world outside.
        if time.perf_counter() - edited_at < EDIT_SECONDS:
            continue
        edited_at = time.perf_counter()
        try:
            await interaction.edit_original_response(content=display.message(text, texts.WRITING))
        except discord.HTTPException as error:
            if error.code in GONE:
                raise MessageGone from error
            if error.code == AUTOMOD_REFUSED:
                raise
            log.info("An edit on the way failed: status %s, code %s", error.status, error.code)


async def show_finished(
    bot: "PoetBot", interaction: "discord.Interaction[PoetBot]", poem_id: int, content: str
) -> bool:
    """Shows the finished poem with its buttons; says whether that succeeded."""
    for pause in (*RETRY_SECONDS, None):
        try:
            tally = await bot.store.tally(poem_id)
            await interaction.edit_original_response(
                content=content, view=poem_buttons(poem_id, tally)
            )
            return True
        except discord.HTTPException as error:
            log.warning("Poem %s not shown: status %s, code %s", poem_id, error.status, error.code)
            if error.code in GONE:
                await bot.store.forget_poem(poem_id)
                raise MessageGone from error
            if error.code == AUTOMOD_REFUSED:
                await bot.store.forget_poem(poem_id)
                raise
            if pause is not None:
                await asyncio.sleep(pause)
    return False


async def keep_finished(bot: "PoetBot", poem_id: int, poem: Poem) -> bool:
    """Keeps the finished poem in the database; says whether that succeeded."""
    for pause in (*RETRY_SECONDS, None):
        try:
            await bot.store.finish_poem(poem_id, poem.text, poem.opening, poem.stopped_by)
            return True
        except StoreError as error:
            log.warning("Poem %s not kept: %s", poem_id, error)
            if pause is not None:
                await asyncio.sleep(pause)
    return False


async def add_reactions(
    bot: "PoetBot", interaction: "discord.Interaction[PoetBot]", message_id: int
) -> None:
    """Offers 👍 and 👎 as reactions, where the bot may; the buttons are there in any case."""
    if not may_react(bot, interaction):
        log.debug("No reactions here: not a place where I may add them.")
        return
    assert interaction.channel_id is not None
    channel = bot.get_partial_messageable(interaction.channel_id)
    try:
        for emoji in (UP, DOWN):
            await channel.get_partial_message(message_id).add_reaction(emoji)
    except discord.HTTPException as error:
        log.info("Reactions not added: status %s, code %s", error.status, error.code)


def may_react(bot: "PoetBot", interaction: "discord.Interaction[PoetBot]") -> bool:
    """Whether the bot itself is where the poem is, with the right to react to it.

    Installed by a member only, it is not: there it can answer, but sees no message.
    """
    if interaction.guild_id is None:
        return bool(interaction.context.dm_channel)
    allowed = interaction.app_permissions
    return (
        bot.get_guild(interaction.guild_id) is not None
        and allowed.add_reactions
        and allowed.read_message_history
    )
