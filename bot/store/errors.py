"""What can be wrong with the database, in sentences that say what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StoreError(Exception):
    """Reports that the database can't be used; the message names the file and the cure."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
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
