"""What can be asked of the poet, and what comes back.

No torch here: the bot's own process reads this without loading a network.
"""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from string import ascii_uppercase

from verse.request.forms import ACROSTIC, FORMS, MAX_LINES, Line, plan
from verse.request.lookalikes import plain
from verse.request.messages import Message, RequestError, SeedError
from verse.request.plain_text import capitalised, tidy

MAX_SEED_CHARS = 300
MAX_SEED_LINES = 6


@dataclass(frozen=True)
class PoemRequest:
    """One poem, please. The same request, checkpoint and kind of weights give the same poem."""

    seed_text: str
    """What was typed, anything at all; the poem opens with it."""
    seed: int = 0
    """Number that the random generator starts from, 0 to 2**31 - 1."""
    form: str = "free"
    """One of `verse.request.forms.FORMS`."""
    lines: int | None = None
    """How many; None takes what is usual for the form."""
    acrostic: str = ""
    """What the first letters of the lines spell; a space begins a new stanza."""
    manner: str = ""
    """Name of an author of the corpus, in whose manner to write."""
    theme: str = ""
    """Words that the poem should speak of."""
    max_seconds: float = 30.0
    """Time for writing; what is finished by then is the poem."""
    max_lines: int = 12
    """This and the next: of a poem that is held to no form. Blank lines are not counted."""
    max_chars: int = 800
    """Characters at which such a poem ends with its line."""
    temperature: float | None = None
    """This and the next two: None takes the checkpoint's own default."""
    top_k: int | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"The seed number must be from 0 to {2**31 - 1}, not {self.seed}.")
        for name in ("max_lines", "max_chars", "max_seconds"):
            if not getattr(self, name) > 0:  # so that nan is refused too
                raise ValueError(f"{name} must be more than 0, not {getattr(self, name)}.")

    def plan(self) -> tuple[Line, ...]:
        """What is asked of each line; empty where the poet decides.

        Raises RequestError, with the cure, for a form, a number of lines or an acrostic that can't
        be had.
        """
        if self.form not in FORMS:
            raise RequestError("no_such_form", asked=self.form, known=", ".join(FORMS))
        acrostic = acrostic_of(self.acrostic) if self.acrostic or self.form == ACROSTIC else ""
        if acrostic and self.form not in (ACROSTIC, "free"):
            raise RequestError("acrostic_and_form", form=self.form)
        if self.lines is not None and not 1 <= self.lines <= MAX_LINES:
            raise RequestError("lines_of_no_poem", most=MAX_LINES, lines=self.lines)
        letters = len(acrostic.replace(" ", ""))
        if acrostic and self.lines is not None and self.lines != letters:
            raise RequestError("acrostic_and_lines", letters=letters, lines=self.lines)
        return plan(FORMS[ACROSTIC if acrostic else self.form], self.lines, acrostic)


@dataclass(frozen=True)
class Poem:
    """A poem as it was written."""

    text: str
    """Lines split by a line end, stanzas by one blank line; begins with `opening`."""
    opening: str
    """The seed as the poem has it."""
    stopped_by: str
    """What ended it: end, time or cancelled; of a poem without a form also lines or characters."""
    seconds: float
    notes: tuple[Message, ...] = ()
    """What was asked and could not be kept."""
    weights: str = ""
    """The kind of weights that wrote it, which the same seed number gives the same poem with."""


def acrostic_of(word: str) -> str:
    """The letters that lines are to begin with, a space between words.

    Raises RequestError when they are none, too many, or of another alphabet.
    """
    text = plain(word).replace("'", "")  # O'Neil is one word
    # Punctuation and emoji decorate a name, or part it.
    spaced = (" " if unicodedata.category(c)[0] in "PSZC" else c for c in text)
    letters = " ".join("".join(spaced).split())
    if not letters:
        raise RequestError("acrostic_empty")
    if not re.fullmatch(r"[A-Za-z ]+", letters):
        raise RequestError("acrostic_unspellable")
    count = len(letters.replace(" ", ""))
    if count > MAX_LINES:
        raise RequestError("acrostic_too_long", letters=count, most=MAX_LINES)
    return letters


def opening_of(seed_text: str, vocabulary: Container[str] = ascii_uppercase) -> str:
    """Returns the seed in plain characters, as verse is printed: how the poem will open.

    vocabulary: the characters of the network, for one that has no capitals. Raises SeedError when
    the seed is empty, too long, or has no letter that the poet could read.
    """
    if not seed_text.strip():
        raise SeedError("seed_empty")
    text = capitalised(tidy(plain(seed_text)), vocabulary)
    if not re.search(r"[A-Za-z]", text):
        raise SeedError("seed_unreadable")
    lines = text.count("\n") + 1
    if lines > MAX_SEED_LINES:
        raise SeedError("seed_of_many_lines", lines=lines, most=MAX_SEED_LINES)
    if len(text) > MAX_SEED_CHARS:
        raise SeedError("seed_too_long", characters=len(text), most=MAX_SEED_CHARS)
    return text
