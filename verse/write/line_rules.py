"""Which characters may come next in a line: real words, sensible punctuation, as many syllables as
were asked for, and a last word of those that were chosen.

A line is written as it is read, and still ends in a rhyme, because the rules look ahead: a word may
begin only if there is room for it before a last word, or if it is one, and it is spelt along the
trie of the words. What will rhyme well is not foreseen: of many lines that were written so, the
network's own odds tell which came to their end naturally (`score`).

A small automaton, for all lines being written at once (a `model.fast.decoder.Constraint`). Where a
line stands is three numbers: the phase below, the node of the word being spelt (`Trie`), and the
syllables that whole words have left.

Shapes: B lines, V characters, K kinds of characters.
"""

from enum import IntEnum, auto

import torch
from torch import Tensor

from model.tokenizer import POEM_END, CharTokenizer
from verse.write.trie import LETTERS, MAX_WORD_SYLLABLES, Trie, Words


class Kind(IntEnum):
    """What matters about a character."""

    LOWER = 0
    UPPER = auto()
    APOSTROPHE = auto()
    """Spelt like a letter."""
    SPACE = auto()
    HYPHEN = auto()
    STOP = auto()
    """Punctuation."""
    END = auto()
    """Of a line, or of the poem."""
    OTHER = auto()
    """Never written: quotation marks, which nobody would close, and the format's own signs."""


class Phase(IntEnum):
    """Where a line stands."""

    FIRST = 0
    """Nothing is written, or an apostrophe: a capital begins the line."""
    GIVEN = auto()
    """After a whole word that was given."""
    GAP = auto()
    """A word may begin."""
    WORD = auto()
    """In a word, or at its end."""
    MARK = auto()
    """After punctuation."""
    HYPHEN = auto()
    """After one hyphen, of two that make a dash: words are not joined, for whether two belong
    together, and what rhymes with such a pair, no list says."""


_K, _P = Kind, Phase
_AFTER_WORD = {
    _K.SPACE: _P.GAP, _K.HYPHEN: _P.HYPHEN, _K.STOP: _P.MARK, _K.END: _P.FIRST,
}  # fmt: skip
_WORD_BEGINS = {_K.LOWER: _P.WORD, _K.UPPER: _P.WORD, _K.APOSTROPHE: _P.WORD}
_NEXT = {
    _P.FIRST: {_K.UPPER: _P.WORD, _K.APOSTROPHE: _P.FIRST},
    _P.GIVEN: _AFTER_WORD,
    _P.GAP: _WORD_BEGINS,
    _P.WORD: _AFTER_WORD | {_K.LOWER: _P.WORD, _K.APOSTROPHE: _P.WORD},
    _P.MARK: {_K.SPACE: _P.GAP, _K.END: _P.FIRST},
    _P.HYPHEN: {_K.HYPHEN: _P.GAP},
}
State = tuple[int, int, int]


class LineRules:
    """The rules of one line for all candidates that are written for it."""

    def __init__(
        self,
        trie: Trie,
        tokenizer: CharTokenizer,
        last_words: Words | None = None,
        ends_poem: bool = False,
    ) -> None:
        """last_words: those that the line may end in; None: any. ends_poem: whether it is the
        last, which ends with its sentence and the mark between poems."""
        self.trie = trie
        self.ends_poem = ends_poem
        self.last_words = last_words or trie.all
        self.room = self.last_words.least
        """Syllables that a word must leave when it is not the last."""
        self.kind = torch.tensor([kind_of(c) for c in tokenizer.chars])  # (V,)
        self.letter = torch.tensor([letter_of(c) for c in tokenizer.chars])  # (V,)
        self.next = torch.full((len(Phase), len(Kind)), -1)
        for phase, kinds in _NEXT.items():
            for kind, after in kinds.items():
                self.next[phase, kind] = after
        self.is_letter = self.kind <= Kind.APOSTROPHE  # (V,)
        self.is_stop = self.kind == Kind.STOP
        self.is_pause = torch.tensor([c in ",;:" for c in tokenizer.chars])
        self.is_end = torch.tensor([c == line_end(ends_poem) for c in tokenizer.chars])

    def begin(self, syllables: int, initial: str = "") -> State | None:
        """The state of a line of so many syllables of which nothing, or its first letter, is
        written; None when no word begins with that letter."""
        if not initial:
            return (Phase.FIRST, 0, syllables)
        node = int(self.trie.table[0, letter_of(initial)])
        return None if node < 0 else (Phase.WORD, node, syllables)

    def go_on(self, syllables: int) -> State:
        """The state of a line after a whole word, with so many syllables to come."""
        return (Phase.GIVEN, 0, syllables)

    def allowed(self, state: Tensor) -> Tensor:
        """(B, 3) int64 -> (B, V) bool."""
        phase, node, left = state.unbind(1)  # (B,) each
        may = self.next[phase][:, self.kind] >= 0  # (B, V)

        child = self.trie.table[node][:, self.letter]  # (B, V); -1 is masked at the end
        fits = self.trie.least[child] <= (left - self.room)[:, None]
        fits |= (
            self.last_words.below[child, left.clamp(0, MAX_WORD_SYLLABLES)[:, None]]
            & (left <= MAX_WORD_SYLLABLES)[:, None]
        )
        spells = (child >= 0) & fits

        in_word = phase == Phase.WORD
        count = torch.where(in_word, self.trie.all.ends[node], 0)
        whole = ~in_word | (count > 0)
        goes_on = whole & (left - count >= self.room)
        last = (self.last_words.ends[node] == left) & (left > 0)
        # Punctuation stands after a last word only when no syllables are left.
        done = torch.where(in_word, last, left == 0)
        closes = torch.where(self.is_stop, (goes_on | done)[:, None], goes_on[:, None])
        if self.ends_poem:  # a full stop, or its like, stands before the mark
            closes = torch.where(self.is_pause, goes_on[:, None], closes)
            done = done & (phase == Phase.MARK)
        closes = torch.where(self.kind == Kind.END, self.is_end & done[:, None], closes)
        allowed: Tensor = may & torch.where(self.is_letter, spells, closes)
        return allowed

    def advance(self, state: Tensor, tokens: Tensor) -> Tensor:
        """(B, 3), (B,) int64 -> (B, 3)."""
        phase, node, left = state.unbind(1)
        spelt = self.is_letter[tokens]
        ended = (phase == Phase.WORD) & ~spelt
        left = left - torch.where(ended, self.trie.all.ends[node], 0)
        node = torch.where(spelt, self.trie.table[node, self.letter[tokens]].long(), 0)
        return torch.stack((self.next[phase, self.kind[tokens]], node, left), dim=1)


def kind_of(character: str) -> Kind:
    if character.lower() in LETTERS and character != "'":
        return Kind.UPPER if character.isupper() else Kind.LOWER
    kinds = {
        "'": Kind.APOSTROPHE,
        " ": Kind.SPACE,
        "-": Kind.HYPHEN,
        "\n": Kind.END,
        POEM_END: Kind.END,
    }
    return Kind.STOP if character in ".,;:!?" else kinds.get(character, Kind.OTHER)


def line_end(ends_poem: bool) -> str:
    """What a line ends with, as the network writes it."""
    return POEM_END if ends_poem else "\n"


def letter_of(character: str) -> int:
    """Its column in `Trie.table`; for what is no letter, the last, where no word goes on."""
    place = LETTERS.find(character.lower())
    return place if place >= 0 and len(character) == 1 else len(LETTERS)
