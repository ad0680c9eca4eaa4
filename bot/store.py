"""What the bot remembers: poems and votes, in one SQLite file.

Members are never stored by their Discord number, only as HMAC-SHA256 under a key that lies in a
file of its own beside the database: enough for one vote each and for deletion on request, and
worthless to who gets hold of the database alone.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiosqlite

from bot import votes

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 2.0
"""How long to wait for another process's write. Below Discord's 3 seconds, so that a member
whose vote could not be kept can still be told."""
TALLY = (
    "SELECT count(*) FILTER (WHERE value > 0), count(*) FILTER (WHERE value < 0) "
    "FROM ratings WHERE poem_id = ?"
)
ABANDONED_SECONDS = 15 * 60
"""A poem that has been "being written" for so long belongs to a bot that was killed: a living one
could not show it any more, because Discord closes an answer after 15 minutes."""
Reaction = tuple[str, str]
"""A member's hash and an emoji."""


class StoreError(Exception):
    """The database can't be used; the message names the file and the cure."""


@dataclass(frozen=True)
class NewPoem:
    """What is known of a poem when its writing begins."""

    message_id: int
    channel_id: int
    guild_id: int | None
    asker: str
    """The member's hash, from `Store.member`."""
    prompt: str
    opening: str
    settings: dict[str, Any]
    checkpoint: str
    seed: int


@dataclass(frozen=True)
class StoredPoem:
    """A poem as far as buttons need it."""

    id: int
    message_id: int
    asker: str
    prompt: str


@dataclass(frozen=True)
class ShownPoem:
    """Where a poem stands in Discord."""

    id: int
    channel_id: int
    message_id: int


@dataclass(frozen=True)
class RatedPoem:
    """A poem with its votes, and nothing that leads back to anyone."""

    opening: str
    text: str
    checkpoint: str
    up: int
    down: int


@dataclass(frozen=True)
class Tally:
    """The votes on one poem."""

    up: int = 0
    down: int = 0


