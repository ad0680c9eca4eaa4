"""Derives pronunciations of words that the pronouncing dictionary lacks from words that it lists.

Each rule splits a word and joins the sounds of its parts: apostrophes (wand'ring, lov'd), British
spelling, endings (-eth, -est, -ness), prefixes, compounds.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from verse.sound.pronouncing_dictionary import Phones, beginning_with, is_initialism, listed, table
from verse.sound.spelling import count_vowels, sound_out, sounds_its_e, sounds_its_es

Readings = tuple[Phones, ...]
"""Pronunciations of one word, the likeliest first; () where a rule finds none."""


def derive(word: str, depth: int = 3) -> Readings:
    """Returns the readings of a lower-case `word` by the first rule that finds any, else ().

    depth: number of affixes that may be taken off. Fewer are tried first: un-bosomed is likelier
    than unbosom-ed, whose stem would itself be derived.
    """
    if len(word) < 3:
        return ()
    if sounds_its_e(word) or sounds_its_es(word):  # no Perse-phone
        return (sound_out(word),)
    rules = (_apostrophe,) if "'" in word else (_respelled, _ending, _prefix, _compound)
    for within in range(depth):
        for rule in rules:
            if readings := rule(word, within):
                return readings
    return ()


def unpointed(word: str) -> Readings:
    """Returns the readings of a contraction without its apostrophe (didnt, theyre), else ()."""
    if not word.endswith(("nt", "ve", "re", "ll")):
        return ()
    return listed(f"{word[:-1]}'t" if word.endswith("nt") else f"{word[:-2]}'{word[-2:]}")


def _known(word: str, depth: int) -> Readings:
    """Returns the readings of `word`, listed or derived."""
    return listed(word) or derive(word, depth)


def _first_known(words: Iterable[str], depth: int) -> Readings:
    """Returns the readings of the first of `words` that has any."""
    return next((found for word in words if word and (found := _known(word, depth))), ())


# Apostrophes

_CONTRACTIONS = table("ll=AH0.L re=ER0 m=M t=T n=AH0.N lt=L.T rt=R.T th=TH")
_PROCLITICS = table("th=DH t=T d=D l=L o=AH0 i=IH0")


def _apostrophe(word: str, depth: int) -> Readings:
    """Reads contractions, possessives, elisions and clippings: thou'rt, lov'd, o'er, 'gainst."""
    head, _, tail = word.rpartition("'")
    if word.startswith("o'er"):
        return _prefix(word, depth) or _without_v(head, tail, depth)
    if not head:
        return _aphetic(tail)
    if not tail:  # flowers', livin'
        return _first_known((head + "g" if head.endswith("in") else "", head), depth)
    if tail == "s":
        return tuple(map(plural, _known(head, depth)))
    if tail in ("d", "st"):
        add = _past if tail == "d" else _second_person
        stems = (head, _with_e(head), head[:-1] + "y" if head[-1] == "i" else "", _undoubled(head))
        return tuple(map(add, _first_known(stems, depth)))
    if tail == "ve":
        return tuple(map(_with_have, _known(head, depth)))
    if tail in _CONTRACTIONS and (readings := _known(head, depth)):
        return tuple(phones + tuple(_CONTRACTIONS[tail].split(".")) for phones in readings)
    if head in _PROCLITICS and (readings := _known(tail, depth)):
        return tuple((_PROCLITICS[head], *phones) for phones in readings)
    return (tail[0] == "e" and _without_v(head, tail, depth)) or _elided(head, tail, depth)


def _with_have(phones: Phones) -> Phones:
    """Adds 've: without a vowel in we've, with one in would've; y'all'd've has two."""
    if phones[-1][-1].isdigit():
        return (*phones, "V")
    would = phones[-1] == "D" and phones[-2] in ("L", "M", "N", "S", "T")
    return (*phones[:-1], "AH0", "D", "AH0", "V") if would else (*phones, "AH0", "V")


def _aphetic(tail: str) -> Readings:
    """Reads aphetic forms ('gainst, 'scape): the full word without its weak first syllable."""
    found = []
    for opening in ("a", "be", "e"):
        for phones in listed(opening + tail):
            first = _nuclei(phones)[0]
            if phones[first].endswith("0"):
                found.append(phones[first + 1 :])
    return tuple(found)


def _without_v(head: str, tail: str, depth: int) -> Readings:
    """Reads an elided v (o'erwhelm, howsoe'er, de'il): drops it and the weak vowel behind it."""
    found = []
    for phones in _known(head + "v" + tail, depth):
        pairs = enumerate(pairwise(phones))
        for place, (consonant, vowel) in pairs:
            if consonant == "V" and vowel.endswith("0"):
                stays = ("R",) if vowel == "ER0" else ()
                found.append((*phones[:place], *stays, *phones[place + 2 :]))
    return tuple(found)


def _elided(head: str, tail: str, depth: int) -> Readings:
    """Reads an elided vowel (wand'ring, heav'n, pow'r): drops it from the full word.

    A reading with no more vowels than the remaining letters lacks it already (every: EV-ree).
    """
    syllable, wanted = count_vowels(head), count_vowels(f"{head}'{tail}")
    full = [head + letter + tail for letter in "eoaiu"]
    for word in filter(lambda word: count_vowels(word) > wanted, full):
        found = []
        for phones in _known(word, depth):
            nuclei = _nuclei(phones)
            if len(nuclei) <= wanted:
                found.append(phones)
            elif syllable < len(nuclei) and phones[nuclei[syllable]].endswith("0"):
                place = nuclei[syllable]
                stays = ("R",) if phones[place] == "ER0" else ()
                found.append(phones[:place] + stays + phones[place + 1 :])
        if found:
            return tuple(found)
    return () if is_initialism(head + tail) else listed(head + tail)


def _nuclei(phones: Phones) -> list[int]:
    """Returns the indices of the vowels."""
    return [place for place, phone in enumerate(phones) if phone[-1].isdigit()]


# British spelling

_AMERICAN = table("our=or is=iz ys=yz tre=ter ae=e oe=e ence=ense ough=ow ogue=og ll=l mme=m")


def _respelled(word: str, depth: int) -> Readings:
    """Reads British spellings (colour, realise, theatre) as their American ones."""
    for british, american in _AMERICAN.items():
        place = word.rfind(british, 2)
        rest = word[place + len(british) :]
        if place > 0 and (readings := listed(word[:place] + american + rest)):
            # No spelling of e: hal-oes isn't hales, a-chaea has no part of chea's one sound.
            parted = american == "e" and _TWO_VOWELS.match(rest)
            if not parted or len(_nuclei(readings[0])) >= count_vowels(word):
                return readings
    return ()


# What follows an ae or oe that may be two vowels, or none of its stem's.
_TWO_VOWELS = re.compile("(?:[sd]|ing)?$|[aeo]")


# Endings


def plural(phones: Phones) -> Phones:
    """Adds -s to `phones`: the plural, the possessive and the third person."""
    if phones[-1] in ("S", "Z", "SH", "ZH", "CH", "JH"):
        return (*phones, "AH0", "Z")
    return (*phones, "S" if phones[-1] in ("P", "T", "K", "F", "TH") else "Z")


def _past(phones: Phones) -> Phones:
    """Adds -ed."""
    if phones[-1] in ("T", "D"):
        return (*phones, "AH0", "D")
    return (*phones, "T" if phones[-1] in ("P", "K", "F", "TH", "S", "SH", "CH") else "D")


def _second_person(phones: Phones) -> Phones:
    """Adds -st."""
    return (*phones, "T") if phones[-1] in ("S", "Z") else (*phones, "S", "T")


# Suffixes, longer ones before those that they end with.
_ENDINGS = table("""
    ingly=IH0.NG.L.IY0 edly=AH0.D.L.IY0 ness=N.AH0.S less=L.AH0.S ment=M.AH0.N.T
    able=AH0.B.AH0.L wards=W.ER0.D.Z ward=W.ER0.D some=S.AH0.M hood=HH.UH2.D ship=SH.IH2.P
    like=L.AY2.K fold=F.OW2.L.D ling=L.IH0.NG dom=D.AH0.M ing=IH0.NG ful=F.AH0.L
    est=AH0.S.T eth=AH0.TH ish=IH0.SH er=ER0 ster=S.T.ER0 or=ER0 ous=AH0.S ly=L.IY0 en=AH0.N
    let=L.AH0.T y=IY0
""")


def _ending(word: str, depth: int) -> Readings:
    """Reads suffixed words (tremblest, withereth, moonily): a known stem and the suffix."""
    stems: tuple[str, ...]
    if word.endswith("s") and not word.endswith("ss"):
        stems = (word[:-1], word[:-2] if word.endswith("es") and not word.endswith("ees") else "",
                 word[:-3] + "y" if word.endswith("ies") else "")  # fmt: skip
        return tuple(map(plural, _first_known(stems, depth)))
    if word.endswith("ed") and (readings := _first_known(_stems(word[:-2]), depth)):
        return tuple(map(_past, readings))
    for ending, sounds in _ENDINGS.items():
        stems = _stems(word.removesuffix(ending)) if word.endswith(ending) else ()
        if readings := _first_known(stems, depth):
            return tuple(phones + tuple(sounds.split(".")) for phones in readings)
    return ()


_SILENT_E = re.compile("(?:^|[^aeiou])[aeiouy][^aeiouwxy]$|ang$|u$")


def _stems(rest: str) -> tuple[str, ...]:
    """Lists the stems that `rest` may stand for: lov -> love, happi -> happy, begg -> beg."""
    if len(rest) == 2 and rest[1] == "u":  # ru-ing
        return (rest + "e",)
    if len(rest) < 3 and rest not in ("be", "do", "go", "us"):
        return ()
    # mak-est is from make, though Mak is listed; but sing-est from sing.
    plain = (_with_e(rest), rest) if _SILENT_E.search(rest) else (rest, _with_e(rest))
    return (*plain, rest[:-1] + "y" if rest[-1] == "i" else "", _undoubled(rest))


def _with_e(stem: str) -> str:
    """Returns `stem` and the silent e that an ending took off; "" where that e would be sounded."""
    return "" if sounds_its_e(stem + "e") else stem + "e"


def _undoubled(stem: str) -> str:
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else ""


# Prefixes and compounds

PREFIXES = table("""
    counter=K.AW2.N.T.ER0 under=AH2.N.D.ER0 inter=IH2.N.T.ER0 after=AE2.F.T.ER0 over=OW2.V.ER0
    o'er=AO2.R fore=F.AO0.R out=AW2.T up=AH2.P down=D.AW2.N non=N.AA2.N pre=P.R.IY0 dis=D.IH0.S
    where=W.EH0.R there=DH.EH0.R here=HH.IH0.R mis=M.IH0.S un=AH0.N re=R.IY0 be=B.IH0 de=D.IH0
    en=EH0.N em=EH0.M in=IH0.N im=IH0.M a=AH0
""")


def _prefix(word: str, depth: int) -> Readings:
    """Reads prefixed words (unbosomed, outbrave): a known prefix and a known word."""
    for prefix, sounds in PREFIXES.items():
        rest = word.removeprefix(prefix)
        long_enough = len(rest) > 2 or (prefix.endswith("here") and len(rest) == 2)
        if prefix in ("a", "be", "de") and rest[:1] in tuple("aeiou"):
            continue  # dear-ie, ae-on
        if long_enough and rest != word and (readings := _known(rest, depth)):
            return tuple(tuple(sounds.split(".")) + phones for phones in readings)
    return ()


def _compound(word: str, depth: int) -> Readings:
    """Reads compounds (heartsick, moonmist): two known words, split nearest the middle first.

    Some splits are accidents (fur-led, ravi-shed, male-diction), so the parts must have as many
    vowels as `count_vowels` finds in the whole, apart from an inner silent e (love-lorn).
    """
    for place in sorted(range(3, len(word) - 2), key=lambda place: abs(2 * place - len(word))):
        opening, closing = word[:place], word[place:]
        first = listed(opening)
        if not first or not _is_part(opening) or not _is_part(closing):
            continue
        if re.fullmatch("[^b]e[ds]", closing):  # dapp-led, manac-les, but rose-bed
            continue
        if last := _known(closing, min(depth, 1)):
            # By its letters -bed is a past, but those of verbs (thumbed) have been found before.
            wanted = count_vowels(word) + (closing == "bed")
            vowels = len(_nuclei(first[0])) + len(_nuclei(last[0]))
            silent = vowels + 1 == wanted and opening.endswith(("e", "es"))
            if vowels == wanted or (silent and _joins(opening, closing)):
                return tuple(
                    first[0] + tuple(phone.replace("1", "2") for phone in phones) for phones in last
                )
    return ()


def _is_part(word: str) -> bool:
    """Whether `word` may be part of a compound: it has a vowel and is no initialism."""
    return not set(word).isdisjoint("aeiouy") and not is_initialism(word)


# Common second parts behind a silent e: tradesman, pasteboard.
_CLOSINGS = frozenset(("man", "men", "maid", "board", "bone", "face", "pipe", "work"))


@cache
def _joins(opening: str, closing: str) -> bool:
    """Whether `opening` forms other listed compounds (loveless, lovebird), or `closing` is common.

    Otherwise the letters may meet by accident (hellebore).
    """
    if closing in _CLOSINGS:
        return True
    sounds = _unstressed(listed(opening)[0])
    for word in beginning_with(opening):
        rest = word.removeprefix(opening)
        last = listed(rest) if len(rest) > 2 else ()
        if last and _unstressed(listed(word)[0]) == sounds + _unstressed(last[0]):
            return True
    return False


def _unstressed(phones: Phones) -> list[str]:
    return [phone.rstrip("012") for phone in phones]
