"""The file itself: opening it, its format, and transactions.

Members are never stored by their Discord number, only as keyed hashes (`bot.store.key`): enough
for one vote each and for deletion on request, and worthless to who gets hold of the database alone.
"""

import asyncio
import logging
import os
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any, Self

import aiosqlite

from bot.store.errors import StoreError, explained
from bot.store.key import hashed, read_key
from verse.request.lookup import lookup_key

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 2.0
"""How long to wait for another process's write. Below Discord's 3 seconds, so that a member
whose vote could not be kept can still be told."""
OTHERS = 0o077
"""The rights of everybody but the file's owner."""


class Database:
    """Holds one open SQLite file; `transaction`, `rows` and `scan` are the ways in."""

    def __init__(
        self, path: Path, database: aiosqlite.Connection, reader: aiosqlite.Connection, key: bytes
    ) -> None:
        """Use `open`."""
        self.path = path
        self._database = database
        self._reader = reader
        self._key = key
        self._connections = AsyncExitStack()
        # All tasks share one connection to write, so a transaction must not be entered by two.
        self._lock = asyncio.Lock()
        self._under_way: set[int] = set()  # poems that this process is having written

    @classmethod
    async def open(cls, path: Path, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Opens the database at `path`, making and migrating it as needed. Raises StoreError."""
        # Looked at first without aiosqlite, whose thread may outlive the event loop and end in a
        # stack trace when a file can't be opened.
        in_use = await asyncio.to_thread(examine, path, busy_seconds)
        key = read_key(path, in_use)
        async with AsyncExitStack() as connections:
            with explained(path):
                database, reader = [
                    await connections.enter_async_context(
                        aiosqlite.connect(path, timeout=busy_seconds, isolation_level=None)
                    )
                    for _ in range(2)
                ]
                await database.execute("PRAGMA journal_mode = WAL")
                await database.execute("PRAGMA synchronous = NORMAL")
                await database.execute("PRAGMA foreign_keys = ON")
                await database.execute("PRAGMA secure_delete = ON")  # a deleted poem is gone
                await reader.execute("PRAGMA query_only = ON")
                await reader.create_function("lookup_key", 1, lookup_key, deterministic=True)
            store = cls(path, database, reader, key)
            await store._migrate()
            store._connections = connections.pop_all()
        return store

    async def close(self) -> None:
        await self._connections.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    def member(self, user_id: int) -> str:
        """Returns the hash under which a member is known here."""
        return hashed(self._key, user_id)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """Opens a transaction: all that is done within is kept, or nothing. Raises StoreError."""
        async with self._lock:
            with explained(self.path):
                try:
                    await self._database.execute("BEGIN IMMEDIATE")
                    yield self._database
                    await self._database.execute("COMMIT")
                except BaseException:
                    # Also when the task was cancelled; and then BEGIN may not even have run.
                    with suppress(sqlite3.OperationalError):
                        await self._database.execute("ROLLBACK")
                    raise

    async def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Returns the rows that a query finds. Raises StoreError."""
        async with self._lock:
            return await self._fetched(self._database, sql, parameters)

    async def scan(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Returns rows as `rows` does, for what may look at many.

        No vote waits for it, nor does it for a vote.
        """
        return await self._fetched(self._reader, sql, parameters)

    async def _fetched(
        self, database: aiosqlite.Connection, sql: str, parameters: tuple[object, ...]
    ) -> list[tuple[Any, ...]]:
        with explained(self.path):
            return [tuple(row) for row in await database.execute_fetchall(sql, parameters)]

    async def _migrate(self) -> None:
        for number, file in enumerate(_migrations(), start=1):
            assert int(file.name.partition("_")[0]) == number, f"{file.name} is out of order"
            async with self.transaction() as database:
                # Asked anew each time: another process may be migrating beside this one.
                if await _version(database) < number:
                    for statement in _statements(file.read_text(encoding="utf-8")):
                        await database.execute(statement)
                    await database.execute(f"PRAGMA user_version = {number}")


async def named_rows(
    database: aiosqlite.Connection, sql: str, *parameters: object
) -> list[dict[str, Any]]:
    """Returns the rows that a query finds within a transaction, by the names of the columns."""
    async with database.execute(sql, parameters) as cursor:
        names = [name for name, *_ in cursor.description]
        return [dict(zip(names, row, strict=True)) async for row in cursor]


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


def examine(path: Path, busy_seconds: float) -> bool:
    """Says whether `path` holds poems already; an empty file is made if there is none.

    Raises StoreError for a file that is not for us, and leaves it and its folder as they were.
    """
    with suppress(OSError):  # of which SQLite complains below
        path.parent.mkdir(parents=True, exist_ok=True)
        # Made here, so that nobody else may read it; SQLite gives the files beside it the same
        # rights. One that is there is not even opened: closing it would end SQLite's locks on it.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with explained(path), closing(sqlite3.connect(path, timeout=busy_seconds)) as database:
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
    if path.stat().st_mode & OTHERS:
        log.warning(
            "%s can be read by other users of this machine, and holds what members typed: "
            "chmod 600 it.",
            path,
        )
    return bool(tables)
