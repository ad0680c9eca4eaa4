"""Real verse to compare with: what a training held back, in parts as those it learned."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from model.checkpoint import DEFAULT_FOLDER, Checkpoint
from train.corpus.load import Corpus
from train.corpus.poem import Poem
from train.provenance import sides
from train.verse.annotate import divide


def add_poet_options(parser: argparse.ArgumentParser) -> None:
    """Which poet is measured, and what it learned from."""
    parser.add_argument(
        "--checkpoint", type=Path, default=DEFAULT_FOLDER, metavar="DIR",
        help="folder of the poet (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--corpus", default="../shared/corpus/poems.jsonl.xz", metavar="C",
        help="the corpus that it learned from (default: %(default)s)",
    )  # fmt: skip


def learned_and_held(checkpoint: Checkpoint, source: str) -> tuple[list[Poem], list[Poem]]:
    """The poems of `source` on each side of the checkpoint's split. Raises ValueError."""
    lyric_only = bool(checkpoint.provenance.get("corpus", {}).get("lyric_only"))
    return sides(checkpoint, Corpus.load([source], lyric_only))


def parts(poems: Iterable[str]) -> list[str]:
    """About 600 characters each, cut where stanzas end."""
    return [part for poem in poems for part in divide(poem)]
