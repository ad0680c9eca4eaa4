"""Held-out poems of a checkpoint's training, as real verse to compare with."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from model.checkpoint import DEFAULT_FOLDER, Checkpoint
from train.corpus.load import Corpus
from train.corpus.poem import Poem
from train.provenance import sides
from train.verse.annotate import divide


def add_poet_options(parser: argparse.ArgumentParser) -> None:
    """Adds --checkpoint and --corpus to `parser`."""
    parser.add_argument(
        "--checkpoint", type=Path, default=DEFAULT_FOLDER, metavar="DIR",
        help="folder of the poet (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--corpus", default="../shared/corpus/poems.jsonl.xz", metavar="C",
        help="the corpus that it learned from (default: %(default)s)",
    )  # fmt: skip


def learned_and_held(checkpoint: Checkpoint, source: str) -> tuple[list[Poem], list[Poem]]:
    """Splits the poems of `source` as the checkpoint's training did: (train, held out).

    Raises ValueError where the corpus is not the one of the training.
    """
    lyric_only = bool(checkpoint.provenance.get("corpus", {}).get("lyric_only"))
    return sides(checkpoint, Corpus.load([source], lyric_only))


def parts(poems: Iterable[str]) -> list[str]:
    """Divides `poems` into parts of about 600 characters at stanza ends, as in training."""
    return [part for poem in poems for part in divide(poem)]
