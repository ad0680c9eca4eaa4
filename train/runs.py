"""python -m train runs: gives a poet that has been trained already the runs of its corpus."""

import argparse
from typing import Any

from model.checkpoint import read_json
from model.verse.known_runs import FILE, KnownRuns
from train.session import Corpus


def write_runs(options: argparse.Namespace) -> dict[str, Any]:
    """Writes the file into the checkpoint's folder; what a training of today does by itself.

    Raises CheckpointError for a folder that is none, CorpusError for poems that can't be read.
    """
    folder = options.checkpoint
    read_json(folder / "config.json")
    corpus = Corpus.load(options.corpus, options.lyric_only)
    KnownRuns.of(corpus.texts).save(folder)
    path = folder / FILE
    print(
        f"Wrote {path}: no poem of this poet now holds 30 characters that its corpus has in a row."
    )
    chars = sum(map(len, corpus.texts))
    return {"poems": len(corpus.poems), "chars": chars, "bytes": path.stat().st_size}
