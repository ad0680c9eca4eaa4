"""A copy of the database while the bot runs, looked over before it gets its name."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from bot.store import StoreError
from bot.store.errors import explained


class BackupError(Exception):
    """Reports that there is no backup; the message says why and names the cure."""


def backup(database: Path, path: Path) -> dict[str, int]:
    """Copies the database to `path`, which must not exist; returns how many rows each table has.

    SQLite copies one moment of it, while others read and write. The copy is checked (its own
    integrity, and as many rows in each table as at that moment) under another name beside `path`
    and gets its name last: whole, or not at all. Raises BackupError or StoreError.
    """
    if not database.exists():
        raise BackupError(f"There is no database at {database}: set DATABASE.")
    if path.exists():
        raise BackupError(f"{path} is there already: name another file, or move this one away.")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        # Made here, so that nobody else may read it.
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        try:
            rows = _copied(database, unfinished, path)
            os.link(unfinished, path)  # which fails where a file has appeared meanwhile
        finally:
            for name in ("", "-wal", "-shm", "-journal"):
                with suppress(FileNotFoundError):
                    unfinished.with_name(unfinished.name + name).unlink()
    except OSError as error:
        raise BackupError(
            f"{path} can't be written ({error.strerror}): name a new file in a folder that exists "
            "and that this user may write in."
        ) from error
    return rows


_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def _copied(database: Path, copy: Path, path: Path) -> dict[str, int]:
    """Copies into `copy`, which will be `path`, and looks it over; returns how many rows it has."""
    readable = f"{database.absolute().as_uri()}?mode=ro"
    with explained(database), closing(sqlite3.connect(readable, uri=True)) as source:
        source.isolation_level = None
        source.execute("BEGIN")  # from the first question on, it shows one moment
        expected = _rows(source)
        with closing(sqlite3.connect(copy)) as target:
            try:
                source.backup(target)
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NO_ROOM:
                    raise
                raise BackupError(
                    f"{path} can't be written, the disk is full or failing: make room, or name a "
                    "file on another disk."
                ) from error
            faults = [row[0] for row in target.execute("PRAGMA integrity_check")]
            found = _rows(target)
    if faults != ["ok"] or found != expected:
        raise StoreError(
            f"The copy of {database} is not as it should be ({faults[0]}): look after the disk, "
            "and keep the backups that you have."
        )
    return found


def _rows(database: sqlite3.Connection) -> dict[str, int]:
    tables = database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables
    }
