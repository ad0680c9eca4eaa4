"""The counts on the buttons under a poem, brought up to date when votes come as reactions.

A press of a button is answered with the new counts; a reaction is answered with nothing, so the
message is edited: soon, and at most once in `EDIT_SECONDS`, however many react to it.
"""

import logging

import discord
from discord.ext import commands, tasks

from bot.background import surviving
from bot.poem.message import poem_buttons
from bot.store import Store

log = logging.getLogger(__name__)

EDIT_SECONDS = 5.0


class CountsCog(commands.Cog):
    """Knows which messages show counts that are not true any more, and edits them."""

    def __init__(self, bot: commands.AutoShardedBot, store: Store) -> None:
        self.bot = bot
        self.store = store
        self._stale: dict[int, int] = {}  # message -> its channel

    async def cog_load(self) -> None:
        self.show.start()

    async def cog_unload(self) -> None:
        self.show.cancel()

    def change(self, channel_id: int, message_id: int) -> None:
        """Notes that the votes on the poem in this message have changed."""
        self._stale[message_id] = channel_id

    @tasks.loop(seconds=EDIT_SECONDS)
    async def show(self) -> None:
        """Shows the counts as they are now wherever they have changed."""
        stale, self._stale = self._stale, {}
        for message_id, channel_id in stale.items():
            with surviving("Counting the votes on the buttons of one poem"):
                await self._show(channel_id, message_id)

    async def _show(self, channel_id: int, message_id: int) -> None:
        poem = await self.store.poem_in(message_id)
        if poem is None or poem.hidden:
            return
        if poem.text is None:  # its buttons come when it is finished, perhaps a moment too early
            self.change(channel_id, message_id)
            return
        view = poem_buttons(poem, await self.store.tally(poem.id))
        channel = self.bot.get_partial_messageable(channel_id)
        try:
            await channel.get_partial_message(message_id).edit(view=view)
        except discord.HTTPException as error:
            log.info("Votes not counted: status %s, code %s", error.status, error.code)
