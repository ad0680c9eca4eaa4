"""Words that the poet never writes and never learns from: slurs against groups of people.

The list holds what is a slur to a reader of today and hardly anything else. Words that old
verse uses innocently stay out of it: gay, queer, dyke, chink, fag, cripple, Dick, retard, niggard.
So do "Negro", in which poets have written of themselves, and mere bawdiness. "Faggot" and "coon"
are in, though they were firewood and a beast once: nobody in a chat reads them so.

The words are kept in rot13: the file doesn't shout at who opens it, and yet whoever must judge
the list can read it (``python -m codecs`` has no command for it, but ``codecs.decode(word,
"rot13")`` does); hashes would have hidden mistakes as well as words.
"""

import codecs
import re

from model.tokenizer import normalize

# A star: any ending counts. Otherwise the word itself, its plural and its possessive.
_WORDS = """
avttre* avttn avttnu xvxr fcvp jrgonpx tbbx enturnq gbjryurnq snttbg* genaal genaavr furznyr cnxv
pbba qnexl qnexvr qnexrl cvpxnavaal cvpxnavaavr cvppnavaal cvppnavaavr fnzob wvtnobb wvttnobb vawha
erqfxva fdhnj puvanzna puvanzra wnc lvq urro jbc qntb qntbr xnssve jbt tbyyvjbt tbyyvjbtt
mvccreurnq ornare yrmmvr cbbsgre zbatbybvq fcnm arterff arterffr
"""
# What is typed instead of a letter; what is typed between letters goes, or parts words.
_LOOKALIKES = str.maketrans("013457@$!|", "oieastasil")
_BETWEEN = "._*-'\"~^+=/\\,;:()[]{}?<>#%"
_JOINED = str.maketrans("", "", _BETWEEN)
_PARTED = str.maketrans(_BETWEEN, " " * len(_BETWEEN))


def has_slur(text: str) -> bool:
    """Whether any word of a text is a slur, also in disguise: repeated letters, look-alikes,
    punctuation or spaces between the letters."""
    return any(map(_SLUR.fullmatch, _words(text)))


def is_slur(word: str) -> bool:
    """Whether one word, with whatever stands at its edges or between its letters, is a slur."""
    return has_slur("".join(word.split()))


def _words(text: str) -> set[str]:
    """The words of a text that could be meant, each in one or two readings."""
    text = normalize(text).lower().translate(_LOOKALIKES)
    # Letters that stand alone in a row are read as one word.
    text += re.sub(r"(?<!\S)(?:\S ){2,}\S(?!\S)", lambda row: row[0].replace(" ", ""), text)
    return {*text.translate(_JOINED).split(), *text.translate(_PARTED).split()}


def _pattern(word: str) -> str:
    """A letter may be repeated at will; one that is doubled must be at least that."""
    runs = re.finditer(r"(.)\1*", word.removesuffix("*"))
    body = "".join(f"{run[1]}{{{len(run[0])},}}" for run in runs)
    return body + ("[a-z]*" if word.endswith("*") else "[sz]*")


_LIST = [codecs.decode(word, "rot13") for word in _WORDS.split()]
_SLUR = re.compile("|".join(map(_pattern, _LIST)))
