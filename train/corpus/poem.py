"""The corpus's unit: one poem in plain characters, and who wrote it."""

import re
from dataclasses import dataclass, field

from verse.request.plain_text import tidy

_NOBODY = re.compile(r"(?i)various|anon\b.*|anonymous|unknown\b.*|from the .*")
_NO_LETTERS = {code: None for code in range(128) if not chr(code).isalpha()}


@dataclass(frozen=True)
class Poem:
    """Holds a poem of the corpus."""

    text: str
    """Plain characters, a line end after each line, one blank line between stanzas."""
    author: str = ""
    """Who wrote it, in plain characters, as a reader would name them; empty when not known."""
    title: str = ""
    """A weak label: often empty, sometimes a section's head."""
    prompt: str = ""
    """What it answers, as somebody would type it; the primer's poems tell."""
    prose: bool = False
    """Whether it is none, but a story in paragraphs."""
    printed: str = field(default="", repr=False, compare=False)
    """The text as its source has it, where cleaning has changed it.

    The split goes by this, so that a better rule of cleaning moves no poem to the other side."""


def letters(text: str) -> str:
    """Returns only the letters of `text`, in lower case: two printings of a poem agree in these."""
    text = text.lower()
    if text.isascii():
        return text.translate(_NO_LETTERS)  # the same, thirty times as fast
    return "".join(filter(str.isalpha, text))


def tidy_author(name: str) -> str:
    """Writes a poet's `name` in plain characters, without dates and asides; "" for nobody's."""
    name = re.sub(r"\(.*\)$|^fl\. \d+|\. \d+th Cent$", "", tidy(name).replace("\n", " "))
    name = name.strip(' "')
    return "" if _NOBODY.fullmatch(name) else name
