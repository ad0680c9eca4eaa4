"""The bot put together: which commands, listeners and buttons there are. Nothing imports it but
what starts the bot."""

from typing import Any, cast

import discord
from discord import ComponentType, InteractionType

from bot import errors, registration
from bot.brain.cog import BrainCog
from bot.client import PoetBot, PoetInteraction
from bot.daily.cog import DailyCog
from bot.i18n import language
from bot.i18n.language import CatalogueTranslator
from bot.lists.cog import PageButton, PoemsCog, ReadButton
from bot.owner.cog import OwnerCog
from bot.owner.heartbeat import HeartbeatCog
from bot.poem import edit
from bot.poem.acrostic import AcrosticCog
from bot.poem.actions import PoemButton
from bot.poem.cog import PoemCog
from bot.privacy.cog import PrivacyButton, PrivacyCog
from bot.privacy.deleted_messages import TidyingCog
from bot.scan.cog import ScanCog
from bot.server_settings.cog import SettingsCog
from bot.settings import Settings
from bot.votes.catching_up import CatchingUpCog
from bot.votes.counts import CountsCog
from bot.votes.reactions import ReactionsCog
from bot.wall.cog import WallCog
from bot.writer.queue import Writer

BUTTONS = (PoemButton, PageButton, ReadButton, PrivacyButton)
"""All there are. Each knows its own by the pattern of their custom_id."""


class App(PoetBot):
    """Holds the bot with everything that it offers."""

    async def setup_hook(self) -> None:
        await self.add_cog(PoemCog(self))
        counts = CountsCog(self, self.store)
        await self.add_cog(counts)
        await self.add_cog(ReactionsCog(self, self.store, counts))
        await self.add_cog(TidyingCog(self.store))
        await self.add_cog(CatchingUpCog(self, self.store, counts))
        await self.add_cog(AcrosticCog())
        await self.add_cog(PoemsCog())
        await self.add_cog(BrainCog())
        await self.add_cog(ScanCog(self))
        await self.add_cog(PrivacyCog())
        await self.add_cog(SettingsCog())
        await self.add_cog(OwnerCog())
        await self.add_cog(HeartbeatCog(self))
        await self.add_cog(DailyCog(self))
        await self.add_cog(WallCog(self))
        await self.tree.set_translator(CatalogueTranslator())
        self.add_dynamic_items(*BUTTONS)
        await registration.register(self, always=self.always_register)

    async def on_interaction(self, interaction: "PoetInteraction") -> None:
        """Answers the form of `bot.poem.edit`, which discord.py does not know; and what is none of
        ours: buttons and forms that are forged, or of another version."""
        if edit.is_form(interaction):
            await edit.submit(interaction)
            return
        asks = interaction.type in (InteractionType.component, InteractionType.modal_submit)
        if asks and not _is_ours(interaction):
            await errors.tell(interaction, language.of(interaction).poem_gone)


def writer_for(settings: Settings) -> Writer:
    """Returns the poet and its queue as the `settings` want them, not started yet."""
    return Writer(
        settings.checkpoint,
        threads=settings.worker_threads,
        weights=settings.weights,
        queue_size=settings.queue_size,
        concurrent=settings.concurrent_poems,
    )


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
