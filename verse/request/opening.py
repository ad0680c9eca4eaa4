"""The seed, laid out as the first lines of the poem."""

from dataclasses import dataclass

from model.tokenizer import CharTokenizer
from verse.request.format import SIGNS
from verse.request.forms import Line
from verse.request.plain_text import capitalised
from verse.request.request import opening_of
from verse.sound.prosody import syllables

USUAL_SYLLABLES = 10
"""Of a line, where the form doesn't say."""
CLOSE = 1
"""A given line that is so few syllables short of the usual is whole."""


@dataclass(frozen=True)
class Given:
    """A line, or the beginning of one, that the seed gives."""

    text: str
    whole: bool
    """Whether nothing may follow in this line."""


def lay_out(seed_text: str, tokenizer: CharTokenizer, lines: tuple[Line, ...]) -> list[Given]:
    """The seed's lines; one too long for its place in the form is broken between words.

    The last may be the beginning of a line, for the network to finish. A seed that ends with a
    line break has whole lines only, which stay as they are: a poem that goes on. Raises SeedError
    for a seed that no poem can begin with.
    """
    known = tokenizer.clean(opening_of(seed_text, tokenizer.stoi))
    # Tidied once more: where characters were left out, spaces may now stand side by side.
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
            full = syllables(piece) >= (wanted or USUAL_SYLLABLES - CLOSE)
            whole = bool(rest) or number < len(typed) - 1 or full
            given.append(Given(capitalised(piece, tokenizer.stoi), whole))
    return given


def first_line(text: str, wanted: int) -> tuple[str, str]:
    """(as many words as fit `wanted` syllables, one at least; the rest)."""
    words = text.split(" ")
    size = 1
    while size < len(words) and syllables(" ".join(words[: size + 1])) <= wanted:
        size += 1
    return " ".join(words[:size]), " ".join(words[size:])
