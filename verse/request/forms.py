"""Poetic forms as data: rhyme scheme, metre, stanzas. A new form is a new entry in `FORMS`.

No torch here: the bot's own process reads this.
"""

from dataclasses import dataclass

from verse.request.messages import RequestError

MAX_LINES = 16
"""Maximum number of lines of a poem. A poem whose context is full earlier, as after a long header,
ends there with a note."""

IAMB = "01"
"""The foot of iambic metre. Metres have one character per syllable: 0 weak, 1 strong, ? either."""


@dataclass(frozen=True)
class Form:
    """Describes a form by the lines of one of its stanzas."""

    name: str
    about: str
    """Short description for a list of forms."""
    scheme: str = ""
    """Rhyme scheme of a stanza: equal letters rhyme, ``-`` is unrhymed. Empty: the network chooses
    scheme and stanzas."""
    rhythms: tuple[str, ...] = ()
    """Metres of a stanza's lines, repeated in turn; empty: the network chooses the syllables."""
    stanzas: int = 1
    """Default number of stanzas."""
    repeats: bool = True
    """Whether a request may ask for another number of stanzas."""


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
    """Holds the constraints on one line of a poem; None leaves something open."""

    rhyme: int | None = None
    """Rhyme group: lines with the same number rhyme."""
    rhythm: str | None = None
    """Metre, as in `Form.rhythms`."""
    initial: str | None = None
    """First letter, in upper case."""
    ends_stanza: bool = False

    @property
    def syllables(self) -> int | None:
        """Number of syllables that the metre has."""
        return None if self.rhythm is None else len(self.rhythm)


def plan(form: Form, lines: int | None = None, acrostic: str = "") -> tuple[Line, ...]:
    """Returns the constraints on each line of a poem in `form`; () for a form without a scheme.

    lines: number of lines; None: the form's default. acrostic: the lines' first letters, one line
    for each; a space begins a new stanza. Raises RequestError for a number of lines that the form
    can't have.
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
        # A stanza longer than the scheme repeats it with new rhymes.
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
    """Returns the index of the first line of the stanza in the rhyme group of line `place`."""
    turn, place_in_turn = divmod(place, len(scheme))
    letter = scheme[place_in_turn]
    return turn * len(scheme) + (place_in_turn if letter == "-" else scheme.index(letter))
