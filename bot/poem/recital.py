"""From a member's words to a finished poem under their command.

The order matters: what can be refused is refused before the public answer begins, so that the
refusal is private; and the finished poem is kept while it is shown, so that neither trouble with
Discord nor with the database can lose it.
"""

import asyncio
import logging
import time
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

import discord
from discord import ui

from bot import display, errors
from bot.errors import AUTOMOD_REFUSED, GONE, MessageGone, Refusal
from bot.i18n import language
from bot.places import add_reactions, sees
from bot.poem.admission import check_wish, settings_for, submit
from bot.poem.message import finished, own_lines, poem_buttons, stop_button
from bot.poem.waiting import show_place
from bot.poem.wishes import Wish
from bot.store import UNKEPT, NewPoem, StoredPoem, StoreError, Tally
from bot.votes.counts import counts_of
from bot.writer.in_progress import PoemInProgress
from verse.request.request import Poem, opening_of

if TYPE_CHECKING:
    from bot.client import PoetBot, PoetInteraction

log = logging.getLogger(__name__)

EDIT_SECONDS = 1.0
"""A message is edited at most so often while the poem is written, but for its first two edits."""
RETRY_SECONDS = (1.0, 4.0)
"""Pauses before the finished poem is sent again, after discord.py's own retries; or kept again."""
KNOWN_BEFORE = {field.name for field in fields(NewPoem)} & {f.name for f in fields(StoredPoem)}


async def recite(interaction: "PoetInteraction", wish: Wish) -> None:
    """Answers `interaction` with the poem that was wished for.

    Raises Refusal, RequestError, WriterError, StoreError or MessageGone.
    """
    bot, texts = interaction.client, language.of(interaction)
    if not sees(bot, interaction):
        # Nor would the bot hear there that a poem was deleted, and must be forgotten.
        raise Refusal(texts.unseen_channel)
    chosen = await settings_for(interaction)
    check_wish(interaction, chosen, wish)
    request = replace(wish.request, max_seconds=bot.settings.poem_seconds)
    opening = opening_of(request.seed_text)
    in_progress = submit(interaction, chosen, request)
    settings = asdict(request)
    del settings["seed_text"], settings["seed"]
    if wish.typed:
        settings["typed"] = wish.typed
    asker = bot.store.member(interaction.user.id)
    assert interaction.channel_id is not None
    new = NewPoem(
        message_id=interaction.id,  # until there is a message
        channel_id=interaction.channel_id,
        guild_id=interaction.guild_id,
        asker=asker,
        prompt=request.seed_text,
        opening=opening,
        settings=settings,
        checkpoint=bot.writer.checkpoint,
        seed=request.seed,
        language=language.code(interaction.locale),
        continues=wish.continues,
        private=wish.private,
        words_of=asker if wish.words_of is None else wish.words_of,
        source=wish.source,
    )
    message_id = 0
    try:
        # Before anything else is waited for, so that whoever deletes what is kept of them deletes
        # this poem too.
        poem_id = await bot.store.begin_poem(new)
        try:
            message_id = await defer(interaction, private=wish.private)
            bot.being_written[message_id] = interaction.user.id, in_progress
            await bot.store.place_poem(poem_id, message_id)
            stop = stop_button(poem_id, texts)
            await show_place(interaction, in_progress, stop)
            left_out = opening if wish.continues else ""
            await show_while_written(interaction, in_progress, stop, left_out)
        except BaseException:
            await bot.store.forget_poem(poem_id)
            raise
    finally:
        bot.writer.cancel(in_progress)  # does nothing to a finished one
        bot.being_written.pop(message_id, None)

    result = in_progress.result
    assert result is not None
    # The owner may have switched to another checkpoint while it waited.
    new = replace(new, message_id=message_id, checkpoint=in_progress.checkpoint)
    poem = as_kept(new, poem_id, result)
    if poem_id == UNKEPT:
        await show_finished(bot, interaction, poem)
        return
    shown, kept = await asyncio.gather(
        show_finished(bot, interaction, poem), keep_finished(bot, poem_id, result, new.checkpoint)
    )
    if shown and not wish.private and chosen.reactions:
        await add_reactions(bot, interaction, message_id)
    if not (shown and kept):
        lost = texts.not_lasting if shown else texts.not_shown if kept else texts.poet_lost
        await errors.tell(interaction, lost, instead=False)


