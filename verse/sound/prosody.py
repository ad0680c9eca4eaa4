"""Prosody of a line: its words, syllables, stress pattern and metre.

Re-exports `verse.sound.pronunciation` and `verse.sound.rhyming` for callers. Results are cached by
word, so that lines of known words take microseconds. The pronouncing dictionary is read at the
first word, not at import.
"""

import re
from functools import lru_cache

from model.tokenizer import normalize
from verse.sound.pronouncing_dictionary import DictionaryError
from verse.sound.pronunciation import MAX_WORD_CHARS, Pronunciation, keep_sounded, pronounce
from verse.sound.rhyming import Rhyme, rhyme, rhyme_keys

__all__ = [
    "DictionaryError",
    "Pronunciation",
    "Rhyme",
    "fits",
    "iambic",
    "last_word",
    "patterns",
    "pronounce",
    "rhyme",
    "rhyme_keys",
    "sounded_words",
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
    """Returns the words of `line` in lower case, with apostrophes and hyphens (o'er, moon-lit)."""
    return _tokens(line if line.isascii() else normalize(line))


def sounded_words(line: str) -> list[str]:
    """Returns the words of `line`, with accents that mark a vowel as sounded (blessèd)."""
    return _tokens(line if line.isascii() else keep_sounded(line))


def _tokens(line: str) -> list[str]:
    return [_unquoted(token) for token in _TOKEN.findall(line.lower())]


def last_word(line: str) -> str | None:
    """Returns the last word of `line`, on which it rhymes; None for a line without words."""
    return next(reversed(words(line)), None)


def _unquoted(token: str) -> str:
    """Strips apostrophes from `token` that are quotation marks."""
    if token[0] == "'" and token.rstrip("'") not in _OPENING:
        token = token[1:]
    return token[:-1] if token[-1] == "'" and token not in _CLOSING else token


# Syllables


def syllables(line: str) -> int:
    """Counts the syllables of `line`, each word in its likeliest reading."""
    return sum(len(patterns(word)[0]) for word in sounded_words(line))


def syllable_range(line: str) -> tuple[int, int]:
    """Returns the minimum and maximum number of syllables that `line` may be read with.

    They differ for words like fire, heaven, every, o'er, wand'ring, wingèd.
    """
    ranges = [_word_range(word) for word in sounded_words(line)]
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


# fire, hour, desires: one syllable in verse, though the pronouncing dictionary has two.
_ONE_BEAT = re.compile("(?:[^aeiou][iy]re|[^aeiouy]our|^our)(?:'?[sd]|ing)?$")
_SPREAD = re.compile("(A[WY][12]) ER0")
_CLOSE = re.compile("A[WY][12] R")
# Weak vowels that verse may elide: cru-el, wand(e)ring, fam(i)ly, heav(e)n, rhyth(u)m.
_ELIDABLE = re.compile(r"\d [A-Z]{2}0|[A-Z]{2}0 [RLN] [A-Z]{2}0|V AH0 [NL]|IH1 (?:Z|DH) AH0 M")
# The ending -ed, which old verse may sound: wing-ed.
_WEAK_ED = re.compile("[aeiouy].*[^aeioutd]ed$")
# Elisions, which count one syllable more in the full word: o'er, wand'ring, th'.
_ELIDED = re.compile("[a-z]'(?:[a-z]?[aeiouy]|[nr]|$)")


@lru_cache(maxsize=1 << 16)
def _word_range(word: str) -> tuple[int, int]:
    counts = {len(patterns(word)[0])}
    for reading in pronounce(word):
        sounds = " ".join(reading.phones)
        fewest = reading.syllables - len(_ELIDABLE.findall(sounds))
        sounded_ed = bool(_WEAK_ED.search(word)) and not sounds.endswith("0 D")
        spread = bool(_ONE_BEAT.search(word) and _CLOSE.search(sounds))
        more = sounded_ed or spread or bool(_ELIDED.search(word))
        counts |= {max(fewest, min(reading.syllables, 1)), reading.syllables + more}
    return min(counts), max(counts)


# Metre


def stress_pattern(line: str) -> str:
    """Returns "0" (weak), "1" (stressed) or "?" (either) for each syllable of `line`.

    Either are words of one syllable, all but a few (a, the, and), secondary stresses, and a weak
    syllable at a word's edge that is two away from the stress.
    """
    return "".join(patterns(word)[0] for word in sounded_words(line))


def iambic(line: str) -> float:
    """Returns the share, 0 to 1, of the decided syllables of `line` that alternate weak, strong.

    Decided is a syllable whose stress is not "?". Of several readings (record, heaven) the one that
    fits best counts. 1.0 when no syllable is decided, 0.0 for a line without words. Shakespeare's
    sonnets have 0.90.
    """
    return _share_kept(line, "01", endless=True)


def fits(line: str, feet: str) -> float:
    """Returns the share, as `iambic`, of the syllables of `line` that keep to the metre `feet`.

    feet: a stress pattern, like "01001001". A missing or extra syllable counts as one amiss.
    """
    return _share_kept(line, feet, endless=False)


def _share_kept(line: str, feet: str, endless: bool) -> float:
    """Aligns the words with `feet` by dynamic programming. endless: whether the feet repeat."""
    found = sounded_words(line)
    # By place in the feet, the best (syllables kept, syllables decided) that reaches it.
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
    """Returns (place reached, syllables kept, decided) for each pattern of `word` from `start`."""
    steps = []
    for pattern in patterns(word):
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


# Words of one syllable that verse rarely stresses (in the sonnets: one time in ten).
_WEAK_WORDS = frozenset(("a", "an", "the", "and", "or", "but"))


def patterns(word: str) -> tuple[str, ...]:
    """Returns the stress patterns of `word` in verse, the likeliest first."""
    return _cached_patterns(word) if len(word) <= MAX_WORD_CHARS else _read_patterns(word)


def _read_patterns(word: str) -> tuple[str, ...]:
    found = []
    for reading in pronounce(word):
        stress = reading.stress
        sounds = " ".join(reading.phones)
        if _ONE_BEAT.search(word):
            stress = re.sub("[^0-9]", "", _SPREAD.sub(r"\1 R", sounds))
        found.append(_signs(word, stress))
        if elided := _ELIDABLE.search(sounds):
            weak = sum(map(str.isdigit, sounds[: elided.end()])) - 1
            found.append(_signs(word, reading.stress[:weak] + reading.stress[weak + 1 :]))
    # Only some lines need elisions, so a full reading stays the first.
    return tuple(dict.fromkeys(found))


_cached_patterns = lru_cache(maxsize=1 << 16)(_read_patterns)


def _signs(word: str, stress: str) -> str:
    """Turns the stress digits of one reading of `word` into a pattern of "0", "1" and "?"."""
    if len(stress) < 2:
        return "0" * len(stress) if word in _WEAK_WORDS else "?" * len(stress)
    return re.sub("00$", "0?", re.sub("^00(?=1)", "?0", stress.replace("2", "?")))
