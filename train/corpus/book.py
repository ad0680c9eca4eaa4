"""The verse of a plain-text book: what is left without licence, prose, notes, contents, numbers.

A book is blocks of lines between blank ones. Verse is told by its shape: lines that end before
the margin and begin with a capital, where prose fills its lines and goes on in small letters.
"""

import re

from train.corpus.poem import Poem, tidy_author
from verse.request.plain_text import tidy

FEWEST_LINES = 4
"""A poem of fewer lines is rather an epigraph or a quotation."""
_MARGIN = 62
"""Characters; lines of prose are filled up to about 70, few lines of verse reach so far."""

_START = re.compile(
    r"(?mi)^\W*START OF (?:THE|THIS) PROJECT GUTENBERG.*$|^\*END\*THE SMALL PRINT.*$"
)
_END = re.compile(
    r"(?mi)^\W*END OF (?:THE|THIS) PROJECT GUTENBERG.*$|^End of (?:the )?Project Guten.*$"
)
_LICENCE = re.compile(r"(?i)project gutenberg|distributed proofread|produced by|transcriber")
# [Footnote 3: ...], [Illustration: ...], [Transcriber's note: ...], over several blocks perhaps.
_ASIDE = re.compile(
    r"(?is)\[(?:footnote|illustration|transcriber|note|sidenote)[^\[\]]*(?:\[[^\]]*\][^\[\]]*)*\]"
)
_PAGE = re.compile(
    r"(?im)[\[{(](?:pg|page|p\.)?\s*[ivxlc\d]{1,5}[\]})]|^[^\S\n]*-?\s*\d{1,4}\s*-?[^\S\n]*$"
)
_MARK = re.compile(r"\[(?:\d{1,3}|[A-Z]|\*|\+)\]|(?<=[\w.,;:!?'\"])[*†‡]+")
_LINE_NUMBER = re.compile(r"(?m)[^\S\n]{2,}\d{1,4}[^\S\n]*$")
_CONTENTS = re.compile(r"(?:[.\s]{2,}|\s)(?:\d{1,3}|[ivxlc]{1,7})\s*$")
_NUMERAL = re.compile(r"(?:[IVXLC]+|\d{1,3})\.?")


def poems_of(book: str) -> list[Poem]:
    """Returns the poems of a `book`, in its order, with its author; none if it is all prose."""
    found = re.search(r"(?m)^Author:\s*(.+)$", book[:5000])
    author = tidy_author(found[1]) if found else ""
    poems: list[Poem] = []
    title = ""
    stanzas: list[str] = []

    def close() -> None:
        if sum(stanza.count("\n") + 1 for stanza in stanzas) >= FEWEST_LINES:
            poems.append(Poem("\n\n".join(stanzas), author, title))
        stanzas.clear()

    for gap, block in _blocks(_body(book)):
        if gap > 2:
            close()
        if _is_heading(block):
            close()
            heading = " ".join(line.strip() for line in block)
            if not _NUMERAL.fullmatch(heading):  # "II" is a part of the poem that has the title
                title = tidy(heading).rstrip(".")
        elif _is_verse(block):
            stanzas.append(tidy("\n".join(block)))
        else:
            close()
            title = ""
    close()
    return poems


def _body(book: str) -> str:
    """Strips a `book` of the licence at both ends, notes in brackets, page numbers and marks."""
    book = book.replace("\r\n", "\n").replace("\r", "\n")
    if start := _START.search(book):
        book = book[start.end() :]
    if end := _END.search(book):
        book = book[: end.start()]
    for what in (_ASIDE, _PAGE, _MARK, _LINE_NUMBER):
        book = what.sub("", book)
    return book.replace("_", "")


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    """Divides `text` into blocks: (blank lines before it, its lines with their indentation)."""
    blocks: list[tuple[int, list[str]]] = []
    gap, lines = 0, list[str]()
    for line in [*text.split("\n"), ""]:
        if line.strip():
            lines.append(line.rstrip())
            continue
        if lines:
            blocks.append((gap, lines))
            gap, lines = 0, []
        gap += 1
    return blocks


def _is_heading(block: list[str]) -> bool:
    """Says whether `block` names what follows: in capitals, or short and without a line's end."""
    words = " ".join(block).strip()
    if len(block) > 2 or len(words) > 80 or not re.search(r"[A-Za-z0-9]", words):
        return False
    if words == words.upper():
        return True
    ended = words[-1] in ",;:!?-'\""
    return len(block) == 1 and len(words) <= 50 and words[0].isupper() and not ended


def _is_verse(block: list[str]) -> bool:
    """Says whether `block` has the shape of verse: see above."""
    lines = [line.strip() for line in block]
    if _LICENCE.search(" ".join(lines)) or not re.search(r"[A-Za-z]", "".join(lines)):
        return False
    count = len(lines)
    if sum(bool(_CONTENTS.search(line)) for line in lines) * 2 > count:
        return False
    small = sum(
        line.lstrip("\"'(-“‘—").startswith(tuple("abcdefghijklmnopqrstuvwxyz")) for line in lines
    )
    filled = sum(len(line) > _MARGIN for line in lines[:-1])
    if small * 2 > count or filled * 2 > max(1, count - 1):
        return False
    if count == 1:
        return len(lines[0]) <= _MARGIN and block[0][0] == " "
    return not _is_list_of_titles(lines)


def _is_list_of_titles(lines: list[str]) -> bool:
    """Says whether `lines` are contents: none ends as part of a sentence, most words are big."""
    if len(lines) < 4 or sum(line[-1] in ".,;:!?-'\"" for line in lines) * 8 > len(lines):
        return False
    words = re.findall(r"\b\w{4,}", " ".join(lines))
    return len(re.findall(r"\b[A-Z]\w{3,}", " ".join(lines))) * 4 > 3 * len(words)
