"""Letter-to-sound rules, for words that neither the pronouncing dictionary nor morphology knows.

A word is read from left to right, the longest matching group of letters first. That is accurate
enough to count syllables and to rhyme.
"""

import re

from verse.sound.pronouncing_dictionary import Phones, table

VOWELS = frozenset(("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY",
                    "UH", "UW"))  # fmt: skip
"""The ARPAbet vowels, without stress digit."""

SOUNDED = "èéëïöü"
"""Letters whose accent marks them as sounded: blessèd, pâté, noösphere."""


def sound_out(word: str) -> Phones:
    """Returns the probable phones of lower-case `word`; always at least one syllable.

    Takes time in proportion to the word's length.
    """
    phones = _sounds(word)
    if len(phones) > 1:
        phones[-1] = _assimilated(word, *phones[-2:])
    nuclei = [place for place, phone in enumerate(phones) if phone in VOWELS]
    if not nuclei:
        return (*phones, "AH1")
    stressed = _stressed_syllable(word, len(nuclei))
    for syllable, place in enumerate(nuclei):
        phones[place] += "1" if syllable == stressed else "0"
    return tuple(phones)


def _assimilated(word: str, before: str, last: str) -> str:
    """Returns the phone `last`, a plural's s or a past's d, voiced as the phone `before` it."""
    if last == "S" and word.endswith("s") and before in _VOICED:
        return "Z"
    return "T" if last == "D" and word.endswith("ed") and before in _VOICELESS else last


_VOICED = frozenset(("B", "D", "G", "V", "DH", "M", "N", "NG", "L", "R", "ER"))
_VOICELESS = frozenset(("P", "K", "F", "TH", "S", "SH", "CH"))


def count_vowels(letters: str) -> int:
    """Counts the sounded vowels in `letters`, a word or its beginning; 0 is possible."""
    return sum(phone in VOWELS for phone in _sounds(letters))


