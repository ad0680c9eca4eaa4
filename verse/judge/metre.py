"""Finds the beat of a line: which of its syllables are stressed, and which foot they keep to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from verse.sound import prosody
from verse.sound.doubts import counts

Foot = Literal["iambic", "trochaic", "anapaestic", "dactylic", "amphibrachic"]

FEET: dict[Foot, str] = {
    "iambic": "01",
    "trochaic": "10",
    "anapaestic": "001",
    "dactylic": "100",
    "amphibrachic": "010",
}
"""A foot of each metre, the commonest of English verse first: 0 weak, 1 strong."""
REGULAR = 0.13
"""Maximum cost a syllable of a line that keeps to a metre by itself."""
IN_COMPANY = 0.22
"""The same of a line that keeps to the metre of its poem."""
CLEAR_LINES = 0.6
"""Share of its lines that keep to it by themselves."""
MAX_WORDS = 40
"""Maximum words of a line that has a metre: longer ones are prose, and not worth the search."""
MOST_LINES = 0.7
"""Share of its lines that keep to one metre in a poem that has one. In short lines of prose too a
foot is soon found; that most of them share it is no chance."""
SAME_METRE = 0.07
"""A line is given the metre of its poem unless another suits it better by that cost a syllable."""

# What it costs to read a syllable against its nature.
_AGAINST_STRESS = 1.0
_CONTENT_WEAK = 0.4
_SMALL_STRONG = 0.3
_WEAK_STRONG = 0.5
_TURNED = 0.5
_OTHER_READING = 0.2
_OLD_ELISION = 0.6

_SMALL = """
    a an the and or but nor so yet if as than that at by for from in into of off on onto out to up
    with i me my we us our you your he him his she her it its they them their who whom whose which
    what this these those am is are was were be been do does did has have had can could may might
    must shall should will would not no some there then when where while till thou thee thy ye 's
    'tis 'twas 'twere 'twill i'm i've i'd i'll it's he's she's we're they're you're don't can't
    there's that's let o' th' o'er he'd she'd we'd they'd you'd you'll he'll she'll we'll they'll
    we've they've you've who's what's won't
"""
SMALL_WORDS = frozenset(_SMALL.split())
"""Words of one syllable that a sentence rarely stresses."""


@dataclass(frozen=True)
class Beat:
    """Holds how a line is read aloud."""

    stresses: str
    """One sign for each syllable: 0 weak, 1 stressed."""
    beats: int
    """Number of its beats: of its feet, or of its stresses where it has none."""
    foot: Foot | None = None
    """Which foot it keeps to; None: to none."""


@dataclass(frozen=True)
class _Way:
    """Holds one way of reading a line by a metre, or the beginning of one."""

    cost: float
    stresses: str
    metre: str = ""


def beats(lines: Sequence[str]) -> list[Beat]:
    """Returns the beat of each of a poem's `lines`: in one metre for all, where they bear it."""
    short = [line for line in lines if len(prosody.words(line)) <= MAX_WORDS]
    if len(short) < len(lines) or not lines:
        return [as_prose(line) for line in lines]
    ways = [{foot: _read(line, foot) for foot in FEET} for line in lines]
    costs = {foot: sum(way[foot].cost for way in ways) for foot in FEET}
    common = min(FEET, key=lambda foot: costs[foot])
    clear = sum(way[common].cost <= REGULAR * len(way[common].stresses) for way in ways)
    found = [_chosen(line, way, common) for line, way in zip(lines, ways, strict=True)]
    kept = sum(beat.foot == common for beat in found)
    if clear >= CLEAR_LINES * len(found) and kept >= MOST_LINES * len(found):
        return found
    return [as_prose(line) for line in lines]


