"""The poems that were voted on as a corpus file, without anything that members typed.

Only the bot's own lines leave. Left out are: how a poem began, if somebody typed that; each line
that holds a word of what was typed as the beginning or the theme, in any form, but for the small
words that every poem has; each line that repeats three words of the beginning in a row; and whole
poems: acrostics, which spell what was typed, those of which less than half would be left, and those
that are private or hidden. Votes are counts. That is what Discord's policy allows to learn from.
"""

import json
from pathlib import Path

from bot.privacy.typed import without_typed
from bot.store import Store, VotedPoem


class ExportError(Exception):
    """Reports that the file can't be written; the message names it and the cure."""


async def export(store: Store, path: Path) -> int:
    """Writes the poems of `store` that were voted on, one a line, to `path`; returns how many.

    The file is written whole or not at all. Raises ExportError or StoreError.
    """
    lines = [_line(poem, text) for poem in await store.voted_poems() if (text := own_text(poem))]
    _write(path, lines)
    return len(lines)


def _write(path: Path, lines: list[dict[str, str | int]]) -> None:
    if path.exists() and not _is_export(path):
        raise ExportError(
            f"{path} is there and is no earlier export: name another file, or move this one away."
        )
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(line) + "\n" for line in lines)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(
            f"{path} can't be written ({error.strerror}): name a file in a folder that exists, "
            "that this user may write in, and where there is room."
        ) from error


def own_text(poem: VotedPoem) -> str:
    """Returns what the bot itself wrote of `poem`; "" where that is less than half of it."""
    text = without_typed(
        poem.text, poem.opening, poem.prompt, poem.settings, continues=poem.continues
    )
    own_lines = _count_lines(poem.text) - _count_lines(poem.opening)
    return text if _count_lines(text) >= own_lines / 2 else ""


def _count_lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.split("\n"))


def _line(poem: VotedPoem, text: str) -> dict[str, str | int]:
    return {
        "author": "",
        "title": "",
        "text": text,
        "form": poem.settings.get("form") or "free",
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