class Store:
    """The database. Every method is one transaction: whole, or not at all."""

    def __init__(self, path: Path, database: aiosqlite.Connection, key: bytes) -> None:
        """Use `Store.open`."""
        self.path = path
        self._database = database
        self._key = key
        # All tasks share one connection, so a transaction must not be entered by two.
        self._lock = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Opens the database, making and migrating it as needed. Raises StoreError."""
        # Looked at first without aiosqlite, whose thread may outlive the event loop and end in a
        # stack trace when a file can't be opened.
        in_use = await asyncio.to_thread(_examine, path, busy_seconds)
        key = _read_key(path, in_use)
        with _explained(path):
            database = await aiosqlite.connect(path, timeout=busy_seconds, isolation_level=None)
        store = cls(path, database, key)
        try:
            with _explained(path):
                await database.execute("PRAGMA journal_mode = WAL")
                await database.execute("PRAGMA synchronous = NORMAL")
                await database.execute("PRAGMA foreign_keys = ON")
                await database.execute("PRAGMA secure_delete = ON")  # a deleted poem is gone
            await store._migrate()
        except BaseException:
            await database.close()
            raise
        return store

    async def close(self) -> None:
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    def member(self, user_id: int) -> str:
        """The name under which a member is known here."""
        return hmac.new(self._key, str(user_id).encode(), hashlib.sha256).hexdigest()

    # ------------------------------------------------------------------ poems

    async def begin_poem(self, poem: NewPoem) -> int:
        """Keeps a poem that is being written, so that it can be voted on; returns its id."""
        async with self._transaction() as database:
            cursor = await database.execute(
                "INSERT INTO poems (message_id, channel_id, guild_id, asker, prompt, opening, "
                "settings, checkpoint, seed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    poem.message_id,
                    poem.channel_id,
                    poem.guild_id,
                    poem.asker,
                    poem.prompt,
                    poem.opening,
                    json.dumps(poem.settings),
                    poem.checkpoint,
                    poem.seed,
                ),
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    async def finish_poem(self, poem_id: int, text: str, opening: str, stopped_by: str) -> None:
        """Keeps the finished text. A poem that was deleted meanwhile stays deleted."""
        async with self._transaction() as database:
            await database.execute(
                "UPDATE poems SET text = ?, opening = ?, stopped_by = ? WHERE id = ?",
                (text, opening, stopped_by, poem_id),
            )

    async def poem(self, poem_id: int) -> StoredPoem | None:
        rows = await self._rows(
            "SELECT id, message_id, asker, prompt FROM poems WHERE id = ?", poem_id
        )
        return StoredPoem(*rows[0]) if rows else None

    async def abandoned_poems(self) -> list[ShownPoem]:
        """Poems whose writing has ended, because their bot was killed."""
        return await self._shown_poems(
            "text IS NULL AND created_at <= CAST(strftime('%s', 'now') AS INTEGER) - ?",
            ABANDONED_SECONDS,
        )

    async def latest_poems(self, count: int) -> list[ShownPoem]:
        """The last finished poems, the newest first."""
        return await self._shown_poems("text IS NOT NULL ORDER BY id DESC LIMIT ?", count)

    async def rated_poems(self) -> list[RatedPoem]:
        """Finished poems that somebody voted on, in the order of their making."""
        rows = await self._rows(
            "SELECT opening, text, checkpoint, sum(value > 0), sum(value < 0) "
            "FROM poems JOIN ratings ON poem_id = id "
            "WHERE text IS NOT NULL GROUP BY id ORDER BY id"
        )
        return [RatedPoem(*row) for row in rows]

    async def forget_poem(self, poem_id: int) -> None:
        """Deletes a poem and the votes on it."""
        await self._forget_where("id = ?", poem_id)

    async def forget_messages(self, message_ids: Iterable[int]) -> None:
        """Deletes the poems that these messages showed, and the votes on them."""
        async with self._transaction() as database:
            await database.executemany(
                "DELETE FROM poems WHERE message_id = ?", [(number,) for number in message_ids]
            )

    async def forget_channel(self, channel_id: int) -> None:
        """Deletes the poems of a channel or thread, and the votes on them."""
        await self._forget_where("channel_id = ?", channel_id)

    async def forget_guild(self, guild_id: int) -> None:
        """Deletes the poems of a server, and the votes on them."""
        await self._forget_where("guild_id = ?", guild_id)

    # ------------------------------------------------------------------ votes

    async def add_reaction(self, message_id: int, user_id: int, emoji: str) -> None:
        """A member reacted with a vote to a message that may or may not be a poem."""
        await self._change_reactions(message_id, self.member(user_id), emoji, votes.add)

    async def remove_reaction(self, message_id: int, user_id: int, emoji: str) -> None:
        """A member took such a reaction back."""
        await self._change_reactions(message_id, self.member(user_id), emoji, votes.remove)

    async def clear_reactions(self, message_id: int, emoji: str | None = None) -> None:
        """Somebody cleared all reactions of a message, or all with one emoji."""
        async with self._transaction() as database:
            for poem_id in await _poem_of(database, message_id):
                rows = await database.execute_fetchall(
                    "SELECT member, standing FROM ratings WHERE poem_id = ?", (poem_id,)
                )
                for member, standing in rows:
                    left = [
                        mark
                        for mark in json.loads(standing)
                        if mark.startswith("button:") or emoji not in (None, mark)
                    ]
                    await _keep_standing(database, poem_id, member, left)

    async def reactions(self, poem_id: int) -> list[Reaction]:
        """All reactions that stand on a poem, as far as is known here."""
        rows = await self._rows("SELECT member, standing FROM ratings WHERE poem_id = ?", poem_id)
        return [
            (member, mark)
            for member, standing in rows
            for mark in json.loads(standing)
            if not mark.startswith("button:")
        ]

    async def amend_reactions(
        self, message_id: int, known: Sequence[Reaction], actual: Sequence[Reaction]
    ) -> None:
        """Brings the reactions in line with Discord, `known` being what `reactions` said before.

        Only the differences are applied, so that what happens meanwhile is not undone.
        """
        for member, emoji in known:
            if (member, emoji) not in actual:
                await self._change_reactions(message_id, member, emoji, votes.remove)
        for member, emoji in actual:
            if (member, emoji) not in known:
                await self._change_reactions(message_id, member, emoji, votes.add)

    async def press(self, poem_id: int, user_id: int, value: int) -> Tally:
        """A member pressed a vote button of an existing poem; returns the new tally."""
        member = self.member(user_id)
        async with self._transaction() as database:
            standing = await _standing(database, poem_id, member)
            await _keep_standing(database, poem_id, member, votes.press(standing, value))
            rows = await database.execute_fetchall(TALLY, (poem_id,))
            return Tally(*next(iter(rows)))

    async def tally(self, poem_id: int) -> Tally:
        return Tally(*(await self._rows(TALLY, poem_id))[0])

    async def _change_reactions(
        self, message_id: int, member: str, emoji: str, change: votes.Change
    ) -> None:
        # Most reactions are to other people's messages: those must not cost a write.
        if not await self._rows("SELECT 1 FROM poems WHERE message_id = ?", message_id):
            return
        async with self._transaction() as database:
            for poem_id in await _poem_of(database, message_id):
                standing = await _standing(database, poem_id, member)
                await _keep_standing(database, poem_id, member, change(standing, emoji))

    # --------------------------------------------------------------- commands

    async def registered_commands(self, scope: str) -> str | None:
        """Hash of the commands last registered in `scope`."""
        rows = await self._rows("SELECT hash FROM registered_commands WHERE scope = ?", scope)
        return str(rows[0][0]) if rows else None

    async def remember_commands(self, scope: str, digest: str) -> None:
        async with self._transaction() as database:
            await database.execute(
                "INSERT INTO registered_commands (scope, hash) VALUES (?, ?) "
                "ON CONFLICT (scope) DO UPDATE SET hash = excluded.hash",
                (scope, digest),
            )

    # --------------------------------------------------------------- plumbing

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        async with self._lock:
            with _explained(self.path):
                try:
                    await self._database.execute("BEGIN IMMEDIATE")
                    yield self._database
                    await self._database.execute("COMMIT")
                except BaseException:
                    # Also when the task was cancelled; and then BEGIN may not even have run.
                    with suppress(sqlite3.OperationalError):
                        await self._database.execute("ROLLBACK")
                    raise

    async def _rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        async with self._lock:
            with _explained(self.path):
                return [
                    tuple(row) for row in await self._database.execute_fetchall(sql, parameters)
                ]

    async def _shown_poems(self, condition: str, value: int) -> list[ShownPoem]:
        rows = await self._rows(
            f"SELECT id, channel_id, message_id FROM poems WHERE {condition}", value
        )
        return [ShownPoem(*row) for row in rows]

    async def _forget_where(self, condition: str, value: int) -> None:
        async with self._transaction() as database:
            await database.execute(f"DELETE FROM poems WHERE {condition}", (value,))

    async def _migrate(self) -> None:
        for number, file in enumerate(_migrations(), start=1):
            assert int(file.name.partition("_")[0]) == number, f"{file.name} is out of order"
            async with self._transaction() as database:
                # Asked anew each time: another process may be migrating beside this one.
                if await _version(database) < number:
                    for statement in _statements(file.read_text(encoding="utf-8")):
                        await database.execute(statement)
                    await database.execute(f"PRAGMA user_version = {number}")


def _migrations() -> list[Path]:
    return sorted(MIGRATIONS.glob("[0-9]*.sql"))


async def _version(database: aiosqlite.Connection) -> int:
    rows = await database.execute_fetchall("PRAGMA user_version")
    return int(next(iter(rows))[0])


def _statements(script: str) -> Iterator[str]:
    """The single statements of an SQL script; sqlite3's own executescript would commit."""
    statement = ""
    for part in re.split(r"(?<=;)", script):
        statement += part
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


