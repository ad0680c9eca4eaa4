"""Says how a poem scans: for each line its syllables, its beat and what it rhymes with."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from verse.judge.measures import MAX_RHYME_DISTANCE
from verse.judge.metre import Beat, beats
from verse.sound import prosody
from verse.sound.doubts import counts, is_guess

Kind = Literal["perfect", "slant", "eye", "same"]
"""How lines rhyme, as `verse.sound.rhyming.rhyme` classifies it; "same" repeats the word."""

RANKS: tuple[Kind, ...] = ("same", "eye", "slant", "perfect")
"""The kinds of rhyme, the weakest first."""


@dataclass(frozen=True)
class Word:
    """Holds a word whose syllables may be doubted."""

    text: str
    counts: tuple[int, ...]
    """Numbers of syllables that readers give it, the likeliest first."""
    guessed: bool
    """Whether it was read by its letters alone."""


@dataclass(frozen=True)
class Echo:
    """Holds what a line rhymes with."""

    line: int
    """Index of the other line."""
    kind: Kind
    words: tuple[str, str]
    """The last words of both, its own first."""


@dataclass(frozen=True)
class ScannedLine:
    """Holds how a line scans."""

    text: str
    stanza: int
    """Index of its stanza."""
    syllables: int
    """Number of syllables, each word in its likeliest reading."""
    fewest: int
    """Minimum number of syllables that readers give it."""
    most: int
    doubted: tuple[Word, ...]
    """Words that readers count differently, or that were only guessed."""
    beat: Beat
    rhyme: Echo | None
    """Its best rhyme; None: it has none."""


@dataclass(frozen=True)
class Scan:
    """Holds how a poem scans."""

    lines: tuple[ScannedLine, ...]
    scheme: tuple[str, ...]
    """Rhyme scheme of each stanza, as "ABAB"; "-" is unrhymed. By sound, so without eye rhymes."""


def scan(text: str) -> Scan:
    """Scans a poem, whose stanzas are parted by blank lines; lines without words count as blank."""
    lines, stanzas = _lines(text)
    kinds = _kinds(lines, stanzas)
    scanned = tuple(
        _scanned(line, stanza, beat, _best(place, lines, kinds))
        for place, (line, stanza, beat) in enumerate(zip(lines, stanzas, beats(lines), strict=True))
    )
    return Scan(scanned, _schemes(stanzas, kinds))


def _lines(text: str) -> tuple[list[str], list[int]]:
    """Returns the lines that have words, and the index of the stanza of each."""
    lines: list[str] = []
    stanzas: list[int] = []
    stanza, blank = -1, True
    for line in text.split("\n"):
        if not prosody.words(line):
            blank = True
            continue
        stanza += blank
        blank = False
        lines.append(line.strip())
        stanzas.append(stanza)
    if stanzas and len(lines) > 1 and stanza == len(lines) - 1:
        stanzas = [0] * len(lines)  # a blank line after each parts nothing
    return lines, stanzas


def _scanned(line: str, stanza: int, beat: Beat, rhyme: Echo | None) -> ScannedLine:
    words = [Word(word, counts(word), is_guess(word)) for word in prosody.sounded_words(line)]
    words = [word for word in words if word.counts]
    return ScannedLine(
        text=line,
        stanza=stanza,
        syllables=sum(word.counts[0] for word in words),
        fewest=sum(min(word.counts) for word in words),
        most=sum(max(word.counts) for word in words),
        doubted=tuple(
            dict.fromkeys(word for word in words if word.guessed or len(word.counts) > 1)
        ),
        beat=beat,
        rhyme=rhyme,
    )


# Rhymes

Kinds = dict[tuple[int, int], Kind]


def _kinds(lines: Sequence[str], stanzas: Sequence[int]) -> Kinds:
    """Returns how each pair of lines near each other rhymes, both ways round.

    Across stanzas only full rhymes count, for others are soon found.
    """
    ends = [prosody.last_word(line) or "" for line in lines]
    found: Kinds = {}
    for (i, a), (j, b) in combinations(enumerate(ends), 2):
        if j - i > MAX_RHYME_DISTANCE:
            continue
        kind: Kind | None = "same" if a == b else prosody.rhyme(a, b)
        if kind and (stanzas[i] == stanzas[j] or kind == "perfect"):
            found[i, j] = found[j, i] = kind
    return found


def _best(place: int, lines: Sequence[str], kinds: Kinds) -> Echo | None:
    """Returns the best rhyme of the line at `place`: of the best kind, the nearest, the earlier."""
    others = [(other, kind) for (own, other), kind in kinds.items() if own == place]
    if not others:
        return None
    other, kind = max(
        others, key=lambda pair: (RANKS.index(pair[1]), -abs(pair[0] - place), pair[0] < place)
    )
    ends = prosody.last_word(lines[place]) or "", prosody.last_word(lines[other]) or ""
    return Echo(other, kind, ends)


def _schemes(stanzas: Sequence[int], kinds: Kinds) -> tuple[str, ...]:
    """Returns the rhyme scheme of each stanza; full rhymes are found before slant ones."""
    size = len(stanzas)
    group = list(range(size))  # the first line that each rhymes with
    for wanted in ("perfect", "slant"):
        lone = [group.count(group[place]) == 1 for place in range(size)]
        for (i, j), kind in sorted(kinds.items()):
            within = i < j and stanzas[i] == stanzas[j] and kind == wanted
            if within and (lone[j] if wanted == "slant" else group[j] == j):
                group[j] = group[i]
                lone[j] = False
    schemes: list[str] = []
    letters: dict[int, str] = {}
    for place, stanza in enumerate(stanzas):
        if stanza == len(schemes):
            schemes.append("")
            letters = {}
        alone = group.count(group[place]) == 1
        letter = "-" if alone else letters.setdefault(group[place], _letter(len(letters)))
        schemes[-1] += letter
    return tuple(schemes)


def _letter(number: int) -> str:
    return chr(ord("A") + number % 26)
