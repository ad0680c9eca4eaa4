"""The words that a poet may use, and which of them rhyme.

A network of a few million parameters misspells now and then. Held to a list while it writes, it
can't; and a list sorted by sound says which words can end a line that must rhyme. The words are
those of its own corpus that a dictionary knows too (`train.verse.assets`).

The file ``words.tsv`` of a checkpoint has a word a line, most frequent first; behind it its
syllables, how many of a million lines end in it, and its rhyme keys, if it can end a line: "the" or
"golden" hardly do. A poet that loads looks up none of that anew.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from verse.sound.prosody import rhyme, rhyme_keys, syllables
from verse.write.trie import LETTERS

FILE = "words.tsv"
_ROW = re.compile(rf"([{LETTERS}]+)\t(\d+)\t(\d+)((?:\t[^\t]+)*)")
"""Word, syllables, lines and rhyme keys."""
FEW_RHYMES = 12
"""Words with fewer perfect rhymes than this are offered near ones as well."""
NEAR_RHYME_WORDS = 8000
"""The most frequent words, among which near rhymes are looked for."""
USUAL_LINES = 50
"""Of a million lines of the corpus, how many end in a word that poets usually rhyme with."""
ENOUGH_USUAL_RHYMES = 8
"""With this many usual rhymes, rare ones are not offered."""
RICH_RHYMES = 12
"""A word with this many usual rhymes can open a rhyme."""
SOME_RHYMES = 4
"""A word with this many rhymes, near ones counted, can open one if need be."""


@dataclass(frozen=True)
class WordList:
    """Words, most frequent first."""

    words: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    """Rhyme keys of each word, as `verse.sound.prosody.rhyme_keys` gives them; none of a word that
    can't end a line."""
    lines: tuple[int, ...]
    """Of a million, how many end in each word."""
    syllables: tuple[int, ...] = ()
    """Of each word, as `verse.sound.prosody.syllables` counts them where they are not given."""
    places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {word: place for place, word in enumerate(self.words)}
        object.__setattr__(self, "places", places)
        if not self.syllables:
            object.__setattr__(self, "syllables", tuple(map(syllables, self.words)))

    @classmethod
    def load(cls, path: Path) -> "WordList":
        """Raises ValueError for a file that is no word list, OSError for one that can't be read."""
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
        rows = zip(self.words, self.syllables, self.lines, self.keys, strict=True)
        lines = ("\t".join((word, str(n), str(ends), *keys)) for word, n, ends, keys in rows)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")

    @cached_property
    def by_key(self) -> dict[str, list[str]]:
        """The words of each rhyme key, most frequent first."""
        result: dict[str, list[str]] = {}
        for word, keys in zip(self.words, self.keys, strict=True):
            for key in keys:
                result.setdefault(key, []).append(word)
        return result

    @cached_property
    def ends(self) -> list[tuple[str, tuple[str, ...]]]:
        """The words, with their keys, that can end a line."""
        return [(word, keys) for word, keys in zip(self.words, self.keys, strict=True) if keys]

    @cached_property
    def rich(self) -> list[tuple[str, tuple[str, ...]]]:
        """The usual words, with their keys, that have enough rhymes to open a rhyme with."""
        usual = [(word, keys) for word, keys in self.ends if self.is_usual(word)]
        alike = Counter(key for _, keys in usual for key in keys)
        return [
            (word, keys) for word, keys in usual if any(alike[key] > RICH_RHYMES for key in keys)
        ]

    def is_usual(self, word: str) -> bool:
        """Whether poets often end a line in it."""
        return self.lines[self.places[word]] >= USUAL_LINES

    def is_rich(self, word: str) -> bool:
        """Whether so much rhymes with the word that a line to come surely can."""
        return word in self._rich

    @cached_property
    def _rich(self) -> frozenset[str]:
        return frozenset(word for word, _ in self.rich)

    def has_rhymes(self, word: str) -> bool:
        """Whether a rhyme can be opened with the word, if it has to be."""
        return len(self.rhyming([word])) >= SOME_RHYMES

    def rhyming(self, partners: list[str]) -> list[str]:
        """The words that rhyme with all `partners`: perfectly, the usual ones if they are enough,
        or, where hardly any do, nearly."""
        alike = (
            word for key in sorted(rhyme_keys(partners[0])) for word in self.by_key.get(key, ())
        )
        found = [
            word
            for word in dict.fromkeys(alike)
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
