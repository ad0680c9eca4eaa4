"""python -m train words: makes the asset files of a trained poet anew."""

import argparse
from pathlib import Path
from typing import Any

from train.commands.options import PROG, add_corpus_options
from train.errors import TrainingError


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the command."""
    parser = argparse.ArgumentParser(
        f"{PROG} words",
        description="Makes anew the asset files of a poet that has been trained already: the "
        "words that it may use with their rhymes, its authors, and the runs of characters that it "
        "shall not recite. A training does this by itself.",
    )
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="folder of the poet")
    add_corpus_options(parser)
    parser.add_argument(
        "--also", action="append", metavar="C",
        help="a corpus that the checkpoint learned from before, which this one began from; may be "
        "given several times",
    )  # fmt: skip
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Writes the asset files into the checkpoint's folder; returns the figures.

    Raises CheckpointError for a folder that is none, CorpusError for poems that can't be read,
    TrainingError for others than it learned from.
    """
    from model.checkpoint import load_checkpoint
    from train.corpus.load import Corpus
    from train.provenance import learned_from, sides
    from train.verse.assets import Assets

    checkpoint = load_checkpoint(options.checkpoint)
    corpus = Corpus.load(options.corpus, options.lyric_only)
    if not learned_from(checkpoint, corpus):
        raise TrainingError(
            f"{checkpoint.name} learned from another corpus, and would lose the words it knows: "
            "name that one with --corpus, and --lyric-only if its training had it."
        )
    learned, _ = sides(checkpoint, corpus)
    if options.also:
        before, _ = sides(checkpoint, Corpus.load(options.also, options.lyric_only))
        learned += before
    assets = Assets.of(learned)
    assets.write(options.checkpoint)
    words, authors = len(assets.words.words), len(assets.authors)
    print(
        f"{options.checkpoint} now may use {words:,} words, knows the manner of "
        f"{authors:,} authors, and recites no 30 characters of {len(learned):,} poems."
    )
    return {"words": words, "authors": authors, "poems": len(learned)}
