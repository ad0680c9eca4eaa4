"""Which characters may come next in a line: real words, sensible punctuation, a chosen line end,
and as many syllables as were asked for.

A small automaton, for all lines being written at once (it is a `model.decoder.Constraint`). Where a
line stands is four numbers: the phase below, the node of the word being spelt (`Trie`), the letter
that leads a line written from its end, and the syllables that whole words have left.

Shapes: B lines, V characters, K kinds of characters.
"""

from enum import IntEnum, auto

import torch
from torch import Tensor

from model.tokenizer import CharTokenizer
from model.verse.wordstock import LETTERS, Trie


class Kind(IntEnum):
    """What matters about a character."""

    LOWER = 0
    """A letter, or an apostrophe, which is spelt like one."""
    UPPER = auto()
    SPACE = auto()
    HYPHEN = auto()
    STOP = auto()
    """Punctuation that may also end a line."""
    NEWLINE = auto()
    OTHER = auto()
    """Never written: quotation marks, which nobody would close, and the format's own signs."""


class Phase(IntEnum):
    """Where a line stands. First forwards, then, from FIRST on, from the line's end."""

    WHOLE = 0
    """After a whole word that was given."""
    GAP = auto()
    """A word may begin."""
    WORD = auto()
    MARK = auto()
    """After punctuation."""
    DASH = auto()
    """After one hyphen."""
    FIRST = auto()
    """Nothing is written; the line's first letter is to come."""
    END = auto()
    """The line's last characters are to come: punctuation or none, then its last word."""
    LAST = auto()
    """In its last word."""
    BACK = auto()
    """In another word."""
    CAPITAL = auto()
    """A capital has begun a word, so it is whole."""
    BETWEEN = auto()
    """After a space: the word before it is to come, or that word's punctuation."""
    MARKED = auto()
    """After that punctuation."""
    JOINT = auto()
    """After a hyphen."""


_K, _P = Kind, Phase
_NEXT = {
    _P.WHOLE: {_K.SPACE: _P.GAP, _K.HYPHEN: _P.DASH, _K.STOP: _P.MARK, _K.NEWLINE: _P.GAP},
    _P.GAP: {_K.LOWER: _P.WORD, _K.UPPER: _P.WORD},
    _P.WORD: {_K.LOWER: _P.WORD, _K.SPACE: _P.GAP, _K.HYPHEN: _P.DASH, _K.STOP: _P.MARK,
              _K.NEWLINE: _P.GAP},
    _P.MARK: {_K.SPACE: _P.GAP, _K.NEWLINE: _P.GAP},
    _P.DASH: {_K.LOWER: _P.WORD, _K.UPPER: _P.WORD, _K.HYPHEN: _P.GAP},
    _P.FIRST: {_K.UPPER: _P.END},
    _P.END: {_K.LOWER: _P.LAST, _K.STOP: _P.END},
    _P.LAST: {_K.LOWER: _P.LAST, _K.UPPER: _P.CAPITAL, _K.SPACE: _P.BETWEEN, _K.HYPHEN: _P.JOINT},
    _P.BACK: {_K.LOWER: _P.BACK, _K.UPPER: _P.CAPITAL, _K.SPACE: _P.BETWEEN, _K.HYPHEN: _P.JOINT,
              _K.NEWLINE: _P.GAP},
    _P.CAPITAL: {_K.SPACE: _P.BETWEEN, _K.HYPHEN: _P.JOINT},
    _P.BETWEEN: {_K.LOWER: _P.BACK, _K.UPPER: _P.CAPITAL, _K.STOP: _P.MARKED, _K.NEWLINE: _P.GAP},
    _P.MARKED: {_K.LOWER: _P.BACK, _K.UPPER: _P.CAPITAL},
    _P.JOINT: {_K.LOWER: _P.BACK, _K.UPPER: _P.CAPITAL, _K.HYPHEN: _P.MARKED},
}  # fmt: skip
_SPELLING = (_P.WORD, _P.LAST, _P.BACK)
"""Phases within a word, which may end only where a word does."""
State = tuple[int, int, int, int]


