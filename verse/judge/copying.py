"""What a poem took word for word from a corpus: runs of characters that both have.

Both sides are compared as the letters a to z and single spaces, so that neither a comma nor a
line end hides a copy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from model.tokenizer import normalize

RUN = 30
"""Characters from which a run counts as copied: the median poet has 0.3 % of their characters in
such runs of what others wrote (docs/log.md)."""

# Every run of RUN characters of the corpus holds one whole block of BLOCK characters that begins
# at a multiple of STEP: so one place in sixteen is looked up, and no run is missed.
STEP = 16
BLOCK = RUN - STEP + 1

_SPACES = str.maketrans({code: " " for code in range(128) if not chr(code).isalpha()} | {"'": None})


@dataclass(frozen=True)
class Copying:
    """How much of some poems a corpus has, character for character."""

    share: float
    """Of the normalised characters, those inside a run of RUN or more."""
    longest: int
    """Characters of the longest such run; 0 when there is none."""
    text: str
    """That run."""
    poems: int
    """How many of the poems have such a run."""


def normalised(text: str) -> str:
    """Writes `text` in the letters a to z and single spaces.

    Accents and apostrophes go, all else is space: what no plain letter stands for, such as Greek,
    can't be compared with what a poet writes, nor need it be.
    """
    if not text.isascii():
        # What has no plain letter becomes a question mark, and so a space.
        text = normalize(text).encode("ascii", "replace").decode()
    return " ".join(text.lower().translate(_SPACES).split())


class CopyFinder:
    """Holds poems against a corpus that is read past them, once, text by text.

    Memory is that of the poems (about 200 bytes a character), however long the corpus.
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
        """Looks for what the poems have in common with one `text` of the corpus."""
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
        """Keeps the run around a block that `text` has at `start` and the poems have at `place`, if
        it is long enough; returns its end in `text`."""
        ours = self._text
        length = min(len(text) - start, len(ours) - place)
        end = BLOCK
        while end < length and text[start + end] == ours[place + end]:
            end += 1
        before, room = 0, min(start, place)
        while before < room and text[start - before - 1] == ours[place - before - 1]:
            before += 1
        if before + end >= RUN:
            self._copied[place - before : place + end] = bytes([1]) * (before + end)
            if before + end > len(self._longest):
                self._longest = ours[place - before : place + end]
        return start + end

    def result(self) -> Copying:
        """Returns what the texts read so far have of the poems."""
        characters = len(self._text) - self._text.count("\n")
        share = sum(self._copied) / characters if characters else 0.0
        poems, start = 0, 0
        for poem in self._text.split("\n"):
            poems += any(self._copied[start : start + len(poem)])
            start += len(poem) + 1
        return Copying(share, len(self._longest), self._longest, poems)


def copying(poems: Iterable[str], corpus: Iterable[str]) -> Copying:
    """Measures how much of `poems` a `corpus` has."""
    finder = CopyFinder(poems)
    for text in corpus:
        finder.read(text)
    return finder.result()
