"""The menu of a message: does it scan?"""

import asyncio
import re
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot import errors
from bot.background import surviving
from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.language import localised
from bot.places import everywhere
from bot.poem.wishes import without_markup
from bot.scan.answer import show_scan
from verse.judge.scan import scan
from verse.judge.slurs import has_slur
from verse.sound.prosody import words

if TYPE_CHECKING:
    from bot.client import PoetBot, PoetInteraction


class ScanCog(commands.Cog):
    """Tells who asks, and nobody else, how any message scans; nothing is kept of it."""

    def __init__(self, bot: "PoetBot") -> None:
        self.bot = bot
        menu = app_commands.ContextMenu(name=localised("menu_scan"), callback=self.does_it_scan)
        self.menu = everywhere(menu)

    async def cog_load(self) -> None:
        # The dictionary is read once, and holds everything up meanwhile: before anybody asks.
        with surviving("Reading the pronouncing dictionary"):
            await asyncio.to_thread(scan, "the sea")
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    async def does_it_scan(self, interaction: "PoetInteraction", message: discord.Message) -> None:
        """Scans the `message` that somebody chose."""
        async with errors.answered(interaction):
            texts = language.of(interaction)
            text = verse_of(message.content)
            if has_slur(text) or has_slur(message.content):
                raise Refusal(texts.slur)
            if not words(text):
                raise Refusal(texts.scan_nothing)
            await show_scan(interaction, text)


def verse_of(content: str) -> str:
    """Returns the words of a message in their lines, without small type; a block of code counts."""
    text = _SMALL_TYPE.sub("", content)
    text = _FENCE.sub(r"\1", text)
    return without_markup(_ESCAPED.sub(r"\1", text))


_SMALL_TYPE = re.compile(r"^ *-# .*$", re.MULTILINE)
_FENCE = re.compile(r"```(?:\w*\n)?(.*?)```", re.DOTALL)
_ESCAPED = re.compile(r"\\([^\w\s])")
