"""Divides a corpus into training and validation: by each poem's letters, and without twins."""

import hashlib
from dataclasses import replace

from train.corpus.duplicates import shingles
from train.corpus.poem import Poem, letters

SHARED_LINES = 2
"""Long lines in common with the poems held back, from which on a poem is not trained on.

One alone is a stock phrase or a quotation; two are a piece of the same poem."""


def split(
    poems: list[Poem], val_fraction: float, how: str = "poems"
) -> tuple[list[Poem], list[Poem]]:
    """Divides `poems` into (training, validation). Raises ValueError when one would stay empty.

    val_fraction: the share held back. how: by "poems", a poem is held back by its own letters, as
    its source prints them. So a growing corpus and better cleaning move none to the other side, and
    a larger fraction contains a smaller one. What shares lines with a poem held back is on neither
    side. By "authors", poems are held back in the same way, and beside them all poems of so large a
    share of the authors, by surname: only they tell what a network makes of a poet it never met. By
    "tail" the last characters of all are held back, as everybody divides tiny Shakespeare: for one
    long text.
    """
    if how == "tail":
        train, val = _cut(poems, round((1 - val_fraction) * sum(len(poem.text) for poem in poems)))
    else:
        train, val = [], []
        for poem in poems:
            alone = _position(letters(poem.printed or poem.text)) < val_fraction
            (val if alone or (how == "authors" and unread(poem, val_fraction)) else train).append(
                poem
            )
        held_back = {line for poem in val for line in shingles(poem.text)}
        train = [poem for poem in train if len(shingles(poem.text) & held_back) < SHARED_LINES]
    if not train or not val:
        if len(poems) == 1 and how != "tail":
            raise ValueError(
                "One poem is too few to hold some back for validation: train with --split tail, "
                "which holds back its end, or add more with --corpus."
            )
        raise ValueError(
            f"{len(poems)} poems are too few to hold some back for validation: add more with "
            "--corpus, or raise --val-fraction."
        )
    return train, val


def _cut(poems: list[Poem], border: int) -> tuple[list[Poem], list[Poem]]:
    """Cuts `poems` after `border` characters into two; the poem on the border is in both."""
    before, after = [], []
    for poem in poems:
        before.append(replace(poem, text=poem.text[:border]))
        after.append(replace(poem, text=poem.text[border:]))
        border = max(0, border - len(poem.text))
    return [poem for poem in before if poem.text], [poem for poem in after if poem.text]


def unread(poem: Poem, val_fraction: float) -> bool:
    """Says whether the split by "authors" holds back all poems of this one's author."""
    name = surname(poem.author)
    return bool(name) and _position(f"author {name}") < val_fraction


def surname(author: str) -> str:
    """Returns the last word of an `author`'s name, in lower case, without a title behind it."""
    return (author.partition(",")[0].split() or [""])[-1].lower()


def _position(text: str) -> float:
    """Hashes `text` to a number from 0 to 1."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64
