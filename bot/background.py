"""Work that no member waits for: a fault in one piece of it ends no other piece."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from bot.logs import trace_of
from bot.store import StoreError

log = logging.getLogger(__name__)


@contextmanager
def surviving(work: str) -> Iterator[None]:
    """Logs whatever goes wrong inside, as a fault of `work`, and goes on.

    A loop of discord.ext.tasks ends for good at an exception, so each server and each poem that one
    looks after is looked after in here.
    """
    try:
        yield
    except Exception as error:
        log_fault(work, error)


def log_fault(work: str, error: BaseException) -> None:
    """Tells the log that `work` failed: in a sentence, or with a reference and the trace."""
    if isinstance(error, StoreError):
        log.error("%s failed: %s", work, error)
    else:
        log.error("%s failed. Reference %s\n%s", work, secrets.token_hex(3), trace_of(error))
