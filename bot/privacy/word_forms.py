"""The forms of an English word, as far as a table and a few rules know them.

Rather too many words are taken for forms of one than too few: shower for one of show. Not known are
words of the same family that are no forms (death and die, darkness and dark).
"""

import re
from functools import lru_cache


@lru_cache(maxsize=1 << 14)
def stems(word: str) -> frozenset[str]:
    """Returns what all forms of a lower-case `word` have in common.

    Two words are taken for forms of one if they share a stem: sang and sung, mice and mouse, died
    and dying. A word that may be a form of several has a stem for each (left: leave, left).
    """
    return frozenset(map(_stem, (word, *_LEMMAS.get(word, ()))))


def _stem(word: str) -> str:
    """Takes regular endings off: loves, loved and loving become lov; cries and cried, cry."""
    word = re.sub("ie[sd]?$|(?<=..)i(?:er|est)$", "y", word)
    word = re.sub("(?<=...)(?<!s)s$", "", word)
    shorter = re.sub("(?:ing|(?<!e)ed)$", "", word)
    if len(shorter) > 1 and re.search("[aeiouy]", shorter):  # no s-ing, no th-ing
        word = shorter
    word = re.sub(r"(?<=..)(.)(?!\1)(.)(?:er|est)$", r"\1\2", word)  # darker, but no lett-er
    word = re.sub("(?<=..)e$", "", word)
    return re.sub(r"(?<=..)(.)\1$", r"\1", word)  # runn-ing


_IRREGULAR = """
    abide abode, agree agreed, arise arose arisen, awake awoke awoken, bad worse worst, be being,
    bear bore borne born, beat beaten, become became, befall befell befallen, begin began begun,
    behold beheld, bend bent, bereave bereft, beseech besought, betake betook betaken, bid bade
    bidden, bide bode, big bigger biggest, bind bound, bite bit bitten, bleed bled, bless blest,
    blow blew blown, break broke broken, breed bred, bring brought, brother brethren, build built,
    burn burnt, buy bought, calf calves, catch caught, child children, choose chose chosen, cleave
    cleft clove cloven, cling clung, clothe clad, come came, cow kine, creep crept, dare durst, deal
    dealt, die dice, die dying, dig dug, dim dimmer dimmest, do did done, draw drew drawn, dream
    dreamt, drink drank drunk drunken, drive drove driven, dwarf dwarves, dwell dwelt, eat ate
    eaten, elf elves, fall fell fallen, far farther further, feed fed, feel felt, fight fought, find
    found, flee fled, fling flung, fly flew flown, foot feet, forbid forbade forbidden, forget
    forgot forgotten, forgive forgave forgiven, forsake forsook forsaken, free freed, freeze froze
    frozen, full fuller fullest, get got gotten, gild gilt, gird girt, give gave given, go went
    gone, good better best, goose geese, grind ground, grow grew grown, half halves, hang hung, have
    had, hear heard, hew hewn, hide hid hidden, hold held, hoof hooves, hot hotter hottest, keep
    kept, kneel knelt, knife knives, know knew known, lay laid, lead led, leaf leaves, lean leant,
    leap leapt, learn learnt, leave left, lend lent, lie lay lain lying, life lives, light lit, load
    laden, loaf loaves, lose lost, louse lice, mad madder maddest, make made, man men, mean meant,
    meet met, melt molten, mistake mistook mistaken, mouse mice, mow mown, old elder eldest,
    overcome overcame, overtake overtook overtaken, ox oxen, pay paid, penny pence, person people,
    prove proven, red redder reddest, rend rent, ride rode ridden, ring rang rung, rise rose risen,
    run ran, sad sadder saddest, saw sawn, say said, scarf scarves, see saw seen, see seeing, seek
    sought, self selves, sell sold, send sent, sew sewn, shake shook shaken, shave shaven, sheaf
    sheaves, shear shorn, shelf shelves, shine shone, shoe shod, shoot shot, show shown, shrink
    shrank shrunk shrunken, shrive shrove shriven, sing sang sung, sink sank sunk sunken, sit sat,
    slay slew slain, sleep slept, slide slid, sling slung, slink slunk, small smaller smallest,
    smell smelt, smite smote smitten, sow sown, speak spoke spake spoken, speed sped, spell spelt,
    spend spent, spill spilt, spin spun span, spit spat, spoil spoilt, spring sprang sprung, staff
    staves, stand stood, steal stole stolen, stick stuck, sting stung, stink stank stunk, strew
    strewn, stride strode stridden, strike struck stricken, string strung, strive strove striven,
    swear swore sworn, sweep swept, swell swollen, swim swam swum, swing swung, take took taken,
    tall taller tallest, teach taught, tear tore torn, tell told, thief thieves, thin thinner
    thinnest, think thought, thrive throve thriven, throw threw thrown, tie tying, tooth teeth,
    tread trod trodden, understand understood, undo undid undone, vie vying, wake woke woken, wear
    wore worn, weave wove woven, weep wept, wet wetter wettest, wharf wharves, wife wives, win won,
    wind wound, withdraw withdrew withdrawn, wolf wolves, woman women, work wrought, wring wrung,
    write wrote written wrought
"""
"""A word and its irregular forms, then the next one."""
_LEMMAS: dict[str, list[str]] = {}
for _lemma, *_forms in map(str.split, _IRREGULAR.split(",")):
    for _form in _forms:
        _LEMMAS.setdefault(_form, []).append(_lemma)
