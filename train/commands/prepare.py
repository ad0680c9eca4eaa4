"""python -m train prepare: a corpus read, divided and described once, for several trainings."""

import argparse
from pathlib import Path
from typing import Any

from train.commands.options import PROG, add_corpus_options
from train.recipe import PRESETS
from verse.judge.files import CorpusError


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the command."""
    parser = argparse.ArgumentParser(
        f"{PROG} prepare",
        description="Reads, cleans, divides and describes a corpus once, for any number of "
        "trainings with --prepared: they begin at once, also where there is no corpus.",
    )
    parser.add_argument(
        "--preset",
        choices=[name for name, recipe in PRESETS.items() if recipe.verse],
        default="base",
        help="whose share of the poems is held back (default: %(default)s)",
    )
    add_corpus_options(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", required=True, help="folder for what is prepared"
    )
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Writes the folder; returns the figures.

    Raises ValueError for a folder that is there or a bad corpus.
    """
    folder: Path = options.out
    if folder.exists():
        raise CorpusError(f"{folder} is already there: name another folder with --out.")

    from train.corpus.load import Corpus
    from train.run_folder import check_writable
    from train.verse.prepared import prepare

    check_writable(folder)
    corpus = Corpus.load(options.corpus, options.lyric_only)
    prepared = prepare(corpus, PRESETS[options.preset])
    prepared.save(folder)
    print(
        f"{folder} holds {len(prepared.parts):,} parts of poems to learn from and "
        f"{len(prepared.held_back):,} poems held back.\n"
        f"Learn from it: python -m train --preset {options.preset} --prepared {folder}"
    )
    return {"parts": len(prepared.parts), "held_back": len(prepared.held_back)} | prepared.facts