async def _poem_of(database: aiosqlite.Connection, message_id: int) -> list[int]:
    rows = await database.execute_fetchall(
        "SELECT id FROM poems WHERE message_id = ?", (message_id,)
    )
    return [row[0] for row in rows]


async def _standing(database: aiosqlite.Connection, poem_id: int, member: str) -> list[str]:
    rows = await database.execute_fetchall(
        "SELECT standing FROM ratings WHERE poem_id = ? AND member = ?", (poem_id, member)
    )
    return [mark for row in rows for mark in json.loads(row[0])]


async def _keep_standing(
    database: aiosqlite.Connection, poem_id: int, member: str, standing: Sequence[str]
) -> None:
    if standing:
        await database.execute(
            "INSERT INTO ratings (poem_id, member, value, standing) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (poem_id, member) "
            "DO UPDATE SET value = excluded.value, standing = excluded.standing",
            (poem_id, member, votes.mark_value(standing[-1]), json.dumps(standing)),
        )
    else:
        await database.execute(
            "DELETE FROM ratings WHERE poem_id = ? AND member = ?", (poem_id, member)
        )


def _examine(path: Path, busy_seconds: float) -> bool:
    """Whether `path` holds poems already; an empty file is made if there is none.

    Raises StoreError for a file that is not for us, and leaves it and its folder as they were.
    """
    with suppress(OSError):  # of which SQLite complains below
        path.parent.mkdir(parents=True, exist_ok=True)
    with _explained(path), closing(sqlite3.connect(path, timeout=busy_seconds)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}
        ((version,),) = database.execute("PRAGMA user_version")
        known = len(_migrations())
        if tables and "poems" not in tables:
            raise StoreError(
                f"{path} is the database of another program: set DATABASE to another file."
            )
        if version > known:
            raise StoreError(
                f"{path} was written by a newer version of this bot (format {version}, and this "
                f"one knows {known}): update the bot, or set DATABASE to another file."
            )
        database.execute("BEGIN IMMEDIATE")  # raises if this user can't write it, or not now
    return bool(tables)


