"""Where the bot may be asked, and what it may do where an interaction comes from."""

import logging
from typing import TYPE_CHECKING, TypeVar

import discord
from discord import app_commands

from bot.store import Scope
from bot.votes.rules import DOWN, UP

if TYPE_CHECKING:
    from bot.client import PoetBot, PoetInteraction

log = logging.getLogger(__name__)
Command = TypeVar("Command")


def everywhere(command: Command) -> Command:
    """Decorates a command for servers and direct messages, and for who has installed the bot for
    themselves and takes it anywhere."""
    command = app_commands.allowed_installs(guilds=True, users=True)(command)
    return app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(command)


async def add_reactions(bot: "PoetBot", interaction: "PoetInteraction", message_id: int) -> None:
    """Offers 👍 and 👎 as reactions, where the bot may; the buttons are there in any case."""
    if not may_react(bot, interaction):
        log.debug("No reactions here: not a place where I may add them.")
        return
    assert interaction.channel_id is not None
    channel = bot.get_partial_messageable(interaction.channel_id)
    try:
        for emoji in (UP, DOWN):
            await channel.get_partial_message(message_id).add_reaction(emoji)
    except discord.HTTPException as error:
        log.info("Reactions not added: status %s, code %s", error.status, error.code)


def sees(bot: "PoetBot", interaction: "PoetInteraction") -> bool:
    """Says whether nobody keeps the bot out of the channel of `interaction`.

    Where it is installed by a member only, it sees no channel, and is welcome with that member.
    """
    if interaction.guild_id is None or bot.get_guild(interaction.guild_id) is None:
        return True
    return interaction.app_permissions.view_channel


def open_to_all(guild: discord.Guild, channel: discord.TextChannel) -> Scope:
    """Returns where everybody in `guild` can read, and `channel` itself.

    Only poems from there may be shown in it.
    """
    everybody = guild.default_role
    channels = {
        other.id
        for other in (*guild.channels, *(t for t in guild.threads if not t.is_private()))
        if other.permissions_for(everybody).view_channel
    }
    return Scope(guild.id, sorted(channels | {channel.id}))


def may_react(bot: "PoetBot", interaction: "PoetInteraction") -> bool:
    """Says whether the bot itself is where the poem of `interaction` is, and may react to it.

    Installed by a member only, it is not: there it can answer, but sees no message.
    """
    if interaction.guild_id is None:
        return bool(interaction.context.dm_channel)
    allowed = interaction.app_permissions
    return (
        bot.get_guild(interaction.guild_id) is not None
        and allowed.add_reactions
        and allowed.read_message_history
    )


def readable(bot: "PoetBot", interaction: "PoetInteraction") -> Scope:
    """Returns where who asks can read.

    Nobody is shown a poem of a channel that is closed to them.
    """
    assert interaction.channel_id is not None
    guild = bot.get_guild(interaction.guild_id) if interaction.guild_id is not None else None
    channels = {interaction.channel_id}
    member = interaction.user
    if guild is not None and isinstance(member, discord.Member):
        # Not the private threads: who is in them is not known here.
        threads = [thread for thread in guild.threads if not thread.is_private()]
        for channel in (*guild.channels, *threads):
            allowed = channel.permissions_for(member)
            if allowed.view_channel and allowed.read_message_history:
                channels.add(channel.id)
    return Scope(interaction.guild_id, sorted(channels))
