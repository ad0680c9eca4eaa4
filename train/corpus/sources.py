"""Reads poems from where they are: files, folders, or a name that stands for a download."""

import gzip
import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from train.corpus.poem import CorpusError, Poem, tidy, tidy_author
from train.corpus.seed import read_seed_diet

SEED_DIET = "seed"
"""Name of the corpus that training starts with when none is named."""

_SUFFIXES = (".txt", ".jsonl", ".jsonl.xz", ".jsonl.gz", ".txt.xz", ".txt.gz")
_SECTION = 4000
"""Characters after which a text of book length is cut at its next blank line."""


def read_source(source: str, lyric_only: bool) -> Iterator[Poem]:
    """The poems of one source as they are there, only tidied. Raises CorpusError."""
    if source == SEED_DIET:
        yield from read_seed_diet()
        return
    path = Path(source)
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.name.endswith(_SUFFIXES))
        if not files:
            raise CorpusError(f"The folder {path} has no file ending in {', '.join(_SUFFIXES)}.")
    elif path.is_file():
        files = [path]
    else:
        raise CorpusError(
            f"There is no corpus {source}: name a file, a folder, or {SEED_DIET!r} "
            "for the verse that is downloaded by itself."
        )
    for file in files:
        yield from _read_file(file, lyric_only)


def _read_file(path: Path, lyric_only: bool) -> Iterator[Poem]:
    """The poems of one file, told apart by its name: JSON Lines, or plain text."""
    if not path.name.endswith(_SUFFIXES):
        raise CorpusError(
            f"{path} is of no kind I read: rename it to one of {', '.join(_SUFFIXES)}."
        )
    if path.stat().st_size == 0:
        raise CorpusError(f"{path} is empty: put poems in it, or leave it out.")
    number = 0
    try:
        with _open(path) as lines:
            if ".jsonl" not in path.name:
                yield from map(Poem, parse_text(lines.read()))
                return
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield from _parse_record(line, f"{path}, line {number}", lyric_only)
    except UnicodeDecodeError:
        place = f"{path}, after line {number}" if number else f"{path}"
        raise CorpusError(
            f"{place}: this is not UTF-8 text. Save the file as UTF-8, or leave it out."
        ) from None
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise CorpusError(
            f"{path} can't be read ({error}): check that it is whole, or leave it out."
        ) from error


def _open(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _parse_record(line: str, place: str, lyric_only: bool) -> Iterator[Poem]:
    try:
        record = json.loads(line)
        text = record["text"]
        if not isinstance(text, str):
            raise TypeError
    except ValueError:
        raise CorpusError(f"{place}: this is not valid JSON. Mend the line or delete it.") from None
    except (KeyError, TypeError):
        raise CorpusError(
            f'{place}: a record needs a "text" that is a string. Mend the line or delete it.'
        ) from None
    if lyric_only and not record.get("lyric", True):
        return
    # The bot's export counts votes: what more members disliked than liked is not learned from.
    if record.get("down", 0) > record.get("up", 0):
        return
    author, title = (str(record.get(field) or "") for field in ("author", "title"))
    if poem := tidy(text):
        for section in sections(poem):
            yield Poem(section, tidy_author(author), tidy(title).replace("\n", " "))


def parse_text(text: str) -> list[str]:
    """Poems of a plain text, separated by two blank lines."""
    text = re.sub(r"[^\S\n]+\n", "\n", text.replace("\r\n", "\n"))
    return [
        section
        for part in re.split(r"\n{3,}", text)
        if (poem := tidy(part))
        for section in sections(poem)
    ]


def sections(poem: str) -> list[str]:
    """A poem of book length cut at line ends, at blank lines if it has them; others whole.

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