def as_kept(new: NewPoem, poem_id: int, result: Poem) -> StoredPoem:
    """Returns the poem `result` as it is kept, or would be."""
    known = {name: getattr(new, name) for name in KNOWN_BEFORE}
    known["opening"] = result.opening
    return StoredPoem(
        id=poem_id, text=result.text, notes=tuple(result.notes), hidden=False, **known
    )


async def defer(interaction: "PoetInteraction", *, private: bool) -> int:
    """Begins the answer, `private` or for everybody; returns the number of its message."""
    deferred = await interaction.response.defer(thinking=True, ephemeral=private)
    if deferred and deferred.message_id:
        return deferred.message_id
    return (await interaction.original_response()).id


async def show_while_written(
    interaction: "PoetInteraction", poem: PoemInProgress, stop: ui.View, left_out: str = ""
) -> None:
    """Edits `poem` into the answer as it grows, until it is finished.

    stop: the button under it. left_out: an opening that is not shown. Raises MessageGone where
    somebody deleted the answer, WriterError or RequestError where the poem comes to nothing.
    """
    writing = language.of(interaction).writing
    text = ""
    edits, edited_at = 0, 0.0
    async for piece in poem.pieces():
        text += piece
        # Not the event loop's clock: the pauses that matter are those of the world outside. What
        # was typed comes first and at once, and the first line shall not wait for that.
        if edits > 1 and time.perf_counter() - edited_at < EDIT_SECONDS:
            continue
        edits, edited_at = edits + 1, time.perf_counter()
        shown = own_lines(text, left_out) if left_out else text
        try:
            content = display.message(shown, writing)
            await interaction.edit_original_response(content=content, view=stop)
        except discord.HTTPException as error:
            if error.code in GONE:
                raise MessageGone from error
            if error.code == AUTOMOD_REFUSED:
                raise
            log.info("An edit on the way failed: status %s, code %s", error.status, error.code)


async def show_finished(bot: "PoetBot", interaction: "PoetInteraction", poem: StoredPoem) -> bool:
    """Shows the finished `poem` with its buttons; says whether that succeeded.

    Raises MessageGone, and forgets the poem, where somebody deleted the answer.
    """
    content = finished(poem, language.of(interaction))
    assert interaction.channel_id is not None
    for pause in (*RETRY_SECONDS, None):
        try:
            with counts_of(bot).editing(interaction.channel_id, poem.message_id):
                view = poem_buttons(poem, await _tally(bot, poem))
                await interaction.edit_original_response(content=content, view=view)
            return True
        except discord.HTTPException as error:
            log.warning("Poem %s not shown: status %s, code %s", poem.id, error.status, error.code)
            if error.code in GONE:
                await bot.store.forget_poem(poem.id)
                raise MessageGone from error
            if error.code == AUTOMOD_REFUSED:
                await bot.store.forget_poem(poem.id)
                raise
            if pause is not None:
                await asyncio.sleep(pause)
    return False


async def _tally(bot: "PoetBot", poem: StoredPoem) -> Tally:
    """The votes that a poem got while it was written; none where the database does not tell."""
    if poem.id == UNKEPT:
        return Tally()
    try:
        return await bot.store.tally(poem.id)
    except StoreError as error:
        log.warning("Poem %s shown without its votes: %s", poem.id, error)
        return Tally()


async def keep_finished(bot: "PoetBot", poem_id: int, poem: Poem, checkpoint: str) -> bool:
    """Keeps the finished `poem` as number `poem_id`; says whether that succeeded."""
    for pause in (*RETRY_SECONDS, None):
        try:
            await bot.store.finish_poem(
                poem_id,
                poem.text,
                poem.opening,
                poem.stopped_by,
                poem.notes,
                checkpoint,
                poem.weights,
            )
            return True
        except StoreError as error:
            log.warning("Poem %s not kept: %s", poem_id, error)
            if pause is not None:
                await asyncio.sleep(pause)
    return False
