"""Which runs of letters are words: a list made for other purposes than ours, and rules for verse.

The list is pyspellchecker's (MIT), 160,572 English words that know thou, hath and ere. Its
words are also the only ones that a poet is given (`train.verse.assets`), so for its poems a
share below 1 tells of a leak, and a share of 1 does not yet tell of quality.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files

OFTEN = 20
"""Times that a corpus must use a word before it counts as one: rarer ones are mostly misprints."""

_ENDINGS = ("'s", "'d", "'ll", "'ve", "'re", "'rt", "'m", "'st", "'t", "'n", "n't")
_OPENINGS = ("th'", "t'", "i'", "o'", "d'", "y'")
_ELIDED = ("e", "v", "i", "o", "u", "a", "")
"""What an apostrophe within a word stands for: heav'n, o'er, spir't, reck'ning, cov'nant."""

_CLIPPED = frozenset(
    ["altho", "gainst", "mongst", "neath", "thro", "tho", "twere", "twill", "twould"]
)
"""Short forms that are written without their apostrophe as often as with it."""
_AMERICAN = (("ou", "o"), ("re", "er"), ("ence", "ense"), ("is", "iz"), ("ll", "l"), ("ugh", "f"))
"""The list spells as Webster did: honor, mold, center, defense, baptize, traveler, draft."""


@cache
def dictionary() -> frozenset[str] | None:
    """The independent list, in lower case; None where pyspellchecker is not installed."""
    try:
        # Read as a file, which takes a quarter of the time of making its SpellChecker.
        packed = (files("spellchecker") / "resources" / "en.json.gz").read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        return None
    return frozenset(json.loads(gzip.decompress(packed)))


def frequent(counts: Counter[str]) -> frozenset[str]:
    """The words that a corpus uses often enough to vouch for them."""
    return frozenset(word for word, count in counts.items() if count >= OFTEN)


def is_word(word: str, known: Collection[str]) -> bool:
    """Whether the list knows a word, or what verse made it from.

    Verse elides (wand'ring, o'er, fix'd), contracts (thou'rt, th'expense), joins by a hyphen and
    conjugates as its forefathers did (maketh, lovest); no list has all of these.
    """
    word = word.lower().strip("'-")
    if word in known or word in _CLIPPED:
        return True
    if "-" in word:
        return all(is_word(part, known) for part in re.split("-+", word))
    return any(is_word(base, known) for base in _bases(word))


def _bases(word: str) -> Iterator[str]:
    """What a word may have been one step before verse shortened or conjugated it."""
    if word.count("'") > 2:  # no word, and each apostrophe multiplies the ways to read it
        return
    if "'" in word:
        yield from (word.removesuffix(end) for end in _ENDINGS if word.endswith(end))
        yield from (word.removeprefix(start) for start in _OPENINGS if word.startswith(start))
        yield from (word.replace("'", letter, 1) for letter in _ELIDED)
        return
    yield from (word.replace(*pair) for pair in _AMERICAN if pair[0] in word)
    if len(word) >= 6 and word.endswith(("eth", "est", "edst")):
        stem = word[:-3]
        yield from (stem, stem + "e")
        if stem[-1] == stem[-2]:  # runneth
            yield stem[:-1]
        if stem[-1] == "i":  # carrieth
            yield stem[:-1] + "y"
        if stem[-1] == "e":  # lovedst
            yield stem + "d"
    if word[-2:] in ("pt", "kt", "xt", "st"):  # stept, lookt, fixt, drest
        yield from (word[:-1], word[:-1] + word[-2])
