"""Constrains decoding to lines of listed words, sensible punctuation, a given number of syllables
and a last word from a given set.

Lines are written left to right and still end in a rhyme, for the constraint looks ahead: a word may
begin only if the syllables left suffice for it and a last word, or if it is a last word; it is
spelt along the trie of the words. How natural the ending will be is not foreseen: of many
candidates, `verse.write.score` picks the likeliest.

The constraint is a finite automaton for all lines of a batch at once, a
`model.fast.decoder.Constraint`. Its state is three numbers: the phase below, the trie node of the
word being spelt (`Trie`), and the syllables left by whole words.

Shapes: B lines, V characters, K kinds of characters.
"""

from enum import IntEnum, auto

import torch
from torch import Tensor

from model.tokenizer import POEM_END, CharTokenizer
from verse.write.trie import LETTERS, MAX_WORD_SYLLABLES, Trie, Words


class Kind(IntEnum):
    """Classifies characters by their role in the automaton."""

    LOWER = 0
    UPPER = auto()
    APOSTROPHE = auto()
    """Part of words, like a letter."""
    SPACE = auto()
    HYPHEN = auto()
    PUNCTUATION = auto()
    """One of .,;:!?"""
    END = auto()
    """End of a line, or of the poem."""
    OTHER = auto()
    """Never written: quotation marks, which may stay unclosed, and the format's own characters."""


class Phase(IntEnum):
    """Classifies the place that a line has reached."""

    FIRST = 0
    """At the beginning of the line, or after an apostrophe there: a capital must follow."""
    GIVEN = auto()
    """After a whole word of the seed."""
    GAP = auto()
    """Before a word."""
    WORD = auto()
    """In a word, or at its end."""
    PUNCTUATION = auto()
    """After punctuation."""
    HYPHEN = auto()
    """After the first hyphen of a dash. Hyphens don't join words, as no list says which words to
    join, nor what such pairs rhyme with."""


_K, _P = Kind, Phase
_AFTER_WORD = {
    _K.SPACE: _P.GAP, _K.HYPHEN: _P.HYPHEN, _K.PUNCTUATION: _P.PUNCTUATION, _K.END: _P.FIRST,
}  # fmt: skip
_WORD_BEGINS = {_K.LOWER: _P.WORD, _K.UPPER: _P.WORD, _K.APOSTROPHE: _P.WORD}
_NEXT = {
    _P.FIRST: {_K.UPPER: _P.WORD, _K.APOSTROPHE: _P.FIRST},
    _P.GIVEN: _AFTER_WORD,
    _P.GAP: _WORD_BEGINS,
    _P.WORD: _AFTER_WORD | {_K.LOWER: _P.WORD, _K.APOSTROPHE: _P.WORD},
    _P.PUNCTUATION: {_K.SPACE: _P.GAP, _K.END: _P.FIRST},
    _P.HYPHEN: {_K.HYPHEN: _P.GAP},
}
State = tuple[int, int, int]
"""(phase, trie node, syllables left)."""


