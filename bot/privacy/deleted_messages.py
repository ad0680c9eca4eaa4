"""What is deleted in Discord is forgotten here, whoever deleted it."""

import discord
from discord.ext import commands

from bot.store import Store


class TidyingCog(commands.Cog):
    """Follows deletions of messages, channels, threads and whole servers."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        await self.store.forget_messages([event.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        await self.store.forget_messages(event.message_ids)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self.store.forget_channel(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        await self.store.forget_channel(event.thread_id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self.store.forget_guild(guild.id)
