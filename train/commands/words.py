"""python -m train words: makes anew what lies beside the weights of a poet."""

import argparse
from typing import Any

from model.checkpoint import load_checkpoint
from train.commands.train import learned_from, sides
from train.loop import TrainingError
from train.verse.prepared import Corpus
from train.verse.word_list import authors, word_list_of, write_lexicon
from verse.judge.known_runs import KnownRuns


def write_words(options: argparse.Namespace) -> dict[str, Any]:
    """Writes into the checkpoint's folder the words, authors and known runs of its corpus; what a
    training of today does by itself.

    Raises CheckpointError for a folder that is none, CorpusError for poems that can't be read,
    TrainingError for others than it learned from.
    """
    checkpoint = load_checkpoint(options.checkpoint)
    corpus = Corpus.load(options.corpus, options.lyric_only)
    if not learned_from(checkpoint, corpus):
        raise TrainingError(
            f"{checkpoint.name} learned from another corpus, and would lose the words it knows: "
            "name that one with --corpus, and --lyric-only if its training had it."
        )
    learned, _ = sides(checkpoint, corpus)
    stock, names = word_list_of(learned), authors(learned)
    write_lexicon(stock, names, KnownRuns.of(poem.text for poem in learned), options.checkpoint)
    print(
        f"{options.checkpoint} now may use {len(stock.words):,} words, knows the manner of "
        f"{len(names):,} authors, and recites no 30 characters of {len(learned):,} poems."
    )
    return {"words": len(stock.words), "authors": len(names), "poems": len(learned)}
