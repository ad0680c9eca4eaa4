"""A poem as the characters that the network reads and writes, and back.

    ␌†§ABAB②@Emily Dickinson#sea night⏎     header: the request; each part may be missing
    ⑧The sea at night is dark and deep,⏎     a line, behind its number of syllables
    ⑥And where I sleep, A⏎
    ⏎                                       a blank line between stanzas
    ␌                                       the end

Lines are written left to right. Writing them from their end would decide the rhyme first;
docs/log.md compares the two: look-ahead (`verse.write.line_rules`) keeps as many rhymes, and the
rest of a line comes out likelier.

    ♮      plain English, as it is spoken today; †: the old, poetical kind (thou, o'er)
    ¶      prose, in paragraphs, rather than verse
    ⑧      syllables of the line, ① to ⑳
    §ABAB  rhymes of each stanza, ``-`` for a line without; stanzas that differ: §ABAB/CC
    ②      how many stanzas of that kind
    @...   the author
    #...   the theme: words of the poem, a space between them

No torch here.
"""

from dataclasses import dataclass

from model.tokenizer import POEM_END

SCHEME, AUTHOR, THEME = "§", "@", "#"
"""Characters that open the parts of a header."""
REGISTERS = {"plain": "♮", "old": "†"}
"""The kinds of English, and their characters."""
PROSE = "¶"
"""Character that says that the text is none of verse."""
COUNTS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
"""Characters for the numbers 1 to 20, in order."""
SIGNS = frozenset(SCHEME + AUTHOR + THEME + PROSE + COUNTS + "".join(REGISTERS.values()))
"""Reserved characters, which no poem may have in its text."""
MARKS = "".join(sorted(SIGNS)) + "/-ABCDEFGHIJKLMNOPQRST"
"""All characters of the format, those of rhyme schemes too: the vocabulary needs every one."""


@dataclass(frozen=True)
class Header:
    """Holds the conditions under which the network writes a poem, or a part of one."""

    scheme: str = ""
    """Rhyme letters of a stanza, or of all stanzas with a slash between those that differ."""
    stanzas: int = 0
    """Number of stanzas with that one scheme; 0 leaves it open."""
    author: str = ""
    theme: tuple[str, ...] = ()
    """Words of the poem."""
    register: str = ""
    """Key of REGISTERS; "" leaves it open."""
    prose: bool = False

    def write(self) -> str:
        """Returns POEM_END, followed by the header's line unless the header is empty."""
        parts = REGISTERS.get(self.register, "") + PROSE * self.prose
        if self.scheme:
            parts += SCHEME + self.scheme + count(self.stanzas)
        if self.author:
            parts += AUTHOR + self.author
        if self.theme:
            parts += THEME + " ".join(self.theme)
        return POEM_END + parts + "\n" * bool(parts)


def count(number: int | None) -> str:
    """Returns the character for a `number` from 1 to 20; "" for others and None."""
    return COUNTS[number - 1] if number and 1 <= number <= len(COUNTS) else ""


def write_line(text: str, syllables: int | None = None) -> str:
    """Returns the line `text` in the format, without a line end; "" for a blank line.

    syllables: written in front of it; None leaves them out.
    """
    return count(syllables) + text if text else ""


def read(written: str) -> str:
    """Returns the text of a poem `written` in the format: no header, no syllable counts.

    Lines are separated by a line end, stanzas by a blank line.
    """
    lines = written.strip(POEM_END).split("\n")
    if lines[0].startswith((SCHEME, AUTHOR, THEME, PROSE, *REGISTERS.values())):
        del lines[0]
    return "\n".join(line.lstrip(COUNTS) for line in lines).strip("\n")


def write_body(lines: list[str], syllables: list[int] | None = None) -> str:
    """Returns a poem's `lines` in the format, blank ones between stanzas.

    syllables: number of each line, blank ones too; None leaves the counts out.
    """
    counts = syllables or [0] * len(lines)
    return "\n".join(write_line(line, number) for line, number in zip(lines, counts, strict=True))


def write(lines: list[str], header: Header = Header(), syllables: list[int] | None = None) -> str:
    """Returns a whole poem, `header` and `lines`, without the POEM_END behind it.

    syllables: as in `write_body`.
    """
    return header.write() + write_body(lines, syllables)
