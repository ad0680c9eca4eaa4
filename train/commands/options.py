"""Options that several commands of ``python -m train`` have."""

import argparse
from typing import Any

PROG = "python -m train"


def add_corpus_options(parser: argparse.ArgumentParser) -> None:
    """Adds to `parser` which poems are read."""
    parser.add_argument(
        "--corpus",
        action="append",
        metavar="C",
        help="a .jsonl or .txt file (.xz and .gz too), a folder of them; primer, the poems that "
        "come along (train/primer); seed, a part of them (default); stories, the prose that comes "
        "along; prose:FILE, prose in paragraphs; gutenberg, the verse of 1,052 "
        "books of Project Gutenberg, or gutenberg:1322,8800, of these; may be given several times",
    )
    parser.add_argument(
        "--lyric-only", action="store_true", help="leave out records whose field lyric is false"
    )


def add_device_option(parser: argparse.ArgumentParser) -> None:
    """Adds to `parser` where the arithmetic happens."""
    parser.add_argument(
        "--device", default="auto", help="cuda, mps or cpu (default: the fastest that is here)"
    )


def positive(kind: type[int] | type[float]) -> Any:
    """Returns an argparse type for numbers above 0 of this `kind`."""

    def number(text: str) -> float:
        value = kind(text)
        if not 0 < value < 1e9:
            raise argparse.ArgumentTypeError(f"must be more than 0 and not endless, not {text}")
        return value

    return number
