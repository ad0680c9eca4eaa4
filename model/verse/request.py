"""What can be asked of the poet, and what comes back.

No torch here: the bot's own process reads this without loading a network.
"""

import re
from dataclasses import dataclass

from model.tokenizer import normalize

MAX_SEED_CHARS = 300
MAX_SEED_LINES = 6


class RequestError(ValueError):
    """A request that no poem can answer; the message is a sentence for who made it."""


class SeedError(RequestError):
    """A seed that no poem can begin with."""


@dataclass(frozen=True)
class PoemRequest:
    """One poem, please. The same request and checkpoint give the same poem."""

    seed_text: str
    """What was typed, anything at all; the poem opens with it."""
    seed: int = 0
    """Number that the random generator starts from, 0 to 2**31 - 1."""
    form: str = "free"
    """One of `model.verse.forms.FORMS`."""
    lines: int | None = None
    """How many; None takes what is usual for the form."""
    acrostic: str = ""
    """What the first letters of the lines spell; a space begins a new stanza."""
    manner: str = ""
    """Name of an author of the corpus, in whose manner to write."""
    theme: str = ""
    """Words that the poem should speak of."""
    max_lines: int = 12
    """Lines at most, blank ones not counted."""
    max_chars: int = 800
    """Characters at which the poem ends with its line."""
    max_seconds: float = 10.0
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


@dataclass(frozen=True)
class Poem:
    """A poem as it was written."""

    text: str
    """Lines split by a line end, stanzas by one blank line; begins with `opening`."""
    opening: str
    """The seed as the poem has it."""
    stopped_by: str
    """What ended it: end (the poet itself), lines, characters, time or cancelled."""
    seconds: float
    notes: tuple[str, ...] = ()
    """What was asked and could not be kept, a sentence each."""


def opening_of(seed_text: str) -> str:
    """The seed in plain characters, tidied: how the poem will open.

    Raises SeedError when it is empty, too long, or has no letter that the poet could read.
    """
    if not seed_text.strip():
        raise SeedError("The seed is empty. Give me a few words to begin with.")
    text = normalize(seed_text)
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if not re.search(r"[A-Za-z]", text):
        raise SeedError(
            "I can only begin with letters of the Latin alphabet, and found none in the seed. "
            "Give me a few words in English."
        )
    lines = text.count("\n") + 1
    if lines > MAX_SEED_LINES:
        raise SeedError(
            f"The seed has {lines} lines, and I can open a poem with {MAX_SEED_LINES} at most. "
            "Give me a line or two."
        )
    if len(text) > MAX_SEED_CHARS:
        raise SeedError(
            f"The seed has {len(text)} characters, and I can open a poem with {MAX_SEED_CHARS} "
            "at most. Give me a line or two."
        )
    return text
