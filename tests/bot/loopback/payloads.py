"""The documents that the loopback server sends: one application, one guild, one channel."""

import time
from datetime import UTC, datetime
from itertools import count
from typing import Any

import discord

Json = dict[str, Any]

APPLICATION_ID = "1000000000000000001"
BOT_ID = "1000000000000000002"
GUILD_ID = "1000000000000000003"
CHANNEL_ID = "1000000000000000004"
MEMBER_ID = "1000000000000000005"

# What a bot needs in a channel; all of them, so that no test fails for want of a permission.
PERMISSIONS = str(discord.Permissions.all().value)

_serial = count()


def new_id() -> str:
    """A snowflake of this moment: discord.py reads the age of an interaction out of its id."""
    return str(discord.utils.time_snowflake(datetime.now(UTC)) + next(_serial) % 4096)


def user(user_id: str = MEMBER_ID, *, bot: bool = False) -> Json:
    return {
        "id": user_id,
        "username": "poet" if bot else f"member{int(user_id) % 1000}",
        "discriminator": "0000" if bot else "0",
        "global_name": None,
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def current_user() -> Json:
    return user(BOT_ID, bot=True) | {"mfa_enabled": True, "locale": "en-US", "verified": True}


def own_guild(name: str = "The Reading Room", permissions: str = PERMISSIONS) -> Json:
    """A server as it is listed for a bot that is in it."""
    return {
        "id": GUILD_ID,
        "name": name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": permissions,
        "features": [],
    }


def member(user_id: str, *, bot: bool = False) -> Json:
    return {
        "user": user(user_id, bot=bot),
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": "2024-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": PERMISSIONS,
    }


def application() -> Json:
    return {
        "id": APPLICATION_ID,
        "name": "poet",
        "icon": None,
        "description": "writes poems",
        "type": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user("1000000000000000006"),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "bot_public": True,
        "bot_require_code_grant": False,
    }


def channel() -> Json:
    return {
        "id": CHANNEL_ID,
        "type": 0,
        "guild_id": GUILD_ID,
        "name": "poems",
        "position": 0,
        "permission_overwrites": [],
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "parent_id": None,
        "last_message_id": None,
    }


def guild() -> Json:
    """The payload of GUILD_CREATE."""
    everyone = {
        "id": GUILD_ID,
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": PERMISSIONS,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": GUILD_ID,
        "name": "The Poets",
        "icon": None,
        "owner_id": "1000000000000000006",
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "system_channel_flags": 0,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [everyone],
        "joined_at": "2024-01-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
        "member_count": 2,
        "members": [member(BOT_ID, bot=True)],
        "channels": [channel()],
        "threads": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def interaction(kind: int, user_id: str, data: Json, guild_id: str = GUILD_ID) -> Json:
    """The payload of INTERACTION_CREATE; kind 2 is a command, 3 a pressed button."""
    return {
        "id": new_id(),
        "application_id": APPLICATION_ID,
        "type": kind,
        "token": f"token-of-{time.monotonic_ns()}",
        "version": 1,
        "data": data,
        "guild_id": guild_id,
        "guild": {"id": guild_id, "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "channel_id": CHANNEL_ID,
        "channel": channel() | {"permissions": PERMISSIONS},
        "member": member(user_id),
        "app_permissions": PERMISSIONS,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": guild_id},
        "context": 0,
        "attachment_size_limit": 10 * 1024 * 1024,
    }


def message(body: Json, flags: int = 0) -> Json:
    """The message that the bot's request `body` makes."""
    blank = {
        "id": new_id(),
        "channel_id": CHANNEL_ID,
        "type": 20,  # the answer to a command
        "author": user(BOT_ID, bot=True),
        "application_id": APPLICATION_ID,
        "content": "",
        "embeds": [],
        "components": [],
        "attachments": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "flags": flags,
        "timestamp": datetime.now(UTC).isoformat(),
        "edited_timestamp": None,
    }
    return edited(blank, body) | {"edited_timestamp": None}


def reaction(emoji: str) -> Json:
    """What a message says of its reactions with one emoji, when one member has reacted so."""
    return {
        "emoji": {"id": None, "name": emoji},
        "count": 1,
        "count_details": {"normal": 1, "burst": 0},
        "burst_colors": [],
        "me": False,
        "me_burst": False,
    }


def edited(old: Json, body: Json) -> Json:
    """`old` with what the request `body` names replaced; null clears."""
    new = old | {"edited_timestamp": datetime.now(UTC).isoformat()}
    if "content" in body:
        new["content"] = body["content"] or ""
    if "embeds" in body:
        new["embeds"] = [{"type": "rich"} | embed for embed in body["embeds"] or []]
    if "components" in body:
        new["components"] = _numbered(body["components"] or [], count(1))
    if "attachments" in body:
        new["attachments"] = [_attachment(file) for file in body["attachments"] or []]
    if "flags" in body:
        new["flags"] = old["flags"] | (body["flags"] or 0)
    return new


def _attachment(file: Json) -> Json:
    address = f"https://cdn.discordapp.com/{file['filename']}"
    return file | {"id": new_id(), "size": 1, "url": address, "proxy_url": address}


def _numbered(components: list[Json], numbers: "count[int]") -> list[Json]:
    """Discord gives every component of a message a number."""
    answer = []
    for component in components:
        numbered: Json = {"id": next(numbers)} | component
        if "components" in component:
            numbered["components"] = _numbered(component["components"], numbers)
        answer.append(numbered)
    return answer
