"""What the ear counts in a line: its syllables, its stresses, the word that it rhymes on.

Sounds come from `verse.sound.pronunciation`, rhymes from `verse.sound.rhyming`; callers find all of
it here. Everything learnt about a word is remembered, so that lines of words seen before take
microseconds. Nothing is read before the first word is asked for.
"""

import re
from functools import lru_cache

from model.tokenizer import normalize
from verse.sound.pronouncing_dictionary import DictionaryError
from verse.sound.pronunciation import LONGEST_WORD, Pronunciation, keep_sounded, pronounce
from verse.sound.rhyming import Rhyme, rhyme, rhyme_keys

__all__ = [
    "DictionaryError",
    "Pronunciation",
    "Rhyme",
    "fits",
    "iambic",
    "last_word",
    "pronounce",
    "rhyme",
    "rhyme_keys",
    "stress_pattern",
    "syllable_range",
    "syllables",
    "words",
]

_TOKEN = re.compile(r"'?[^\W_]+(?:['-][^\W_]+|(?<=\d),\d+)*'?")
# An apostrophe at a word's edge belongs to the word only here; elsewhere it is a quotation mark.
_OPENING = frozenset(("'tis", "'twas", "'twere", "'twill", "'twould", "'twixt", "'gainst", "'neath",
                      "'mid", "'midst", "'mong", "'mongst", "'scape", "'em", "'gan", "'tween",
                      "'bout", "'fore"))  # fmt: skip
_CLOSING = frozenset(("th'", "o'", "t'"))


def words(line: str) -> list[str]:
    """The words of a line, lower case; apostrophes and inner hyphens kept (o'er, moon-lit)."""
    return _tokens(line if line.isascii() else normalize(line))


def _heard(line: str) -> list[str]:
    """The words of a line, with the accents that say what is sounded (blessèd)."""
    return _tokens(line if line.isascii() else keep_sounded(line))


def _tokens(line: str) -> list[str]:
    return [_unquoted(token) for token in _TOKEN.findall(line.lower())]


def last_word(line: str) -> str | None:
    """The word that a line rhymes on, or None in a line without words."""
    return next(reversed(words(line)), None)


def _unquoted(token: str) -> str:
    if token[0] == "'" and token.rstrip("'") not in _OPENING:
        token = token[1:]
    return token[:-1] if token[-1] == "'" and token not in _CLOSING else token


# Syllables


def syllables(line: str) -> int:
    """The likeliest number of syllables in a line."""
    return sum(len(_patterns(word)[0]) for word in _heard(line))


def syllable_range(line: str) -> tuple[int, int]:
    """The fewest and the most syllables that a careful counter may find in a line.

    They differ for words like fire, heaven, every, o'er, wand'ring, wingèd.
    """
    ranges = [_word_range(word) for word in _heard(line)]
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


# fire, hour, desires: one beat in verse, though the dictionary hears two.
_ONE_BEAT = re.compile("(?:[^aeiou][iy]re|[^aeiouy]our|^our)(?:'?[sd]|ing)?$")
_SPREAD = re.compile("(A[WY][12]) ER0")
_CLOSE = re.compile("A[WY][12] R")
# Weak vowels that verse may swallow: cru-el, wand(e)ring, fam(i)ly, heav(e)n, rhyth(u)m.
_SLURRED = re.compile(r"\d [A-Z]{2}0|[A-Z]{2}0 [RLN] [A-Z]{2}0|V AH0 [NL]|IH1 (?:Z|DH) AH0 M")
# An ending that old verse may sound: wing-ed.
_WEAK_ED = re.compile("[aeiouy].*[^aeioutd]ed$")
# What an apostrophe swallowed, and who counts the full word would not: o'er, wand'ring, th'.
_ELIDED = re.compile("[a-z]'(?:[a-z]?[aeiouy]|[nr]|$)")


@lru_cache(maxsize=1 << 16)
def _word_range(word: str) -> tuple[int, int]:
    counts = {len(_patterns(word)[0])}
    for reading in pronounce(word):
        sounds = " ".join(reading.phones)
        fewest = reading.syllables - len(_SLURRED.findall(sounds))
        sounded_ed = bool(_WEAK_ED.search(word)) and not sounds.endswith("0 D")
        spread = bool(_ONE_BEAT.search(word) and _CLOSE.search(sounds))
        more = sounded_ed or spread or bool(_ELIDED.search(word))
        counts |= {max(fewest, min(reading.syllables, 1)), reading.syllables + more}
    return min(counts), max(counts)


