"""Rated poems as a corpus file, without anything of the members.

Only the bot's own lines leave: the opening, which is a member's words, is cut off, and votes are
counts. That is what Discord's policy allows to learn from.
"""

import json
from pathlib import Path

from bot.store import RatedPoem, Store

KEYS = {"author", "title", "text", "up", "down", "checkpoint"}


class ExportError(Exception):
    """The file can't be written; the message names it and the cure."""


async def export(store: Store, path: Path) -> int:
    """Writes one poem a line to `path`, whole or not at all; returns how many."""
    lines = [line for poem in await store.rated_poems() if (line := _line(poem))["text"]]
    _write(path, lines)
    return len(lines)


def _write(path: Path, lines: list[dict[str, str | int]]) -> None:
    if path.exists() and not _is_export(path):
        raise ExportError(
            f"{path} is there and is no earlier export: name another file, or move this one away."
        )
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
        unfinished.replace(path)
    except OSError as error:
        raise ExportError(
            f"{path} can't be written ({error.strerror}): name a file in a folder that exists "
            "and that this user may write in."
        ) from error


def _line(poem: RatedPoem) -> dict[str, str | int]:
    return {
        "author": "",
        "title": "",
        # What follows the opening, without the punctuation that bound it to the opening.
        "text": poem.text.removeprefix(poem.opening).lstrip(" ,;:.!?-").strip(),
        "up": poem.up,
        "down": poem.down,
        "checkpoint": poem.checkpoint,
    }


def _is_export(path: Path) -> bool:
    """Whether every line of the file looks like ours, so that nothing else is overwritten."""
    try:
        with path.open(encoding="utf-8") as file:
            return all(
                {"text", "up", "down", "checkpoint"} <= json.loads(line).keys() for line in file
            )
    except (OSError, ValueError, AttributeError):
        return False
