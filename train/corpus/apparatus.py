"""What a printer set round a poem and the poet did not write as verse: datelines, heads, notes.

Each rule looks at a block, the lines between two blank lines, and says why it should go. The
rules want evidence: a line of verse that is lost costs little, but a refrain taken for a head
would teach the network that songs have none.
"""

import re
from collections import Counter
from dataclasses import dataclass

from train.corpus.poem import letters

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|d|th)?"
# "Rydal Mount, May 20th,", "London, February,", "4th of July, 1876", "(1818.)", "May 2--June 3".
# Years are missing in many: whoever took the digits out left the comma before them.
_DATELINE = re.compile(
    r"[(\"]?(?:(?:[A-Z][\w.'-]*|of|the|on|in|de|near)[ ,]+){0,6}"
    rf"(?:(?:{_DAY} )?(?:of )?(?:{_MONTH})\b\.?(?: {_DAY})?|\d{{4}})"
    rf"(?:--(?:{_MONTH}\b)?\.?(?: ?{_DAY})?)?(?:, ?\d{{4}})?[.,:;)\"]*"
)
# "Eversley,", "Paris,": a place whose date was lost. No poem ends with a comma.
_PLACE = re.compile(
    r"(?:[A-Z][\w'.-]*|of|the|on|near)(?:[ -](?:[A-Z][\w'.-]*|of|the|on|near)){0,3},"
)
_NOTE = re.compile(
    r"\bE[Dd]\.|\bMSS?\.|\bedition|[Pp]ublished (?:in|by|under|from|with)|\b[Rr]eprinted\b|"
    r"\bCf\.|\bVide\b|\b[Ss]ee (?:[Nn]ote|p\.|page|vol)|\bpp?\. ?\d|\bpage \d|\bi\. ?e\.|\bviz\.|"
    r"^Footnotes?\b|^Notes?\b[:.]|\bll?\. ?\d|\bvol\. |\bFenwick note\b|\bop\. cit|\bibid\b|"
    r"\bDied at [A-Z].*\baged? \d|(?:'s|s') note\b|\bthis (?:poem|sonnet|ode|hymn) (?:was|is)\b"
)
# "--Shakespeare.", "(Sir Philip Sidney: Arcadia.)", "Psalm vii.", "Isaiah xxxv."
_SOURCE = re.compile(
    r"\(?--? ?(?:From )?(?:[Tt]he )?[A-Z][\w.' ]{1,40}[.)]*|"
    r"\(?(?:[A-Z][\w.]*|\d) (?:[A-Z][\w.]* ){0,3}[ivxlc]{1,7}\.(?: ?[\divxlc]+[.,:-]?)*\)?|"
    r"By [A-Z]\w+\.?|(?:Unknown|Anonymous|Anon)\.?"
)
# The end of an epigraph: ...bank. "--Romeo and Juliet.", dust.--Psalm ciii.
_QUOTED = re.compile(
    r"[\"'.!?)] ?--? ?\(?(?:(?:[A-Z][\w'.]*|of|the|and|to|in|de|von|[ivxlc]+\.?|\d+)[,:.]? ?){1,6}"
    r"[\"')]*[.,]?$"
)
_LABEL = re.compile(
    r"[(]?(?:[A-Z][a-z']{2,}|(?:The|An?|First|Second|Third|\d\w\w) [A-Z][a-z-]+)[.:]?[)]?[.:]|"
    r"[(]?(?:[A-Z][\w' ]{1,20}) (?:speaks?|sings?|spake|repl(?:y|ies)|answers?|loquitur|enters?)"
    r"[.:,]?[)]?[.:]?|"
    r"(?:Semi-?)?[Cc]horus\b.{0,20}|(?:Anti)?[Ss]trophe\b.{0,12}|Epode\b.{0,12}|"
    r"(?:Canto|Scene|Act|Book|Part|Stanza|Page|Psalm|Sonnet|Opus|Song|Hymn|Ode?)"
    r" ?(?:[IVXLC]+|\d+|[ivxlc]+|the [A-Z]\w+)\b\.?"
)
_STAGE = re.compile(
    r"\((?:The )?[A-Z]?[a-z]+(?: [\w,'-]+){0,14}\.\)|\((?:Enter|Exit|Exeunt|Aside)\b.*\)"
)
_NOT_LABELS = re.compile(r"alone|alas|amen|peace|yes|nay|never|hush|dead|gone|silence|nothing")
_LINE_NUMBER = re.compile(r"(?m)(?<=\S) +(\d{1,4})$")


@dataclass(frozen=True)
class Removed:
    """Holds a line, or a number at the end of one, that was taken off a poem."""

    reason: str
    line: str


