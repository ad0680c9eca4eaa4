"""Constrains decoding to whole stanzas: every line under `verse.write.line_rules`, behind the
number of its syllables, and the end, with a sentence, behind the last one.

A stanza need not be written line by line then: a row writes it in one go, and many rows side by
side are many stanzas. Rhymes are not foreseen here; those that rhyme are kept.

The automaton is that of a line with one phase more and one number more, the line's place in the
stanza. Shapes: B stanzas, V characters, L lines.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from verse.request.format import COUNTS
from verse.write.line_rules import Phase
from verse.write.poet import Poet

COUNT = len(Phase)
"""Phase before a line: the number of its syllables must follow."""
State = tuple[int, int, int, int]
"""(phase, trie node, syllables left, line)."""


class StanzaRules:
    """Constrains all drafts of one stanza."""

    def __init__(self, poet: Poet, syllables: Sequence[range], slack: int = 0) -> None:
        """syllables: the numbers that each line may have. slack: as `LineRules`'."""
        self.rules = poet.rules(slack=slack)
        self.last_rules = poet.rules(ends_poem=True, slack=slack)
        vocab = poet.tokenizer.vocab_size
        self.number = torch.zeros(vocab, dtype=torch.int64)
        """(V,): the number of syllables that a character stands for; 0 for others."""
        self.number[poet.encode(COUNTS)] = torch.arange(1, len(COUNTS) + 1)
        self.counts = torch.stack(
            [(self.number >= numbers.start) & (self.number < numbers.stop) for numbers in syllables]
        )
        """(L, V): the characters that may stand before a line."""
        self.newline = torch.zeros(vocab, dtype=torch.bool)
        self.newline[poet.encode("\n")] = True

    def begin(self, left: int, begun: str) -> State:
        """Returns the state behind the first line's count and its beginning `begun`.

        left: syllables that are left of that line. `begun` ends in a whole word, or is "".
        """
        state = self.rules.resume(left) if begun else (Phase.FIRST, 0, left)
        return (*state, 0)

    def allowed(self, state: Tensor) -> Tensor:
        """Returns the characters that may follow: states (B, 4) int64 -> (B, V) bool."""
        phase, place = state[:, 0], state[:, 3]
        before_line = (phase == COUNT)[:, None]
        line = torch.where(before_line, 0, state[:, :3])
        is_last = (place == len(self.counts) - 1)[:, None]
        allowed = torch.where(is_last, self.last_rules.allowed(line), self.rules.allowed(line))
        return torch.where(before_line, self.counts[place], allowed)

    def advance(self, state: Tensor, tokens: Tensor) -> Tensor:
        """Returns the states after `tokens`: (B, 4), (B,) int64 -> (B, 4) int64."""
        phase, place = state[:, 0], state[:, 3]
        before_line = phase == COUNT
        ends_line = ~before_line & self.newline[tokens]
        line = self.rules.advance(torch.where(before_line[:, None], 0, state[:, :3]), tokens)
        phase = torch.where(ends_line, COUNT, torch.where(before_line, Phase.FIRST, line[:, 0]))
        node = torch.where(before_line, 0, line[:, 1])
        left = torch.where(before_line, self.number[tokens], line[:, 2])
        place = (place + ends_line.long()).clamp(max=len(self.counts) - 1)
        return torch.stack((phase, node, left, place), dim=1)
