"""Reads poems from where they are: files, folders, the primer, or Project Gutenberg."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from train.corpus.gutenberg import GUTENBERG, read_gutenberg
from train.corpus.poem import Poem, tidy_author
from train.corpus.primer import (
    PRIMER,
    SEED_DIET,
    STORIES,
    read_primer,
    read_seed_diet,
    read_stories,
)
from verse.judge.files import CorpusError, read_records
from verse.request.plain_text import tidy

PROSE = "prose:"
"""Before a source's name: it holds prose."""
_SECTION = 4000
"""Characters after which a text of book length is cut at its next blank line."""


def read_source(source: str, lyric_only: bool) -> Iterator[Poem]:
    """Yields the poems of one `source` as they are there, only tidied. Raises CorpusError.

    lyric_only: leaves out the records whose field ``lyric`` is false.
    """
    if source.partition(":")[0] == GUTENBERG:
        yield from read_gutenberg(source)
        return
    for record in _records(source.removeprefix(PROSE)):
        if lyric_only and not record.get("lyric", True):
            continue
        # The bot's export counts votes: what more members disliked than liked is not learned from.
        if votes(record, "down") > votes(record, "up"):
            continue
        author, title = (str(record.get(field) or "") for field in ("author", "title"))
        title = tidy(title).replace("\n", " ")
        prose = source.startswith(PROSE) or record.get("form") == "story"
        prompt = title if "form" in record else ""
        if poem := tidy(record["text"]):
            for section in sections(poem):
                yield Poem(section, tidy_author(author), title, prompt, prose)


def _records(source: str) -> Iterator[dict[str, Any]]:
    """Returns the records of one `source` that needs no download. Raises CorpusError."""
    if source == SEED_DIET:
        return read_seed_diet()
    if source == PRIMER:
        return read_primer()
    if source == STORIES:
        return read_stories()
    if Path(source).exists():
        return read_records(source)
    raise CorpusError(
        f"There is no corpus {source}: name a file, a folder, {PRIMER!r} for the poems that come "
        f"along, {SEED_DIET!r} for a part of them, {STORIES!r} for the stories beside "
        f"them, or {GUTENBERG!r} for a library of verse."
    )


def votes(record: dict[str, Any], field: str) -> float:
    """Returns the votes that `record` counts in `field`; none where it says no number."""
    count = record.get(field)
    return count if isinstance(count, int | float) else 0


def sections(poem: str) -> list[str]:
    """Cuts a `poem` of book length at line ends, at blank lines if it has them; others stay whole.

    So an epic, or a play without poem breaks, can be split and shuffled like the rest.
    """
    if len(poem) < 5 * _SECTION:
        return [poem]
    joint = "\n\n" if poem.count("\n\n") > len(poem) / (5 * _SECTION) else "\n"
    result = [""]
    for part in poem.split(joint):
        if len(result[-1]) > _SECTION:
            result.append("")
        result[-1] += (joint if result[-1] else "") + part
    return result