def strip_apparatus(text: str, title: str = "") -> tuple[str, list[Removed]]:
    """Returns a tidied poem's `text` without its apparatus, and what was taken off.

    Something is always left: what stands alone is taken for the poem, whatever it looks like.
    """
    removed: list[Removed] = []

    def take(reason: str, block: str) -> None:
        removed.extend(Removed(reason, line) for line in block.split("\n"))

    text, numbered = _strip_line_numbers(text)
    removed += numbered
    text, marker, footnotes = text.partition("\n\nFootnotes:")
    if marker:
        take("note", (marker + footnotes).strip())
    blocks = [block for block in text.rstrip().split("\n\n") if block]
    while len(blocks) > 1 and (reason := _why_not_last(blocks[-1])):
        take(reason, blocks.pop())
    while len(blocks) > 1 and (reason := _why_not_first(blocks, title)):
        take(reason, blocks.pop(0))
    blocks[0], line = _split_off(blocks[0], first=True)
    blocks[-1], other = _split_off(blocks[-1], first=False)
    removed += [
        Removed("dateline" if _DATELINE.fullmatch(edge) else "signature", edge)
        for edge in (line, other)
        if edge
    ]
    times = Counter(blocks)
    kept = blocks[:1]
    for block in blocks[1:]:
        if reason := _why_not_inside(block, times[block]):
            take(reason, block)
        else:
            kept.append(block)
    return "\n\n".join(kept), removed


def _why_not_last(block: str) -> str | None:
    """Says why the last `block` is no verse, or None."""
    if len(block) < 100 and _DATELINE.fullmatch(block.replace("\n", " ")):
        return "dateline"
    if len(block) < 800 and _NOTE.search(block.replace("\n", " ")) and _is_prose(block):
        return "note"
    if "\n" not in block and _PLACE.fullmatch(block):
        return "dateline"
    return _why_not_inside(block, 1)


def _why_not_first(blocks: list[str], title: str) -> str | None:
    """Says why the first of `blocks` is no verse, or None."""
    block = blocks[0]
    if reason := _why_not_last(block):
        return reason
    if block.count("\n") < 5 and _QUOTED.search(block):
        return "epigraph"
    if "\n" in block or block[-1] in ",;:-":
        return None
    heading, name = letters(block), letters(title)
    if heading and (heading == name or (len(heading) > 5 and heading in name)):
        return "heading"
    # No stanza form opens with a line that stands alone; a refrain does, and comes again.
    others = blocks[1:]
    lone = sum("\n" not in other for other in others)
    verse = "\n".join(others)
    if lone * 5 <= len(others) and verse.count("\n") >= 3 and block not in verse:
        return "heading"
    return None


def _why_not_inside(block: str, times: int) -> str | None:
    """Says why a `block` that stands `times` times in its poem is no verse, or None."""
    if "\n" in block:
        return None
    if _SOURCE.fullmatch(block):
        return "source"
    if times > 1 and not block.endswith(":"):
        return None
    if _DATELINE.fullmatch(block) and re.search(r"\d|,$", block):
        return "dateline"
    if _NOTE.search(block):
        return "note"
    if _LABEL.fullmatch(block) and not _NOT_LABELS.fullmatch(letters(block)):
        return "label"
    if _STAGE.fullmatch(block):
        return "stage direction"
    if re.fullmatch(r"[^a-z!?]*[A-Z][^a-z!?]*[A-Z][^a-z!?]*", block):
        return "signature"
    return None


def _is_prose(block: str) -> bool:
    """Says whether `block` is one line, or not nearly each begins with a capital as verse's do."""
    lines = block.split("\n")
    return sum(bool(re.match(r"\W*[A-Z]", line)) for line in lines) <= max(1, 0.75 * len(lines))


def _split_off(block: str, first: bool) -> tuple[str, str]:
    """Splits a dateline or signature, or "", off the outer edge of `block`, the `first` or last."""
    line, _, rest = block.partition("\n") if first else reversed(block.rpartition("\n"))
    dated = _DATELINE.fullmatch(line) and re.search(r"\d|,$", line)
    signed = not first and re.fullmatch(r"(?:[A-Z]\. ?){2,4}|Anonymous\.|Unknown\.", line)
    return (rest, line) if rest and (dated or signed) else (block, "")


def _strip_line_numbers(text: str) -> tuple[str, list[Removed]]:
    """Takes off the numbers that an edition prints beside every fifth or tenth line of `text`.

    Two of them that grow are taken for such; one alone may be the poet's.
    """
    if not _LINE_NUMBER.search(text):
        return text, []
    lines = text.split("\n")
    found = [(at, match) for at, line in enumerate(lines) if (match := _LINE_NUMBER.search(line))]
    numbers = [int(match[1]) for _, match in found]
    if len(numbers) < 2 or numbers != sorted(set(numbers)):
        return text, []
    removed = []
    for at, match in found:
        removed.append(Removed("line number", lines[at]))
        lines[at] = lines[at][: match.start()]
    return "\n".join(lines), removed
