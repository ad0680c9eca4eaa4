"""What the buttons under a poem do.

Which one it is and to which poem stands in its custom_id, and one pattern catches them all. So
nothing is kept in memory for any message, and every button works for ever, restarts included.
"""

import logging
import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import ui

from bot import display, errors
from bot.errors import Refusal
from bot.i18n import language
from bot.picture.answer import show_picture
from bot.places import add_reactions
from bot.poem.edit import show_form
from bot.poem.message import finished, poem_buttons, shown_lines
from bot.poem.recital import recite
from bot.poem.wishes import again, next_stanza
from bot.scan.answer import show_scan
from bot.store import UNKEPT, StoredPoem, Tally
from bot.votes.counts import counts_of

if TYPE_CHECKING:
    from bot.client import PoetInteraction

log = logging.getLogger(__name__)


class PoemButton(ui.DynamicItem[ui.Button[Any]], template=r"poem:(\w*):(\d{0,18})"):
    """Answers presses of any button under a poem: `poem:ACTION:POEM_ID`."""

    def __init__(self, action: str, poem_id: int) -> None:
        super().__init__(ui.Button(custom_id=f"poem:{action}:{poem_id}"))
        self.action = action
        self.poem_id = poem_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match[1], int(match[2] or 0))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        # discord.py only logs what a dynamic item raises; the member would wait in vain.
        async with errors.answered(interaction):
            await self._act(interaction)

    async def _act(self, interaction: "PoetInteraction") -> None:
        texts = language.of(interaction)
        message = interaction.message
        if self.poem_id == UNKEPT and self.action == "delete" and message is not None:
            await delete_unkept(interaction, message)
            return
        if self.action == "stop" and message is not None:  # also one of which nothing is kept
            await stop(interaction, message)
            return
        poem = await interaction.client.store.poem(self.poem_id)
        # An id can be forged or older than the database; a vote must be for the poem it is under.
        if poem is None or message is None or poem.message_id != message.id:
            raise Refusal(texts.poem_gone)
        if poem.text is None and self.action not in ("up", "down", "delete"):
            raise Refusal(texts.too_early)
        if poem.hidden and self.action not in ("show", "delete"):
            raise Refusal(texts.poem_hidden)
        match self.action:
            case "up":
                await vote(interaction, poem, 1)
            case "down":
                await vote(interaction, poem, -1)
            case "another":
                if not poem.prompt:
                    raise Refusal(texts.words_gone)
                await recite(interaction, again(poem))
            case "edit":
                await show_form(interaction, poem)
            case "continue":
                await recite(interaction, next_stanza(poem))
            case "scan":
                await show_scan(interaction, shown_lines(poem))
            case "picture":
                await show_picture(interaction, poem)
            case "delete":
                await delete(interaction, poem)
            case "share":
                await share(interaction, poem)
            case "report":
                await report(interaction, poem)
            case "show":
                await show_again(interaction, poem)
            case _:
                raise Refusal(texts.poem_gone)


async def vote(interaction: "PoetInteraction", poem: StoredPoem, value: int) -> None:
    """Keeps the vote `value`, 1 or -1, and shows the new tally on the buttons.

    That is an answer without a new message. Raises Refusal for who opted out.
    """
    store = interaction.client.store
    if await store.opted_out(interaction.user.id):
        raise Refusal(language.of(interaction).not_kept_by_choice)
    assert interaction.channel_id is not None
    with counts_of(interaction.client).editing(interaction.channel_id, poem.message_id):
        tally = await store.press(poem.id, interaction.user.id, value)
        await interaction.response.edit_message(view=poem_buttons(poem, tally))


async def delete(interaction: "PoetInteraction", poem: StoredPoem) -> None:
    """Deletes message, poem and votes, for who asked or typed its words, or a moderator.

    Raises Refusal for others.
    """
    store = interaction.client.store
    theirs = store.member(interaction.user.id) in (poem.asker, poem.words_of)
    if not theirs and not await moderates(interaction):
        raise Refusal(language.of(interaction).not_yours)
    await _delete_message(interaction)
    await store.forget_poem(poem.id)


