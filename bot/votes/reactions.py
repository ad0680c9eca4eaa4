"""Reactions as votes.

Raw events carry ids only, so they arrive for messages of any age, also from before a restart.
"""

import discord
from discord.ext import commands

from bot.store import Store
from bot.votes.rules import reaction_value


class RatingsCog(commands.Cog):
    """Keeps what members say with 👍, ❤️ and 👎."""

    def __init__(self, bot: commands.AutoShardedBot, store: Store) -> None:
        self.bot = bot
        self.store = store

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        if _is_vote(event.emoji) and not await self._by_a_bot(event):
            await self.store.add_reaction(event.message_id, event.user_id, event.emoji.name)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        # A bot's mark was never kept, so there is no need to ask who this was.
        if _is_vote(event.emoji):
            await self.store.remove_reaction(event.message_id, event.user_id, event.emoji.name)

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, event: discord.RawReactionClearEvent) -> None:
        await self.store.clear_reactions(event.message_id)

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        if _is_vote(event.emoji):
            await self.store.clear_reactions(event.message_id, event.emoji.name)

    async def _by_a_bot(self, event: discord.RawReactionActionEvent) -> bool:
        if self.bot.user is not None and event.user_id == self.bot.user.id:
            return True
        if event.member is not None:
            return event.member.bot
        if event.guild_id is None:  # a direct message has two sides only
            return False
        return (await self.bot.fetch_user(event.user_id)).bot


def _is_vote(emoji: discord.PartialEmoji) -> bool:
    return emoji.is_unicode_emoji() and reaction_value(emoji.name) is not None
