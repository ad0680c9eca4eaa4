"""The bot as Discord sees it: what it listens to, what it offers, how it ends."""

import asyncio
import logging
import secrets
import sys
import time
from typing import Any, cast

import discord
from discord import ComponentType, InteractionType
from discord.ext import commands

from bot import errors, language, recital, registration
from bot.cogs.acrostic import AcrosticCog
from bot.cogs.brain import BrainCog
from bot.cogs.catching_up import CatchingUpCog
from bot.cogs.daily import DailyCog
from bot.cogs.owner import OwnerCog
from bot.cogs.poem import PoemCog
from bot.cogs.poems import PageButton, PoemsCog, ReadButton
from bot.cogs.privacy import PrivacyButton, PrivacyCog
from bot.cogs.ratings import RatingsCog
from bot.cogs.settings import SettingsCog
from bot.cogs.tidying import TidyingCog
from bot.errors import CommandTree
from bot.language import CatalogueTranslator
from bot.limits import Limiter
from bot.logs import trace_of
from bot.settings import Settings
from bot.store import Store, StoreError
from bot.ui import PoemButton
from bot.wishes import Wish
from bot.writer import GRACE_SECONDS, Writer

log = logging.getLogger(__name__)

# Servers and reactions. And messages, without their content, for one thing only: Discord reports
# deletions with them, and what is deleted there must be forgotten here. None is privileged.
INTENTS = discord.Intents(
    guilds=True, guild_reactions=True, dm_reactions=True, guild_messages=True, dm_messages=True
)
# It has no voice, so it need not warn at every start that it lacks the libraries for it.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
BUTTONS = (PoemButton, PageButton, ReadButton, PrivacyButton)
"""All there are. Each knows its own by the pattern of their custom_id."""
FAREWELL_SECONDS = 5.0
"""How long the last askers may take to be told that the bot stops."""


class PoetBot(commands.AutoShardedBot):
    """Discord on one side, store and writer on the other; both are opened before it."""

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
        self.started = time.monotonic()
        self._always_register = always_register
        self._recitals: set[asyncio.Task[None]] = set()

    async def setup_hook(self) -> None:
        await self.add_cog(PoemCog(self))
        await self.add_cog(RatingsCog(self, self.store))
        await self.add_cog(TidyingCog(self.store))
        await self.add_cog(CatchingUpCog(self, self.store))
        await self.add_cog(AcrosticCog())
        await self.add_cog(PoemsCog())
        await self.add_cog(BrainCog())
        await self.add_cog(PrivacyCog())
        await self.add_cog(SettingsCog())
        await self.add_cog(OwnerCog())
        await self.add_cog(DailyCog(self))
        await self.tree.set_translator(CatalogueTranslator())
        self.add_dynamic_items(*BUTTONS)
        await registration.register(self, always=self._always_register)

    async def recite(self, interaction: "PoetInteraction", wish: Wish) -> None:
        """Answers with the poem that was wished for."""
        task = asyncio.current_task()
        assert task is not None
        self._recitals.add(task)
        try:
            await recital.recite(self, interaction, wish)
        finally:
            self._recitals.discard(task)

    async def drain(self) -> None:
        """Takes no more poems, lets those under way finish within limits, ends the poet.

        At the default settings it lasts at most 45 seconds: POEM_SECONDS (30) and GRACE_SECONDS
        (5) for the poems, CLOSE_SECONDS (5) for a poet that hangs, FAREWELL_SECONDS (5). After
        that only connections are closed. A container needs more time than that to stop: 50 s.
        """
        self.writer.stop_taking()
        log.info("Stopping; poems under way: %d.", len(self._recitals))
        await self._recitals_over(self.settings.poem_seconds + GRACE_SECONDS)
        await self.writer.close()
        await self._recitals_over(FAREWELL_SECONDS)

    async def _recitals_over(self, seconds: float) -> None:
        if self._recitals:
            await asyncio.wait(set(self._recitals), timeout=seconds)

    async def on_interaction(self, interaction: "PoetInteraction") -> None:
        """Answers buttons and forms that are forged, or of another version: none of ours."""
        asks = interaction.type in (InteractionType.component, InteractionType.modal_submit)
        if asks and not _is_ours(interaction):
            await errors.tell(interaction, language.of(interaction).poem_gone)

    async def on_message(self, message: discord.Message) -> None:
        """Nothing: there are no commands in messages, and messages are nobody's business here."""

    async def on_ready(self) -> None:
        log.info("Ready as %s; servers: %d.", self.user, len(self.guilds))

    async def on_error(self, event: str, /, *args: object, **kwargs: object) -> None:
        error = sys.exception()
        assert error is not None
        if isinstance(error, StoreError):
            log.error("%s not kept: %s", event, error)
            return
        log.error("Reference %s in %s\n%s", secrets.token_hex(3), event, trace_of(error))


PoetInteraction = discord.Interaction[PoetBot]
"""What a member did, as it comes to this bot."""


def _is_ours(interaction: discord.Interaction[Any]) -> bool:
    """Whether discord.py will find the button that was pressed: one of ours, and under its message.

    Of anything else it says nothing, and who pressed it would wait in vain.
    """
    data = cast(dict[str, Any], interaction.data)
    if interaction.message is None or data.get("component_type") != ComponentType.button.value:
        return False
    rows = (row for row in interaction.message.components if isinstance(row, discord.ActionRow))
    there = {button.custom_id for row in rows for button in row.children}
    patterns = (button.__discord_ui_compiled_template__ for button in BUTTONS)
    custom_id = str(data["custom_id"])
    return custom_id in there and any(pattern.fullmatch(custom_id) for pattern in patterns)