# Letters and their sounds; ^ holds only where the word begins, $ only where it ends.
_GROUPS = table("""
    aigh=EY augh=AO eigh=EY ough=AO igh=AY gh= ight=AY.T tion=SH.AH.N sion=ZH.AH.N ssion=SH.AH.N
    cian=SH.AH.N cial=SH.AH.L tial=SH.AH.L cious=SH.AH.S tious=SH.AH.S geous=JH.AH.S gious=JH.AH.S
    ous$=AH.S ture$=CH.ER sure$=ZH.ER age$=IH.JH able$=AH.B.AH.L ible$=AH.B.AH.L
    ing$=IH.NG ings$=IH.NG.Z ism$=IH.Z.AH.M ness$=N.AH.S less$=L.AH.S ful$=F.AH.L ment$=M.AH.N.T
    est$=AH.S.T eth$=AH.TH ance$=AH.N.S ence$=AH.N.S ant$=AH.N.T ent$=AH.N.T
    alk=AO.K all$=AO.L alm=AA.M olk=OW.K oll$=OW.L old=OW.L.D ild$=AY.L.D ind$=AY.N.D ould=UH.D
    war=W.AO.R wor=W.ER qua=K.W.AA wa=W.AA air=EH.R are$=EH.R ear=IH.R eer=IH.R
    oar=AO.R oor=AO.R our=AO.R ure$=Y.UH.R ere$=IH.R ar=AA.R er=ER ir=ER or=AO.R ur=ER
    yr=ER ower=AW.ER
    ai=EY ay=EY au=AO aw=AO ea=IY ee=IY ei=IY ey=IY eu=UW ew=UW ie=IY oa=OW oe=OW oi=OY oo=UW
    ou=AW ow=AW oy=OY ue=UW ui=UW ook=UH.K ia=IY.AH io=IY.OW iu=IY.AH ua=UW.AH eo=IY.OW ao=EY.OW
    ow$=OW a$=AH o$=OW y$=IY i$=IY u$=UW ^y=Y ies$=IY.Z ied$=IY.D al$=AH.L el$=AH.L on$=AH.N
    en$=AH.N an$=AH.N um$=AH.M us$=AH.S is$=IH.S in$=IH.N
    sch=SH tch=CH ch=CH ck=K gn$=N ^kn=N ng=NG nk=NG.K ph=F ^ps=S ^pn=N qu=K.W rh=R sh=SH
    th=TH wh=W ^wr=R mb$=M mn$=M ^x=Z sce=S.EH sci=S.AY ce=S.EH ci=S.IH cy=S.IY ce$=S ge$=JH
    ge=JH.EH gi=JH.IH gy=JH.IY
    bb=B cc=K dd=D ff=F gg=G ll=L mm=M nn=N pp=P rr=R ss=S tt=T zz=Z b=B c=K d=D f=F g=G h=HH j=JH
    k=K l=L m=M n=N p=P q=K r=R s=S t=T v=V w=W x=K.S z=Z
    a=AE e=EH i=IH o=AA u=AH y=IH
    oe'er=OW.EH.R o'er=AO.R e'er=EH.R eous=IY.AH.S ceous=SH.AH.S cheon=CH.AH.N tcheon=CH.AH.N
    chion=CH.AH.N geon=JH.AH.N iard$=Y.ER.D oreal=AO.R.IY.AH.L ereal=IH.R.IY.AH.L yreal=IH.R.IY.AH.L
    oreas=AO.R.IY.AH.S ^oread=AO.R.IY.AE.D ereid=IH.R.IY.IH.D ean$=IY.AH.N guor=G.ER ^where=W.EH.R
    ^there=DH.EH.R ^fore=F.AO.R ^beaut=B.Y.UW.T eau=OW ^beati=B.IY.AE.T.IH que$=K ques$=K.S
    ation=EY.SH.AH.N ition=IH.SH.AH.N etion=IY.SH.AH.N otion=OW.SH.AH.N ution=UW.SH.AH.N
    ious=IY.AH.S way=W.EY wai=W.EY yard=Y.AA.R.D quiet=K.W.AY.AH.T quiesc=K.W.IY.EH.S
    reant=R.IY.AH.N.T soever=S.OW.EH.V.ER ieu=UW eate$=IY.EY.T cies$=S.IY.Z scies$=S.IY.Z
    gies$=JH.IY.Z guar=G.AA.R gue$=G eus$=IY.AH.S eality=IY.AE.L.AH.T.IY llion=L.Y.AH.N
    tian$=SH.AH.N gion=JH.AH.N ced$=S.T ged$=JH.D ces$=S.AH.Z ges$=JH.AH.Z ^forev=F.ER.EH.V
    ire$=AY.ER ore$=AO.R hier=HH.AY.ER oya=OY.AH geur=ZH.ER ae=IY ^aer=EH.R faer=F.EH.R laer=L.EY.ER
    ael=EY.AH.L aa=AA ^phae=F.EY.AH ^yc=IH.K ^yg=IH.G ^yp=IH.P ^ys=IH.S ^yt=IH.T ^yv=IH.V ^yw=IH.W
    dge$=JH dged$=JH.D dge=JH.EH dger=JH.ER dgi=JH.IH dgy=JH.IY ^mn=N cne$=K.N.IY chne$=K.N.IY
    phne$=F.N.IY dne$=D.N.IY mne$=M.N.IY sbe$=Z.B.IY è=EH é=EH é$=EY ë=EH ë$=IY ï=IY ö=AA ü=UW
    shion=SH.AH.N ea$=IY.AH ngea$=N.JH.AH pea$=P.IY sea$=S.IY flea$=F.L.IY arch$=AA.R.K och$=AA.K
    ach$=AE.K aglio=AA.L.Y.OW iglio=IY.L.Y.OW oglio=OW.L.Y.OW aglia=AA.L.Y.AH siony$=S.IY.AH.N.IY
    elaus$=AH.L.EY.AH.S ilaus$=IH.L.EY.AH.S
""")
_LONGEST_GROUP = 6
# After another consonant these make a syllable: crinkle, crinkled, meagre, sabres.
_SYLLABIC = {"l": "AH.L", "r": "ER"}
_LONG = {"a": "EY", "e": "IY", "i": "AY", "o": "OW", "u": "UW", "y": "AY"}


