"""A poem as the characters that the network reads and writes, and back.

    ␌§ABAB②@Emily Dickinson#sea night⏎      header: what is asked; each part may be missing
    ⑧→The sea at night is dark and deep,⏎    a line forwards: as people read
    ⑥A,peels nac I erehw dn⏎                 all others: first letter, then the rest from its end
    ⏎                                       a blank line between stanzas
    ␌                                       the end

A line's last word decides the rhyme, so it comes first: what rhymes can be chosen, and the rest of
the line is then written to fit, where a network that writes forwards would have to arrive at a
rhyme by luck (docs/log.md has the comparison). The first letter still leads, in upper case or
lower, so that an acrostic can set it and no line has to guess at its end how it was begun. A line
that must continue a given beginning, such as the one that opens with a member's words, goes
forwards and says so with an arrow.

    ⑧      syllables of the line, ① to ⑳
    §ABAB  rhymes of each stanza, ``-`` for a line without; stanzas that differ: §ABAB/CC
    ②      how many stanzas of that kind
    @...   the author whose manner it is
    #...   words that the poem speaks of

No torch here.
"""

from dataclasses import dataclass

from model.tokenizer import POEM_END

SCHEME, AUTHOR, THEME, FORWARDS = "§", "@", "#", "→"
COUNTS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
SIGNS = frozenset(SCHEME + AUTHOR + THEME + FORWARDS + COUNTS)
"""What no poem may have in its own text."""
MARKS = "".join(sorted(SIGNS)) + "/-ABCDEFGHIJKLMNOPQRST"
"""All characters that the format needs besides those of the poems."""


@dataclass(frozen=True)
class Header:
    """What a poem, or a part of one, is to be."""

    scheme: str = ""
    """Rhyme letters of a stanza, or of all stanzas with a slash between those that differ."""
    stanzas: int = 0
    """How many there are of the one kind; 0 says nothing."""
    author: str = ""
    theme: tuple[str, ...] = ()

    def write(self) -> str:
        """The mark between poems and, if anything is asked, the header's line."""
        parts = ""
        if self.scheme:
            parts += SCHEME + self.scheme + count(self.stanzas)
        if self.author:
            parts += AUTHOR + self.author
        if self.theme:
            parts += THEME + " ".join(self.theme)
        return POEM_END + parts + "\n" * bool(parts)


def count(number: int | None) -> str:
    """The sign for a number from 1 to 20; nothing for others."""
    return COUNTS[number - 1] if number and 1 <= number <= len(COUNTS) else ""


def write_line(text: str, forwards: bool = False, syllables: int | None = None) -> str:
    """One line without its line end; a blank line is just blank."""
    if not text:
        return ""
    return count(syllables) + (FORWARDS + text if forwards else turn(text))


def turn(text: str) -> str:
    """The first character, then the others from the end. Turned twice, it is as it was."""
    return text[:1] + text[:0:-1]


def read_line(written: str) -> str:
    """The text of a line that `write_line` wrote."""
    written = written.lstrip(COUNTS)
    return written[1:] if written.startswith(FORWARDS) else turn(written)


def read(written: str) -> str:
    """The poem's text: lines split by a line end, stanzas by a blank line."""
    lines = written.strip(POEM_END).split("\n")
    if lines[0].startswith((SCHEME, AUTHOR, THEME)):
        del lines[0]
    return "\n".join(map(read_line, lines)).strip("\n")


def write(
    lines: list[str],
    header: Header = Header(),
    syllables: list[int] | None = None,
    forwards: frozenset[int] = frozenset({0}),
) -> str:
    """A whole poem without the mark at its end.

    lines: its text line by line, blank ones between stanzas. syllables: of each line, if they are
    to be said. forwards: places of the lines that go forwards; the rest begin at their end.
    """
    counts = syllables or [0] * len(lines)
    return header.write() + "\n".join(
        write_line(line, place in forwards, number)
        for place, (line, number) in enumerate(zip(lines, counts, strict=True))
    )
