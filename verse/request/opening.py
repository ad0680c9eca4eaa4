"""Lays out the seed as the first lines of a poem."""

from dataclasses import dataclass

from model.tokenizer import CharTokenizer
from verse.request.format import SIGNS
from verse.request.forms import Line
from verse.request.plain_text import capitalised
from verse.request.request import opening_of
from verse.sound.prosody import syllables

USUAL_SYLLABLES = 10
"""Syllables of a line whose form leaves them open."""
MAX_SHORTFALL = 1
"""Syllables that a given line may lack of USUAL_SYLLABLES and still count as whole."""


@dataclass(frozen=True)
class Given:
    """Holds a line of the seed, or the beginning of one."""

    text: str
    whole: bool
    """Whether the line is complete; otherwise the network finishes it."""


def lay_out(seed_text: str, tokenizer: CharTokenizer, lines: tuple[Line, ...]) -> list[Given]:
    """Lays out `seed_text` along the plan `lines`; a line too long for its place is broken between
    words.

    The last line may be a beginning. The lines of a seed that ends with a line break, as when a
    poem is continued, are whole and never broken. Leaves out characters that `tokenizer` doesn't
    know and SIGNS. Raises SeedError for a seed that no poem can begin with.
    """
    known = tokenizer.clean(opening_of(seed_text, tokenizer.stoi))
    # Tidied again, for leaving characters out may leave two spaces side by side.
    unmarked = "".join(character for character in known if character not in SIGNS)
    opening = opening_of(unmarked, tokenizer.stoi)
    given: list[Given] = []
    typed = [line for line in opening.split("\n") if line]
    if seed_text.endswith("\n"):
        return [Given(text, whole=True) for text in typed]
    for number, text in enumerate(typed):
        rest = text
        while rest:
            wanted = lines[len(given)].syllables if len(given) < len(lines) else None
            piece, rest = first_line(rest, wanted or USUAL_SYLLABLES)
            full = syllables(piece) >= (wanted or USUAL_SYLLABLES - MAX_SHORTFALL)
            whole = bool(rest) or number < len(typed) - 1 or full
            given.append(Given(capitalised(piece, tokenizer.stoi), whole))
    return given


def first_line(text: str, wanted: int) -> tuple[str, str]:
    """Splits `text` into (as many words as fit `wanted` syllables, at least one; the rest)."""
    words = text.split(" ")
    size = 1
    while size < len(words) and syllables(" ".join(words[: size + 1])) <= wanted:
        size += 1
    return " ".join(words[:size]), " ".join(words[size:])