# Names and words from the Greek (a few from Italian and Latin) whose last e is sounded, which no
# rule can know: Persephone, telephone. The pronouncing dictionary has the rest (Penelope).
_IN_E = """
    aegle agave amphitrite andromache antistrophe apocope arachne astarte berenice beroe bethphage
    campanile canzone circe cyane cybele cymodoce cyrene danae deiope dilettante dirce eriphyle
    euryale eurydice eurynome euterpe extempore fiesole gethsemane glauce hecate hippocrene
    hippolyte hypsipyle jocaste lalage lethe miserere mitylene mneme mytilene nephele niobe oenone
    omphale panope parthenope pasiphae persephone phryne polyxene procne progne rhodope simile
    strophe systole tagliatelle terpsichore thisbe thule tisiphone venite vivace xanthippe
"""
_SOUNDED_E = frozenset(_IN_E.split())
# Not chemistry's -one, which is silent: menadione, glutathione.
_LIKE_HERMIONE = re.compile(
    "(?:(?<!.d)(?<!th)[iy]one|(?:[iy]|er)ope|[io]noe|[rt]hoe|[cos]mene|osyne)$"
)
_IN_ES = """
    achates alcides anchises apelles aristides atrides boanerges bootes caryatides danaides
    eumenides euripides fasces heracles herakles hesperides laertes naiades nereides oceanides
    pelides penates pericles pheidippides philoctetes pierides polynices praxiteles pylades thales
    thersites thucydides thyestes vortices
"""
_SOUNDED_ES = frozenset(_IN_ES.split())
_LIKE_DIOGENES = re.compile(
    "(?:[iy]ades|genes|phanes|thenes|medes|[io]menes|[^n]ocles|[oy]crates)$"
)


def sounds_its_e(word: str) -> bool:
    """Says whether `word` is a name or loan with a sounded last e: Persephone, Hermione, Dryope."""
    return word in _SOUNDED_E or bool(_LIKE_HERMIONE.search(word))


def sounds_its_es(word: str) -> bool:
    """Says whether `word` is a name with a sounded -es: Pericles, Euripides, Diogenes, Diomedes."""
    return word in _SOUNDED_ES or bool(_LIKE_DIOGENES.search(word))


def _sounds(word: str) -> list[str]:
    """Returns the phones of `word`, without stress digits."""
    if sounds_its_e(word):  # as Dorothy, Danaë
        word = word[:-1] + ("ë" if word[-2] in "aeio" else "y")
    elif sounds_its_es(word):
        word = word[:-2] + "ies"
    phones: list[str] = []
    place = 0
    while place < len(word):
        voiced = any(phone in VOWELS for phone in phones[-8:])
        letters, sounds = _next_group(word, place, voiced)
        phones += sounds.split(".") if sounds else []
        place += letters
    return phones


def _next_group(word: str, place: int, voiced: bool) -> tuple[int, str]:
    """Returns (number of letters read at `place`, their phones joined by dots).

    voiced: whether one of the last phones is a vowel, so that a last e may be silent.
    """
    rest = len(word) - place
    letter, after = word[place], word[place + 1 :]
    # "ate", "ates": one consonant and a silent e make the vowel say its name.
    silent = ("e", "es") if voiced else ("e", "es", "ed")
    if letter in _LONG and after[1:] in silent and after[0] not in "aeiouy":
        return 1, _LONG[letter]
    closed = place > 0 and word[place - 1] not in "aeiouylrw" + SOUNDED
    if letter in _SYLLABIC and voiced and closed and after in ("e", "es", "ed"):
        return 2, _SYLLABIC[letter]
    if letter == "e" and voiced:
        sounded = {"d": "td", "s": "szxcgh"}.get(after, "")
        if not after or (sounded and word[place - 1] not in sounded):
            return 1, ""
    for size in range(min(_LONGEST_GROUP, rest), 0, -1):
        group = word[place : place + size]
        keys = ["^" + group] if place == 0 else []
        keys += [group + "$"] if size == rest and voiced else []
        for key in (*keys, group):
            if key in _GROUPS:
                return size, _GROUPS[key]
    return 1, ""


_WEAK_OPENINGS = ("a", "be", "de", "re", "en", "em", "con", "com", "ex", "pre", "pro", "per",
                  "dis", "mis", "un", "in")  # fmt: skip
_STRESS_BEFORE = (
    "tion",
    "tions",
    "sion",
    "sions",
    "cian",
    "cial",
    "tial",
    "cious",
    "tious",
    "ic",
    "ics",
)
_STRESS_TWO_BEFORE = ("ia", "ian", "ious", "eous", "ial")


def _stressed_syllable(word: str, count: int) -> int:
    """Returns the index of the stressed one of `count` syllables."""
    before = word.endswith(_STRESS_BEFORE)
    if not before and (count > 2 or word.endswith(_STRESS_TWO_BEFORE)):
        return max(count - 3, 0)
    if before:
        return max(count - 2, 0)
    return int(count == 2 and len(word) > 4 and word.startswith(_WEAK_OPENINGS))
