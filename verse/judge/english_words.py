"""English words: an independent spelling list, and rules for the forms that verse makes.

The list is pyspellchecker's (MIT): 160,572 words, thou, hath and ere among them. The word list of
a poet is chosen from it (`train.verse.assets`), so a share of English words below 1 in its poems
shows a leak, and a share of 1 shows no quality yet.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files

MIN_USES = 20
"""Minimum uses in a corpus for a word to count as English: rarer ones are mostly misprints."""

_ENDINGS = ("'s", "'d", "'ll", "'ve", "'re", "'rt", "'m", "'st", "'t", "'n", "n't")
_OPENINGS = ("th'", "t'", "i'", "o'", "d'", "y'")
_ELIDED = ("e", "v", "i", "o", "u", "a", "")
"""Letters that an inner apostrophe may replace: heav'n, o'er, spir't, reck'ning, cov'nant."""

_CLIPPED = frozenset(
    ["altho", "gainst", "mongst", "neath", "thro", "tho", "twere", "twill", "twould"]
)
"""Clipped forms that are often written without their apostrophe."""
_AMERICAN = (("ou", "o"), ("re", "er"), ("ence", "ense"), ("is", "iz"), ("ll", "l"), ("ugh", "f"))
"""(British, American) spellings, as the list has only honor, mold, center, baptize, traveler."""


@cache
def english_words() -> frozenset[str] | None:
    """Returns the list in lower case; None where pyspellchecker is not installed."""
    try:
        # Read as a file, which takes a quarter of the time of making its SpellChecker.
        packed = (files("spellchecker") / "resources" / "en.json.gz").read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        return None
    return frozenset(json.loads(gzip.decompress(packed)))


def frequent(counts: Counter[str]) -> frozenset[str]:
    """Returns the words with at least MIN_USES `counts` in a corpus."""
    return frozenset(word for word, count in counts.items() if count >= MIN_USES)


def is_word(word: str, known: Collection[str]) -> bool:
    """Says whether `word`, or a word that verse made it from, is in `known`.

    Undoes elisions (wand'ring, o'er, fix'd), contractions (thou'rt, th'expense), hyphens, British
    spelling and old inflections (maketh, lovest), for no list has all of these.
    """
    word = word.lower().strip("'-")
    if word in known or word in _CLIPPED:
        return True
    if "-" in word:
        return all(is_word(part, known) for part in re.split("-+", word))
    return any(is_word(base, known) for base in _bases(word))


def _bases(word: str) -> Iterator[str]:
    """Yields the words that `word` may be made from by one elision, spelling or inflection."""
    if word.count("'") > 2:  # no word, and each apostrophe multiplies the candidates
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
