"""Words whose syllables readers count differently, and words that only their letters sound out."""

import re
from functools import lru_cache

from verse.sound.morphology import derive
from verse.sound.pronouncing_dictionary import listed
from verse.sound.pronunciation import MAX_WORD_CHARS, pronounce
from verse.sound.prosody import patterns

# Weak vowels that speech drops today: wand(e)ring, happ(e)ning, pow(e)r, roy(a)l, cru(e)l. Not
# those that only old verse drops: heav(e)n.
_DROPPED = re.compile(
    r"\d (?:[A-Z]+ )*ER0 [A-Z]{2}0|AH0 [LN] (?:IH0 NG|ER0)|[AO][WY]1 ER0|(?:[AO][WY]|UW)1 AH0 L"
)
_ALSO = {
    "caramel": 2, "chocolate": 3, "comfortable": 3, "diamond": 3, "orange": 1, "poem": 1,
    "poems": 1, "real": 2, "really": 3, "squirrel": 1, "vegetable": 4, "vegetables": 4,
}  # fmt: skip
"""Counts that are as common as that of the one reading in the dictionary."""


@lru_cache(maxsize=1 << 14)
def counts(word: str) -> tuple[int, ...]:
    """Returns the numbers of syllables that readers of today give `word`, the likeliest first."""
    found = [len(pattern) for pattern in patterns(word)[:1]]
    for reading in pronounce(word):
        found.append(reading.syllables)
        if _DROPPED.search(" ".join(reading.phones)):
            found.append(reading.syllables - 1)
    if word in _ALSO:
        found.append(_ALSO[word])
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1 << 14)
def is_guess(word: str) -> bool:
    """Says whether nothing but its letters says how `word` sounds: a misprint, an unknown name.

    Numbers and letters read one by one (1609, bbc) count too: others may read them otherwise.
    """
    if len(word) > MAX_WORD_CHARS or any(map(str.isdigit, word)):
        return True
    parts = [part for part in word.strip("'").removesuffix("'s").split("-") if part]
    return any(not (listed(part) or derive(part)) for part in parts)
