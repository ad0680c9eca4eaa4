"""Annotates poems: a header for each part of one, read off its text: rhymes, syllables, theme.

A network is trained on parts of poems (`Part`), each short enough to be seen whole, each behind a
header that describes it. Every field of the header is left out at random (`sample_header`), so that
a poem can later be asked for with any of them.
"""

import math
import random
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from train.corpus.poem import Poem
from train.verse.register import register_of
from verse.request.format import COUNTS, SIGNS, Header, write_body
from verse.sound.prosody import last_word, rhyme, syllables, words
from verse.write.score import is_content_word

PART_CHARS = 600
"""Length of a part at most, or nearly: a sonnet, which a context of 768 holds with its header."""
NEAR = 4
"""Lines before it in its stanza among which a line's rhyme is looked for."""
NAME = frozenset(string.ascii_letters + " .'-")
"""Characters of an author's name that are kept: those that poems have too."""
THEMES = 8
"""Theme words kept of a part, the most telling ones; a header has three of them at most."""

BARE = 0.2
"""Share of the parts that are trained with an empty header."""
KEPT = 0.6
"""Probability of each field of the other headers, but the register, which they all have, and of the
syllable counts."""
PROMPT_WORDS = 3
"""Words of a prompt that make its theme, as many as a request's (`verse.write.poet`)."""


@dataclass(frozen=True)
class Part:
    """Holds a poem, or some stanzas of a long one, with all that its header can hold."""

    lines: tuple[str, ...]
    """Blank ones between stanzas."""
    syllables: tuple[int, ...]
    """Of each line; 0 for blank ones."""
    scheme: str
    stanzas: int
    """How many stanzas `scheme` stands for, 0 when they differ."""
    author: str
    themes: tuple[str, ...]
    """The words of what it answers, or else the most telling ones, best first."""
    register: str = ""
    """Key of `verse.request.format.REGISTERS`."""
    prose: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def body(self, counted: bool = False) -> str:
        """Returns its lines as training reads them, behind their syllable counts if `counted`."""
        return write_body(list(self.lines), list(self.syllables) if counted else None)


def annotate(poems: list[Poem]) -> list[Part]:
    """Divides and describes all `poems`, in order. About 80 seconds for 38 million characters.

    A poem that has one of the format's own signs in its text is left out.
    """
    parts = [
        (poem, part) for poem in poems if SIGNS.isdisjoint(poem.text) for part in divide(poem.text)
    ]
    vocabularies = [set(words(part)) for _, part in parts]
    seen = Counter(word for vocabulary in vocabularies for word in vocabulary)
    return [
        describe(
            poem, text, content_words(poem.prompt) or telling(vocabulary, text, seen, len(parts))
        )
        for (poem, text), vocabulary in zip(parts, vocabularies, strict=True)
    ]


def divide(text: str) -> Iterator[str]:
    """Cuts the `text` of a poem between stanzas, or else lines, into parts of similar length."""
    stanzas = [piece for stanza in text.split("\n\n") for piece in shorten(stanza)]
    count = math.ceil(len(text) / PART_CHARS)
    part: list[str] = []
    for stanza in stanzas:
        if part and len("\n\n".join([*part, stanza])) > max(PART_CHARS, len(text) / count):
            yield "\n\n".join(part)
            part = []
        part.append(stanza)
    yield "\n\n".join(part)


def shorten(stanza: str) -> Iterator[str]:
    """Cuts a `stanza` too long for one part at line ends into even pieces."""
    lines = stanza.split("\n")
    pieces = math.ceil(len(stanza) / PART_CHARS)
    # An even number of lines keeps couplets together.
    size = 2 * math.ceil(len(lines) / pieces / 2)
    for first in range(0, len(lines), size):
        yield "\n".join(lines[first : first + size])


def telling(vocabulary: set[str], text: str, seen: Counter[str], parts: int) -> tuple[str, ...]:
    """Returns the words that set a part apart: frequent here, rare elsewhere (tf-idf).

    vocabulary: the different words of its `text`. seen: in how many of all `parts` each word is.
    """
    here = Counter(words(text))
    # Known from a few other parts, lest a name or a misprint stand for the theme.
    known = [word for word in vocabulary if len(word) > 3 and 5 <= seen[word] < parts / 20]
    return tuple(
        sorted(known, key=lambda word: (-here[word] * math.log(parts / seen[word]), word))[:THEMES]
    )


def content_words(prompt: str) -> tuple[str, ...]:
    """Returns the first content words of a `prompt`."""
    return tuple(dict.fromkeys(filter(is_content_word, words(prompt))))[:PROMPT_WORDS]


def describe(poem: Poem, text: str, themes: tuple[str, ...]) -> Part:
    """Makes a part of a piece of a `poem`, its `text`, with the rhymes and syllables it has."""
    lines, register = text.split("\n"), register_of(poem.text)
    if poem.prose:
        silent = len(lines) * (0,)
        return Part(tuple(lines), silent, "", 0, "", themes, register, prose=True)
    stanzas = text.split("\n\n")
    schemes = [rhyme_scheme(stanza.split("\n")) for stanza in stanzas]
    alike = len(set(schemes)) == 1 and len(schemes) <= len(COUNTS)
    return Part(
        lines=tuple(lines),
        syllables=tuple(syllables(line) if line else 0 for line in lines),
        scheme=schemes[0] if alike else "/".join(schemes),
        stanzas=len(schemes) if alike else 0,
        author="".join(c for c in poem.author if c in NAME),
        themes=themes,
        register=register,
    )


def rhyme_scheme(stanza: list[str]) -> str:
    """Returns the rhyme scheme of the lines of a `stanza`: a letter each, ``-`` where none rhymes.

    ABCB is -A-A. Lines past what the alphabet of schemes can tell apart count as rhymeless.
    """
    ends = [last_word(line) for line in stanza]
    partner = list(range(len(ends)))  # the first line of each rhyme
    for place, end in enumerate(ends):
        for before in range(place - 1, max(-1, place - 1 - NEAR), -1):
            if end and ends[before] and rhyme(end, ends[before] or ""):
                partner[place] = partner[before]
                break
    letters: dict[int, str] = {}
    scheme = ""
    for first in partner:
        if partner.count(first) == 1:
            scheme += "-"
        else:
            scheme += letters.setdefault(first, chr(ord("A") + min(len(letters), 19)))
    return scheme


def sample_header(part: Part, rng: random.Random) -> tuple[Header, bool]:
    """Samples which fields of the header of `part` are kept, and whether lines are counted."""
    if rng.random() < BARE:
        return Header(), False
    scheme, author, theme, counts = (rng.random() < KEPT for _ in range(4))
    header = Header(
        scheme=part.scheme if scheme else "",
        stanzas=part.stanzas if scheme else 0,
        author=part.author if author else "",
        theme=sample_themes(part.themes, rng) if theme else (),
        register=part.register,
        prose=part.prose,
    )
    return header, counts and not part.prose


def sample_themes(themes: tuple[str, ...], rng: random.Random) -> tuple[str, ...]:
    """Samples one to three of the words in `themes`, in any order; keeps those of a prompt."""
    if len(themes) <= PROMPT_WORDS:
        return themes
    return tuple(rng.sample(themes, min(len(themes), rng.randint(1, 3))))
