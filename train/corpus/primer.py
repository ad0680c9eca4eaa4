"""The text that comes along, so that nothing need be downloaded: train/primer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verse.judge.files import read_records

SEED_DIET = "seed"
"""Name of the corpus that training starts with when none is named: a fixed part of the primer."""
PRIMER = "primer"
"""Name of the corpus of all its poems."""
STORIES = "stories"
"""Name of the corpus of its tiny stories, which are prose."""
SEED_CHARS = 223_000

_FOLDER = Path(__file__).parents[1] / "primer"
_SEED_FILES = ("home", "nature", "prompts")


def read_primer() -> Iterator[dict[str, Any]]:
    """Yields the records of all poems."""
    for file in sorted(_FOLDER.glob("*.txt")):
        yield from read_records(str(file))


def read_stories() -> Iterator[dict[str, Any]]:
    """Yields the records of all stories."""
    yield from read_records(str(_FOLDER / "stories"))


def read_seed_diet() -> Iterator[dict[str, Any]]:
    """Yields the first poems of a few files, whole ones, of `SEED_CHARS` characters at most.

    They stay the same when the primer grows, so that losses can be compared.
    """
    chars = 0
    for name in _SEED_FILES:
        for record in read_records(str(_FOLDER / f"{name}.txt")):
            chars += len(record["text"])
            if chars > SEED_CHARS:
                return
            yield record
