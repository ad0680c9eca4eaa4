"""What can be counted in a poem: one function a measure, on the texts of poems.

A text has lines and one blank line between stanzas. Shares are from 0 to 1. Each measure can be
fooled alone: random letters are the most varied text there is, shuffled words are all real. So
read them together.
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

SHORTEST_WORD = 4
"""Letters of a word that is looked up: nearly any two or three letters are in some list."""
EARSHOT = 4
"""Lines across which a rhyme is still heard."""
WINDOW = 1000
"""Words within which repetition is counted: over more of them any text repeats itself more."""


@dataclass(frozen=True)
class RealWords:
    """How many of the words are words."""

    share: float | None
    """None where there is no list to look in."""
    unknown: tuple[str, ...] = ()
    """The others, most frequent first."""


@dataclass(frozen=True)
class Rhymes:
    """How many of the rhymes that could be there are, each counted as the best that it is."""

    count: int
    """Lines that were listened to; in `Compliance` the pairs of lines that were to rhyme."""
    perfect: float
    slant: float
    eye: float

    @property
    def kept(self) -> float:
        """What an ear accepts."""
        return self.perfect + self.slant

    @property
    def any(self) -> float:
        return self.perfect + self.slant + self.eye


@dataclass(frozen=True)
class Syllables:
    """How long the lines are, and how alike."""

    mean: float
    """Syllables a line."""
    deviation: float
    """Standard deviation within a stanza, mean over the lines of stanzas of two and more."""


@dataclass(frozen=True)
class Compliance:
    """How far poems are what was asked for; None where nothing was asked."""

    lines: float
    """Poems with as many lines as asked."""
    stanzas: float
    """Poems whose stanzas all end where asked."""
    rhymes: Rhymes | None
    syllables: float | None
    """Lines with exactly the number asked for."""
    syllables_near: float | None
    """Lines within one of it."""
    initials: float | None
    """Letters of an acrostic in their places."""


def stanzas_of(poem: str) -> list[list[str]]:
    return [stanza.split("\n") for stanza in re.split(r"\n{2,}", poem.strip("\n"))]


def lines_of(poem: str) -> list[str]:
    return [line for stanza in stanzas_of(poem) for line in stanza]


def real_words(poems: Sequence[str], known: Collection[str] | None) -> RealWords:
    """Of the words of four letters and more, those that are known: see `lexicon`."""
    if known is None:
        return RealWords(None)
    counts = Counter(
        word
        for poem in poems
        for line in lines_of(poem)
        for word in prosody.words(line)
        if sum(map(str.isalpha, word)) >= SHORTEST_WORD
    )
    unknown = Counter({word: n for word, n in counts.items() if not is_word(word, known)})
    share = 1 - unknown.total() / counts.total() if counts else 0.0
    return RealWords(share, tuple(word for word, _ in unknown.most_common()))


def rhymes(poems: Sequence[str]) -> Rhymes:
    """How many lines rhyme with another of their stanza, at most four lines away."""
    return _rhymes(
        kind
        for poem in poems
        for stanza in stanzas_of(poem)
        for kind in _heard([prosody.last_word(line) or "" for line in stanza])
    )


def _rhymes(kinds: Iterable[str | None]) -> Rhymes:
    counts = Counter(kinds)
    total = counts.total()
    shares = (counts[kind] / max(1, total) for kind in ("perfect", "slant", "eye"))
    return Rhymes(total, *shares)


def _heard(ends: list[str]) -> list[str | None]:
    """The best rhyme of each line."""
    best: list[str | None] = [None] * len(ends)
    order = (None, "eye", "slant", "perfect")
    for (i, a), (j, b) in combinations(enumerate(ends), 2):
        if j - i <= EARSHOT and (kind := prosody.rhyme(a, b)):
            best[i] = max(best[i], kind, key=order.index)
            best[j] = max(best[j], kind, key=order.index)
    return best


def syllables(poems: Sequence[str]) -> Syllables:
    stanzas = [
        [prosody.syllables(line) for line in stanza]
        for poem in poems
        for stanza in stanzas_of(poem)
    ]
    deviations = [pstdev(stanza) for stanza in stanzas if len(stanza) > 1 for _ in stanza]
    counts = [count for stanza in stanzas for count in stanza]
    return Syllables(fmean(counts or [0]), fmean(deviations or [0]))


def iambic(poems: Sequence[str]) -> float:
    """How regularly weak and strong syllables alternate; prose has a little above one half."""
    return fmean([prosody.iambic(line) for poem in poems for line in lines_of(poem)] or [0])


def distinct(poems: Sequence[str], n: int) -> float:
    """Of the runs of n words, how many are different, in windows of a thousand words.

    An alarm, not a goal: what repeats itself is low, what babbles is high.
    """
    words = [w for poem in poems for line in lines_of(poem) for w in prosody.words(line)]
    windows = [words[i : i + WINDOW] for i in range(0, len(words) - WINDOW + 1, WINDOW)] or [words]
    shares = []
    for window in windows:
        runs = list(zip(*(window[i:] for i in range(n)), strict=False))
        shares.append(len(set(runs)) / max(1, len(runs)))
    return fmean(shares)


def repeated_lines(poems: Sequence[str]) -> float:
    """Lines that their poem had before, whatever the case and the punctuation."""
    repeated = total = 0
    for poem in poems:
        lines = [prosody.words(line) for line in lines_of(poem)]
        total += len(lines)
        repeated += len(lines) - len(set(map(tuple, lines)))
    return repeated / max(1, total)


def compliance(poems: Sequence[str], asked: Sequence[Sequence[Line]]) -> Compliance:
    """How far each poem keeps what was asked of its lines (see `forms.plan`).

    A line that is missing misses all that was asked of it. Every pair of lines that are to rhyme
    is counted, so three lines on one rhyme make three pairs.
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
    ends = [0] + [place for place, line in enumerate(plan, start=1) if line.ends_stanza]
    return [end - start for start, end in pairwise(ends)]


def first_letter(line: str) -> str:
    """In upper case; empty in a line without letters."""
    return next((character.upper() for character in line if character.isalpha()), "")
