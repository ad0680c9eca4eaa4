"""Which words rhyme, and how well."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from verse.sound.morphology import PREFIXES
from verse.sound.pronouncing_dictionary import Phones
from verse.sound.pronunciation import LONGEST_WORD, Pronunciation, pronounce
from verse.sound.spelling import VOWELS

Rhyme = Literal["perfect", "slant", "eye"]


def rhyme(a: str, b: str) -> Rhyme | None:
    """How two words rhyme, in the readings that suit best.

    perfect: alike from the last stressed vowel on, with another consonant before it (sea, thee).
    slant: nearly so (heaven, given); on a syllable with a weak beat (thee, memory); or with the
    same consonant too (know, no; day, today). eye: alike in letters only (love, prove).
    None: the rest, identical words, a word and the same behind a prefix (do, undo), and words
    that share a weak ending alone (singing, walking).
    """
    a, b = sorted((a.lower(), b.lower()))
    if len(a) > LONGEST_WORD or len(b) > LONGEST_WORD:
        return None
    return _rhyme(a, b)


def rhyme_keys(word: str) -> frozenset[str]:
    """Names of the sets that a word rhymes in, one for each reading.

    Words that rhyme perfectly have one in common; words with one in common rhyme perfectly, but
    for those that `rhyme` calls slant or none for having the same consonant before it.
    """
    return frozenset(ending.key for ending in _endings(word.lower()[:LONGEST_WORD]))


@dataclass(frozen=True, slots=True)
class _Ending:
    """How one reading of a word ends, for comparing."""

    key: str
    """The rhyme part in one spelling for each sound: "AY T" (night), "EY SH AH N" (nation)."""
    onset: Phones
    vowel: str
    tail: Phones
    """The stressed vowel, and the rhyme part after it."""
    last: Phones
    """The last syllable from its vowel on."""
    syllables: int
    """Of the rhyme part."""
    promoted: bool
    """Whether the last syllable can take a beat of its own: it is two or more from the stress."""


@lru_cache(maxsize=1 << 16)
def _endings(word: str) -> tuple[_Ending, ...]:
    return tuple(dict.fromkeys(_ending(p) for p in pronounce(word) if p.syllables))


def _ending(reading: Pronunciation) -> _Ending:
    part = _one_spelling(reading.rhyme)
    nuclei = [place for place, phone in enumerate(part) if phone in VOWELS]
    return _Ending(
        key=" ".join(part),
        onset=reading.onset,
        vowel=part[0],
        tail=tuple(part[1:]),
        last=tuple(part[nuclei[-1] :]),
        syllables=len(nuclei),
        promoted=len(nuclei) > 2 or (len(nuclei) == 2 and reading.stress[-1] == "2"),
    )


_BEFORE_R = {"IY": "IH", "EY": "EH", "OW": "AO"}


def _one_spelling(part: Phones) -> list[str]:
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


@lru_cache(maxsize=1 << 17)
def _rhyme(a: str, b: str) -> Rhyme | None:
    if a == b or _behind_a_prefix(a, b) or _behind_a_prefix(b, a):
        return None
    pairs = [(x, y) for x in _endings(a) for y in _endings(b)]
    same = [(x, y) for x, y in pairs if x.key == y.key]
    if same:
        return "perfect" if any(x.onset != y.onset for x, y in same) else "slant"
    if any(_promoted(x, y) or _promoted(y, x) for x, y in pairs):
        return "slant"  # by sound, so that spelling can't lower it
    if any(_alike_in_letters(a, x, b, y) for x, y in pairs):
        return "eye"
    return "slant" if any(_nearly_alike(x, y) for x, y in pairs) else None


def _behind_a_prefix(word: str, longer: str) -> bool:
    return longer.endswith(word) and longer.removesuffix(word).rstrip("-") in PREFIXES


# Slant

# Vowels that English verse has let pass for each other before the same consonants.
_NEAR = frozenset(
    pair
    for text in ("AH-AA AH-AO AH-OW AH-UW AH-UH UH-UW OW-AO OW-AA AA-AO IH-IY EH-EY EH-IH EH-IY",
                 "AE-EY AE-AA ER-AO ER-AA")
    for vowels in text.split()
    for pair in (tuple(vowels.split("-")), tuple(reversed(vowels.split("-"))))
)  # fmt: skip
# What a weak last vowel may sound like under a beat: content, ornament.
_UNREDUCED = {"AH": ("EH", "IH", "EY", "AE"), "IH": ("EH",)}
# How verse has always heard the last vowel of memory: with thee, and with die.
_FULL = {"IY": ("AY",)}
_SWALLOWED = frozenset((("N", "D"), ("S", "T"), ("K", "T"), ("F", "T")))
_VOICELESS = {"Z": "S", "D": "T", "V": "F", "DH": "TH", "ZH": "SH", "JH": "CH", "M": "N"}


def _nearly_alike(x: _Ending, y: _Ending) -> bool:
    if x.tail and x.tail == y.tail and (x.vowel, y.vowel) in _NEAR:
        # heaven and given, heav'n and giv'n, but not get and sit
        return {x.vowel, y.vowel} != {"EH", "IH"} or x.syllables > 1 or x.tail[0] == "V"
    if x.vowel == y.vowel and any(way(x.tail) == way(y.tail) for way in (_blurred, _hurried)):
        return True
    return _promoted(x, y, _UNREDUCED) or _promoted(y, x, _UNREDUCED)


def _blurred(phones: Phones) -> list[str]:
    return [_VOICELESS.get(phone, phone) for phone in phones]


def _hurried(phones: Phones) -> list[str]:
    """Less the stops that speech swallows behind their like: last, friends."""
    pairs = pairwise(("", *phones))
    return [phone for pair in pairs if (phone := pair[1]) and pair not in _SWALLOWED]


def _promoted(x: _Ending, y: _Ending, heard: Mapping[str, Sequence[str]] = _FULL) -> bool:
    """Whether the last syllable of x, under a beat that it takes only in verse, sounds like y.

    heard: what its vowel, if not itself, may sound like then.
    """
    if not x.promoted or y.syllables > 1 or x.last[1:] != y.last[1:]:
        return False
    return x.last[0] == y.vowel or y.vowel in heard.get(x.last[0], ())


# Eye


def _alike_in_letters(a: str, x: _Ending, b: str, y: _Ending) -> bool:
    """Whether the letters are the same from the vowel of the rhyme part on (never, fever)."""
    if x.syllables > 1 and y.syllables > 1 and (x.promoted or y.promoted):
        return False  # memory, injury: nothing but a weak ending
    wanted = max(1 if ending.promoted else ending.syllables for ending in (x, y))
    places, others = _vowel_places(a), _vowel_places(b)
    if len(places) < wanted or len(others) < wanted:
        return False
    return a[places[-wanted] :] == b[others[-wanted] :]


def _vowel_places(word: str) -> list[int]:
    """Where the written vowels begin; the silent e of "love", "loves" and "loved" is none."""
    voiced = re.sub("(?<=[aeiouy])([^aeiouy]+)e(?=[sd]?$)", r"\1_", word)
    return [match.start() for match in re.finditer("[aeiouy]+", voiced)]
