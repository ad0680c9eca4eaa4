"""The bot's connection to Discord: what it owns, what it listens to, how it ends.

What it offers is put together in `bot.app`; no feature is imported here.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import discord
from discord.ext import commands

from bot.background import log_fault
from bot.errors import CommandTree
from bot.rate_limit import Limiter
from bot.settings import Settings
from bot.sideline import Bench, Sideline
from bot.store import Store
from bot.writer.errors import ShuttingDown
from bot.writer.in_progress import PoemInProgress
from bot.writer.poet_process import GRACE_SECONDS
from bot.writer.queue import Writer

log = logging.getLogger(__name__)
T = TypeVar("T")

# Servers and reactions. And messages, without their content, for one thing only: Discord reports
# deletions with them, and what is deleted there must be forgotten here. None is privileged.
INTENTS = discord.Intents(
    guilds=True, guild_reactions=True, dm_reactions=True, guild_messages=True, dm_messages=True
)
# It has no voice, so it need not warn at every start that it lacks the libraries for it.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
UnderWay = tuple[int, PoemInProgress]
"""Discord's number of who asked for a poem, in memory only, and the poem."""
FAREWELL_SECONDS = 5.0
"""How long the last askers may take to be told that the bot stops."""


class PoetBot(commands.AutoShardedBot):
    """Holds Discord on one side, store and writer on the other; both are opened before it."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        writer: Writer,
        *,
        always_register: bool = False,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=CommandTree,
            # Nothing here looks at other people's messages or at member lists.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            shard_ids=list(settings.shard_ids) if settings.shard_ids else None,  # type: ignore[arg-type]
            shard_count=settings.shard_count,
        )
        self.settings = settings
        self.store = store
        self.writer = writer
        self.limiter = Limiter(member_poems=settings.member_poems, guild_poems=settings.guild_poems)
        bench = Bench()
        self.scans = Sideline(bench, member=10, guild=60)
        self.pictures = Sideline(bench, member=5, guild=30)
        self.started = time.monotonic()
        self.always_register = always_register
        self.being_written: dict[int, UnderWay] = {}
        """The poems that this process is having written, by their messages."""
        self._answers: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Has what is done within waited for before the bot stops, as it answers a member."""
        task = asyncio.current_task()
        assert task is not None
        self._answers.add(task)
        try:
            yield
        finally:
            self._answers.discard(task)

    async def unless_stopping(self, work: Coroutine[Any, Any, T]) -> T:
        """Returns the result of `work`; ends it and raises ShuttingDown once the bot is to stop."""
        working = asyncio.create_task(work)
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not working.done():
                working.cancel()
                await asyncio.wait({working})
        if working.cancelled():
            raise ShuttingDown
        return working.result()

    async def drain(self) -> None:
        """Takes no more poems, lets those under way finish within limits, ends the poet.

        At the default settings it lasts at most 45 seconds: POEM_SECONDS (30) and GRACE_SECONDS
        (5) for the poems, CLOSE_SECONDS (5) for a poet that hangs, FAREWELL_SECONDS (5). After
        that only connections are closed. A container needs more time than that to stop: 50 s.
        """
        self.writer.stop_taking()
        self._stopping.set()
        log.info("Stopping; answers under way: %d.", len(self._answers))
        await self._answers_over(self.settings.poem_seconds + GRACE_SECONDS)
        await self.writer.close()
        await self._answers_over(FAREWELL_SECONDS)

    async def _answers_over(self, seconds: float) -> None:
        if self._answers:
            await asyncio.wait(set(self._answers), timeout=seconds)

    async def on_message(self, message: discord.Message) -> None:
        """Does nothing: messages hold no commands, and are nobody's business here."""

    async def on_ready(self) -> None:
        log.info("Ready as %s; servers: %d.", self.user, len(self.guilds))

    async def on_error(self, event: str, /, *args: object, **kwargs: object) -> None:
        error = sys.exception()
        assert error is not None
        log_fault(event, error)


PoetInteraction = discord.Interaction[PoetBot]
"""What a member did, as it comes to this bot."""
