"""Constrains decoding to whole poems of a plan: every line under `verse.write.line_rules`, behind
its number of syllables, blank lines between stanzas, and the end behind the last one.

The poem need not be written line by line then: a row writes it in one go, and many rows side by
side are many poems. Rhymes are not foreseen here; of many poems, those that rhyme are kept.

The automaton is that of a line with one number more, the line's place in the plan, and two phases
more. Shapes: B poems, V characters, L lines of the plan.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from verse.request.format import COUNTS
from verse.request.forms import Line
from verse.write.line_rules import Phase
from verse.write.poet import Poet

COUNT = len(Phase)
"""Phase before a line: the number of its syllables must follow."""
BLANK = COUNT + 1
"""Phase after a stanza: a blank line must follow."""
State = tuple[int, int, int, int]
"""(phase, trie node, syllables left, line)."""


class PoemRules:
    """Constrains all drafts of one poem."""

    def __init__(self, poet: Poet, lines: Sequence[Line], syllables: tuple[int, int]) -> None:
        """lines: the plan. syllables: minimum and maximum of a line whose metre is open."""
        ends = [word for word, _ in poet.word_list.ends]
        self.rules = poet.rules(ends)
        self.last_rules = poet.rules(ends, ends_poem=True)
        vocab = poet.tokenizer.vocab_size
        self.number = torch.zeros(vocab, dtype=torch.int64)
        """(V,): the number of syllables that a character stands for; 0 for others."""
        self.number[poet.encode(COUNTS)] = torch.arange(1, len(COUNTS) + 1)
        self.counts = torch.zeros(len(lines), vocab, dtype=torch.bool)
        """(L, V): the numbers of syllables that a line may have."""
        for place, line in enumerate(lines):
            least, most = (line.syllables, line.syllables) if line.syllables else syllables
            self.counts[place] = (self.number >= least) & (self.number <= most)
        self.ends_stanza = torch.tensor([line.ends_stanza for line in lines])  # (L,)
        self.newline = torch.zeros(vocab, dtype=torch.bool)
        self.newline[poet.encode("\n")] = True

    def begin(self, left: int, begun: str) -> State:
        """Returns the state behind a first line's count and its beginning `begun`.

        left: syllables that are left of it. `begun` is "" or ends in a whole word.
        """
        state = self.rules.resume(left) if begun else (Phase.FIRST, 0, left)
        return (*state, 0)

    def allowed(self, state: Tensor) -> Tensor:
        """Returns the characters that may follow: states (B, 4) int64 -> (B, V) bool."""
        phase, place = state[:, 0], state[:, 3]
        line = torch.where(phase[:, None] >= COUNT, 0, state[:, :3])
        is_last = place == len(self.counts) - 1
        in_line = torch.where(
            is_last[:, None], self.last_rules.allowed(line), self.rules.allowed(line)
        )
        allowed = torch.where((phase == COUNT)[:, None], self.counts[place], in_line)
        return torch.where((phase == BLANK)[:, None], self.newline, allowed)

    def advance(self, state: Tensor, tokens: Tensor) -> Tensor:
        """Returns the states after `tokens`: (B, 4), (B,) int64 -> (B, 4) int64."""
        phase, place = state[:, 0], state[:, 3]
        between = phase >= COUNT
        line = self.rules.advance(torch.where(between[:, None], 0, state[:, :3]), tokens)
        begins, ends = phase == COUNT, ~between & self.newline[tokens]
        after = torch.where(ends & self.ends_stanza[place], BLANK, COUNT)
        moves = between | ends
        line[:, 0] = torch.where(moves, torch.where(begins, Phase.FIRST, after), line[:, 0])
        line[:, 1] = torch.where(moves, 0, line[:, 1])
        line[:, 2] = torch.where(begins, self.number[tokens], line[:, 2])
        place = (place + ends.long()).clamp(max=len(self.counts) - 1)
        return torch.cat((line, place[:, None]), dim=1)
