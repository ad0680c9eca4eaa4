"""The log: what goes in, and what never does.

Nobody's words and no member's number may reach it. That is why traces are written by `trace_of`,
which leaves out the message of an exception wherever it could quote a seed.
"""

import logging
import sqlite3
import sys
import traceback

import discord


def configure(level: str) -> None:
    """Sends the log to standard error, which systemd and containers collect."""
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    # Their debug logs hold whole events and whole statements, members and seeds and all.
    for name in ("discord", "aiosqlite"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger().level))


def trace_of(error: BaseException) -> str:
    """Where `error` happened and what it is, without the values it happened with."""
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        frames = "".join(traceback.format_tb(cause.__traceback__))
        causes.append(f"{frames}{type(cause).__name__}{_harmless_message(cause)}")
        cause = cause.__cause__
    return "\ncaused by\n".join(causes)


def _harmless_message(error: BaseException) -> str:
    if isinstance(error, discord.HTTPException):
        return f": status {error.status}, code {error.code}"
    if isinstance(error, OSError | sqlite3.Error):
        return f": {error}"
    return ""
