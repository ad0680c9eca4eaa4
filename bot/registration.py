"""Telling Discord which commands there are: when asked to, or when they changed.

Discord allows few registrations a day, and each replaces everything in its scope; so a hash of
what was sent last is kept in the database.
"""

import hashlib
import json
import logging
from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from bot.client import PoetBot

log = logging.getLogger(__name__)


async def register(bot: "PoetBot", *, always: bool = False) -> bool:
    """Registers the commands if they differ from last time, or `always`; says whether it did."""
    guild_id = bot.settings.dev_guild
    guild = discord.Object(guild_id) if guild_id is not None else None
    if guild is not None:
        bot.tree.copy_global_to(guild=guild)
    scope = f"{bot.application_id}/{'everywhere' if guild_id is None else guild_id}"
    digest = await payload_hash(bot, guild)
    if not always and await bot.store.registered_commands(scope) == digest:
        return False
    commands = await bot.tree.sync(guild=guild)
    await bot.store.remember_commands(scope, digest)
    log.info("Registered with Discord: %s", ", ".join(f"/{command.name}" for command in commands))
    return True


async def payload_hash(bot: "PoetBot", guild: discord.Object | None) -> str:
    """Returns a digest of everything that a registration would tell Discord."""
    translator = bot.tree.translator
    payload = [
        await command.get_translated_payload(bot.tree, translator)
        if translator
        else command.to_dict(bot.tree)
        for command in bot.tree.get_commands(guild=guild)
    ]
    text = json.dumps(sorted(payload, key=lambda command: str(command["name"])), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
