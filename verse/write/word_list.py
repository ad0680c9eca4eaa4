"""The word list of a poet, indexed by rhyme.

A network of a few million parameters misspells now and then; decoding constrained to a list can't.
The rhyme keys say which words can end a line that must rhyme. The words are those of the poet's
corpus that are also English words (`train.verse.assets`).

The file ``words.tsv`` of a checkpoint has one word per line, most frequent first; behind it its
syllables, the number of line ends per million lines, and its rhyme keys, if it can end a line:
"the" or "golden" rarely do. So loading a poet pronounces no word anew.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from verse.sound.prosody import rhyme, rhyme_keys, syllables
from verse.write.trie import LETTERS

FILE = "words.tsv"
"""Name of a checkpoint's word list."""
_ROW = re.compile(rf"([{LETTERS}]+)\t(\d+)\t(\d+)((?:\t[^\t]+)*)")
"""A row: word, syllables, line ends per million lines, rhyme keys."""
FEW_RHYMES = 12
"""Number of perfect rhymes below which near rhymes are offered as well."""
NEAR_RHYME_WORDS = 8000
"""Number of words, the most frequent ones, among which near rhymes are searched."""
USUAL_LINES = 50
"""Minimum line ends, per million lines of the corpus, of a usual rhyme word."""
ENOUGH_USUAL_RHYMES = 8
"""Number of usual rhymes from which rare ones are no longer offered."""
RICH_RHYMES = 12
"""Minimum usual rhymes of a word that is rich: a line to rhyme with it is certain to be found."""
SOME_RHYMES = 4
"""Minimum rhymes, near ones counted, of a word that may open a rhyme for the theme's sake."""


@dataclass(frozen=True)
class WordList:
    """Holds the words and, parallel to them, their sounds and frequencies as line ends."""

    words: tuple[str, ...]
    """Words, most frequent first."""
    keys: tuple[tuple[str, ...], ...]
    """Rhyme keys of each word (`verse.sound.prosody.rhyme_keys`); () for one that can't end a
    line."""
    lines: tuple[int, ...]
    """Number of line ends of each word, per million lines."""
    syllables: tuple[int, ...] = ()
    """Syllables of each word; by default `verse.sound.prosody.syllables` counts them."""
    places: dict[str, int] = field(init=False, repr=False, compare=False)
    """Index of each word."""

    def __post_init__(self) -> None:
        places = {word: place for place, word in enumerate(self.words)}
        object.__setattr__(self, "places", places)
        if not self.syllables:
            object.__setattr__(self, "syllables", tuple(map(syllables, self.words)))

    @classmethod
    def load(cls, path: Path) -> "WordList":
        """Reads the word list in the file `path`.

        Raises ValueError for a file that is no word list, OSError for one that can't be read.
        """
        rows: list[tuple[str, tuple[str, ...], int, int]] = []
        for line in path.read_text(encoding="ascii").splitlines():
            row = _ROW.fullmatch(line)
            if row is None:
                raise ValueError(
                    f"{path} is no word list of this version ({line[:20]!r} is no row of one): "
                    "make it anew with python -m train words."
                )
            word, number, ends, keys = row.groups()
            rows.append((word, tuple(keys.split("\t")[1:]), int(ends), int(number)))
        if not rows:
            raise ValueError(
                f"{path} is no word list, for it is empty: make it anew with python -m train words."
            )
        return cls(*zip(*rows, strict=True))

    def save(self, path: Path) -> None:
        """Writes the word list to the file `path`."""
        rows = zip(self.words, self.syllables, self.lines, self.keys, strict=True)
        lines = ("\t".join((word, str(n), str(ends), *keys)) for word, n, ends, keys in rows)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")

    @cached_property
    def by_key(self) -> dict[str, list[str]]:
        """Words of each rhyme key, most frequent first."""
        result: dict[str, list[str]] = {}
        for word, keys in zip(self.words, self.keys, strict=True):
            for key in keys:
                result.setdefault(key, []).append(word)
        return result

    @cached_property
    def ends(self) -> list[tuple[str, tuple[str, ...]]]:
        """(word, rhyme keys) of each word that can end a line."""
        return [(word, keys) for word, keys in zip(self.words, self.keys, strict=True) if keys]

    @cached_property
    def rich(self) -> list[tuple[str, tuple[str, ...]]]:
        """(word, rhyme keys) of each usual rhyme word that is rich in usual rhymes."""
        usual = [(word, keys) for word, keys in self.ends if self.is_usual(word)]
        counts = Counter(key for _, keys in usual for key in keys)
        return [
            (word, keys) for word, keys in usual if any(counts[key] > RICH_RHYMES for key in keys)
        ]

    def is_usual(self, word: str) -> bool:
        """Says whether `word` is a usual rhyme word: poets often end a line in it."""
        return self.lines[self.places[word]] >= USUAL_LINES

    def is_rich(self, word: str) -> bool:
        """Says whether `word` is rich in rhymes, so that a later line surely rhymes with it."""
        return word in self._rich

    @cached_property
    def _rich(self) -> frozenset[str]:
        return frozenset(word for word, _ in self.rich)

    def has_rhymes(self, word: str) -> bool:
        """Says whether `word` has SOME_RHYMES rhymes or more."""
        return len(self.rhyming([word])) >= SOME_RHYMES

    def rhyming(self, partners: list[str]) -> list[str]:
        """Lists words that rhyme with all `partners`.

        These are perfect rhymes, only usual ones if there are ENOUGH_USUAL_RHYMES; fewer than
        FEW_RHYMES are supplemented by usual near rhymes.
        """
        candidates = (
            word for key in sorted(rhyme_keys(partners[0])) for word in self.by_key.get(key, ())
        )
        found = [
            word
            for word in dict.fromkeys(candidates)
            if all(rhyme(word, partner) == "perfect" for partner in partners)
        ]
        usual = list(filter(self.is_usual, found))
        if len(usual) >= ENOUGH_USUAL_RHYMES:
            return usual
        if len(found) < FEW_RHYMES:
            found += [
                word
                for word, _ in self.ends[:NEAR_RHYME_WORDS]
                if word not in found
                and self.is_usual(word)
                and all(rhyme(word, partner) in ("perfect", "slant") for partner in partners)
            ]
        return found
