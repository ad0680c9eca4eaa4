"""Keeps rows from writing a long run of characters a second time.

For every earlier place of a text, how many characters up to there equal the text's end: where
that is n - 1, the character that followed must not follow again. One comparison a step keeps the
numbers up to date, for all rows at once.

Shapes: B rows, T places, V vocabulary.
"""

import torch
from torch import Tensor


class Repetition:
    """The texts of up to `rows` rows (trunk and own) and how their ends recur in them."""

    def __init__(self, rows: int, chars: int, device: torch.device) -> None:
        # Place 0 stays empty, so that every character has one before it.
        self.text = torch.full((rows, chars + 1), -1, device=device)
        self.recurs = torch.zeros((rows, chars + 1), dtype=torch.long, device=device)
        self.length = torch.zeros((rows, 1), dtype=torch.long, device=device)
        self.limit = torch.zeros((rows, 1), dtype=torch.long, device=device)

    @property
    def tables(self) -> list[Tensor]:
        """All that belongs to a row, by its slot."""
        return [self.text, self.recurs, self.length, self.limit]

    def join(self, slot: int, tokens: list[int], limit: int) -> None:
        """A row that holds `tokens` already and must not repeat `limit` of them; 0: it may."""
        # What recurs is of no interest beyond limit - 1, so only so many need to be compared.
        compared = min(len(tokens), max(0, limit - 1))
        given = len(tokens) - compared
        row = slice(slot, slot + 1)
        self.text[row] = -1
        self.recurs[row] = 0
        self.length[row] = given
        self.limit[row] = limit or self.text.shape[1] + 1
        text = torch.tensor(tokens, dtype=torch.long, device=self.text.device)
        self.text[row, 1 : given + 1] = text[:given]
        for place in range(given, len(tokens)):
            self.advance(row, text[place : place + 1])

    def advance(self, rows: slice, tokens: Tensor) -> None:
        """Each of the rows grows by its character, (B,)."""
        text, recurs = self.text[rows], self.recurs[rows]  # (B, 1 + T)
        same = text[:, 1:] == tokens[:, None]
        recurs[:, 1:] = (recurs[:, :-1] + 1) * same
        self.length[rows] += 1
        text.scatter_(1, self.length[rows], tokens[:, None])

    def allowed(self, rows: int, vocab_size: int) -> Tensor:
        """What the first `rows` rows may write next without repeating themselves: (B, V) bool."""
        again = self.recurs[:rows, 1:-1] >= self.limit[:rows] - 1  # (B, T - 1)
        follower = torch.where(again, self.text[:rows, 2:], vocab_size)
        free = torch.ones((rows, vocab_size + 1), dtype=torch.bool, device=follower.device)
        return free.scatter_(1, follower, False)[:, :vocab_size]
