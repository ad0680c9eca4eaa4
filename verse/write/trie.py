"""All words as a trie of tensors, so that one index answers for all lines being written at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

LETTERS = "abcdefghijklmnopqrstuvwxyz'"
"""What words are made of."""
MAX_WORD_SYLLABLES = 7
"""Syllables of a word at most; those with more, of which the corpus has none, count as having so
many."""
UNREACHABLE = 99
"""Syllables, where there is no word."""


class Trie:
    """All words, letter by letter from one root."""

    def __init__(self, words: Sequence[str], syllables: Sequence[int]) -> None:
        """syllables: of each word."""
        (node, parent, letter), size, self.last = _nodes(words)
        self.counts = torch.tensor(syllables, dtype=torch.int64).clamp(
            max=MAX_WORD_SYLLABLES
        )  # (words,)
        self.table = torch.full((size, len(LETTERS) + 1), -1, dtype=torch.int32)
        """(nodes, letters + 1): the node after one more letter, or -1. The last column, for all
        that is no letter, is always -1."""
        self.table[parent, letter] = node.int()
        self.parent = torch.full((size,), -1, dtype=torch.int64)
        self.parent[node] = parent
        self.all = self.only(range(len(words)))
        below = self.all.below
        self.least = torch.where(below.any(dim=1), below.int().argmax(dim=1), UNREACHABLE)
        """(nodes,) the fewest syllables of a word that ends there or goes on from there."""

    def only(self, places: Sequence[int]) -> "Words":
        """Some of the words, by their places in the stock."""
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
    """Some of the words of a trie."""

    below: Tensor
    """(nodes, MAX_WORD_SYLLABLES + 1) bool: whether a word of so many syllables ends there or goes
    on from there."""
    ends: Tensor
    """(nodes,) the syllables of the one that ends there; 0 where none does."""

    @property
    def least(self) -> int:
        """The fewest syllables of any of them; UNREACHABLE when there are none."""
        counts = self.ends[self.ends > 0]
        return int(counts.min()) if len(counts) else UNREACHABLE


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
