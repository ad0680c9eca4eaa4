"""Books of Project Gutenberg by number: downloaded politely, once, into a cache.

`books.tsv` beside this file is the project's own list of facts, not text: number, title, author,
the year the author died, and why the book is free (``life70``: its author died by 1955 or was born
before 1850; ``us``: published before 1929). They are books in English that hold much verse.
"""

import csv
import email.utils
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from train.corpus.book import poems_of
from train.corpus.poem import Poem, tidy_author
from verse.judge.files import CorpusError

GUTENBERG = "gutenberg"
"""Name of the corpus of all books of the list; ``gutenberg:1322,8800`` names some by number."""
MIRROR = "https://gutenberg.pglaf.org"
"""The mirror that Project Gutenberg keeps for programs. GUTENBERG_MIRROR names another."""
USER_AGENT = "discord-poet (a reader of verse; one book at a time)"

_WAITED_AT_MOST = 120.0


class _NotThere(Exception):
    """The mirror has no file of that name."""


class _TryLater(Exception):
    """What may go better a little later; `seconds` if the mirror says when."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True)
class Library:
    """Fetches books from a mirror, and keeps them in a folder."""

    mirror: str
    folder: Path
    pause: float = 2.0
    """Seconds before each request, as the site asks; doubled with each failure."""
    tries: int = 5
    timeout: float = 30.0
    """Seconds without a byte after which a request has failed."""
    max_bytes: int = 20_000_000

    def book(self, number: int) -> str | None:
        """Returns the text of book `number`, from the cache or the mirror; None if it has none.

        Raises CorpusError when it can't be had now. What was fetched before stays in the cache,
        so going on is calling again.
        """
        kept = self.folder / f"{number}.txt"
        if kept.is_file():
            return kept.read_text(encoding="utf-8")
        for name in _names(number):
            try:
                text = decode(self._fetch(f"{self.mirror}/{name}"))
            except _NotThere:
                continue
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = kept.with_name(f".{number}.{os.getpid()}.unfinished")
            try:
                unfinished.write_text(text, encoding="utf-8")
                unfinished.replace(kept)
            finally:
                unfinished.unlink(missing_ok=True)
            return text
        return None

    def _fetch(self, url: str) -> bytes:
        """Downloads `url`, again and again if need be. Raises _NotThere or CorpusError."""
        wait = self.pause
        for attempt in range(self.tries):
            time.sleep(wait)
            try:
                return self._request(url)
            except _TryLater as error:
                reason = error
                wait = self.pause * 2 ** (attempt + 1) if error.seconds is None else error.seconds
                wait = min(wait, _WAITED_AT_MOST)
        raise CorpusError(
            f"{url} can't be downloaded ({reason}): try again later, what is here already is "
            "kept; or name another mirror in GUTENBERG_MIRROR."
        )

    def _request(self, url: str) -> bytes:
        """Downloads `url` once. Raises _NotThere, _TryLater or CorpusError."""
        request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT})
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                body: bytes = response.read(self.max_bytes + 1)
                expected = response.headers.get("Content-Length")
        except urllib.error.HTTPError as error:
            with error:
                if error.code in (404, 410):
                    raise _NotThere from None
                if error.code == 429 or error.code >= 500:
                    after = _seconds(error.headers.get("Retry-After"))
                    raise _TryLater(f"the mirror answers {error.code}", after) from None
                raise CorpusError(
                    f"{url} is refused with {error.code}: name another mirror in GUTENBERG_MIRROR."
                ) from None
        except (OSError, HTTPException) as error:
            raise _TryLater(str(getattr(error, "reason", error)) or type(error).__name__) from None
        if len(body) > self.max_bytes:
            raise CorpusError(f"{url} is larger than {self.max_bytes:,} bytes: leave it out.")
        if expected and expected.isdigit() and len(body) < int(expected):
            raise _TryLater(f"{len(body)} of {expected} bytes came")
        if body.lstrip()[:5].lower() in (b"<!doc", b"<html"):
            raise _TryLater("a web page came instead of a text")
        return body


def read_gutenberg(source: str, library: Library | None = None) -> Iterator[Poem]:
    """Yields the poems of the books that `source` names. Raises CorpusError.

    library: where they come from (default: the mirror of the environment).
    """
    listed = book_list()
    numbers = parse_numbers(source) or list(listed)
    library = library or default_library()
    missing = []
    for count, number in enumerate(numbers, start=1):
        print(f"\rBook {count} of {len(numbers)}", end="", file=sys.stderr, flush=True)
        text = library.book(number)
        if text is None:
            missing.append(str(number))
            continue
        known = listed.get(number)
        for poem in poems_of(text):
            yield Poem(poem.text, tidy_author(known) if known else poem.author, poem.title)
    print(file=sys.stderr)
    if missing:
        print(f"The mirror has no text of {', '.join(missing)}.", file=sys.stderr)


def default_library() -> Library:
    """Returns the mirror and the cache that the environment names. Raises CorpusError."""
    mirror = os.environ.get("GUTENBERG_MIRROR", MIRROR).rstrip("/")
    if not mirror.startswith(("http://", "https://")):
        raise CorpusError(f"GUTENBERG_MIRROR must begin with https://, not {mirror[:20]!r}.")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Library(mirror, cache / "discord-poet" / "gutenberg")


def book_list() -> dict[int, str]:
    """Reads the author of each book of the list, by the book's number."""
    with Path(__file__).with_name("books.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {int(row["number"]): row["author"] for row in rows}


def parse_numbers(source: str) -> list[int]:
    """Reads a `source` such as ``gutenberg:1322,8800``; no numbers for ``gutenberg``.

    Raises CorpusError.
    """
    _, colon, numbers = source.partition(":")
    if not colon:
        return []
    parts = [part.strip() for part in numbers.split(",")]
    if not all(part.isascii() and part.isdigit() and 0 < int(part) < 10**7 for part in parts):
        raise CorpusError(
            f"{source} names no books: write their numbers, as in {GUTENBERG}:1322,8800."
        )
    return [int(part) for part in dict.fromkeys(parts)]


def decode(body: bytes) -> str:
    """Decodes the `body` of a book: what it says of its encoding is often wrong, so bytes decide.

    Text in another encoding is hardly ever valid UTF-8 by chance.
    """
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            pass
    return body.decode("latin-1")


def _names(number: int) -> list[str]:
    """Lists where mirrors keep book `number` as text: made from its master file, or as posted."""
    digits = str(number)
    folder = "/".join([*(digits[:-1] or "0"), digits])
    posted = [f"{folder}/{digits}{suffix}.txt" for suffix in ("-0", "-8", "")]
    return [f"cache/epub/{digits}/pg{digits}.txt", *posted]


def _seconds(retry_after: str | None) -> float | None:
    """Reads the header `retry_after`, seconds or a date, as seconds from now."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None
