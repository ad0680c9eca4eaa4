"""Poems in files: JSON Lines (one record with a "text" a line) or plain text, packed or not."""

import gzip
import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from model.tokenizer import normalize

SUFFIXES = (".txt", ".jsonl", ".jsonl.xz", ".jsonl.gz", ".txt.xz", ".txt.gz")


class PoemFileError(ValueError):
    """A file of poems that can't be read; the message names file, line and cure."""


def read_poems(source: str | Path) -> list[str]:
    """The poems of a file, or of all files of a folder, tidied. Raises PoemFileError."""
    poems = [poem for text in stream_texts(source) if (poem := tidy(text))]
    if not poems:
        raise PoemFileError(f"{source} holds no poems: name a file that does.")
    return poems


def stream_texts(source: str | Path) -> Iterator[str]:
    """The texts of a file or folder one by one, as they stand there.

    A plain text's poems are separated by two blank lines. Only one record (JSON Lines) or one
    file (plain text) is held in memory. Raises PoemFileError.
    """
    path = Path(source)
    if path.is_dir():
        paths = sorted(p for p in path.rglob("*") if p.is_file() and p.name.endswith(SUFFIXES))
        if not paths:
            raise PoemFileError(f"The folder {path} has no file ending in {', '.join(SUFFIXES)}.")
    elif not path.is_file():
        raise PoemFileError(f"There is no file {path}: name one that holds poems.")
    elif not path.name.endswith(SUFFIXES):
        raise PoemFileError(
            f"{path} is of no kind I read: rename it to one of {', '.join(SUFFIXES)}."
        )
    else:
        paths = [path]
    for path in paths:
        yield from _read_file(path)


def _read_file(path: Path) -> Iterator[str]:
    number = 0
    try:
        with _open(path) as lines:
            if ".jsonl" not in path.name:
                yield from re.split(r"\n(?:[^\S\n]*\n){2,}", lines.read())
                return
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _text_of(line, f"{path}, line {number}")
    except UnicodeDecodeError:
        place = f"{path}, after line {number}" if number else f"{path}"
        raise PoemFileError(
            f"{place}: this is not UTF-8 text. Save the file as UTF-8, or leave it out."
        ) from None
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise PoemFileError(
            f"{path} can't be read ({error}): check that it is whole, or leave it out."
        ) from error


def _open(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _text_of(line: str, place: str) -> str:
    try:
        text = json.loads(line)["text"]
        if not isinstance(text, str):
            raise TypeError
    except ValueError:
        raise PoemFileError(
            f"{place}: this is not valid JSON. Mend the line or delete it."
        ) from None
    except (KeyError, TypeError):
        raise PoemFileError(
            f'{place}: a record needs a "text" that is a string. Mend the line or delete it.'
        ) from None
    return text


def tidy(text: str) -> str:
    """A poem in plain characters: no indentation, single spaces, single blank lines."""
    text = re.sub(r"[^\S\n]+", " ", normalize(text))
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
