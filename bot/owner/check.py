"""python -m bot check: whether the bot could start as it is set up; nothing is changed or sent."""

import logging
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import discord

from bot.client import INTENTS
from bot.explained import DISCORD_ERRORS, explained
from bot.settings import Settings
from bot.store.database import BUSY_SECONDS, examine
from bot.store.errors import StoreError
from bot.writer.errors import WriterStartError
from bot.writer.queue import Writer

NEEDED = discord.Permissions(
    view_channel=True, send_messages=True, read_message_history=True, add_reactions=True
)
"""What the bot needs in a server, as README tells."""
PRIVILEGED = {
    "members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "presences": ("gateway_presence", "gateway_presence_limited"),
    "message_content": ("gateway_message_content", "gateway_message_content_limited"),
}
"""The intents that must be allowed to an application, and the flags that say that they are."""
LEAST_FREE = 200 * 2**20
"""Bytes of disk; a poem with its votes takes about two thousand."""
MOST_NAMED = 3
"""Servers that are named in a line."""
GUILDS_A_PAGE = 200


@dataclass(frozen=True)
class Finding:
    """Holds what was found out about one thing."""

    thing: str
    right: bool
    says: str
    """In a sentence; what is wrong comes with its cure."""

    def __str__(self) -> str:
        return f"{'ok   ' if self.right else 'WRONG'} {self.thing:12} {self.says}"


async def check(settings: Settings, writer: Writer) -> AsyncIterator[Finding]:
    """Looks at one thing after the other: at Discord, and at what lies on this machine.

    writer: of those settings, not started yet; it is started for a moment.
    """
    # What they say of a failure stands in a line already.
    for name in ("discord", "bot.writer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    async for finding in _at_discord(settings):
        yield finding
    yield _database(settings.database)
    yield await _checkpoint(writer)
    yield _disk(settings.database)


async def _at_discord(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.discord_token:
        cure = "put the token of your bot into .env (.env.example says where to get one)."
        yield Finding("token", False, f"DISCORD_TOKEN is not set: {cure}")
        for thing in ("intents", "permissions"):
            yield Finding(thing, False, "Only Discord knows them: set DISCORD_TOKEN first.")
        return
    missing = ["token", "intents", "permissions"]
    async with discord.Client(intents=INTENTS) as client:
        try:
            await client.login(settings.discord_token)
            assert client.user is not None
            yield Finding(missing.pop(0), True, f"Discord knows this bot as {client.user}.")
            application = await client.application_info()
            yield _intents(application)
            missing.pop(0)
            yield _permissions(await _guilds(client), application.id)
            missing.pop(0)
        except DISCORD_ERRORS as error:
            yield Finding(missing.pop(0), False, explained(error))
    for thing in missing:
        yield Finding(thing, False, "Only Discord knows them: mend the line above first.")


def _intents(application: discord.AppInfo) -> Finding:
    wanted = [name for name in PRIVILEGED if getattr(INTENTS, name)]
    refused = [
        name
        for name in wanted
        if not any(getattr(application.flags, flag) for flag in PRIVILEGED[name])
    ]
    if refused:
        return Finding(
            "intents",
            False,
            f"Discord does not allow {', '.join(refused)}: turn them on, on the page Bot of "
            "https://discord.com/developers/applications.",
        )
    which = f"The privileged ones are allowed: {', '.join(wanted)}." if wanted else ""
    return Finding("intents", True, which or "The bot asks for none that Discord must allow.")


async def _guilds(client: discord.Client) -> list[tuple[str, discord.Permissions]]:
    """The bot's servers by name, with what it may do there."""
    guilds: list[tuple[str, discord.Permissions]] = []
    after: str | int | None = None
    while True:
        page = await client.http.get_guilds(GUILDS_A_PAGE, after=after)
        for guild in page:
            guilds.append((guild["name"], discord.Permissions(int(guild["permissions"]))))
        if len(page) < GUILDS_A_PAGE:
            return guilds
        after = page[-1]["id"]


def _permissions(guilds: list[tuple[str, discord.Permissions]], application_id: int) -> Finding:
    link = discord.utils.oauth_url(
        application_id, permissions=NEEDED, scopes=("bot", "applications.commands")
    )
    if not guilds:
        return Finding("permissions", False, f"The bot is in no server yet: open {link}")
    lacking = [name for name, allowed in guilds if not _allows(allowed)]
    if not lacking:
        return Finding("permissions", True, f"All that is needed, in {len(guilds)} servers.")
    gone = {
        name.replace("_", " ")
        for _, allowed in guilds
        for name, needed in NEEDED
        if needed and not allowed.administrator and not getattr(allowed, name)
    }
    names = ", ".join(repr(name) for name in lacking[:MOST_NAMED])
    more = f" and {len(lacking) - MOST_NAMED} more" if len(lacking) > MOST_NAMED else ""
    return Finding(
        "permissions",
        False,
        f"In {len(lacking)} of {len(guilds)} servers ({names}{more}) the bot lacks: "
        f"{', '.join(sorted(gone))}. Give its role there the right to, or open {link}",
    )


def _allows(allowed: discord.Permissions) -> bool:
    return allowed.administrator or allowed.is_superset(NEEDED)


def _database(path: Path) -> Finding:
    if not path.exists():
        folder = _existing(path.parent)
        if folder.is_dir() and _writable(folder):
            return Finding("database", True, f"{path} is not there yet; the bot will make it.")
        cure = "give this user the right to write there, or set DATABASE to another place."
        return Finding("database", False, f"Nothing can be made in {folder}: {cure}")
    try:
        examine(path, BUSY_SECONDS)
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            ((found,),) = database.execute("PRAGMA quick_check(1)")
            if found != "ok":
                raise sqlite3.DatabaseError
            ((poems,),) = database.execute(
                "SELECT count(*) FROM sqlite_schema WHERE name = 'poems'"
            )
            if poems:
                ((poems,),) = database.execute("SELECT count(*) FROM poems")
    except StoreError as error:
        return Finding("database", False, str(error))
    except sqlite3.Error:
        return Finding("database", False, f"{path} is damaged: restore it from a backup.")
    if poems and not path.with_name(f"{path.name}.key").exists():
        cure = "put it back from your backup, or members can vote twice on old poems."
        return Finding("database", False, f"{path}.key is missing: {cure}")
    return Finding("database", True, f"{path} can be written and holds {poems} poems.")


async def _checkpoint(writer: Writer) -> Finding:
    try:
        async with writer:
            return Finding("checkpoint", True, f"{writer.checkpoint} in {writer.folder} can write.")
    except WriterStartError as error:
        return Finding("checkpoint", False, str(error))


def _disk(database: Path) -> Finding:
    folder = _existing(database.absolute().parent)
    free = shutil.disk_usage(folder).free
    says = f"{free / 2**20:,.0f} MiB are free for the database"
    if free >= LEAST_FREE:
        return Finding("disk", True, f"{says}.")
    cure = f"make room until there are {LEAST_FREE / 2**20:.0f}, or set DATABASE to another disk."
    return Finding("disk", False, f"Only {says}: {cure}")


def _existing(folder: Path) -> Path:
    """The nearest of `folder` and those above it that is there."""
    folder = folder.absolute()
    return next(place for place in (folder, *folder.parents) if place.exists())


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)
