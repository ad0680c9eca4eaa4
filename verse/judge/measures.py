"""Measures of the texts of poems, a function for each.

A text has a line end between lines and a blank line between stanzas. Shares are from 0 to 1. Read
the measures together, for each alone can be fooled: random letters have the greatest variety,
shuffled words are all real.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import fmean, pstdev

from verse.judge.english_words import is_word
from verse.request.forms import Line
from verse.sound import prosody

MIN_LETTERS = 4
"""Minimum letters of a word that is looked up: lists have nearly any two or three letters."""
MAX_RHYME_DISTANCE = 4
"""Maximum distance, in lines, of two lines that count as rhyming."""
WINDOW = 1000
"""Words of a window in which distinct runs are counted, for their share falls with length."""


@dataclass(frozen=True)
class RealWords:
    """Holds how many of the words are real."""

    share: float | None
    """Share of the words, counted by use, that are known; None without a list of words."""
    unknown: tuple[str, ...] = ()
    """Words that are not known, most frequent first."""


@dataclass(frozen=True)
class Rhymes:
    """Holds the shares of lines, in `Compliance` of pairs of lines, by their best kind of rhyme."""

    count: int
    """Number of lines; in `Compliance` of pairs of lines that should rhyme."""
    perfect: float
    """Share of perfect rhymes, and so on, as `verse.sound.rhyming.rhyme` classifies them."""
    slant: float
    eye: float

    @property
    def kept(self) -> float:
        """Share that rhymes by sound: perfect or slant."""
        return self.perfect + self.slant

    @property
    def any(self) -> float:
        """Share that rhymes at all."""
        return self.perfect + self.slant + self.eye


@dataclass(frozen=True)
class Syllables:
    """Holds the syllables per line."""

    mean: float
    """Mean over all lines."""
    deviation: float
    """Standard deviation within a stanza, mean over the lines of stanzas of two and more lines."""


@dataclass(frozen=True)
class Compliance:
    """Holds the shares of constraints that poems satisfy; None where there are none."""

    lines: float
    """Share of poems with the right number of lines."""
    stanzas: float
    """Share of poems whose stanzas all end where they should."""
    rhymes: Rhymes | None
    """Rhymes of the pairs of lines that should rhyme."""
    syllables: float | None
    """Share of lines with exactly the right number of syllables."""
    syllables_near: float | None
    """Share of lines with at most one syllable too many or too few."""
    initials: float | None
    """Share of lines that begin with the acrostic's letter."""


def stanzas_of(poem: str) -> list[list[str]]:
    """Splits `poem` into stanzas of lines."""
    return [stanza.split("\n") for stanza in re.split(r"\n{2,}", poem.strip("\n"))]


def lines_of(poem: str) -> list[str]:
    """Splits `poem` into lines, without the blank ones."""
    return [line for stanza in stanzas_of(poem) for line in stanza]


def real_words(poems: Sequence[str], known: Collection[str] | None) -> RealWords:
    """Measures how many of the words of MIN_LETTERS letters or more are `known`, by `is_word`.

    known: lower-case words; None measures nothing.
    """
    if known is None:
        return RealWords(None)
    counts = Counter(
        word
        for poem in poems
        for line in lines_of(poem)
        for word in prosody.words(line)
        if sum(map(str.isalpha, word)) >= MIN_LETTERS
    )
    unknown = Counter({word: n for word, n in counts.items() if not is_word(word, known)})
    share = 1 - unknown.total() / counts.total() if counts else 0.0
    return RealWords(share, tuple(word for word, _ in unknown.most_common()))


def rhymes(poems: Sequence[str]) -> Rhymes:
    """Measures how many lines rhyme with another of their stanza within MAX_RHYME_DISTANCE."""
    return _rhymes(
        kind
        for poem in poems
        for stanza in stanzas_of(poem)
        for kind in _best_rhymes([prosody.last_word(line) or "" for line in stanza])
    )


def _rhymes(kinds: Iterable[str | None]) -> Rhymes:
    """Counts the kinds of rhyme, None for lines or pairs that do not rhyme."""
    counts = Counter(kinds)
    total = counts.total()
    shares = (counts[kind] / max(1, total) for kind in ("perfect", "slant", "eye"))
    return Rhymes(total, *shares)


