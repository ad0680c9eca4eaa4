"""python -m train corpus: what a corpus holds, what was left out of it and why, ten poems."""

import argparse
import random
import time
from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from train.commands.options import PROG, add_corpus_options
from train.corpus.load import Report, read_corpus
from train.corpus.poem import Poem
from train.corpus.primer import SEED_DIET

POEMS_SHOWN = 10
LINES_SHOWN = 14


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the command."""
    parser = argparse.ArgumentParser(
        f"{PROG} corpus",
        description="Reads and cleans a corpus as training does; shows what it holds, what was "
        "left out and why, and ten poems of it.",
    )
    add_corpus_options(parser)
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="number that the choice of the ten poems starts from (default: %(default)s)",
    )
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Prints tables and poems; returns the figures. Raises CorpusError."""
    console = Console()
    started = time.monotonic()
    poems, report = read_corpus(options.corpus or [SEED_DIET], options.lyric_only)
    seconds = time.monotonic() - started
    console.print(_kept(report))
    if report.dropped or report.removed:
        console.print(_left_out(report))
    for poem in random.Random(options.seed).sample(poems, min(POEMS_SHOWN, len(poems))):
        console.print(_excerpt(poem))
    figures = {
        **sum(report.kept.values(), Counter()),
        "characters": len(set().union(*(poem.text for poem in poems))),
        "authors": len({poem.author for poem in poems if poem.author}),
        "sources": {source: dict(counts) for source, counts in report.kept.items()},
        "dropped": dict(report.dropped),
        "removed": dict(report.removed),
        "seconds": round(seconds, 1),
    }
    return {"figures": figures}


def _kept(report: Report) -> Table:
    """Lays out what of each source stays, by its `report`."""
    table = Table("source", title="What is learned from")
    for name in ("poems", "lines", "chars"):
        table.add_column(name, justify="right")
    for source, counts in report.kept.items():
        table.add_row(Text(source), *(f"{counts[name]:,}" for name in ("poems", "lines", "chars")))
    return table


def _left_out(report: Report) -> Table:
    """Lays out what was left out for which reason, by its `report`."""
    table = Table("what", "why", title="What was left out")
    table.add_column("count", justify="right")
    table.add_column("the first")
    for what, counts in (("poem", report.dropped), ("line", report.removed)):
        for reason, count in counts.most_common():
            table.add_row(what, reason, f"{count:,}", Text(report.examples[reason][:60]))
    return table


def _excerpt(poem: Poem) -> Text:
    """Returns who wrote `poem`, and its first lines."""
    lines = poem.text.split("\n")
    more = ["..."] if len(lines) > LINES_SHOWN else []
    credit = ", ".join(filter(None, (poem.title, poem.author))) or "untitled"
    return Text("\n".join(["", f"-- {credit}", *lines[:LINES_SHOWN], *more]))