def _chosen(line: str, ways: dict[Foot, _Way], common: Foot) -> Beat:
    def cost(foot: Foot) -> float:
        size = len(ways[foot].stresses)
        return ways[foot].cost / max(1, size) + (foot != common) * SAME_METRE

    best = min(FEET, key=cost)
    way = ways[best]
    allowed = IN_COMPANY if best == common else REGULAR
    if not way.stresses or way.cost > allowed * len(way.stresses):
        return as_prose(line)
    return Beat(way.stresses, way.metre.count("1"), best)


def as_prose(line: str) -> Beat:
    """Returns the beat of `line` by itself, which keeps to no foot."""
    stresses = "".join(map(_spoken, prosody.sounded_words(line)))
    return Beat(stresses, stresses.count("1"))


def _spoken(word: str) -> str:
    """Returns the stresses of `word` as prose has it."""
    pattern = next(iter(prosody.patterns(word)), "")
    if len(pattern) == 1:
        return "0" if word in SMALL_WORDS else "1"
    return pattern.replace("?", "0")


def _read(line: str, foot: Foot) -> _Way:
    """Reads `line` by the cheapest way that keeps to `foot`.

    An anapaestic line may lack its first syllable, an iambic one begin with a trochee, and any line
    end in the midst of a foot.
    """
    feet = FEET[foot]
    starts = [feet]
    if foot == "anapaestic":
        starts.append("01" + feet)
    words = prosody.sounded_words(line)
    best = min((_along(words, start, feet) for start in starts), key=lambda way: way.cost)
    if foot == "iambic":
        turned = _along(words, "1001", feet)
        turned = replace(turned, cost=turned.cost + _TURNED)
        best = min(best, turned, key=lambda way: way.cost)
    return best


def _along(words: Sequence[str], start: str, feet: str) -> _Way:
    """Aligns `words` with `start` and then `feet` again and again, by dynamic programming."""
    reached = {0: _Way(0.0, "")}  # by the number of syllables, the cheapest way that has them
    for word in words:
        further: dict[int, _Way] = {}
        for place, way in reached.items():
            strong = _strong(start, feet, place)
            for stresses, cost in _readings(word, strong):
                end = place + len(stresses)
                total = way.cost + cost
                if end not in further or total < further[end].cost:
                    further[end] = _Way(total, way.stresses + stresses)
        reached = further
    best = min(reached.values(), key=lambda way: way.cost)
    metre = (start + feet * len(best.stresses))[: len(best.stresses)]
    return replace(best, metre=metre)


_LONGEST = 24


def _strong(start: str, feet: str, place: int) -> str:
    """Returns the next signs of a metre from `place` on, as many as the longest word needs."""
    if place < len(start):
        return (start[place:] + feet * _LONGEST)[:_LONGEST]
    turn = (place - len(start)) % len(feet)
    return (feet[turn:] + feet * _LONGEST)[:_LONGEST]


@lru_cache(maxsize=1 << 16)
def _readings(word: str, metre: str) -> tuple[tuple[str, float], ...]:
    """Returns (stresses, cost) of each reading of `word` that begins where `metre` does."""
    result = []
    for number, pattern in enumerate(prosody.patterns(word)):
        # The likeliest reading wins among equals, and what only old verse elides costs more.
        usual = len(pattern) in counts(word)
        cost, stresses = (_OTHER_READING if usual else _OLD_ELISION) * bool(number), ""
        for place, sign in enumerate(pattern):
            wanted = metre[place] if place < len(metre) else sign
            if sign == "?":
                cost += _undecided(word, len(pattern), wanted)
                stresses += wanted
            else:
                against = _WEAK_STRONG if len(pattern) == 1 else _AGAINST_STRESS
                cost += against * (sign != wanted)
                stresses += sign
        result.append((stresses, cost))
    return tuple(result)


def _undecided(word: str, syllables: int, wanted: str) -> float:
    if syllables > 1:
        return 0.0
    if word in SMALL_WORDS:
        return _SMALL_STRONG * (wanted == "1")
    return _CONTENT_WEAK * (wanted == "0")
