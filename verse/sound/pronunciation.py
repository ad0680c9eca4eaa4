"""Pronounces any word: by the pronouncing dictionary, else by rule, else letter by letter."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from model.tokenizer import normalize
from verse.sound.morphology import derive, plural, unpointed
from verse.sound.numerals import spoken
from verse.sound.pronouncing_dictionary import Phones, listed
from verse.sound.spelling import SOUNDED, count_vowels, sound_out

MAX_WORD_CHARS = 40
"""Maximum characters of a word that is looked up and cached; longer ones are only sounded out."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """Holds one reading of a word."""

    phones: Phones
    """ARPAbet phones, vowels with a stress digit: 1 primary, 2 secondary, 0 unstressed."""
    known: bool = True
    """Whether the pronouncing dictionary lists it; False for readings made by rule."""

    @property
    def syllables(self) -> int:
        """Number of syllables."""
        return len(self.stress)

    @property
    def stress(self) -> str:
        """Stress digits, one per syllable: "010" for "eternal"."""
        return "".join(phone[-1] for phone in self.phones if phone[-1].isdigit())

    @property
    def rhyme(self) -> Phones:
        """Rhyme part: the phones from the last primary-stressed vowel on, without digits."""
        return tuple(phone.rstrip("012") for phone in self.phones[self._rhyme_place() :])

    @property
    def onset(self) -> Phones:
        """Consonants right before the rhyme part."""
        end = begin = self._rhyme_place()
        while begin and not self.phones[begin - 1][-1].isdigit():
            begin -= 1
        return self.phones[begin:end]

    def _rhyme_place(self) -> int:
        """Returns the index of the last vowel of the strongest stress; 0 without vowels."""
        for digit in "120":
            for place in range(len(self.phones) - 1, -1, -1):
                if self.phones[place][-1] == digit:
                    return place
        return 0


def pronounce(word: str) -> tuple[Pronunciation, ...]:
    """Returns the readings of `word`, the commonest first.

    () only for a word without letter or digit. Raises DictionaryError when the pronouncing
    dictionary isn't installed.
    """
    word = (word if word.isascii() else keep_sounded(word)).strip("-_ ").lower()
    if not any(map(str.isalnum, word)):
        return ()
    if len(word) > MAX_WORD_CHARS:  # no word: not worth a search, nor the memory
        return (Pronunciation(sound_out(word), known=False),)
    return _pronounce(word)


def keep_sounded(text: str) -> str:
    """Normalises `text`, but keeps accents that mark a vowel as sounded (blessèd)."""
    parts = re.split(f"([{SOUNDED}])", unicodedata.normalize("NFC", text.lower()))
    return "".join(part if part in SOUNDED else normalize(part) for part in parts)


@lru_cache(maxsize=1 << 16)
def _pronounce(word: str) -> tuple[Pronunciation, ...]:
    if "-" not in word and not set(word).isdisjoint(SOUNDED):
        return _accented(word)
    if readings := listed(word):
        return tuple(map(Pronunciation, readings))
    readings = _joined(word) or _initials(word) or unpointed(word) or derive(word)
    readings = readings or _possessive(word) or (sound_out(word),)
    return tuple(Pronunciation(phones, known=False) for phones in dict.fromkeys(readings))


def _possessive(word: str) -> tuple[Phones, ...]:
    """Reads the possessive of a word known only by its letters (cfc's), which end before the s."""
    owner = word.removesuffix("'s")
    return () if owner == word else tuple(plural(reading.phones) for reading in pronounce(owner))


def _accented(word: str) -> tuple[Pronunciation, ...]:
    """Returns the readings that sound every accented vowel: blessèd, résumé, noösphere."""
    plain = pronounce(normalize(word))
    if re.search("[èéë]d$", word):
        return tuple(dict.fromkeys(map(_with_sounded_ed, plain)))
    wanted = count_vowels(word)
    agreeing = tuple(reading for reading in plain if reading.syllables == wanted)
    return agreeing or (Pronunciation(sound_out(word), known=False),)


def _with_sounded_ed(reading: Pronunciation) -> Pronunciation:
    """Adds the vowel of -èd to the `reading` of a word in -ed."""
    *stem, vowel, _ = reading.phones
    if vowel in ("AH0", "IH0"):
        return reading
    if vowel == "ER0" and stem[-1][:2] in ("AY", "AW"):
        vowel = "R"  # desir-ed, not desi-er-ed
    return Pronunciation((*stem, vowel, "AH0", "D"), known=False)


def _joined(word: str) -> tuple[Phones, ...]:
    """Joins the sounds of the parts of `word`: moon-lit, 1609, 3rd, mp3."""
    parts = word.split("-") if "-" in word else spoken(word)
    parts = parts or re.findall("[0-9]+|[^0-9]+", word)
    if parts == [word]:
        return ()
    readings = [found for part in parts if (found := pronounce(part))]
    head = tuple(phone for found in readings[:-1] for phone in found[0].phones)
    return tuple(head + last.phones for last in readings[-1])


def _initials(word: str) -> tuple[Phones, ...]:
    """Reads a `word` without vowels letter by letter (bbc, hms), else returns ().

    Drawn-out sounds (brr, psst, zzz) are sounds instead, of the same letters once each.
    """
    if not re.fullmatch("[b-df-hj-np-tv-xz]{2,6}", word):
        return ()
    if re.search(r"(?<=.)(.)\1", word):
        short = re.sub(r"(.)\1+", r"\1", word)
        if len(short) > 1 and (readings := listed(short)):
            return readings
        first, *rest = sound_out(short)[:-1]
        return ((first, "AH1", *(rest or [first])),)
    return (tuple(phone for letter in word for phone in listed(letter)[0]),)
