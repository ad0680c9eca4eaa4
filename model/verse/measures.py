"""What can be counted in a poem: one function a measure, on the texts of poems.

A text has lines and one blank line between stanzas. Shares are from 0 to 1. Each measure can be
fooled alone: random letters are the most varied text there is, shuffled words are all real. So
read them together.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest
from statistics import fmean, pstdev

from model.verse import prosody
from model.verse.lexicon import is_word

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
    """Lines that were listened to; with a scheme, pairs of lines that it wants to rhyme."""
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
    """How far the poems are what was asked for; None where nothing was asked."""

    lines: float | None = None
    """Poems with as many lines as asked."""
    stanzas: float | None = None
    """Poems with as many stanzas as asked, none cut short of the scheme."""
    rhymes: Rhymes | None = None
    syllables: float | None = None
    """Lines with exactly the number asked for."""
    syllables_near: float | None = None
    """Lines within one of it."""
    acrostic: float | None = None
    """Letters in their places."""


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


def rhymes(poems: Sequence[str], scheme: str = "") -> Rhymes:
    """How many lines rhyme with another of their stanza, at most four lines away.

    With a scheme (like letters rhyme, ``-`` with nothing; a longer stanza goes through it
    again): how many of the pairs that it wants. A word does not rhyme with itself.
    """
    found: list[str | None] = []
    for poem in poems:
        for stanza in stanzas_of(poem):
            ends = [prosody.last_word(line) or "" for line in stanza]
            if scheme:
                found += [prosody.rhyme(a, b) for a, b in _wanted(ends, scheme)]
            else:
                found += _heard(ends)
    counts = Counter(found)
    shares = (counts[kind] / max(1, len(found)) for kind in ("perfect", "slant", "eye"))
    return Rhymes(len(found), *shares)


def _wanted(ends: list[str], scheme: str) -> Iterable[tuple[str, str]]:
    for start in range(0, len(ends), len(scheme)):
        turn = list(zip(scheme, ends[start : start + len(scheme)], strict=False))
        for (letter, end), (other, other_end) in combinations(turn, 2):
            if letter == other != "-":
                yield end, other_end


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


def compliance(
    poems: Sequence[str],
    scheme: str = "",
    syllables: Sequence[int] = (),
    lines: int | None = None,
    stanzas: int | None = None,
    acrostic: str = "",
) -> Compliance:
    """How far poems of one form keep it.

    scheme: rhymes of a stanza, as for `rhymes`. syllables: of each line of a stanza, in turns.
    acrostic: what the lines' first letters spell; its spaces are stanza breaks. Lines that are
    missing miss what was asked of them.
    """
    return Compliance(
        lines=_share(len(lines_of(poem)) == lines for poem in poems) if lines else None,
        stanzas=_share(_whole(poem, scheme, stanzas) for poem in poems)
        if stanzas or scheme
        else None,
        rhymes=rhymes(poems, scheme) if scheme else None,
        syllables=_share(off == 0 for off in _off(poems, syllables)) if syllables else None,
        syllables_near=_share(off <= 1 for off in _off(poems, syllables)) if syllables else None,
        acrostic=_share(kept for poem in poems for kept in _spelt(poem, acrostic))
        if acrostic
        else None,
    )


def _share(kept: Iterable[bool]) -> float:
    return fmean(list(map(float, kept)) or [0.0])


def _whole(poem: str, scheme: str, count: int | None) -> bool:
    """Whether there are as many stanzas as asked, and each ends where its scheme does."""
    stanzas = stanzas_of(poem)
    cut = scheme and any(len(stanza) % len(scheme) for stanza in stanzas)
    return not cut and count in (None, len(stanzas))


def _off(poems: Sequence[str], asked: Sequence[int]) -> Iterable[int]:
    """By how many syllables each line misses."""
    for poem in poems:
        for stanza in stanzas_of(poem):
            for place, line in enumerate(stanza):
                yield abs(prosody.syllables(line) - asked[place % len(asked)])


def _spelt(poem: str, acrostic: str) -> Iterable[bool]:
    """Of each letter asked for, whether it stands where it should."""
    stanzas = [[first_letter(line) for line in stanza] for stanza in stanzas_of(poem)]
    words = acrostic.upper().split()
    if len(words) == 1:  # one word may run through all stanzas
        stanzas = [sum(stanzas, [])]
    for word, letters in zip_longest(words, stanzas, fillvalue=""):
        for asked, letter in zip_longest(word, letters, fillvalue=""):
            yield asked == letter


def first_letter(line: str) -> str:
    """In upper case; empty in a line without letters."""
    return next((character.upper() for character in line if character.isalpha()), "")