# Metre


def stress_pattern(line: str) -> str:
    """ "0" (weak), "1" (stressed) or "?" (as the verse likes) for each syllable of a line.

    Words of one syllable take the beat or not, all but a few (a, the, and); so do secondary
    stresses, and a weak syllable at a word's edge that is two away from the stress.
    """
    return "".join(_patterns(word)[0] for word in _heard(line))


def iambic(line: str) -> float:
    """Share, 0 to 1, of a line's decided syllables that keep to weak-strong-weak-strong.

    Words are read as the verse wants where they have several readings (record, heaven). 1.0 when
    no syllable is decided, 0.0 for a line without words. Shakespeare's sonnets have 0.90.
    """
    return _kept(line, "01", endless=True)


def fits(line: str, feet: str) -> float:
    """The same for another rhythm, say "01001001"; a syllable too few or too many is one amiss."""
    return _kept(line, feet, endless=False)


def _kept(line: str, feet: str, endless: bool) -> float:
    found = _heard(line)
    # The best way to reach each place in the feet: syllables that keep to them, and all decided.
    best = {0: (0, 0)}
    for word in found:
        reached: dict[int, tuple[int, int]] = {}
        for start, (kept, decided) in best.items():
            for place, more_kept, more_decided in _steps(word, feet, start, endless):
                way = (kept + more_kept, decided + more_decided)
                if place not in reached or _gain(way) > _gain(reached[place]):
                    reached[place] = way
        best = reached
    if not endless:
        best = {0: max(((k, d + len(feet) - place) for place, (k, d) in best.items()), key=_gain)}
    kept, decided = max(best.values(), key=_gain)
    return kept / decided if decided else float(bool(found))


def _gain(way: tuple[int, int]) -> int:
    kept, decided = way
    return 2 * kept - decided


@lru_cache(maxsize=1 << 16)
def _steps(word: str, feet: str, start: int, endless: bool) -> tuple[tuple[int, int, int], ...]:
    """Where each pattern of a word leads from `start`: (place, syllables kept, decided)."""
    steps = []
    for pattern in _patterns(word):
        place, kept, decided = start, 0, 0
        for sign in pattern:
            if place == len(feet):
                decided += 1  # beyond the end: one too many
                continue
            kept += sign == feet[place]
            decided += sign != "?"
            place += 1
            if endless:
                place %= len(feet)
        steps.append((place, kept, decided))
    return tuple(steps)


# The words of one syllable that verse hardly ever stresses (in the sonnets: one time in ten).
_WEAK_WORDS = frozenset(("a", "an", "the", "and", "or", "but"))


def _patterns(word: str) -> tuple[str, ...]:
    """The ways in which verse may stress a word, the likeliest first."""
    return _remembered_patterns(word) if len(word) <= LONGEST_WORD else _read_patterns(word)


def _read_patterns(word: str) -> tuple[str, ...]:
    found = []
    for reading in pronounce(word):
        stress = reading.stress
        sounds = " ".join(reading.phones)
        if _ONE_BEAT.search(word):
            stress = re.sub("[^0-9]", "", _SPREAD.sub(r"\1 R", sounds))
        found.append(_signs(word, stress))
        if slur := _SLURRED.search(sounds):
            weak = sum(map(str.isdigit, sounds[: slur.end()])) - 1
            found.append(_signs(word, reading.stress[:weak] + reading.stress[weak + 1 :]))
    # Slurs are for verse that needs them, so a full reading stays the first.
    return tuple(dict.fromkeys(found))


_remembered_patterns = lru_cache(maxsize=1 << 16)(_read_patterns)


def _signs(word: str, stress: str) -> str:
    if len(stress) < 2:
        return "0" * len(stress) if word in _WEAK_WORDS else "?" * len(stress)
    return re.sub("00$", "0?", re.sub("^00(?=1)", "?0", stress.replace("2", "?")))
