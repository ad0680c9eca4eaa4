"""The authors whose manner can be asked for, by one rule for the bot and the terminal.

No torch here: the bot's own process reads this without loading a network.
"""

import difflib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from verse.request.lookup import lookup_key
from verse.request.messages import RequestError

FILE = "authors.json"
"""Name of a checkpoint's JSON list of authors, those with most poems first."""
OLD_VERSE = "old verse"
"""Stands among the authors for all of them together: old, poetical English, in nobody's manner."""
MIN_SIMILARITY = 0.6
"""Minimum similarity (difflib's ratio, 0 to 1) for an author to be suggested."""


def load_authors(folder: Path) -> tuple[str, ...]:
    """Reads the authors of the checkpoint in `folder`; none where it has no such file.

    Reads the file again only when its modification time has changed.
    """
    path = folder / FILE
    try:
        return _load(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return ()


@lru_cache(maxsize=4)
def _load(path: Path, written_at: int) -> tuple[str, ...]:
    return tuple(map(str, json.loads(path.read_text(encoding="utf-8"))))


def author_named(authors: Sequence[str], asked: str) -> str:
    """Finds the author in `authors` whose full name, or surname if it is unique, is `asked`.

    Ignores capitals, accents and punctuation; returns "" for an empty name. Raises RequestError,
    with a suggestion where there is one, for an unknown or an ambiguous name.
    """
    wanted = lookup_key(asked)
    if not wanted:
        return ""
    if not authors:
        raise RequestError("no_authors")
    known = {lookup_key(author): author for author in authors}
    if wanted in known:
        return known[wanted]
    surnames: dict[str, list[str]] = {}
    for author in authors:
        surnames.setdefault(lookup_key(author.split()[-1]), []).append(author)
    if len(namesakes := surnames.get(wanted, [])) > 1:
        raise RequestError("author_of_several", authors=" / ".join(namesakes))
    if namesakes:
        return namesakes[0]
    near = difflib.get_close_matches(wanted, [*known, *surnames], n=1, cutoff=MIN_SIMILARITY)
    if near:
        meant = known[near[0]] if near[0] in known else " / ".join(surnames[near[0]])
        raise RequestError("author_like_another", author=meant)
    raise RequestError("no_such_author")
