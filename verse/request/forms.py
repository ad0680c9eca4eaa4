"""The forms that can be asked for: data, not code paths. A new form is a new entry in `FORMS`.

No torch here: the bot's own process reads this.
"""

from dataclasses import dataclass

from verse.request.messages import RequestError

MAX_LINES = 16
"""Lines of a poem at most. Where the context is full before, as after a long header, the poem ends
and says so."""

IAMB = "01"
"""A foot, weak then strong. Rhythms have one sign a syllable: 0 weak, 1 strong, ? either."""


@dataclass(frozen=True)
class Form:
    """What a poem of this kind looks like, stanza by stanza."""

    name: str
    about: str
    """A few words for who chooses one."""
    scheme: str = ""
    """Rhyme of each line of a stanza: like letters rhyme, ``-`` rhymes with nothing. Empty: the
    network decides for itself, stanzas too."""
    rhythms: tuple[str, ...] = ()
    """Rhythm of each line of a stanza, in turns; empty: the network decides."""
    stanzas: int = 1
    """How many there are when nobody says how many lines."""
    repeats: bool = True
    """Whether there can be more or fewer stanzas than that."""


ACROSTIC = "acrostic"

FORMS = {
    form.name: form
    for form in (
        Form("free", "stanzas as the poet likes"),
        Form("couplet", "pairs of lines that rhyme", "AA", (5 * IAMB,)),
        Form("tercet", "three lines on one rhyme", "AAA", (4 * IAMB,)),
        Form("quatrain", "four lines, ABAB", "ABAB", (4 * IAMB,)),
        Form("quatrain-aabb", "four lines, AABB", "AABB", (4 * IAMB,)),
        Form("quatrain-abba", "four lines, ABBA", "ABBA", (4 * IAMB,)),
        Form("quatrain-abcb", "four lines, ABCB", "-A-A", (4 * IAMB,)),
        Form("ballad", "8-6-8-6 syllables, ABCB", "-A-A", (4 * IAMB, 3 * IAMB), stanzas=3),
        Form(
            "limerick", "five lines, AABBA, with a bounce", "AABBA",
            ("01001001", "01001001", "01001", "01001", "01001001"), repeats=False,
        ),
        Form("haiku", "5-7-5 syllables", "---", (5 * "?", 7 * "?", 5 * "?"), repeats=False),
        Form(
            "sonnet", "Shakespeare's: fourteen lines", "ABABCDCDEFEFGG", (5 * IAMB,),
            repeats=False,
        ),
        Form(ACROSTIC, "first letters spell a word, lines rhyme in pairs", "AA"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What is asked of one line of a poem."""

    rhyme: int | None = None
    """Lines of the same number rhyme."""
    rhythm: str | None = None
    """One sign a syllable, as in `Form.rhythms`."""
    initial: str | None = None
    """The letter that it begins with, in upper case."""
    ends_stanza: bool = False

    @property
    def syllables(self) -> int | None:
        return None if self.rhythm is None else len(self.rhythm)


def plan(form: Form, lines: int | None = None, acrostic: str = "") -> tuple[Line, ...]:
    """What is asked of each line of a poem; empty where the network decides for itself.

    lines: how many there are to be. acrostic: what their first letters spell, which then says how
    many; a space begins a new stanza. Raises RequestError for lines that the form can't have.
    """
    if acrostic:
        stanzas = acrostic.upper().split()
    elif not form.scheme:
        return ()
    else:
        size = len(form.scheme)
        count = form.stanzas * size if lines is None else lines
        counts = range(size, MAX_LINES + 1, size) if form.repeats else (form.stanzas * size,)
        if count not in counts:
            possible = " / ".join(map(str, counts))
            raise RequestError("lines_of_other_form", form=form.name, counts=possible, lines=count)
        stanzas = [size * "?"] * (count // size)
    result: list[Line] = []
    for initials in stanzas:
        first = len(result)
        # A stanza longer than the scheme goes through it again, with new rhymes.
        rhymes = [_rhyme(form.scheme, place) for place in range(len(initials))]
        for place, initial in enumerate(initials):
            rhyme = rhymes[place]
            result.append(
                Line(
                    rhyme=first + rhyme if rhymes.count(rhyme) > 1 else None,
                    rhythm=form.rhythms[place % len(form.rhythms)] if form.rhythms else None,
                    initial=None if initial == "?" else initial,
                    ends_stanza=place == len(initials) - 1,
                )
            )
    return tuple(result)


def _rhyme(scheme: str, place: int) -> int:
    """The number of the first line that the one at `place` should rhyme with, or its own."""
    turn, place_in_turn = divmod(place, len(scheme))
    letter = scheme[place_in_turn]
    return turn * len(scheme) + (place_in_turn if letter == "-" else scheme.index(letter))
