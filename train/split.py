"""Which poems are held back: fixed by each poem's letters, and no twin of one is trained on."""

import hashlib
from collections import Counter

from train.corpus import Poem
from train.corpus.duplicates import shingles
from train.corpus.poem import letters

SHARED_LINES = 2
"""Long lines in common with those held back from which on a poem is not trained on.

One alone is a stock phrase or a quotation; two are a piece of the same poem."""


def split(poems: list[Poem], val_fraction: float) -> tuple[list[Poem], list[Poem]]:
    """(training, validation); poems akin to a validation poem are in neither.

    A poem is held back by its own letters as its source prints them, so a growing corpus and
    better cleaning move none to the other side, and a larger fraction contains a smaller one.
    Raises ValueError when a side would stay empty.
    """
    val = [poem for poem in poems if _position(poem) < val_fraction]
    held_back = Counter(line for poem in val for line in shingles(poem.text))
    train = [
        poem
        for poem in poems
        if _position(poem) >= val_fraction
        and len(shingles(poem.text) & held_back.keys()) < SHARED_LINES
    ]
    if not train or not val:
        raise ValueError(
            f"{len(poems)} poems are too few to hold some back for validation: add more with "
            "--corpus, or raise --val-fraction."
        )
    return train, val


def _position(poem: Poem) -> float:
    """A number from 0 to 1 made of the poem's letters; case and punctuation don't move it."""
    digest = hashlib.sha256(letters(poem.printed or poem.text).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