class LineRules:
    """The rules of one line for all candidates that are written for it."""

    def __init__(
        self, trie: Trie, tokenizer: CharTokenizer, last_words: tuple[Tensor, Tensor] | None = None
    ) -> None:
        """last_words: what `Trie.only` says of the words that the line may end in; None: any."""
        self.trie = trie
        self.live, self.ends = last_words or (torch.ones_like(trie.accept), trie.accept)
        self.kind = torch.tensor([kind_of(c) for c in tokenizer.chars])  # (V,)
        self.letter = torch.tensor([letter_of(c) for c in tokenizer.chars])  # (V,)
        self.next = torch.full((len(Phase), len(Kind)), -1)
        for phase, kinds in _NEXT.items():
            for kind, after in kinds.items():
                self.next[phase, kind] = after
        self.spelling = torch.tensor([phase in _SPELLING for phase in Phase])
        self.in_word = torch.tensor([phase in (*_SPELLING, Phase.CAPITAL) for phase in Phase])
        self.is_letter = self.kind <= Kind.UPPER  # (V,)
        self.is_upper = self.kind == Kind.UPPER
        self.is_stop = self.kind == Kind.STOP
        self.is_newline = self.kind == Kind.NEWLINE

    def forwards(self, syllables: int) -> State:
        """The state of a line that goes forwards, after a whole word, with so many to come."""
        return (Phase.WHOLE, self.trie.forwards_root, len(LETTERS), syllables)

    def from_the_end(self, syllables: int, initial: str = "") -> State:
        """The state of a line that goes from its end: before its first letter, or after it."""
        phase, letter = (Phase.END, letter_of(initial)) if initial else (Phase.FIRST, len(LETTERS))
        return (phase, self.trie.backwards_root, letter, syllables)

    def allowed(self, state: Tensor) -> Tensor:
        """(B, 4) int64 -> (B, V) bool."""
        phase, node, first, left = state.unbind(1)  # (B,) each
        trie = self.trie
        turned = phase >= Phase.FIRST
        in_last = ((phase == Phase.END) | (phase == Phase.LAST))[:, None]

        may = self.next[phase][:, self.kind] >= 0  # (B, V)
        child = trie.table[node][:, self.letter]  # (B, V)
        spells = (child >= 0) & (~in_last | self.live[child])
        # Some word that goes on so must leave room for the first word, or be it.
        opening = torch.where(turned, trie.least_led[trie.backwards_root, first], 0)  # (B,)
        fits = trie.least[child] <= (left - opening)[:, None]
        fits |= trie.least_led[child, first[:, None]] <= torch.where(turned, left, -1)[:, None]
        # Read from its end, a word that gets its capital is whole.
        whole = torch.where(in_last, self.ends[child], trie.accept[child])
        whole &= trie.syllables[child] <= (left - opening)[:, None]
        spells &= fits & (~(turned[:, None] & self.is_upper) | whole)
        # A line's first letter leads some word.
        leads = (phase == Phase.FIRST)[:, None] & (trie.table[trie.forwards_root, self.letter] >= 0)
        # The last word of all, were it to end here; -1 is the last node's, which `node` never is.
        done = torch.where(phase == Phase.LAST, self.ends[node], trie.accept[node])
        done |= ~self.spelling[phase]
        left = left - self.of_word(phase, node)
        goes_on = done & (left >= opening.clamp(min=1))
        # Where the line's first letter waits, a line end means: it leads the word spelt so far.
        led = trie.table[node, first]
        leads_word = (led >= 0) & trie.accept[led] & (trie.syllables[led] == state[:, 3])
        done_line = torch.where(turned, leads_word, done & (left == 0))
        # Forwards, punctuation may end the line; from its end it comes before a word.
        stops = torch.where(turned, goes_on | ~self.in_word[phase], done & (left >= 0))
        closes = torch.where(self.is_newline, done_line[:, None], goes_on[:, None])
        closes = torch.where(self.is_stop, stops[:, None], closes)
        allowed: Tensor = may & torch.where(self.is_letter, spells | leads, closes)
        return allowed

    def advance(self, state: Tensor, tokens: Tensor) -> Tensor:
        """(B, 4), (B,) int64 -> (B, 4)."""
        phase, node, first, left = state.unbind(1)
        letter, spelt = self.letter[tokens], self.is_letter[tokens]
        after = self.next[phase, self.kind[tokens]]
        turned = after >= Phase.END
        leads = phase == Phase.FIRST
        root = torch.where(turned, self.trie.backwards_root, self.trie.forwards_root)
        left = torch.where(spelt, left, left - self.of_word(phase, node))
        node = torch.where(spelt & ~leads, self.trie.table[node, letter].long(), root)
        return torch.stack((after, node, torch.where(leads, letter, first), left), dim=1)

    def of_word(self, phase: Tensor, node: Tensor) -> Tensor:
        """(B,), (B,) -> (B,) the syllables of a word that ends here; 0 where none is begun."""
        return torch.where(self.in_word[phase], self.trie.syllables[node], 0)


def kind_of(character: str) -> Kind:
    if character.lower() in LETTERS:
        return Kind.UPPER if character.isupper() else Kind.LOWER
    kinds = {" ": Kind.SPACE, "-": Kind.HYPHEN, "\n": Kind.NEWLINE}
    return Kind.STOP if character in ".,;:!?" else kinds.get(character, Kind.OTHER)


def letter_of(character: str) -> int:
    """Its column in `Trie.table`; for what is no letter, the last, where no word goes on."""
    place = LETTERS.find(character.lower())
    return place if place >= 0 and len(character) == 1 else len(LETTERS)
