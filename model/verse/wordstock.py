"""The words that a poet may use, and which of them rhyme: the lexicon that ships in its checkpoint.

A network of a few million parameters misspells now and then. Held to a list while it writes, it
can't; and a list sorted by sound says which words can end a line that must rhyme. The words are
those of its own corpus that a dictionary knows too (`train.lexicon`).

The file ``lexicon.tsv`` has a word a line, most frequent first, and behind it its rhyme keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from model.verse.prosody import rhyme, rhyme_keys, syllables

FILE = "lexicon.tsv"
LETTERS = "abcdefghijklmnopqrstuvwxyz'"
"""What words are made of; a hyphen joins two words."""
FEW = 12
"""With fewer perfect rhymes than this, near ones are looked for as well."""
COMMON = 8000
"""Near rhymes are looked for among so many of the most frequent words."""
FAR = 99
"""Syllables, where there is no word."""
RICH = 12
"""A word with so many rhymes can open a rhyme."""


SOME = 4
"""A word with so many rhymes, near ones counted, can open one if need be."""


@dataclass(frozen=True)
class WordStock:
    """Words, most frequent first."""

    words: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    """Rhyme keys of each word, as `model.verse.prosody.rhyme_keys` gives them."""
    places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {word: place for place, word in enumerate(self.words)}
        object.__setattr__(self, "places", places)

    @classmethod
    def load(cls, path: Path) -> "WordStock":
        """Raises ValueError for a file that is no lexicon, OSError for one that can't be read."""
        words, keys = [], []
        for line in path.read_text(encoding="ascii").splitlines():
            word, *rhymes = line.split("\t")
            if not word or set(word) - set(LETTERS):
                raise ValueError(f"{path} is no lexicon: {word[:20]!r} is no word.")
            words.append(word)
            keys.append(tuple(rhymes))
        return cls(tuple(words), tuple(keys))

    def save(self, path: Path) -> None:
        lines = ("\t".join((word, *keys)) for word, keys in zip(self.words, self.keys, strict=True))
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
    def syllables(self) -> tuple[int, ...]:
        """Of each word."""
        return tuple(map(syllables, self.words))

    @cached_property
    def rich(self) -> list[tuple[str, tuple[str, ...]]]:
        """The words, with their keys, that have enough rhymes to open a rhyme with."""
        return [
            (word, keys)
            for word, keys in zip(self.words, self.keys, strict=True)
            if any(len(self.by_key[key]) > RICH for key in keys)
        ]

    def has_rhymes(self, word: str) -> bool:
        """Whether a rhyme can be opened with the word, if it has to be."""
        return len(self.rhyming([word])) >= SOME

    def rhyming(self, partners: list[str]) -> list[str]:
        """The words that rhyme with all `partners`: perfectly, or, where hardly any do, nearly."""
        alike = (
            word for key in sorted(rhyme_keys(partners[0])) for word in self.by_key.get(key, ())
        )
        found = [
            word
            for word in dict.fromkeys(alike)
            if all(rhyme(word, partner) == "perfect" for partner in partners)
        ]
        if len(found) < FEW:
            found += [
                word
                for word in self.words[:COMMON]
                if word not in found
                and all(rhyme(word, partner) in ("perfect", "slant") for partner in partners)
            ]
        return found


class Trie:
    """All words spelt forwards from one root and backwards from another, as tensors.

    Tensors, so that one index answers for all lines that are being written at once.
    """

    def __init__(self, words: tuple[str, ...], syllables: Sequence[int]) -> None:
        """syllables: of each word."""
        forwards, self.backwards_root, forward_order = _nodes(words, first=0)
        spelt_back = tuple(word[::-1] for word in words)
        backwards, size, backward_order = _nodes(spelt_back, first=self.backwards_root)
        self.forwards_root = 0
        self.table = torch.full((size, len(LETTERS) + 1), -1, dtype=torch.int32)
        """(nodes, letters + 1) int32: the node after one more letter, or -1. The last column, for
        all that is no letter, is always -1."""
        self.accept = torch.zeros(size, dtype=torch.bool)
        """(nodes,) bool: whether a word ends there."""
        self.parent = torch.full((size,), -1, dtype=torch.int64)
        for node, parent, letter in (forwards, backwards):
            self.table[parent, letter] = node.int()
            self.parent[node] = parent
        self.last = backward_order
        """(words,) the node at which each word, spelt backwards, ends."""
        ends = torch.cat((forward_order, backward_order))
        self.accept[ends] = True
        counts = torch.tensor(syllables, dtype=torch.int64)
        self.syllables = torch.zeros(size, dtype=torch.int64)
        """(nodes,) of the word that ends there; 0 where none does."""
        self.syllables[ends] = counts.repeat(2)
        self.least = self._least(ends, counts.repeat(2), size)
        """(nodes,) the fewest syllables of a word that ends there or goes on from there."""
        letters = len(LETTERS) + 1
        first = torch.tensor([LETTERS.index(word[0]) for word in words])
        # A word led by its first letter is spelt backwards as far as that letter, which waits.
        self.least_led = self._least(self.parent[self.last], counts, size * letters, first).view(
            size, letters
        )
        """(nodes, letters + 1) the same, of words that go on from there and begin with a letter."""

    def _least(
        self, nodes: Tensor, counts: Tensor, size: int, column: Tensor | None = None
    ) -> Tensor:
        """The least count of each node, those of all nodes after it counted in; else FAR."""
        least = torch.full((size,), FAR)
        columns = size // len(self.parent)
        place = torch.zeros_like(nodes) if column is None else column
        while len(nodes):
            least.scatter_reduce_(0, nodes * columns + place, counts, "amin")
            nodes = self.parent[nodes]
            on = nodes >= 0
            nodes, counts, place = nodes[on], counts[on], place[on]
        return least

    def only(self, places: list[int]) -> tuple[Tensor, Tensor]:
        """(live, ends), (nodes,) bool each: which nodes spell some of these words backwards.

        places: of the words in the stock.
        """
        ends = torch.zeros_like(self.accept)
        live = torch.zeros_like(self.accept)
        nodes = self.last[torch.tensor(places, dtype=torch.int64)]
        ends[nodes] = True
        while len(nodes):
            live[nodes] = True
            nodes = self.parent[nodes]
            nodes = torch.unique(nodes[nodes >= 0])
        return live, ends


_Nodes = tuple[Tensor, Tensor, Tensor]


def _nodes(words: Sequence[str], first: int) -> tuple[_Nodes, int, Tensor]:
    """The nodes of a trie of words whose root is `first`.

    Returns (node, parent, letter), the number after the last node, and the last node of each word.
    In sorted order a prefix is new where the word before did not begin with it, so all nodes are
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
    numbers = new.flatten().long().cumsum(0).view_as(new) + first
    node = torch.where(new, numbers, 0).cummax(dim=0).values  # (words, longest)
    before = torch.cat((torch.full((len(words), 1), first), node[:, :-1]), dim=1)
    lengths = used.sum(dim=1)
    last = torch.empty(len(words), dtype=torch.int64)
    last[torch.tensor(order)] = node[torch.arange(len(words)), lengths - 1]
    return (node[new], before[new], codes[new]), int(numbers[-1, -1]) + 1, last
