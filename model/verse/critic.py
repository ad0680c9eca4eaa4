"""Measures poems: python -m model.verse.critic FILE... [--reference CORPUS] [--json].

What is counted, and how, is in `measures`, `lexicon` and `copying`.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from rich.console import Console
from rich.table import Table

from model.verse import prosody
from model.verse.copying import CopyFinder, Copying
from model.verse.files import read_poems, read_records
from model.verse.forms import FORMS, Form, Line, plan
from model.verse.lexicon import dictionary, frequent
from model.verse.measures import (
    Compliance,
    RealWords,
    Rhymes,
    Syllables,
    compliance,
    distinct,
    iambic,
    lines_of,
    real_words,
    repeated_lines,
    rhymes,
    syllables,
)

FIXED = [form.name for form in FORMS.values() if form.scheme]
"""Forms that ask for something."""
SHOWN = 20
"""Words of those that are none, in the terminal; the JSON document has all."""


@dataclass(frozen=True)
class Figures:
    """All measures of some poems."""

    poems: int
    lines: int
    words: int
    real_words: RealWords
    rhymes: Rhymes
    syllables: Syllables
    iambic: float
    distinct_1: float
    distinct_2: float
    repeated_lines: float
    copying: Copying | None = None
    """None without a corpus."""
    compliance: Compliance | None = None
    """None when nothing was asked for."""


def measure(poems: Sequence[str], reference: Iterable[str] | None = None) -> Figures:
    """All figures that need no knowledge of what was asked.

    reference: texts of a corpus, read once, one by one. What it has is no longer new, and the
    words that it uses often count as real.
    """
    known = dictionary()
    copied = None
    if reference is not None:
        finder, counts = CopyFinder(poems), Counter[str]()
        for text in reference:
            finder.read(text)
            counts.update(re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower()))
        copied = finder.result()
        known = (known or frozenset()) | frequent(counts)
    return Figures(
        poems=len(poems),
        lines=sum(len(lines_of(poem)) for poem in poems),
        words=sum(len(prosody.words(line)) for poem in poems for line in lines_of(poem)),
        real_words=real_words(poems, known),
        rhymes=rhymes(poems),
        syllables=syllables(poems),
        iambic=iambic(poems),
        distinct_1=distinct(poems, 1),
        distinct_2=distinct(poems, 2),
        repeated_lines=repeated_lines(poems),
        copying=copied,
    )


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m model.verse.critic",
        description="Measures poems: words, rhyme, metre, variety, copying, form.",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE",
        help="poems: .txt, two blank lines between them, or .jsonl with a field text; .xz or .gz",
    )  # fmt: skip
    parser.add_argument(
        "--reference", metavar="CORPUS",
        help="file or folder that the poems may have copied from (default: none, and copying is "
        "not measured)",
    )  # fmt: skip
    parser.add_argument(
        "--form", choices=FIXED, metavar="F",
        help=f"the form that the poems should keep: {', '.join(FIXED)} (default: none)",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", help="end with one JSON document: all figures"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Returns the exit status: 0, or 2 after one sentence on what to change."""
    options = parse(argv)
    try:
        poems = [poem for file in options.files for poem in read_poems(file)]
        reference = options.reference and (r["text"] for r in read_records(options.reference))
        figures = measure(poems, reference)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    if options.form:
        asked = [asked_of(poem, FORMS[options.form]) for poem in poems]
        figures = replace(figures, compliance=compliance(poems, asked))
    console = Console()
    console.print(table(figures))
    if figures.real_words.share is None:
        console.print("Real words: not measured, for want of a list. pip install pyspellchecker")
    elif unknown := figures.real_words.unknown:
        console.print(f"Not words: {', '.join(unknown[:SHOWN])}", markup=False)
    if options.json:
        print(json.dumps(asdict(figures)))
    return 0


def asked_of(poem: str, form: Form) -> tuple[Line, ...]:
    """The form with as many stanzas as the poem has, if it can have so many."""
    try:
        return plan(form, len(lines_of(poem)))
    except ValueError:
        return plan(form)


def table(figures: Figures) -> Table:
    """A row for each measure."""
    result = Table(title=f"{figures.poems} poems, {figures.lines} lines, {figures.words} words")
    result.add_column("measure")
    result.add_column("here", justify="right")
    result.add_column("real verse", justify="right", style="dim")
    for row in rows(figures):
        result.add_row(*row)
    return result


def rows(figures: Figures) -> Iterable[tuple[str, str, str]]:
    """Name, value, and the mean of 60 books of the 18th and 19th century (docs/log.md)."""
    heard, length = figures.rhymes, figures.syllables
    yield "real words", _decimal(figures.real_words.share), "0.986"
    yield "lines that rhyme, perfect", f"{heard.perfect:.2f}", "0.63"
    yield "  or slant", f"{heard.kept:.2f}", "0.68"
    yield "  or to the eye", f"{heard.any:.2f}", "0.72"
    yield "syllables a line", f"{length.mean:.1f}", "8.9"
    yield "  deviation in a stanza", f"{length.deviation:.2f}", "1.08"
    yield "iambic stress", f"{figures.iambic:.2f}", "0.72"
    yield "distinct words", f"{figures.distinct_1:.2f}", "0.49"
    yield "  pairs of words", f"{figures.distinct_2:.2f}", "0.92"
    yield "repeated lines", f"{figures.repeated_lines:.3f}", "0.013"
    if copied := figures.copying:
        yield "characters in copied runs", f"{copied.share:.4f}", "0.003"
        yield "  longest of them", str(copied.longest or "under 30"), "40"
    if kept := figures.compliance:
        yield "as asked: number of lines", f"{kept.lines:.3f}", ""
        yield "  stanzas", f"{kept.stanzas:.3f}", ""
        yield "  rhymes, perfect or slant", _decimal(kept.rhymes.kept if kept.rhymes else None), ""
        yield "  syllables", _decimal(kept.syllables), ""
        yield "  within one", _decimal(kept.syllables_near), ""


def _decimal(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


if __name__ == "__main__":
    sys.exit(main())
