"""The request for a poem, and the poem that answers it.

No torch here: the bot's own process reads this without loading a network.
"""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from string import ascii_uppercase

from verse.request.emoticons import without_emoticons
from verse.request.forms import ACROSTIC, FORMS, MAX_LINES, Line, plan
from verse.request.lookalikes import plain
from verse.request.messages import Message, RequestError, SeedError
from verse.request.plain_text import capitalised, tidy

MAX_SEED_CHARS = 300
"""Maximum characters of a seed."""
MAX_SEED_LINES = 6
"""Maximum lines of a seed, blank ones counted."""


@dataclass(frozen=True)
class PoemRequest:
    """Holds the wishes for one poem.

    The same request, checkpoint and kind of weights give the same poem. Raises ValueError for a
    number out of range.
    """

    seed_text: str
    """Text as it was typed, any at all; the poem opens with it."""
    seed: int = 0
    """Seed of the random generator, 0 to 2**31 - 1."""
    form: str = "free"
    """Key of `verse.request.forms.FORMS`."""
    lines: int | None = None
    """Number of lines; None: the form's default."""
    acrostic: str = ""
    """Word that the lines' first letters spell; a space begins a new stanza."""
    manner: str = ""
    """Author of the corpus in whose manner to write, by name or surname; "" for none."""
    theme: str = ""
    """Words that the poem should mention."""
    max_seconds: float = 30.0
    """Time limit for writing; the lines finished by then are the poem."""
    max_lines: int = 12
    """Maximum lines of a poem written freehand, blank ones not counted."""
    max_chars: int = 800
    """Characters after which a poem written freehand ends with its line."""
    temperature: float | None = None
    """Sampling temperature; None, here and below: the checkpoint's default."""
    top_k: int | None = None
    """Number of likeliest characters to sample from."""
    top_p: float | None = None
    """Cumulative probability to sample from (nucleus sampling)."""

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"The seed number must be from 0 to {2**31 - 1}, not {self.seed}.")
        for name in ("max_lines", "max_chars", "max_seconds"):
            if not getattr(self, name) > 0:  # so that nan is refused too
                raise ValueError(f"{name} must be more than 0, not {getattr(self, name)}.")

    def plan(self) -> tuple[Line, ...]:
        """Returns the constraints on each line; () for a free poem without an acrostic.

        Raises RequestError, with the cure, for an unknown form, and for a number of lines or an
        acrostic that the form can't have.
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
    """Holds a poem that was written."""

    text: str
    """Lines separated by a line end, stanzas by one blank line; begins with `opening`."""
    opening: str
    """The seed as laid out in the poem."""
    stopped_by: str
    """Reason for its end: end, time or cancelled; freehand also lines or characters."""
    seconds: float
    """Time from the request's start to the poem's end."""
    notes: tuple[Message, ...] = ()
    """Wishes that it does not meet."""
    weights: str = ""
    """Kind of weights that wrote it; another kind may write another poem from the same seed."""


def acrostic_of(word: str) -> str:
    """Returns the letters of `word` that lines are to begin with, a space between words.

    Raises RequestError for none, more than MAX_LINES, or others than A to Z.
    """
    text = without_emoticons(plain(word)).replace("'", "")  # O'Neil is one word
    # Emoticons and emoji decorate a name; they and punctuation may part it.
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
