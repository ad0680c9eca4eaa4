"""Bits per character on poets whose work is in no training file.

    python benchmarks/unseen.py --corpus ../shared/corpus/poems.jsonl.xz

A training with --lyric-only leaves the rest of its corpus unread, and some authors are there only:
those are measured, and the verse that training downloads by itself. Left out is whatever might be
known after all: authors of a surname that an author who was learned from has too, and poems that
have a long line in common with any poem of the training file, held back or not. (A poet of whom an
anthology has another poem under no name can't be told.) What the lyric part left out is blank
verse, free verse and verse with digits for the most part, so unlike what was learned.

Counted as `python -m train evaluate` counts: all characters of a text and the mark that ends it; a
poem is read from its beginning, with nothing said of it. So it compares with any other model.
"""

import argparse
import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.held_back import add_poet_options
from benchmarks.report import finish, machine
from model.checkpoint import Checkpoint, load_checkpoint
from model.tokenizer import POEM_END
from train.corpus import SEED_DIET, Poem, load_corpus
from train.corpus.duplicates import shingles
from train.corpus.sources import read_source
from train.dataset import encode
from train.evaluate import Evaluation, evaluate
from train.split import surname


@dataclass
class Read:
    """What a training file had in it."""

    surnames: set[str] = field(default_factory=set)
    lines: set[int] = field(default_factory=set)

    def add(self, poem: Poem) -> None:
        self.surnames.add(surname(poem.author))
        self.lines |= shingles(poem.text)

    def knows(self, poem: Poem) -> bool:
        return not self.lines.isdisjoint(shingles(poem.text))


def authors(poems: Iterable[Poem], most: int) -> dict[str, list[Poem]]:
    """The first poems of each author, together no longer than `most` characters but for one."""
    found: dict[str, list[Poem]] = {}
    for poem in poems:
        so_far = found.setdefault(poem.author, [])
        if sum(len(one.text) for one in so_far) < most:
            so_far.append(poem)
    return found


def measure(checkpoint: Checkpoint, poems: list[Poem]) -> Evaluation:
    tokenizer = checkpoint.tokenizer
    known = [text for poem in poems if (text := tokenizer.clean(poem.text))]
    return evaluate(
        checkpoint.model,
        [encode(text, tokenizer) for text in known],
        tokenizer.stoi[POEM_END],
        chars=sum(len(text) + 1 for text in known),
    )


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/unseen.py", description=__doc__)
    add_poet_options(parser)
    parser.add_argument(
        "--chars", type=int, default=8000, metavar="N",
        help="of each author about so many at most (default: %(default)s, three CPU minutes)",
    )  # fmt: skip
    options = parser.parse_args()
    torch.set_num_threads(1)
    facts = machine()
    print(f"Machine: {facts}", flush=True)

    checkpoint = load_checkpoint(options.checkpoint)
    lyric_only = bool(checkpoint.provenance.get("corpus", {}).get("lyric_only"))
    read = Read()
    for poem in read_source(options.corpus, lyric_only):
        read.add(poem)
    others = [
        poem
        for poem in load_corpus([options.corpus])
        if poem.author and surname(poem.author) not in read.surnames and not read.knows(poem)
    ]
    seed = [poem for poem in load_corpus([SEED_DIET]) if not read.knows(poem)]
    groups = {
        "authors not read": authors(others, options.chars),
        "the verse downloaded by itself": authors(seed, options.chars),
    }

    figures = {}
    print("\n| whose | poems | characters | bits per character |\n|---|---|---|---|")
    for group, by_author in groups.items():
        of: dict[str, dict[str, float]] = {}
        for author, poems in sorted(by_author.items()):
            result = measure(checkpoint, poems)
            of[author] = {
                "poems": len(poems), "chars": result.chars, "bits_per_char": result.bits_per_char
            }  # fmt: skip
            print(f"| {author or 'nobody'} | {len(poems)} | {result.chars:,} | "
                  f"{result.bits_per_char:.3f} |", flush=True)  # fmt: skip
        chars = sum(row["chars"] for row in of.values())
        bits = sum(row["chars"] * row["bits_per_char"] for row in of.values())
        whole = bits / chars if chars else math.nan
        print(f"| **{group}** | {sum(map(len, by_author.values()))} | {chars:,.0f} | "
              f"**{whole:.3f}** |")  # fmt: skip
        figures[group] = {
            "bits_per_char": whole if chars else None, "chars": chars, "authors": of
        }  # fmt: skip
    print()
    finish("unseen", facts | {"checkpoint": str(options.checkpoint)}, figures, [])


if __name__ == "__main__":
    main()