class LineRules:
    """Constrains all candidates for one line."""

    def __init__(
        self,
        trie: Trie,
        tokenizer: CharTokenizer,
        last_words: Words | None = None,
        ends_poem: bool = False,
        slack: int = 0,
    ) -> None:
        """last_words: words that the line may end in; None: any. ends_poem: whether it is the last
        line, which ends with its sentence and POEM_END. slack: syllables by which a line that may
        end in any word may be shorter than its number."""
        assert last_words is None or not slack
        self.trie = trie
        self.ends_poem = ends_poem
        self.slack = slack
        self.last_words = last_words or trie.all
        self.min_left = self.last_words.least
        """Syllables that any word but the last must leave."""
        self.kind = torch.tensor([kind_of(c) for c in tokenizer.chars])  # (V,)
        self.letter = torch.tensor([letter_of(c) for c in tokenizer.chars])  # (V,)
        self.next = torch.full((len(Phase), len(Kind)), -1)
        for phase, kinds in _NEXT.items():
            for kind, after in kinds.items():
                self.next[phase, kind] = after
        self.is_letter = self.kind <= Kind.APOSTROPHE  # (V,)
        self.is_punctuation = self.kind == Kind.PUNCTUATION
        self.is_pause = torch.tensor([c in ",;:" for c in tokenizer.chars])
        self.is_end = torch.tensor([c == line_end(ends_poem) for c in tokenizer.chars])

    def begin(self, syllables: int, initial: str = "") -> State | None:
        """Returns the initial state of a line of `syllables` syllables.

        initial: the first letter if it is written already, else "". None when no word begins with
        it.
        """
        if not initial:
            return (Phase.FIRST, 0, syllables)
        node = int(self.trie.table[0, letter_of(initial)])
        return None if node < 0 else (Phase.WORD, node, syllables)

    def resume(self, syllables: int) -> State:
        """Returns the state of a line after a whole word, with `syllables` syllables left."""
        return (Phase.GIVEN, 0, syllables)

    def allowed(self, state: Tensor) -> Tensor:
        """Returns the characters that may follow: states (B, 3) int64 -> (B, V) bool."""
        phase, node, left = state.unbind(1)  # (B,) each
        may = self.next[phase][:, self.kind] >= 0  # (B, V)

        child = self.trie.table[node][:, self.letter]  # (B, V); -1 is masked at the end
        fits = self.trie.least[child] <= (left - self.min_left)[:, None]
        for short in range(self.slack + 1):
            rest = left - short
            fits |= (
                self.last_words.below[child, rest.clamp(0, MAX_WORD_SYLLABLES)[:, None]]
                & ((rest >= 0) & (rest <= MAX_WORD_SYLLABLES))[:, None]
            )
        spells = (child >= 0) & fits

        in_word = phase == Phase.WORD
        count = torch.where(in_word, self.trie.all.ends[node], 0)
        whole = ~in_word | (count > 0)
        goes_on = whole & (left - count >= self.min_left)
        rest = left - self.last_words.ends[node]
        last = (self.last_words.ends[node] > 0) & (rest >= 0) & (rest <= self.slack)
        # After the last word no syllables may be left, not even before punctuation.
        done = torch.where(in_word, last, left <= self.slack)
        closes = torch.where(self.is_punctuation, (goes_on | done)[:, None], goes_on[:, None])
        if self.ends_poem:  # one of .!? stands before POEM_END
            closes = torch.where(self.is_pause, goes_on[:, None], closes)
            done = done & (phase == Phase.PUNCTUATION)
        closes = torch.where(self.kind == Kind.END, self.is_end & done[:, None], closes)
        allowed: Tensor = may & torch.where(self.is_letter, spells, closes)
        return allowed

    def advance(self, state: Tensor, tokens: Tensor) -> Tensor:
        """Returns the states after `tokens`: (B, 3), (B,) int64 -> (B, 3) int64."""
        phase, node, left = state.unbind(1)
        spelt = self.is_letter[tokens]
        ended = (phase == Phase.WORD) & ~spelt
        left = left - torch.where(ended, self.trie.all.ends[node], 0)
        node = torch.where(spelt, self.trie.table[node, self.letter[tokens]].long(), 0)
        return torch.stack((self.next[phase, self.kind[tokens]], node, left), dim=1)


def kind_of(character: str) -> Kind:
    """Returns the kind of `character`."""
    if character.lower() in LETTERS and character != "'":
        return Kind.UPPER if character.isupper() else Kind.LOWER
    kinds = {
        "'": Kind.APOSTROPHE,
        " ": Kind.SPACE,
        "-": Kind.HYPHEN,
        "\n": Kind.END,
        POEM_END: Kind.END,
    }
    return Kind.PUNCTUATION if character in ".,;:!?" else kinds.get(character, Kind.OTHER)


def line_end(ends_poem: bool) -> str:
    """Returns the character that the network ends a line with, or the last line of a poem."""
    return POEM_END if ends_poem else "\n"


def letter_of(character: str) -> int:
    """Returns the column of `character` in `Trie.table`; the last one for no letter."""
    place = LETTERS.find(character.lower())
    return place if place >= 0 and len(character) == 1 else len(LETTERS)
