"""Settings from the environment and `.env`.

The names in the environment are the names of the fields in capitals. `.env.example` explains
each one; a test keeps the two lists equal.
"""

import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv.parser import parse_stream

log = logging.getLogger(__name__)
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
WEIGHTS = ("auto", "float32", "int8", "bfloat16")
ANSWER_SECONDS = 14 * 60
"""Discord lets an answer be edited for 15 minutes; the last poem in the queue needs its place."""


class SettingsError(ValueError):
    """Reports settings that the bot can't start with: one sentence for each of the `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """Holds how this bot runs."""

    discord_token: str = field(default="", repr=False)
    """The bot's password; empty means that only the preview can run."""
    checkpoint: Path = Path("checkpoints/poet")
    database: Path = Path("poems.sqlite3")
    poem_seconds: float = 30.0
    """Seconds that the poet may write at one poem."""
    queue_size: int = 20
    """Poems that may wait; who comes after them is asked to come again."""
    concurrent_poems: int = 2
    """Poems that are written at once, line by line in turn."""
    member_poems: int = 6
    """Poems that one member may ask for within a minute."""
    guild_poems: int = 30
    """Poems that may be asked for in one server within a minute."""
    worker_threads: int = 2
    """Threads of the poet at most; one while the machine is busy (model/fast/threads.py)."""
    weights: str = "auto"
    """Kind of weights that the poet writes with; the same seed number gives the same poem with the
    same kind."""
    dev_guild: int | None = None
    """Register the commands in this one server only, where they appear at once."""
    shard_ids: tuple[int, ...] | None = None
    """Which shards this process has; None: all of them."""
    shard_count: int | None = None
    """How many shards all processes have together; None: as Discord recommends."""
    log_level: str = "INFO"
    privacy_url: str = ""
    """Where the privacy policy can be read (docs/privacy.md); /privacy links it."""
    terms_url: str = ""
    """Where the terms of service can be read (docs/terms.md); /privacy links them."""


NAMES = tuple(field.name.upper() for field in fields(Settings))
CLOSE = 0.8
"""So alike, from 0 to 1, are a name and the one that was meant: a letter or two are wrong."""


def load_settings(
    environment: Mapping[str, str] | None = None, env_file: Path = Path(".env")
) -> Settings:
    """Reads the settings from `environment` (default: the process's own) and, below it, `env_file`.

    An empty value counts as not set. Raises SettingsError with every problem at once.
    """
    problems: list[str] = []
    below = read_env_file(env_file, problems)
    above = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        name = setting.name.upper()
        if text := _unquoted(above.get(name, "")) or below.get(name, "").strip():
            try:
                values[setting.name] = READERS[setting.name](text)
            except ValueError as error:
                problems.append(f"{name} {error}")
    settings = Settings(**values)
    if (settings.queue_size + settings.concurrent_poems) * settings.poem_seconds > ANSWER_SECONDS:
        problems.append(
            f"QUEUE_SIZE and CONCURRENT_POEMS together, times POEM_SECONDS, must stay below "
            f"{ANSWER_SECONDS} seconds, because Discord closes an answer after 15 minutes: "
            "lower one of them."
        )
    if settings.shard_ids is not None and not problems:
        if settings.shard_count is None:
            problems.append("SHARD_IDS needs SHARD_COUNT, the number of shards of all processes.")
        elif max(settings.shard_ids) >= settings.shard_count:
            problems.append(
                f"SHARD_IDS go from 0 to {settings.shard_count - 1}, as SHARD_COUNT is "
                f"{settings.shard_count}: lower the one or raise the other."
            )
    if problems:
        raise SettingsError(problems)
    return settings


def read_env_file(path: Path, problems: list[str]) -> dict[str, str]:
    """Returns what the file `path` sets; a missing one sets nothing.

    problems: what is wrong is added to it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        problems.append(
            f"{path} can't be read as text ({type(error).__name__}): "
            "make it a plain UTF-8 file like .env.example, or remove it."
        )
        return {}
    values: dict[str, str] = {}
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            problems.append(
                f"{path}, line {binding.original.line}: this is not NAME=value. "
                "Mend the line, or put # before it."
            )
        elif binding.key in NAMES:
            # An empty line means "not set", and takes back nothing that stands above it.
            values[binding.key] = binding.value or values.get(binding.key, "")
        elif binding.key:
            place = f"{path}, line {binding.original.line}: {binding.key}"
            meant = get_close_matches(binding.key.upper(), NAMES, n=1, cutoff=CLOSE)
            if meant:
                problems.append(f"{place} is no setting; write {meant[0]}, or put # before it.")
            else:
                log.warning("%s is no setting of this bot and has no effect.", place)
    return values


def _unquoted(text: str) -> str:
    """A value of the environment without the quotes around it, which podman's and docker's
    --env-file leave there; in the file .env python-dotenv takes them off."""
    text = text.strip()
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1].strip() if quoted else text


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(f"begins with a home folder that there is not: {text!r}.") from None


def _database(text: str) -> Path:
    if text == ":memory:" or text.startswith("file:"):
        raise ValueError(f"must be the path of a file, which outlasts a restart, not {text!r}.")
    return _path(text)


def _token(text: str) -> str:
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError(
            "has characters that no token has: copy it again from the Bot page of "
            "https://discord.com/developers/applications."
        )
    return text


def _number(
    kind: Callable[[str], float], least: float, most: float, unit: str
) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise ValueError(f"must be a {unit} from {least:g} to {most:g}, not {text!r}.")
        return value

    return read


def _guild(text: str) -> int:
    if not re.fullmatch(r"\d{15,20}", text):
        raise ValueError(
            f"must be the number of a server, not {text!r}: turn on Developer Mode in Discord, "
            "right-click the server and choose Copy Server ID."
        )
    return int(text)


def _shards(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\d{1,4}(\s*,\s*\d{1,4})*", text):
        raise ValueError(f"must be numbers of shards with commas between them, not {text!r}.")
    return tuple(sorted({int(number) for number in text.split(",")}))


def _log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}, not {text!r}.")
    return text.upper()


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    plain = re.fullmatch(r"[!-~]{1,512}", text)  # Discord takes no more of a link
    if not plain or not host or "." not in host or parts.scheme not in ("http", "https"):
        raise ValueError(
            f"must be the address of a page, like https://example.com/privacy, not {text!r}."
        )
    return text


def _weights(text: str) -> str:
    if text.lower() not in WEIGHTS:
        raise ValueError(f"must be one of {', '.join(WEIGHTS)}, not {text!r}.")
    return text.lower()


READERS: dict[str, Callable[[str], Any]] = {
    "discord_token": _token,
    "checkpoint": _path,
    "database": _database,
    "poem_seconds": _number(float, 1, 120, "number of seconds"),
    "queue_size": _number(int, 1, 1000, "whole number"),
    "concurrent_poems": _number(int, 1, 100, "whole number"),
    "member_poems": _number(int, 1, 1000, "whole number"),
    "guild_poems": _number(int, 1, 10_000, "whole number"),
    "worker_threads": _number(int, 1, 64, "whole number"),
    "weights": _weights,
    "dev_guild": _guild,
    "shard_ids": _shards,
    "shard_count": _number(int, 1, 10_000, "whole number"),
    "log_level": _log_level,
    "privacy_url": _url,
    "terms_url": _url,
}