async def delete_unkept(interaction: "PoetInteraction", message: discord.Message) -> None:
    """Deletes the `message` of a poem of which nothing is kept: Discord knows who asked for it.

    Raises Refusal for others, but for moderators.
    """
    asked = message.interaction_metadata
    if not (asked and asked.user.id == interaction.user.id) and not await moderates(interaction):
        raise Refusal(language.of(interaction).not_yours)
    await _delete_message(interaction)


async def stop(interaction: "PoetInteraction", message: discord.Message) -> None:
    """Ends the poem that is written in `message` at its last line, for who asked or a moderator.

    Raises Refusal for others, and where none is written there.
    """
    bot, texts = interaction.client, language.of(interaction)
    if message.id not in bot.being_written:
        raise Refusal(texts.not_being_written)
    asker, poem = bot.being_written[message.id]
    if asker != interaction.user.id and not await moderates(interaction):
        raise Refusal(texts.not_yours_to_stop)
    bot.writer.cancel(poem)
    await interaction.response.defer()  # `recite` shows how it ended


async def share(interaction: "PoetInteraction", poem: StoredPoem) -> None:
    """Shows the private `poem` to everybody, in a message of its own.

    Raises Refusal for an open one.
    """
    texts, store = language.of(interaction), interaction.client.store
    if not poem.private:
        raise Refusal(texts.poem_gone)
    await interaction.response.defer()
    open_now = replace(poem, private=False)
    buttons = poem_buttons(open_now, await store.tally(poem.id))
    message = await interaction.followup.send(finished(poem, texts), view=buttons, wait=True)
    try:
        first = await store.share_poem(poem.id, message.id)
    except BaseException:
        await message.delete()
        raise
    if not first:  # two presses at once
        await message.delete()
        return
    assert interaction.channel_id is not None
    address = display.permalink(interaction.guild_id, interaction.channel_id, message.id)
    link = f"[{texts.to_the_poem}]({address})"
    await interaction.edit_original_response(content=texts.shared.format(link=link), view=None)
    await add_reactions(interaction.client, interaction, message.id)


async def report(interaction: "PoetInteraction", poem: StoredPoem) -> None:
    """Lets the owner know of a `poem` that somebody finds bad.

    It is hidden at once if who asked for it or a moderator finds so, else when several members do.
    """
    store, member = interaction.client.store, interaction.user.id
    decides = store.member(member) == poem.asker or await moderates(interaction)
    is_hidden = await store.report(poem.id, member, hide=decides)
    log.warning(
        "%s: poem %s by %s, seed number %s.",
        *("Reported and hidden" if is_hidden else "Reported", poem.id, poem.checkpoint, poem.seed),
    )
    if not is_hidden:
        await errors.tell(interaction, language.of(interaction).reported)
        return
    hidden = replace(poem, hidden=True)
    await interaction.response.edit_message(
        content=f"-# {language.texts(poem.language).hidden}", view=poem_buttons(hidden, Tally())
    )


async def show_again(interaction: "PoetInteraction", poem: StoredPoem) -> None:
    """Takes the reports of `poem` back, for a moderator, or in a direct message for who asked.

    Raises Refusal for others.
    """
    store = interaction.client.store
    alone = interaction.guild_id is None and store.member(interaction.user.id) == poem.asker
    if not (alone or await moderates(interaction)):
        raise Refusal(language.of(interaction).only_moderators)
    await store.show_again(poem.id)
    shown = replace(poem, hidden=False)
    content = finished(shown, language.texts(poem.language))
    assert interaction.channel_id is not None
    with counts_of(interaction.client).editing(interaction.channel_id, poem.message_id):
        view = poem_buttons(shown, await store.tally(poem.id))
        await interaction.response.edit_message(content=content, view=view)


async def moderates(interaction: "PoetInteraction") -> bool:
    """Says whether who pressed may delete others' messages here, or is the owner of the bot."""
    if interaction.guild_id is not None and interaction.permissions.manage_messages:
        return True
    return await interaction.client.is_owner(interaction.user)


async def _delete_message(interaction: "PoetInteraction") -> None:
    # Through the interaction, which works also where the bot itself can't see the channel.
    await interaction.response.defer()
    with suppress(discord.NotFound):  # somebody was quicker
        await interaction.delete_original_response()
