"""Classifies rhymes of word pairs: perfect, slant or eye."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from verse.sound.morphology import PREFIXES
from verse.sound.pronouncing_dictionary import Phones
from verse.sound.pronunciation import MAX_WORD_CHARS, Pronunciation, pronounce
from verse.sound.spelling import VOWELS

Rhyme = Literal["perfect", "slant", "eye"]


def rhyme(a: str, b: str) -> Rhyme | None:
    """Classifies the rhyme of the words `a` and `b`, by the readings that rhyme best.

    perfect: equal from the last stressed vowel on, with different onsets (sea, thee).
    slant: nearly equal (heaven, given); on a promoted syllable (thee, memory); or with the same
    onset (know, no; day, today). eye: equal in letters only (love, prove).
    None: no rhyme; identical words; a word and its prefixed form (do, undo); words that share
    only an unstressed ending (singing, walking).
    """
    a, b = sorted((a.lower(), b.lower()))
    if len(a) > MAX_WORD_CHARS or len(b) > MAX_WORD_CHARS:
        return None
    return _rhyme(a, b)


def rhyme_keys(word: str) -> frozenset[str]:
    """Returns the rhyme parts of `word`, one for each reading, as keys to index rhymes by.

    Words that rhyme perfectly share a key. Words that share a key rhyme perfectly unless they have
    the same onset, which `rhyme` calls slant or None.
    """
    return frozenset(ending.key for ending in _endings(word.lower()[:MAX_WORD_CHARS]))


@dataclass(frozen=True, slots=True)
class _Ending:
    """Holds the ending of one reading of a word, for comparison."""

    key: str
    """Rhyme part, canonical: "AY T" (night), "EY SH AH N" (nation)."""
    onset: Phones
    """Consonants before the rhyme part."""
    vowel: str
    """Stressed vowel, the first phone of the rhyme part."""
    tail: Phones
    """Rest of the rhyme part."""
    last: Phones
    """Last syllable from its vowel on."""
    syllables: int
    """Syllables of the rhyme part."""
    promoted: bool
    """Whether metre may stress the last syllable, as it is two or more from the stress."""


@lru_cache(maxsize=1 << 16)
def _endings(word: str) -> tuple[_Ending, ...]:
    return tuple(dict.fromkeys(_ending(p) for p in pronounce(word) if p.syllables))


def _ending(reading: Pronunciation) -> _Ending:
    part = _canonical(reading.rhyme)
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


def _canonical(part: Phones) -> list[str]:
    """Returns a rhyme `part` with one name for phones that the dictionary writes variously."""
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
    """Whether `longer` is `word` behind a prefix."""
    return longer.endswith(word) and longer.removesuffix(word).rstrip("-") in PREFIXES


# Slant

# Pairs of vowels that English verse rhymes before the same consonants.
_NEAR = frozenset(
    pair
    for text in ("AH-AA AH-AO AH-OW AH-UW AH-UH UH-UW OW-AO OW-AA AA-AO IH-IY EH-EY EH-IH EH-IY",
                 "AE-EY AE-AA ER-AO ER-AA")
    for vowels in text.split()
    for pair in (tuple(vowels.split("-")), tuple(reversed(vowels.split("-"))))
)  # fmt: skip
# Full vowels that a reduced last vowel may have when promoted: content, ornament.
_UNREDUCED = {"AH": ("EH", "IH", "EY", "AE"), "IH": ("EH",)}
# The last vowel of memory, promoted, has always rhymed with thee, and with die.
_FULL = {"IY": ("AY",)}
_ELIDED_STOPS = frozenset((("N", "D"), ("S", "T"), ("K", "T"), ("F", "T")))
_VOICELESS = {"Z": "S", "D": "T", "V": "F", "DH": "TH", "ZH": "SH", "JH": "CH", "M": "N"}


def _nearly_alike(x: _Ending, y: _Ending) -> bool:
    """Whether the endings are a slant rhyme by near vowels, voicing, elided stops or promotion."""
    if x.tail and x.tail == y.tail and (x.vowel, y.vowel) in _NEAR:
        # heaven and given, heav'n and giv'n, but not get and sit
        return {x.vowel, y.vowel} != {"EH", "IH"} or x.syllables > 1 or x.tail[0] == "V"
    if x.vowel == y.vowel and any(way(x.tail) == way(y.tail) for way in (_blurred, _elide_stops)):
        return True
    return _promoted(x, y, _UNREDUCED) or _promoted(y, x, _UNREDUCED)


def _blurred(phones: Phones) -> list[str]:
    """Replaces voiced consonants by voiceless ones, and m by n."""
    return [_VOICELESS.get(phone, phone) for phone in phones]


def _elide_stops(phones: Phones) -> list[str]:
    """Drops the stops that speech elides in clusters: last, friends."""
    pairs = pairwise(("", *phones))
    return [phone for pair in pairs if (phone := pair[1]) and pair not in _ELIDED_STOPS]


def _promoted(x: _Ending, y: _Ending, full: Mapping[str, Sequence[str]] = _FULL) -> bool:
    """Whether the last syllable of `x`, promoted to a stress, sounds like `y`.

    full: full vowels that its vowel may have then, besides itself.
    """
    if not x.promoted or y.syllables > 1 or x.last[1:] != y.last[1:]:
        return False
    return x.last[0] == y.vowel or y.vowel in full.get(x.last[0], ())


# Eye


def _alike_in_letters(a: str, x: _Ending, b: str, y: _Ending) -> bool:
    """Whether `a` and `b` are spelt alike from the vowel of the rhyme part on (never, fever)."""
    if x.syllables > 1 and y.syllables > 1 and (x.promoted or y.promoted):
        return False  # memory, injury: nothing but a weak ending
    wanted = max(1 if ending.promoted else ending.syllables for ending in (x, y))
    places, others = _vowel_places(a), _vowel_places(b)
    if len(places) < wanted or len(others) < wanted:
        return False
    return a[places[-wanted] :] == b[others[-wanted] :]


def _vowel_places(word: str) -> list[int]:
    """Returns the indices where written vowels begin, without the silent e of "love" or "loved"."""
    voiced = re.sub("(?<=[aeiouy])([^aeiouy]+)e(?=[sd]?$)", r"\1_", word)
    return [match.start() for match in re.finditer("[aeiouy]+", voiced)]
