"""Poems that are printed twice, told by their lines: most of the lines, not all, are the same.

A line's shingle is a number made of its letters alone, so spacing, hyphens and punctuation don't
count. Short lines have none: they come back by chance, and refrains must not make twins.
"""

from collections.abc import Iterable

from train.corpus.poem import letters

LONG_LINE = 20
"""Letters from which on a line is seldom written twice."""
TWIN = 0.5
"""Share of its long lines that a poem may not have in common with longer ones."""


def shingles(text: str) -> frozenset[int]:
    """Returns a number for each different long line of `text`; equal within one process only."""
    lines = map(letters, text.split("\n"))
    return frozenset(hash(line) for line in lines if len(line) >= LONG_LINE)


def near_duplicates(texts: Iterable[str]) -> list[bool]:
    """Says for each of `texts` whether half of its long lines or more stand in longer ones.

    The longest printing stays, of equal ones the first, so the order of the rest changes nothing.
    Texts without long lines are compared whole.
    """
    of = [shingles(text) or frozenset({hash(letters(text) or text)}) for text in texts]
    order = sorted(range(len(of)), key=lambda index: -len(of[index]))
    seen: set[int] = set()
    twins = [False] * len(of)
    for index in order:
        known = len(of[index] & seen)
        if known >= TWIN * len(of[index]):
            twins[index] = True
        else:
            seen |= of[index]
    return twins
