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
"""Of a checkpoint: its authors, those with most poems first."""
SIMILAR = 0.6
"""Least similarity of a name that is suggested, from 0 to 1 (difflib's ratio)."""


def load_authors(folder: Path) -> tuple[str, ...]:
    """Reads the authors of the checkpoint in `folder`; none where it has no such file.

    The small file is read again only when it is new.
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
    """Finds the author that `asked` names: the whole name or, if only one has it, the surname.

    Capitals, accents and signs don't matter; an empty name is no author's. Raises RequestError,
    with what may have been meant, for a name that is nobody's or that several have.
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
    near = difflib.get_close_matches(wanted, [*known, *surnames], n=1, cutoff=SIMILAR)
    if near:
        meant = known[near[0]] if near[0] in known else " / ".join(surnames[near[0]])
        raise RequestError("author_like_another", author=meant)
    raise RequestError("no_such_author")
