"""Reactions as votes.

Raw events carry ids only, so they arrive for messages of any age, also from before a restart.
"""

import discord
from discord.ext import commands

from bot.store import Store
from bot.votes.counts import CountsCog
from bot.votes.rules import reaction_value


class ReactionsCog(commands.Cog):
    """Keeps what members say with 👍, ❤️ and 👎."""

    def __init__(self, bot: commands.AutoShardedBot, store: Store, counts: CountsCog) -> None:
        self.bot = bot
        self.store = store
        self.counts = counts

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        if _is_vote(event.emoji) and not await self._by_a_bot(event):
            message_id = event.message_id
            if await self.store.add_reaction(message_id, event.user_id, event.emoji.name):
                self.counts.change(event.channel_id, message_id)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        # A bot's mark was never kept, so there is no need to ask who this was.
        if _is_vote(event.emoji):
            message_id = event.message_id
            if await self.store.remove_reaction(message_id, event.user_id, event.emoji.name):
                self.counts.change(event.channel_id, message_id)

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, event: discord.RawReactionClearEvent) -> None:
        if await self.store.clear_reactions(event.message_id):
            self.counts.change(event.channel_id, event.message_id)

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        message_id, emoji = event.message_id, event.emoji
        if _is_vote(emoji) and await self.store.clear_reactions(message_id, emoji.name):
            self.counts.change(event.channel_id, event.message_id)

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
