"""Bits per character on authors that are held out of training entirely.

    python benchmarks/unseen.py --corpus ../shared/corpus/poems.jsonl.xz

A training with --split authors (preset base) holds some authors out. This evaluates each of them,
and the held-out poems of the other authors for comparison. Poems that share a long line with a
training poem are left out as leaked. (Anonymous poems of a held-out author in an anthology can't be
detected.)

Bits per character are those of `python -m train evaluate`, so they compare with any other model:
they count all characters of a text and POEM_END, and poems have no header.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.held_back import add_poet_options, learned_and_held
from benchmarks.report import finish, machine
from model.checkpoint import Checkpoint, load_checkpoint
from model.tokenizer import POEM_END
from train.corpus.duplicates import shingles
from train.corpus.poem import Poem
from train.dataset import encode
from train.loop import Evaluation, evaluate
from train.verse.split import unread


def never_read(
    learned: list[Poem], held: list[Poem], fraction: float
) -> tuple[dict[str, list[Poem]], list[Poem]]:
    """Filters out `held` poems that share a long line with a `learned` one.

    Returns (poems of authors held out entirely, by author; the other poems). fraction: the recipe's
    val_fraction.
    """
    known = {line for poem in learned for line in shingles(poem.text)}
    authors: dict[str, list[Poem]] = {}
    others = []
    for poem in held:
        if not known.isdisjoint(shingles(poem.text)):
            continue
        if unread(poem, fraction):
            authors.setdefault(poem.author, []).append(poem)
        else:
            others.append(poem)
    return authors, others


def measure(checkpoint: Checkpoint, poems: list[Poem]) -> Evaluation:
    """Evaluates `checkpoint` on `poems`, without characters that its tokenizer lacks."""
    tokenizer = checkpoint.tokenizer
    known = [text for poem in poems if (text := tokenizer.clean(poem.text))]
    return evaluate(
        checkpoint.model,
        [encode(text, tokenizer) for text in known],
        tokenizer.stoi[POEM_END],
    )


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/unseen.py", description=__doc__)
    add_poet_options(parser)
    options = parser.parse_args()
    torch.set_num_threads(1)
    facts = machine()
    print(f"Machine: {facts}", flush=True)

    try:
        checkpoint = load_checkpoint(options.checkpoint)
        learned, held = learned_and_held(checkpoint, options.corpus)
    except ValueError as error:
        parser.error(str(error))
    recipe = checkpoint.provenance["recipe"]
    authors, others = never_read(learned, held, recipe["val_fraction"])
    if recipe.get("split") != "authors" or not authors:
        parser.error(f"{options.checkpoint} held back no authors: train with --split authors.")

    print("\n| whose | poems | characters | bits per character |\n|---|---|---|---|")
    rows: dict[str, dict[str, float]] = {}
    total: Counter[str] = Counter()

    def show(whose: str, poems: list[Poem]) -> Evaluation:
        result = measure(checkpoint, poems)
        print(f"| {whose} | {len(poems)} | {result.chars:,} | {result.bits_per_char:.3f} |",
              flush=True)  # fmt: skip
        return result

    for author, poems in sorted(authors.items()):
        result = show(author, poems)
        rows[author] = {"chars": result.chars, "bits_per_char": result.bits_per_char}
        total.update(poems=len(poems), chars=result.chars)
    bits = sum(row["chars"] * row["bits_per_char"] for row in rows.values())
    whole = bits / total["chars"]
    print(f"| **authors never read** | {total['poems']} | {total['chars']:,} | **{whole:.3f}** |")
    read = show("other poems of authors it has read", others)
    print()
    figures = {
        "authors_never_read": {"bits_per_char": whole, "chars": total["chars"], "authors": rows},
        "authors_read": {"bits_per_char": read.bits_per_char, "chars": read.chars},
    }
    finish("unseen", facts | {"checkpoint": str(options.checkpoint)}, figures, [])


if __name__ == "__main__":
    main()
