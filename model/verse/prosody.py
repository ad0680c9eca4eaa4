"""What the ear counts: syllables, stress and rhyme of lines and words.

Sounds come from `model.verse.pronunciation`. Where readings differ the likeliest is counted, and
`syllable_range` says how far careful counters may differ. Everything here reads one line or one
pair of words, keeps what it learnt about a word, and takes microseconds when the words were seen.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from model.tokenizer import normalize
from model.verse.pronunciation import (
    Pronunciation,
    pronounce,
)
from model.verse.spelling import VOWELS

Rhyme = Literal["perfect", "slant", "eye"]

_TOKEN = re.compile(r"'?[^\W_]+(?:['-][^\W_]+|(?<=\d),\d+)*'?")
# Apostrophes at a word's edge belong to the word only here; elsewhere they are quotation marks.
_OPENING_APOSTROPHE = frozenset(
    [
        "'tis",
        "'twas",
        "'twere",
        "'twill",
        "'twould",
        "'twixt",
        "'gainst",
        "'neath",
        "'mid",
        "'midst",
        "'mong",
        "'mongst",
        "'scape",
        "'scaped",
        "'em",
        "'bout",
        "'gan",
        "'gins",
        "'ere",
        "'tween",
        "'twould",
        "'twon't",
        "'tisn't",
        "'twasn't",
    ]
)
_CLOSING_APOSTROPHE = frozenset(("th'", "o'", "t'"))


def words(line: str) -> list[str]:
    """The words of a line, lower case; apostrophes and inner hyphens kept (o'er, moon-lit)."""
    if not line.isascii():
        line = normalize(line)
    found = []
    for word in _TOKEN.findall(line.lower()):
        if word[0] == "'" and word.rstrip("'") not in _OPENING_APOSTROPHE:
            word = word[1:]
        if word[-1] == "'" and word not in _CLOSING_APOSTROPHE:
            word = word[:-1]
        found.append(word)
    return found


def last_word(line: str) -> str | None:
    """The word that a line's rhyme hangs on, or None in a line without words."""
    found = words(line)
    return found[-1] if found else None


# Syllables


def syllables(line: str) -> int:
    """The likeliest number of syllables in a line."""
    return sum(len(_measure(word)) for word in words(line))


def syllable_range(line: str) -> tuple[int, int]:
    """The fewest and the most syllables that a careful counter may find in a line."""
    ranges = [_word_range(word) for word in words(line)]
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


@lru_cache(maxsize=1 << 16)
def _word_range(word: str) -> tuple[int, int]:
    low = high = len(_measure(word))
    for reading in pronounce(word):
        count = reading.syllables
        sounds = " ".join(reading.phones)
        low = min(low, count - len(_SLURRED.findall(sounds)))
        if (
            _ELIDED.search(word)
            or (_WEAK_ED.search(word) and not sounds.endswith("0 D"))
            or (_ONE_BEAT.search(word) and "ER0" not in sounds)
        ):
            count += 1
        high = max(high, count)
    return max(low, min(high, 1)), high


# Weak vowels that verse may swallow: cru-el, wand(e)ring, fam(i)ly, heav(e)n, rhyth(u)m.
_SLURRED = re.compile(r"\d [A-Z]{2}0|[A-Z]{2}0 [RLN] [A-Z]{2}0|V AH0 [NL]|(?:Z|DH) AH0 M")
# An ending that old verse may sound: wing-ed.
_WEAK_ED = re.compile("[aeiouy].*[^aeioutd]ed$")
# What an apostrophe swallowed, and a counter by the full word would not: o'er, wand'ring, th'.
_ELIDED = re.compile("[a-z]'(?:[a-z]?[aeiouy]|[nr]|$)")


# Metre


def stress_pattern(line: str) -> str:
    """A "0" (weak), "1" (stressed) or "?" (either) for each syllable of a line.

    Words of one syllable take the beat or not as the line wants, all but a few (the, of, and).
    So does secondary stress, and a weak syllable at a word's edge, two from its stress.
    """
    return "".join(map(_measure, words(line)))


def iambic(line: str) -> float:
    """Share, 0 to 1, of a line's decided syllables that keep to weak-strong-weak-strong.

    1.0 where every syllable can be either; 0.0 for a line without words.
    """
    pattern = stress_pattern(line)
    return _agreement(pattern, "01" * (len(pattern) // 2 + 1), 0)


def fits(line: str, feet: str) -> float:
    """The same for another rhythm, say "01001001"; a syllable too few or too many is one amiss."""
    pattern = stress_pattern(line)
    return _agreement(pattern, feet, abs(len(pattern) - len(feet)))


def _agreement(pattern: str, feet: str, amiss: int) -> float:
    decided = [(have, want) for have, want in zip(pattern, feet, strict=False) if have != "?"]
    kept = sum(have == want for have, want in decided)
    if not pattern:
        return 0.0
    total = len(decided) + amiss
    return kept / total if total else 1.0


_WEAK = frozenset(["a", "an", "the", "of", "and", "or", "but", "to"])
"""Words of one syllable that verse hardly ever stresses."""


@lru_cache(maxsize=1 << 16)
def _measure(word: str) -> str:
    """The stress of a word in its likeliest reading, a sign for each syllable."""
    reading = pronounce(word)[0]
    stress = _SPREAD_R.sub(r"\1R", " ".join(reading.phones)) if _ONE_BEAT.search(word) else ""
    signs = "".join(c for c in stress if c.isdigit()) if stress else reading.stress
    if len(signs) <= 1:
        return "0" * len(signs) if word in _WEAK else "?" * len(signs)
    return signs.replace("2", "?")


# fire, hour, desires: one beat in verse, though the dictionary hears two.
_ONE_BEAT = re.compile("(?:[^aeiou][iy]re|[^aeiouy]our)(?:'?[sd]|ing)?$")
_SPREAD_R = re.compile(r"(A[WY][12] )ER0")


# Rhyme


def rhyme(a: str, b: str) -> Rhyme | None:
    """How two words rhyme.

    perfect: alike from the last stressed vowel on, with another consonant before it (sea, thee).
    slant: nearly alike; also two words of one sound (know, no). eye: alike only in letters (love,
    prove). None for the rest, for identical words and for a word and the same behind a prefix.
    """
    return _rhyme(*sorted((a.lower(), b.lower())))


def rhyme_keys(word: str) -> frozenset[str]:
    """Names of the rhyme sets of a word: two words rhyme perfectly only with one in common."""
    return frozenset(ending.key for ending in _endings(word.lower()))


@dataclass(frozen=True, slots=True)
class _Ending:
    """How one reading of a word ends, for comparing."""

    key: str
    onset: str
    vowel: str
    tail: tuple[str, ...]
    last: tuple[str, ...]
    syllables: int
    stressed: bool
    """Whether the rhyme part is the last syllable alone."""
    promoted: bool
    """Whether the last syllable can take a beat: two or more after the stressed one."""


@lru_cache(maxsize=1 << 16)
def _endings(word: str) -> tuple[_Ending, ...]:
    return tuple({_ending(reading): None for reading in pronounce(word) if reading.syllables})


def _ending(reading: Pronunciation) -> _Ending:
    part = _one_spelling(reading.rhyme)
    last = max(place for place, phone in enumerate(part) if phone[:2] in VOWELS)
    behind = reading.syllables - 1 - max(reading.stress.rfind("1"), 0)
    return _Ending(
        key=" ".join(part),
        onset=" ".join(reading.onset),
        vowel=part[0],
        tail=tuple(part[1:]),
        last=tuple(part[last:]),
        syllables=behind + 1,
        stressed=behind == 0,
        promoted=behind > 1 or reading.stress[-1] == "2",
    )


def _one_spelling(part: tuple[str, ...]) -> list[str]:
    """A rhyme part with one name for what the dictionary writes in several ways."""
    result: list[str] = []
    for place, phone in enumerate(part):
        before = result[-1] if result else ""
        if phone == "ER" and before in ("AY", "AW"):
            phone = "R"  # fire: F AY ER or F AY R
        elif place and phone == "IH" and part[place + 1 : place + 2] != ("NG",):
            phone = "AH"  # places: AH Z or IH Z
        elif phone == "R" and before in _BEFORE_R:
            result[-1] = _BEFORE_R[before]
        result.append(phone)
    return result


_BEFORE_R = {"IY": "IH", "EY": "EH", "OW": "AO"}


@lru_cache(maxsize=1 << 18)
def _rhyme(a: str, b: str) -> Rhyme | None:
    if a == b:
        return None
    pairs = [(x, y) for x in _endings(a) for y in _endings(b)]
    if any(x.key == y.key and x.onset != y.onset for x, y in pairs):
        return "perfect"
    if any(_looks_alike(a, x, b, y) for x, y in pairs):
        return "eye"
    if any(_nearly_alike(x, y) for x, y in pairs):
        return "slant"
    return None


def _nearly_alike(x: _Ending, y: _Ending) -> bool:
    if x.key == y.key:
        return True
    if x.tail == y.tail and x.tail and {x.vowel, y.vowel} in _NEAR:
        return True
    if x.vowel == y.vowel and _blurred(x.tail) == _blurred(y.tail):
        return True
    return _promoted(x, y) or _promoted(y, x)


def _promoted(x: _Ending, y: _Ending) -> bool:
    """memory, free: a last syllable that takes a beat without being stressed."""
    if not (x.promoted and y.stressed) or x.last[1:] != y.last[1:]:
        return False
    return x.last[0] == y.last[0] or ((x.last[0], y.last[0]) in _UNREDUCED)


_UNREDUCED = {("AH", "EH"), ("AH", "IH"), ("AH", "AE"), ("IH", "EH"), ("IY", "AY"), ("AH", "EY")}

_NEAR = [
    set(pair.split("-"))
    for pair in [
        "AH-AA",
        "AH-AO",
        "AH-OW",
        "AH-UW",
        "AH-UH",
        "UH-UW",
        "OW-AO",
        "OW-AA",
        "AA-AO",
        "IH-IY",
        "EH-EY",
        "EH-IH",
        "EH-IY",
        "AE-EY",
        "AE-AA",
        "IH-EH",
        "ER-AO",
        "EY-IY",
        "AE-AA",
        "UW-OW",
        "ER-EH",
        "ER-IH",
        "AA-EH",
    ]
]
_FAMILY = str.maketrans({})
_BLUR = {
    "Z": "S",
    "D": "T",
    "V": "F",
    "DH": "TH",
    "M": "N",
    "B": "P",
    "G": "K",
    "NG": "N",
    "ZH": "SH",
    "JH": "CH",
}


def _blurred(tail):
    return [_BLUR.get(p, p) for p in tail]


def _looks_alike(a: str, x: _Ending, b: str, y: _Ending) -> bool:
    """love, prove; never, fever: the same letters from the vowel of the rhyme on."""
    n = 0
    while n < min(len(a), len(b)) and a[-1 - n] == b[-1 - n]:
        n += 1
    wanted = max(1 if e.promoted else e.syllables for e in (x, y))
    if not (x.stressed or y.stressed) and (x.promoted or y.promoted):
        return False
    places = _vowel_places(a)
    start = places[-wanted] if len(places) >= wanted else -1
    other = len(b) - len(a) + start
    return start >= len(a) - n and other in _vowel_places(b)


def _vowel_places(word: str) -> list[int]:
    """Where the vowels begin that are letters of their own; a silent e is none."""
    voiced = re.sub("(?<=[aeiouy])([^aeiouy]+)e(?=[sd]?$)", r"\1_", word)
    return [match.start() for match in re.finditer("[aeiouy]+", voiced)]
