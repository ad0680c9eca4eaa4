"""The wall of fame: a channel that an admin chose, for poems that enough members liked.

Each is shown there once, and taken down when it is deleted or hidden. What is due and what must
come down is noted in the database (`bot.store.wall`), so no restart or crash loses any of it.
"""

import logging
import time
from typing import TYPE_CHECKING

import discord
from discord import ui
from discord.ext import commands, tasks

from bot import display
from bot.background import surviving
from bot.errors import GONE
from bot.i18n import language
from bot.places import open_to_all
from bot.store import ListedPoem, WallPlace

if TYPE_CHECKING:
    from bot.client import PoetBot

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0


class WallCog(commands.Cog):
    """Looks every few seconds whether a poem is due on a wall or must come down."""

    def __init__(self, bot: "PoetBot") -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.look.start()

    async def cog_unload(self) -> None:
        self.look.cancel()

    @tasks.loop(seconds=LOOK_SECONDS)
    async def look(self) -> None:
        with surviving("The wall of fame"):
            await self.update()

    @look.before_loop
    async def _connected(self) -> None:
        await self.bot.wait_until_ready()

    async def update(self) -> None:
        """Takes down what must come down, then hangs what is due, in this process's servers."""
        # In this order: a hidden poem that is shown again hangs anew.
        for place in await self.bot.store.coming_down(int(time.time())):
            if self.bot.get_guild(place.guild_id) is not None:
                with surviving("Taking one poem off the wall of fame"):
                    await self._take_down(place)
        for place in await self.bot.store.due_on_wall():
            guild = self.bot.get_guild(place.guild_id)
            if guild is not None:
                with surviving("Hanging one poem on the wall of fame"):
                    await self._hang(guild, place.poem_id)

    async def _hang(self, guild: discord.Guild, poem_id: int) -> None:
        store = self.bot.store
        chosen = await store.guild_settings(guild.id)
        channel = guild.get_channel(chosen.wall_channel or 0)
        readable = []
        if isinstance(channel, discord.TextChannel):
            readable = list(open_to_all(guild, channel).channel_ids)
        poem = await store.claim_wall(poem_id, chosen, readable, int(time.time()))
        if poem is None:
            return
        assert isinstance(channel, discord.TextChannel)
        try:
            message = await self._show(channel, poem)
        except discord.HTTPException as error:
            log.warning("Not on the wall: status %s, code %s", error.status, error.code)
            await store.leave_wall(poem_id)  # its next like tries again
            return
        await store.hang(poem_id, message.id)

    async def _show(self, channel: discord.TextChannel, poem: ListedPoem) -> discord.Message:
        texts = language.texts(language.code(channel.guild.preferred_locale))
        link = display.permalink(poem.guild_id, poem.channel_id, poem.message_id)
        view = ui.View()
        view.add_item(ui.Button(label=texts.to_the_poem, url=link))
        content = display.message(poem.text, texts.on_the_wall, texts.small_model)
        return await channel.send(content, view=view)

    async def _take_down(self, place: WallPlace) -> None:
        if place.message_id is not None:
            channel = self.bot.get_partial_messageable(place.channel_id)
            try:
                await channel.get_partial_message(place.message_id).delete()
            except discord.HTTPException as error:
                if error.code not in GONE:
                    log.warning("Still on the wall: status %s, code %s", error.status, error.code)
                    await self.bot.store.leave_wall_later(place.poem_id, int(time.time()))
                    return
        await self.bot.store.leave_wall(place.poem_id)