def _best_rhymes(ends: list[str]) -> list[str | None]:
    """Returns the best kind of rhyme of each line of a stanza, by the last words `ends`."""
    best: list[str | None] = [None] * len(ends)
    order = (None, "eye", "slant", "perfect")
    for (i, a), (j, b) in combinations(enumerate(ends), 2):
        if j - i <= MAX_RHYME_DISTANCE and (kind := prosody.rhyme(a, b)):
            best[i] = max(best[i], kind, key=order.index)
            best[j] = max(best[j], kind, key=order.index)
    return best


def syllables(poems: Sequence[str]) -> Syllables:
    """Measures the syllables per line."""
    stanzas = [
        [prosody.syllables(line) for line in stanza]
        for poem in poems
        for stanza in stanzas_of(poem)
    ]
    deviations = [pstdev(stanza) for stanza in stanzas if len(stanza) > 1 for _ in stanza]
    counts = [count for stanza in stanzas for count in stanza]
    return Syllables(fmean(counts or [0]), fmean(deviations or [0]))


def iambic(poems: Sequence[str]) -> float:
    """Returns the mean of `verse.sound.prosody.iambic` over all lines; prose has just above 0.5."""
    return fmean([prosody.iambic(line) for poem in poems for line in lines_of(poem)] or [0])


def distinct(poems: Sequence[str], n: int) -> float:
    """Returns the share of distinct runs of `n` words, mean over windows of WINDOW words.

    The measure is distinct-n (Li et al. 2016). It is an alarm, not a goal: repetitive text has a
    low share, random text a high one.
    """
    words = [w for poem in poems for line in lines_of(poem) for w in prosody.words(line)]
    windows = [words[i : i + WINDOW] for i in range(0, len(words) - WINDOW + 1, WINDOW)] or [words]
    shares = []
    for window in windows:
        runs = list(zip(*(window[i:] for i in range(n)), strict=False))
        shares.append(len(set(runs)) / max(1, len(runs)))
    return fmean(shares)


def repeated_lines(poems: Sequence[str]) -> float:
    """Returns the share of lines that repeat an earlier line of their poem, by their words."""
    repeated = total = 0
    for poem in poems:
        lines = [prosody.words(line) for line in lines_of(poem)]
        total += len(lines)
        repeated += len(lines) - len(set(map(tuple, lines)))
    return repeated / max(1, total)


def compliance(poems: Sequence[str], asked: Sequence[Sequence[Line]]) -> Compliance:
    """Measures how far each of `poems` satisfies its plan in `asked` (see `forms.plan`).

    A missing line violates all its constraints. Every pair of lines that should rhyme counts, so
    three lines on one rhyme make three pairs.
    """
    lines: list[bool] = []
    stanzas: list[bool] = []
    kinds: list[str | None] = []
    off: list[int] = []  # syllables that a line has too many or too few
    initials: list[bool] = []
    for poem, plan in zip(poems, asked, strict=True):
        written = lines_of(poem)
        lines.append(len(written) == len(plan))
        stanzas.append(list(map(len, stanzas_of(poem))) == _stanza_lengths(plan))
        missing = [""] * (len(plan) - len(written))
        pairs = list(zip(written + missing, plan, strict=False))
        for line, wish in pairs:
            if wish.syllables is not None:
                off.append(abs(prosody.syllables(line) - wish.syllables))
            if wish.initial is not None:
                initials.append(first_letter(line) == wish.initial)
        for (line, wish), (other, other_wish) in combinations(pairs, 2):
            if wish.rhyme is not None and wish.rhyme == other_wish.rhyme:
                ends = prosody.last_word(line) or "", prosody.last_word(other) or ""
                kinds.append(prosody.rhyme(*ends))
    return Compliance(
        lines=fmean(lines),
        stanzas=fmean(stanzas),
        rhymes=_rhymes(kinds) if kinds else None,
        syllables=fmean(o == 0 for o in off) if off else None,
        syllables_near=fmean(o <= 1 for o in off) if off else None,
        initials=fmean(initials) if initials else None,
    )


def _stanza_lengths(plan: Sequence[Line]) -> list[int]:
    """Returns the number of lines of each stanza of `plan`."""
    ends = [0] + [place for place, line in enumerate(plan, start=1) if line.ends_stanza]
    return [end - start for start, end in pairwise(ends)]


def first_letter(line: str) -> str:
    """Returns the first letter of `line` in upper case; "" in a line without letters."""
    return next((character.upper() for character in line if character.isalpha()), "")
