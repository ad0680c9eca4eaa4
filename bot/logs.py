"""The log: what goes in, and what never does.

Nobody's words and no number of Discord's may reach it, whoever logs: this bot, discord.py, or the
event loop that complains of a forgotten error. So exceptions are written by `trace_of`, which
leaves out their messages wherever these could quote a seed; and `Discreet` goes over every line.
"""

import logging
import re
import sqlite3
import sys
from types import TracebackType

import discord

from bot.traces import bare_trace

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure(level: str) -> None:
    """Sends the log, from `level` on, to standard error, which systemd and containers collect."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
    # Their debug logs hold whole events and whole statements, members and seeds and all.
    for name in ("discord", "aiosqlite"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger().level))


class Discreet(logging.Formatter):
    """Writes lines without the numbers of Discord, the tokens in its addresses, and seeds."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # which another formatter may have left, messages and all
        line = super().format(record)
        for secret, instead in _SECRETS:
            line = secret.sub(instead, line)
        return line

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return trace_of(ei[1]) if ei[1] is not None else ""


# Who has the token of an interaction can answer in the bot's name for a quarter of an hour.
_SECRETS = (
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/?\s]+"), r"\1..."),
    (re.compile(r"\d{15,}"), "..."),
    # So the event loop shows a task that failed.
    (re.compile(r"(exception=\w+)\(.*\)(?=>)"), r"\1"),
)


def trace_of(error: BaseException) -> str:
    """Returns where `error` happened and what it is, without the values it happened with."""
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(f"{bare_trace(cause)}{_harmless_message(cause)}")
        cause = cause.__cause__
    return "\ncaused by\n".join(causes)


def _harmless_message(error: BaseException) -> str:
    if isinstance(error, discord.HTTPException):
        return f": status {error.status}, code {error.code}"
    if isinstance(error, OSError | sqlite3.Error):
        return f": {error}"
    return ""
