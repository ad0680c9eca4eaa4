"""A poem as the characters that the network reads and writes, and back.

    ␌§ABAB②@Emily Dickinson#sea night⏎      header: what is asked; each part may be missing
    ⑧The sea at night is dark and deep,⏎     a line, behind its number of syllables
    ⑥And where I sleep, A⏎
    ⏎                                       a blank line between stanzas
    ␌                                       the end

Lines stand as people read them. A rhyme is decided by a line's last word, so it is tempting to
write lines from their end, the rhyme first; docs/log.md compares the two, and what looks ahead
while it writes forwards (`line_rules`) keeps as many rhymes and foresees the rest better.

    ⑧      syllables of the line, ① to ⑳
    §ABAB  rhymes of each stanza, ``-`` for a line without; stanzas that differ: §ABAB/CC
    ②      how many stanzas of that kind
    @...   the author whose manner it is
    #...   words that the poem speaks of

No torch here.
"""

from dataclasses import dataclass

from model.tokenizer import POEM_END

SCHEME, AUTHOR, THEME = "§", "@", "#"
COUNTS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
SIGNS = frozenset(SCHEME + AUTHOR + THEME + COUNTS)
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


def write_line(text: str, syllables: int | None = None) -> str:
    """One line without its line end; a blank line is just blank."""
    return count(syllables) + text if text else ""


def read(written: str) -> str:
    """The poem's text: lines split by a line end, stanzas by a blank line."""
    lines = written.strip(POEM_END).split("\n")
    if lines[0].startswith((SCHEME, AUTHOR, THEME)):
        del lines[0]
    return "\n".join(line.lstrip(COUNTS) for line in lines).strip("\n")


def write_body(lines: list[str], syllables: list[int] | None = None) -> str:
    """A poem's lines, line by line, blank ones between stanzas.

    syllables: of each line, if they are to be said.
    """
    counts = syllables or [0] * len(lines)
    return "\n".join(write_line(line, number) for line, number in zip(lines, counts, strict=True))


def write(lines: list[str], header: Header = Header(), syllables: list[int] | None = None) -> str:
    """A whole poem, header and lines, without the mark at its end."""
    return header.write() + write_body(lines, syllables)
