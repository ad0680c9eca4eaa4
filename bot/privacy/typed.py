"""What a member typed, and what is left of a poem without it.

It gets into a poem in more than one way: the poem opens with the prompt, its lines speak of the
theme, the first letters of an acrostic spell its word, and a network repeats what it has read.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.poem.openings import OPENINGS
from bot.privacy.word_forms import stems
from verse.request.lookalikes import plain
from verse.request.lookup import lookup_key
from verse.write.score import STOP_WORDS

MIN_RUN = 3
"""So many words of the prompt in a row are a member's, however small each of them is."""
WITHIN = 4
"""A word of so many letters is found within others too: rain in rainfall, love in beloved."""
_TWO_LETTERS = """
    ah am an as at be by do eh go ha he hi if in is it la lo ma me my no of oh on or ow pa so to
    uh um up us we ye
"""
_SMALL = STOP_WORDS | frozenset(_TWO_LETTERS.split())
"""Words that every poem has, as those of one letter."""
_NAMES = re.compile(r"\b(?:Art|May|Will)\b")
"""Names that in small letters are small words."""


def without_typed(
    text: str, opening: str, prompt: str, settings: Mapping[str, Any], *, continues: bool
) -> str:
    """Returns a poem's `text` without its `opening` and without any line that holds what was typed.

    prompt: with which it was asked for; settings: of its request, with theme and acrostic;
    continues: whether the prompt is the end of the poem before, so lines of the poet mostly; what
    was typed for the first of them is among the settings.

    What was typed is: the words of the theme, those of the prompt unless it is the end of a poem,
    each in any form or spelt letter by letter, but none that every poem has ("the", "with"); and
    three words of the prompt in a row, or all of them if they are fewer. Empty for an acrostic,
    which spells its word all along, and where the opening can't be told apart from the rest.

    Not found are words of the same meaning or family (death for die), misspelt ones, and names in
    small letters that are small words (will).
    """
    if settings.get("acrostic") or not text.startswith(opening):
        return ""
    if is_surprise(prompt):
        opening = prompt = ""
    # Without the punctuation that bound it to the opening.
    rest = text.removeprefix(opening).lstrip(" ,;:.!?-") if opening else text
    lines = rest.strip().split("\n")
    own = settings.get("typed", "") if continues else prompt
    content = _content(own) | _content(settings.get("theme") or "")
    repeated = _repeated(lines, lookup_key(prompt).split())
    left = [
        line
        for number, line in enumerate(lines)
        if number not in repeated and not _holds(line, content)
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(left)).strip()


def is_surprise(prompt: str) -> bool:
    """Says whether nobody typed `prompt`: the bot began by itself."""
    return prompt in OPENINGS


def _content(text: str) -> set[str]:
    """The words of a text but for small ones, in lower case; names that look like those as they
    are; words that are spelt letter by letter; words with a hyphen, also in one."""
    joined = _HYPHENS.sub("", text) if "-" in text else ""
    words = {
        word
        for word in lookup_key(f"{text} {joined}").split()
        if len(word) > 1 and word not in _SMALL
    }
    return words | set(_NAMES.findall(plain(text))) | _spelt(text)


_HYPHENS = re.compile(r"(?<=\w)-(?=\w)")


def _spelt(text: str) -> set[str]:
    """The runs of three single letters and more, each as one word: m.a.r.y."""
    return {run.replace(" ", "") for run in _LETTERS.findall(lookup_key(text))}


_LETTERS = re.compile(r"(?<!\S)\S(?: \S){2,}(?!\S)")


def _holds(line: str, content: set[str]) -> bool:
    """Whether a line has one of the words `content`, in any form."""
    within = {part for word in content for part in (word, *stems(word)) if len(part) >= WITHIN}
    shared = {stem for word in content for stem in stems(word)}
    return any(
        not shared.isdisjoint(stems(word)) or any(part in word for part in within)
        for word in _content(line)
    ) or any(word in run for run in _spelt(line) for word in content)  # O a m y


def _repeated(lines: list[str], prompt: list[str]) -> set[int]:
    """The numbers of the lines that have a run of the prompt's words, or a part of one."""
    words = [
        (word, number) for number, line in enumerate(lines) for word in lookup_key(line).split()
    ]
    size = min(MIN_RUN, len(prompt))
    runs = {tuple(prompt[start : start + size]) for start in range(len(prompt) - size + 1)}
    return {
        number
        for start in range(len(words) - size + 1)
        if size and tuple(word for word, _ in words[start : start + size]) in runs
        for _, number in words[start : start + size]
    }
