"""The key of the members' hashes: 32 random bytes in a file beside the database, never in it."""

import hashlib
import hmac
import logging
import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.store.errors import StoreError

log = logging.getLogger(__name__)


def hashed(key: bytes, user_id: int) -> str:
    """Returns the hash that a member is known by: HMAC-SHA256 in hexadecimal."""
    return hmac.new(key, str(user_id).encode(), hashlib.sha256).hexdigest()


def read_key(database: Path, in_use: bool) -> bytes:
    """Reads the key of the members' hashes beside the `database`; makes one where there is none.

    in_use: whether the database holds poems, so that a missing key is worth a warning. Raises
    StoreError.
    """
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
