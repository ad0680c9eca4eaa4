"""Poems in files: JSON Lines (one record with a "text" a line) or plain text, packed or not."""

import gzip
import json
import lzma
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from verse.request.plain_text import tidy

MAX_WORD = 1000
"""Characters of a word; the longest in 54,000 poems has 55. Sounding one out takes minutes for
millions of letters, and no poem has them."""
SUFFIXES = (".txt", ".jsonl", ".jsonl.xz", ".jsonl.gz", ".txt.xz", ".txt.gz")

_HEADING = re.compile(r"\s*# (?P<title>[^|\n]+) \| (?P<form>\w+)(?:\n|$)")


class CorpusError(ValueError):
    """Reports poems that can't be read; the message names file, line and cure."""


def read_poems(source: str) -> list[str]:
    """Returns the poems of the file or folder `source`, tidied. Raises CorpusError."""
    poems = [poem for record in read_records(source) if (poem := tidy(record["text"]))]
    if not poems:
        raise CorpusError(f"{source} holds no poems: name a file that does.")
    return poems


def read_records(source: str) -> Iterator[dict[str, Any]]:
    """Yields the poems of a file `source`, or of all files in a folder, as they stand there.

    Each has a "text"; those of a plain text, which two blank lines set apart, a "title" and a
    "form" where their first line is ``# title | form``, and else nothing. Only one record (JSON
    Lines) or one file (plain text) is held in memory. Raises CorpusError.
    """
    path = Path(source)
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.name.endswith(SUFFIXES))
        if not files:
            raise CorpusError(f"The folder {path} has no file ending in {', '.join(SUFFIXES)}.")
    elif path.is_file():
        files = [path]
    else:
        raise CorpusError(f"There is no file {path}: name one that holds poems, or a folder.")
    for file in files:
        yield from _read_file(file)


def _read_file(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the records of the file at `path`, whose kind its name tells."""
    if not path.name.endswith(SUFFIXES):
        raise CorpusError(
            f"{path} is of no kind I read: rename it to one of {', '.join(SUFFIXES)}."
        )
    if path.stat().st_size == 0:
        raise CorpusError(f"{path} is empty: put poems in it, or leave it out.")
    number = 0
    try:
        with _open(path) as lines:
            if ".jsonl" not in path.name:
                for part in re.split(r"\n(?:[^\S\n]*\n){2,}", lines.read()):
                    if not part.strip():  # blank lines at the file's end
                        continue
                    _check_words(part, str(path))
                    yield _parse_part(part)
                return
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _parse_record(line, f"{path}, line {number}")
    except UnicodeDecodeError:
        place = f"{path}, after line {number}" if number else f"{path}"
        raise CorpusError(
            f"{place}: this is not UTF-8 text. Save the file as UTF-8, or leave it out."
        ) from None
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise CorpusError(
            f"{path} can't be read ({error}): check that it is whole, or leave it out."
        ) from error


def _open(path: Path) -> IO[str]:
    """Opens the text in the file at `path`, unpacked, without its byte order mark if it has one."""
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8-sig")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _parse_part(part: str) -> dict[str, Any]:
    """Returns the record of a `part` of a plain text."""
    if heading := _HEADING.match(part):
        return {**heading.groupdict(), "text": part[heading.end() :]}
    return {"text": part}


def _parse_record(line: str, place: str) -> dict[str, Any]:
    """Returns the record in a `line` of JSON Lines. Raises CorpusError that names its `place`."""
    try:
        record: dict[str, Any] = json.loads(line)
        if not isinstance(record["text"], str):
            raise TypeError
    except (ValueError, RecursionError):  # the latter for brackets within brackets
        raise CorpusError(f"{place}: this is not valid JSON. Mend the line or delete it.") from None
    except (KeyError, TypeError):
        raise CorpusError(
            f'{place}: a record needs a "text" that is a string. Mend the line or delete it.'
        ) from None
    _check_words(record["text"], place)
    return record


def _check_words(text: str, place: str) -> None:
    """Raises CorpusError, naming the `place`, when a `text` has a word that can be none."""
    if len(text) > MAX_WORD and (longest := max(map(len, text.split()), default=0)) > MAX_WORD:
        raise CorpusError(
            f"{place}: a word of {longest:,} characters is none. Put spaces or line ends into the "
            "poem, or delete it."
        )