def _read_key(database: Path, in_use: bool) -> bytes:
    """The key of the members' hashes; made when there is none."""
    path = database.with_name(database.name + ".key")
    try:
        if not path.exists():
            if in_use:
                log.warning(
                    "%s is missing beside the database, so a new key is made: members can vote "
                    "once more on the poems that they voted on before.",
                    path,
                )
            _make_key(path)
        key = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{path} can't be read or made ({error.strerror}): give this user the right to "
            "write in its folder, or set DATABASE to another place."
        ) from error
    if len(key) != 32:
        raise StoreError(
            f"{path} is damaged, it must hold 32 bytes: restore it from a backup, or remove it "
            "to let a new key be made (members can then vote once more on old poems)."
        )
    return key


def _make_key(path: Path) -> None:
    # Written under another name and then linked, which fails if the name is taken: a reader
    # finds a whole key or none, and two bots that start at once agree on one.
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns what sqlite3 raises into a StoreError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        trouble = _TROUBLES.get(code & 0xFF if code else None, _UNKNOWN)
        raise StoreError(f"{path} {trouble} ({name}).") from error


_UNWRITABLE = (
    "can't be written: give this user the right to write the file and its folder, "
    "or set DATABASE to another place"
)
_NO_ROOM = "can't be written, the disk is full or failing: make room, or move DATABASE"
_BUSY = "is locked by another program: close that program, then start the bot again"
_DAMAGED = "is damaged or no database at all: restore a backup, or move the file away to begin anew"
_UNKNOWN = "could not be used: look into the log for the reason"
_TROUBLES: dict[int | None, str] = {
    sqlite3.SQLITE_CANTOPEN: _UNWRITABLE,
    sqlite3.SQLITE_READONLY: _UNWRITABLE,
    sqlite3.SQLITE_PERM: _UNWRITABLE,
    sqlite3.SQLITE_AUTH: _UNWRITABLE,
    sqlite3.SQLITE_FULL: _NO_ROOM,
    sqlite3.SQLITE_IOERR: _NO_ROOM,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
