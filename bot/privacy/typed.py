"""What a member typed, and what is left of a poem without it.

It gets into a poem in more than one way: the poem opens with the prompt, its lines speak of the
theme, the first letters of an acrostic spell its word, and a network repeats what it has read.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.poem.openings import OPENINGS
from verse.request.lookup import lookup_key
from verse.write.score import is_content_word, root

MIN_RUN = 3
"""So many words of the prompt in a row are a member's, however small each of them is."""
WITHIN = 4
"""A word of so many letters is found within others too: rain in rainfall, love in beloved."""


def without_typed(
    text: str, opening: str, prompt: str, settings: Mapping[str, Any], *, continues: bool
) -> str:
    """A poem's `text` without its `opening` and without any line that holds what was typed.

    prompt: with which it was asked for; settings: of its request, with theme and acrostic;
    continues: whether the prompt is the end of the poem before, so lines of the poet mostly; what
    was typed for the first of them is among the settings.

    What was typed is: the words of the theme, those of the prompt unless it is the end of a poem,
    each in any form, but none that every poem has ("the", "with"); and three words of the prompt
    in a row, or all of them if they are fewer. Empty for an acrostic, which spells its word all
    along, and where the opening can't be told apart from the rest.
    """
    if settings.get("acrostic") or not text.startswith(opening):
        return ""
    if is_surprise(prompt):
        opening = prompt = ""
    # Without the punctuation that bound it to the opening.
    rest = text.removeprefix(opening).lstrip(" ,;:.!?-") if opening else text
    lines = rest.strip().split("\n")
    own = settings.get("typed", "") if continues else prompt
    own_words = f"{own} {settings.get('theme') or ''}"
    content = {word for word in lookup_key(own_words).split() if is_content_word(word)}
    repeated = _repeated(lines, lookup_key(prompt).split())
    left = [
        line
        for number, line in enumerate(lines)
        if number not in repeated and not _holds(line, content)
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(left)).strip()


def is_surprise(prompt: str) -> bool:
    """Whether nobody typed a prompt: the bot began by itself."""
    return prompt in OPENINGS


def _holds(line: str, content: set[str]) -> bool:
    """Whether a line has one of these words, in any form."""
    key = lookup_key(line)
    within = {part for word in content for part in (word, root(word)) if len(part) >= WITHIN}
    roots = set(map(root, content))
    return any(part in key for part in within) or not roots.isdisjoint(map(root, key.split()))


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
