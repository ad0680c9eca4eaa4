"""Blocks n-grams: keeps rows from writing a run of n characters a second time.

For every position of a text, how many characters up to there equal those at the text's end: where
that is n - 1, the character that followed must not follow again. One comparison a step keeps these
match lengths up to date, for all rows at once.

Shapes: B rows, T positions, V vocabulary.
"""

import torch
from torch import Tensor


class Repetition:
    """Holds the texts of up to `rows` rows, prefix and own characters, and their match lengths."""

    def __init__(self, rows: int, chars: int, device: torch.device) -> None:
        # Position 0 stays empty, so that every character has one before it.
        self.text = torch.full((rows, chars + 1), -1, device=device)
        self.matched = torch.zeros((rows, chars + 1), dtype=torch.long, device=device)
        self.length = torch.zeros((rows, 1), dtype=torch.long, device=device)
        self.ngram = torch.zeros((rows, 1), dtype=torch.long, device=device)

    @property
    def tables(self) -> list[Tensor]:
        """All tensors that hold something of each row, by its slot."""
        return [self.text, self.matched, self.length, self.ngram]

    def join(self, slot: int, tokens: list[int], ngram: int) -> None:
        """Begins a row that holds `tokens` and must not repeat `ngram` of them; 0 is off."""
        # Match lengths beyond ngram - 1 make no difference, so only so many need comparing.
        compared = min(len(tokens), max(0, ngram - 1))
        given = len(tokens) - compared
        row = slice(slot, slot + 1)
        self.text[row] = -1
        self.matched[row] = 0
        self.length[row] = given
        self.ngram[row] = ngram or self.text.shape[1] + 1
        text = torch.tensor(tokens, dtype=torch.long, device=self.text.device)
        self.text[row, 1 : given + 1] = text[:given]
        for position in range(given, len(tokens)):
            self.advance(row, text[position : position + 1])

    def advance(self, rows: slice, tokens: Tensor) -> None:
        """Appends a token to each of the rows: (B,)."""
        text, matched = self.text[rows], self.matched[rows]  # (B, 1 + T)
        same = text[:, 1:] == tokens[:, None]
        matched[:, 1:] = (matched[:, :-1] + 1) * same
        self.length[rows] += 1
        text.scatter_(1, self.length[rows], tokens[:, None])

    def allowed(self, rows: int, vocab_size: int) -> Tensor:
        """Tells what the first `rows` rows may write without repeating themselves: (B, V) bool."""
        again = self.matched[:rows, 1:-1] >= self.ngram[:rows] - 1  # (B, T - 1)
        follower = torch.where(again, self.text[:rows, 2:], vocab_size)
        allowed = torch.ones((rows, vocab_size + 1), dtype=torch.bool, device=follower.device)
        return allowed.scatter_(1, follower, False)[:, :vocab_size]
