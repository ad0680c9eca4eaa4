"""Whole poems that nothing should be learned from: prose and lists, other languages, slurs."""

import re

from verse.judge.slurs import has_slur

# Half of all words of English verse are among these few, in Scots too; of Latin, French or
# German hardly one in twenty.
_ENGLISH = frozenset(
    word
    for line in (
        "the and of to a in is that with my thy i it for his her he she we you thou thee not but",
        "on as at from by was are be all this me have so or they their our your when where no who",
        "what an o' an' th' wi' i' t' o ye him them will shall were had if like then into out up",
        "down upon there one now how did do has us which than these those yet may can",
    )
    for word in line.split()
)
_LEAST_ENGLISH = 0.16
"""Share of such words below which a poem of `_ENOUGH_WORDS` is not English."""
_ENOUGH_WORDS = 20


def why_not(text: str) -> str | None:
    """Says why a poem of that tidied `text` is left out, or None."""
    if has_slur(text):
        return "slur"
    lines = [line for line in text.split("\n") if line]
    if _is_not_verse(text, lines):
        return "not verse"
    words = re.findall(r"[^\W\d_]+'?", text.lower())
    if len(words) >= _ENOUGH_WORDS:
        english = sum(word in _ENGLISH for word in words)
        if english < _LEAST_ENGLISH * len(words):
            return "not English"
    return None


def _is_not_verse(text: str, lines: list[str]) -> bool:
    """Says whether `lines` are filled rather than ended, credited to someone, or no words."""
    if sum(map(str.isalpha, text)) < 0.6 * sum(map(len, lines)):
        return True
    credits = len(re.findall(r"(?m)^--[A-Z][\w. ]{2,25}\.$", text))
    if credits > 1 and credits > 0.1 * len(lines):
        return True  # a book of quotations
    # Verse begins its lines with a capital, or, in what is newer, ends them well before the
    # margin; a paragraph of prose does neither.
    if len(lines) < 4:
        return False
    lower = sum(line.lstrip("\"'(-")[:1].islower() for line in lines)
    return lower > 0.5 * len(lines) and sum(map(len, lines)) > 50 * len(lines)
