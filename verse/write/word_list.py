"""The words that a poet may use, and which of them rhyme: the lexicon that ships in its checkpoint.

A network of a few million parameters misspells now and then. Held to a list while it writes, it
can't; and a list sorted by sound says which words can end a line that must rhyme. The words are
those of its own corpus that a dictionary knows too (`train.verse.assets`).

The file ``lexicon.tsv`` has a word a line, most frequent first; behind it its syllables, how many
of a million lines end in it, and its rhyme keys, if it can end a line: "the" or "golden" hardly do
(`train.verse.assets`). A poet that loads looks up none of that anew.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from verse.sound.prosody import rhyme, rhyme_keys, syllables

FILE = "lexicon.tsv"
LETTERS = "abcdefghijklmnopqrstuvwxyz'"
"""What words are made of."""
_ROW = re.compile(rf"([{LETTERS}]+)\t(\d+)\t(\d+)((?:\t[^\t]+)*)")
"""Word, syllables, lines and rhyme keys."""
FEW = 12
"""With fewer perfect rhymes than this, near ones are looked for as well."""
COMMON = 8000
"""Near rhymes are looked for among so many of the most frequent words."""
MOST = 7
"""Syllables of a word; those with more, of which the corpus has none, count as having so many."""
FAR = 99
"""Syllables, where there is no word."""
USUAL = 50
"""Of a million lines of the corpus, so many end in a word that poets usually rhyme with."""
ENOUGH = 8
"""With so many usual rhymes, no others are looked for: dee and fop rhyme with sea, and sound it."""
RICH = 12
"""A word with so many usual rhymes can open a rhyme."""
SOME = 4
"""A word with so many rhymes, near ones counted, can open one if need be."""


@dataclass(frozen=True)
class WordStock:
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
    def load(cls, path: Path) -> "WordStock":
        """Raises ValueError for a file that is no lexicon, OSError for one that can't be read."""
        rows: list[tuple[str, tuple[str, ...], int, int]] = []
        for line in path.read_text(encoding="ascii").splitlines():
            row = _ROW.fullmatch(line)
            if row is None:
                raise ValueError(
                    f"{path} is no lexicon of this version ({line[:20]!r} is no word of one): make "
                    "it anew with python -m train words."
                )
            word, number, ends, keys = row.groups()
            rows.append((word, tuple(keys.split("\t")[1:]), int(ends), int(number)))
        if not rows:
            raise ValueError(
                f"{path} is no lexicon, for it is empty: make it anew with python -m train words."
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
        return [(word, keys) for word, keys in usual if any(alike[key] > RICH for key in keys)]

    def is_usual(self, word: str) -> bool:
        """Whether poets often end a line in it."""
        return self.lines[self.places[word]] >= USUAL

    def is_rich(self, word: str) -> bool:
        """Whether so much rhymes with the word that a line to come surely can."""
        return word in self._rich

    @cached_property
    def _rich(self) -> frozenset[str]:
        return frozenset(word for word, _ in self.rich)

    def has_rhymes(self, word: str) -> bool:
        """Whether a rhyme can be opened with the word, if it has to be."""
        return len(self.rhyming([word])) >= SOME

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
        if len(usual) >= ENOUGH:
            return usual
        if len(found) < FEW:
            found += [
                word
                for word, _ in self.ends[:COMMON]
                if word not in found
                and self.is_usual(word)
                and all(rhyme(word, partner) in ("perfect", "slant") for partner in partners)
            ]
        return found


class Trie:
    """All words, letter by letter from one root, as tensors, so that one index answers for all
    lines that are being written at once."""

    def __init__(self, words: Sequence[str], syllables: Sequence[int]) -> None:
        """syllables: of each word."""
        (node, parent, letter), size, self.last = _nodes(words)
        self.counts = torch.tensor(syllables, dtype=torch.int64).clamp(max=MOST)  # (words,)
        self.table = torch.full((size, len(LETTERS) + 1), -1, dtype=torch.int32)
        """(nodes, letters + 1): the node after one more letter, or -1. The last column, for all
        that is no letter, is always -1."""
        self.table[parent, letter] = node.int()
        self.parent = torch.full((size,), -1, dtype=torch.int64)
        self.parent[node] = parent
        self.all = self.only(range(len(words)))
        below = self.all.below
        self.least = torch.where(below.any(dim=1), below.int().argmax(dim=1), FAR)
        """(nodes,) the fewest syllables of a word that ends there or goes on from there."""

    def only(self, places: Sequence[int]) -> "Words":
        """Some of the words, by their places in the stock."""
        chosen = torch.tensor(places, dtype=torch.int64)
        nodes, counts = self.last[chosen], self.counts[chosen]
        ends = torch.zeros(len(self.parent), dtype=torch.int64)
        ends[nodes] = counts
        below = torch.zeros(len(self.parent), MOST + 1, dtype=torch.bool)
        while len(nodes):
            below[nodes, counts] = True
            nodes = self.parent[nodes]
            pairs = torch.unique(nodes[nodes >= 0] * (MOST + 1) + counts[nodes >= 0])
            nodes, counts = pairs // (MOST + 1), pairs % (MOST + 1)
        return Words(below, ends)


@dataclass(frozen=True)
class Words:
    """Some of the words of a trie."""

    below: Tensor
    """(nodes, MOST + 1) bool: whether one of so many syllables ends there or goes on from there."""
    ends: Tensor
    """(nodes,) the syllables of the one that ends there; 0 where none does."""

    @property
    def least(self) -> int:
        """The fewest syllables of any of them; FAR when there are none."""
        counts = self.ends[self.ends > 0]
        return int(counts.min()) if len(counts) else FAR


_Nodes = tuple[Tensor, Tensor, Tensor]


def _nodes(words: Sequence[str]) -> tuple[_Nodes, int, Tensor]:
    """The nodes of a trie of words, whose root is 0.

    Returns (node, parent, letter), how many nodes there are, and the last node of each word. In
    sorted order a prefix is new where the word before did not begin with it, so all nodes are
    found by comparing each word with its neighbour: no loop over letters.
    """
    order = sorted(range(len(words)), key=words.__getitem__)
    longest = max(map(len, words))
    letters = bytearray("".join(words[place].ljust(longest) for place in order), "ascii")
    number = torch.full((128,), -1)
    number[torch.frombuffer(bytearray(LETTERS, "ascii"), dtype=torch.uint8).long()] = torch.arange(
        len(LETTERS)
    )
    codes = number[torch.frombuffer(letters, dtype=torch.uint8).long()].view(len(words), longest)
    used = codes >= 0
    same = torch.cat((torch.zeros(1, longest, dtype=torch.bool), codes[1:] == codes[:-1]))
    new = used & ~same.long().cumprod(dim=1).bool()  # the first difference and all after it
    numbers = new.flatten().long().cumsum(0).view_as(new)
    node = torch.where(new, numbers, 0).cummax(dim=0).values  # (words, longest)
    before = torch.cat((torch.zeros(len(words), 1, dtype=torch.int64), node[:, :-1]), dim=1)
    lengths = used.sum(dim=1)
    last = torch.empty(len(words), dtype=torch.int64)
    last[torch.tensor(order)] = node[torch.arange(len(words)), lengths - 1]
    return (node[new], before[new], codes[new]), int(numbers[-1, -1]) + 1, last
