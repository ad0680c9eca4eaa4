"""The counts on the buttons under a poem, kept true.

A press of a button is answered with the new counts; a reaction is answered with nothing, so the
message is edited: within a second, and not before `EDIT_SECONDS` after it was last edited, however
many react to it. Two edits that are under way at once may arrive in either order, and the counts of
the earlier stay; so the message is edited once more when both are over.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import discord
from discord.ext import commands, tasks

from bot.background import surviving
from bot.poem.message import poem_buttons
from bot.store import Store, StoreError

log = logging.getLogger(__name__)

EDIT_SECONDS = 5.0
LOOK_SECONDS = 1.0
SERVER_ERRORS = 500
"""The statuses from this on are Discord's own trouble, which passes."""


class CountsCog(commands.Cog):
    """Knows which messages show counts that are not true any more, and edits them."""

    def __init__(self, bot: commands.AutoShardedBot, store: Store) -> None:
        self.bot = bot
        self.store = store
        self._stale: dict[int, int] = {}  # message -> its channel
        self._under_way = Counter[int]()  # edits by message
        self._edited: dict[int, float] = {}  # message -> when its last edit was over
        # Discord limits the edits in each channel: the wait in one shall not keep up another.
        self._channels: dict[int, asyncio.Task[None]] = {}

    async def cog_load(self) -> None:
        self.show.start()

    async def cog_unload(self) -> None:
        self.show.cancel()

    def change(self, channel_id: int, message_id: int) -> None:
        """Notes that the votes on the poem in this message have changed."""
        self._stale[message_id] = channel_id

    @contextmanager
    def editing(self, channel_id: int, message_id: int) -> Iterator[None]:
        """Wraps an edit of this message that shows its counts, from reading them to its end."""
        if self._under_way[message_id]:
            self.change(channel_id, message_id)
        self._under_way[message_id] += 1
        try:
            yield
        except BaseException:
            self.change(channel_id, message_id)
            raise
        finally:
            self._edited[message_id] = time.monotonic()
            self._under_way[message_id] -= 1
            if not self._under_way[message_id]:
                del self._under_way[message_id]

    @tasks.loop(seconds=LOOK_SECONDS)
    async def show(self) -> None:
        """Shows the counts as they are now wherever they have changed and an edit is due."""
        recent = time.monotonic() - EDIT_SECONDS
        self._edited = {message: at for message, at in self._edited.items() if at > recent}
        waiting = self._edited.keys() | self._under_way.keys()
        due: dict[int, list[int]] = {}  # channel -> messages
        for message_id, channel_id in self._stale.items():
            if message_id not in waiting and channel_id not in self._channels:
                due.setdefault(channel_id, []).append(message_id)
        for channel_id, message_ids in due.items():
            showing = self._show_in(channel_id, message_ids)
            self._channels[channel_id] = asyncio.create_task(showing, name="counts")

    async def _show_in(self, channel_id: int, message_ids: list[int]) -> None:
        for message_id in message_ids:
            self._stale.pop(message_id, None)
            with surviving("Counting the votes on the buttons of one poem"):
                with self.editing(channel_id, message_id):
                    again = await self._show(channel_id, message_id)
                if again:
                    self.change(channel_id, message_id)
        del self._channels[channel_id]

    async def _show(self, channel_id: int, message_id: int) -> bool:
        """Shows the counts in one message; says whether to try again."""
        try:
            poem = await self.store.poem_in(message_id)
            if poem is None or poem.hidden:
                return False
            if poem.text is None:  # its buttons come when it is finished
                return True
            view = poem_buttons(poem, await self.store.tally(poem.id))
        except StoreError as error:
            log.warning("Votes not counted yet: %s", error)
            return True
        channel = self.bot.get_partial_messageable(channel_id)
        try:
            await channel.get_partial_message(message_id).edit(view=view)
        except discord.HTTPException as error:
            log.info("Votes not counted: status %s, code %s", error.status, error.code)
            return error.status >= SERVER_ERRORS
        return False


def counts_of(bot: commands.AutoShardedBot) -> CountsCog:
    """Returns the cog that keeps the counts of `bot` true."""
    cog = bot.get_cog(CountsCog.__name__)
    assert isinstance(cog, CountsCog)
    return cog
