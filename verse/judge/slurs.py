"""Detects slurs against groups of people, which the poet neither writes nor learns from.

The list holds what is a slur to a reader of today and hardly anything else. Words that old
verse uses innocently stay out of it: gay, queer, dyke, chink, fag, cripple, Dick, retard, niggard.
So do "Negro", in which poets have written of themselves, and mere bawdiness. "Faggot" and "coon"
are in, though they were firewood and a beast once: nobody in a chat reads them so.

The words are kept in rot13: the file doesn't shout at who opens it, and yet whoever must judge
the list can read it with ``codecs.decode(word, "rot13")``. Hashes would hide mistakes as well.
"""

import codecs
import itertools
import re

from verse.request.lookalikes import plain

# A star: the stem with any ending. Otherwise the word itself, its plural and its possessive.
_WORDS = """
avttre* avttn avttnu xvxr fcvp jrgonpx tbbx enturnq gbjryurnq snttbg* genaal genaavr furznyr cnxv
pbba qnexl qnexvr qnexrl cvpxnavaal cvpxnavaavr cvppnavaal cvppnavaavr fnzob wvtnobb wvttnobb vawha
erqfxva fdhnj wnc lvq urro jbc qntb qntbr xnssve jbt tbyyvjbt tbyyvjbtt
mvccreurnq ornare yrmmvr cbbsgre zbatbybvq fcnm arterff arterffr
"""
# Characters typed instead of a letter; characters between letters are dropped, or part words.
_LOOKALIKES = str.maketrans("013457@$", "oieastas")
_BETWEEN = "._*-'\"~^+=/\\,;:()[]{}?<>#%!|"
_JOINED = str.maketrans("", "", _BETWEEN)
_PARTED = str.maketrans(_BETWEEN, " " * len(_BETWEEN))


def has_slur(text: str) -> bool:
    """Says whether any word of `text` is a slur, also in disguise.

    Sees through repeated letters, homoglyphs, and punctuation or spaces between the letters.
    """
    return any(_SLUR.fullmatch(word) for word in _words(text) if word[:3] in _BEGINNINGS)


def is_slur(word: str) -> bool:
    """Says whether `word` is a slur, ignoring characters at its edges or between its letters."""
    return has_slur("".join(word.split()))


def _words(text: str) -> set[str]:
    """Returns the words that `text` may mean: with punctuation dropped, and with it as a space."""
    text = plain(text).lower().replace("--", " ").translate(_LOOKALIKES)
    text = re.sub(r"(?<=\w)[!|](?=\w)", "i", text)  # at a word's end it is punctuation
    # Three or more single letters in a row are joined to one word.
    text = re.sub(r"(?<!\S)(?:\S ){2,}\S(?!\S)", lambda row: row[0].replace(" ", ""), text)
    return {*text.translate(_JOINED).split(), *text.translate(_PARTED).split()}


def _pattern(word: str) -> str:
    """Returns the regular expression of `word` that allows for repeated letters.

    A single letter of a short word must be repeated three times or more: "woops" is innocent.
    """
    stem = word.removesuffix("*")
    body = ""
    for run in re.finditer(r"(.)\1*", stem):
        single_in_short = len(run[0]) == 1 and len(stem) <= 4
        body += f"{run[1]}(?:{run[1]}{{2,}})?" if single_in_short else f"{run[0]}{run[1]}*"
    return body + ("[a-z]*" if word.endswith("*") else "[sz]*")


def _beginnings(word: str) -> set[str]:
    """Returns all first three characters that `word` can have when letters are repeated."""
    runs = [(run[1], len(run[0])) for run in re.finditer(r"(.)\1*", word.removesuffix("*"))][:3]
    times = itertools.product(*(range(least, 4) for _, least in runs))
    return {
        "".join(letter * count for (letter, _), count in zip(runs, counts, strict=True))[:3]
        for counts in times
    }


_LIST = [codecs.decode(word, "rot13") for word in _WORDS.split()]
_SLUR = re.compile("|".join(map(_pattern, _LIST)))
_BEGINNINGS = frozenset(itertools.chain.from_iterable(map(_beginnings, _LIST)))
