"""A trie of words as tensors, so that one indexing serves all lines of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

LETTERS = "abcdefghijklmnopqrstuvwxyz'"
"""Characters of words, in the order of the trie's columns."""
MAX_WORD_SYLLABLES = 7
"""Maximum syllables of a word; the corpus has none with more, and one would be counted as this."""
UNREACHABLE = 99
"""Number of syllables that stands for no word: more than any line has."""


class Trie:
    """Holds all words, letter by letter from node 0, the root."""

    def __init__(self, words: Sequence[str], syllables: Sequence[int]) -> None:
        """words: of LETTERS only. syllables: number of each word."""
        (node, parent, letter), size, self.last = _nodes(words)
        self.counts = torch.tensor(syllables, dtype=torch.int64).clamp(
            max=MAX_WORD_SYLLABLES
        )  # (words,)
        self.table = torch.full((size, len(LETTERS) + 1), -1, dtype=torch.int32)
        """(nodes, letters + 1) int32: the child for each letter, or -1. The last column, for
        characters that are no letters, is always -1."""
        self.table[parent, letter] = node.int()
        self.parent = torch.full((size,), -1, dtype=torch.int64)
        self.parent[node] = parent
        self.all = self.only(range(len(words)))
        below = self.all.below
        self.least = torch.where(below.any(dim=1), below.int().argmax(dim=1), UNREACHABLE)
        """(nodes,) int64: minimum syllables of the words that end at or below each node."""

    def only(self, places: Sequence[int]) -> "Words":
        """Selects the words at the indices `places`."""
        chosen = torch.tensor(places, dtype=torch.int64)
        nodes, counts = self.last[chosen], self.counts[chosen]
        ends = torch.zeros(len(self.parent), dtype=torch.int64)
        ends[nodes] = counts
        below = torch.zeros(len(self.parent), MAX_WORD_SYLLABLES + 1, dtype=torch.bool)
        while len(nodes):
            below[nodes, counts] = True
            nodes = self.parent[nodes]
            pairs = torch.unique(nodes[nodes >= 0] * (MAX_WORD_SYLLABLES + 1) + counts[nodes >= 0])
            nodes, counts = pairs // (MAX_WORD_SYLLABLES + 1), pairs % (MAX_WORD_SYLLABLES + 1)
        return Words(below, ends)


@dataclass(frozen=True)
class Words:
    """Holds a selection of the words of a trie."""

    below: Tensor
    """(nodes, MAX_WORD_SYLLABLES + 1) bool: whether a word with that number of syllables ends at or
    below each node."""
    ends: Tensor
    """(nodes,) int64: syllables of the word that ends at each node; 0 for none."""

    @property
    def least(self) -> int:
        """Minimum syllables of the words; UNREACHABLE when there are none."""
        counts = self.ends[self.ends > 0]
        return int(counts.min()) if len(counts) else UNREACHABLE


_Nodes = tuple[Tensor, Tensor, Tensor]


def _nodes(words: Sequence[str]) -> tuple[_Nodes, int, Tensor]:
    """Builds the nodes of a trie of `words`, whose root is 0.

    Returns ((node, parent, letter), number of nodes, last node of each word). In sorted order a
    prefix is new where the word before did not begin with it, so comparing each word with its
    neighbour finds all nodes without a loop over letters.
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
