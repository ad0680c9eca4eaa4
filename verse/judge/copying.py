"""Verbatim copying: runs of characters that poems share with a corpus.

Both sides are compared as the letters a to z and single spaces, so that neither a comma nor a
line end hides a copy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from model.tokenizer import normalize

MIN_RUN = 30
"""Minimum characters of a copied run: the median poet shares 0.3 % of their characters with other
poets in runs of this length or more (docs/log.md)."""

STEP = 16
"""Distance, in characters, between the blocks of the corpus that are looked up."""
BLOCK = MIN_RUN - STEP + 1
"""Characters of a block: every run of MIN_RUN characters holds a whole one, so none is missed."""

_SPACES = str.maketrans({code: " " for code in range(128) if not chr(code).isalpha()} | {"'": None})


@dataclass(frozen=True)
class Copying:
    """Holds how much of some poems is copied from a corpus."""

    share: float
    """Share, 0 to 1, of the normalised characters that are in a copied run."""
    longest: int
    """Characters of the longest copied run; 0 when there is none."""
    text: str
    """Longest copied run, normalised."""
    poems: int
    """Number of poems with a copied run."""


def normalised(text: str) -> str:
    """Returns `text` in the letters a to z and single spaces.

    Drops accents and apostrophes; all else, other alphabets too, becomes space, for a poet writes
    plain letters only.
    """
    if not text.isascii():
        # A character without a plain form becomes a question mark, and so a space.
        text = normalize(text).encode("ascii", "replace").decode()
    return " ".join(text.lower().translate(_SPACES).split())


class CopyFinder:
    """Finds the runs that poems share with a corpus, which is read once, text by text.

    Takes about 200 bytes of memory per character of the poems, however long the corpus.
    """

    def __init__(self, poems: Iterable[str]) -> None:
        # A line end is in no normalised text, so no run crosses from one poem into the next.
        self._text = "\n".join(map(normalised, poems))
        self._places: dict[str, list[int]] = {}
        for place in range(len(self._text) - BLOCK + 1):
            self._places.setdefault(self._text[place : place + BLOCK], []).append(place)
        self._copied = bytearray(len(self._text))
        self._longest = ""

    def read(self, text: str) -> None:
        """Marks the runs that the poems share with one `text` of the corpus."""
        text = normalised(text)
        places = self._places
        reached: dict[int, int] = {}  # by distance between the two: where its last run ended
        for start in range(0, len(text) - BLOCK + 1, STEP):
            block = text[start : start + BLOCK]
            if block in places:
                for place in places[block]:
                    if start >= reached.get(place - start, 0):
                        reached[place - start] = self._extend(text, start, place)

    def _extend(self, text: str, start: int, place: int) -> int:
        """Extends a block at `start` in `text` and `place` in the poems to a run; marks a long one.

        Returns the run's end in `text`.
        """
        poems = self._text
        length = min(len(text) - start, len(poems) - place)
        end = BLOCK
        while end < length and text[start + end] == poems[place + end]:
            end += 1
        before, room = 0, min(start, place)
        while before < room and text[start - before - 1] == poems[place - before - 1]:
            before += 1
        if before + end >= MIN_RUN:
            self._copied[place - before : place + end] = bytes([1]) * (before + end)
            if before + end > len(self._longest):
                self._longest = poems[place - before : place + end]
        return start + end

    def result(self) -> Copying:
        """Returns the copying from the texts read so far."""
        characters = len(self._text) - self._text.count("\n")
        share = sum(self._copied) / characters if characters else 0.0
        poems, start = 0, 0
        for poem in self._text.split("\n"):
            poems += any(self._copied[start : start + len(poem)])
            start += len(poem) + 1
        return Copying(share, len(self._longest), self._longest, poems)


def copying(poems: Iterable[str], corpus: Iterable[str]) -> Copying:
    """Measures how much of `poems` is copied from the texts of `corpus`."""
    finder = CopyFinder(poems)
    for text in corpus:
        finder.read(text)
    return finder.result()
