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
    Console().print(table(figures))
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
    """A row for each measure, with what verse of the 18th and 19th century has beside it."""
    result = Table(title=f"{figures.poems} poems, {figures.lines} lines, {figures.words} words")
    result.add_column("measure")
    result.add_column("here", justify="right")
    result.add_column("real verse", justify="right", style="dim")
    for row in _rows(figures):
        result.add_row(*row)
    return result


def _rows(figures: Figures) -> Iterable[tuple[str, str, str]]:
    words, heard, length = figures.real_words, figures.rhymes, figures.syllables
    if words.share is None:
        yield "real words", "no list: pip install pyspellchecker", ""
    else:
        yield "real words", f"{words.share:.3f}", "0.97"
    yield "lines that rhyme: perfect", f"{heard.perfect:.2f}", "0.64"
    yield "  and slant", f"{heard.kept:.2f}", ""
    yield "  and to the eye", f"{heard.any:.2f}", "0.71"
    yield "syllables a line", f"{length.mean:.1f}", "8.6"
    yield "  deviation in a stanza", f"{length.deviation:.2f}", "1.95"
    yield "iambic stress", f"{figures.iambic:.2f}", "0.72"
    yield "distinct words, pairs", f"{figures.distinct_1:.2f}, {figures.distinct_2:.2f}", "0.90"
    yield "repeated lines", f"{figures.repeated_lines:.3f}", ""
    if figures.copying:
        yield "characters in copied runs", f"{figures.copying.share:.4f}", "0.0011"
        yield "longest copied run", f"{figures.copying.longest or 'under 30'}", "42"
    if kept := figures.compliance:
        for name, value in asdict(kept).items():
            if isinstance(value, float):
                yield f"as asked: {name.replace('_', ' ')}", f"{value:.3f}", ""
        if kept.rhymes:
            yield "as asked: rhymes", f"{kept.rhymes.kept:.3f}", ""
    if words.unknown:
        yield "no words", ", ".join(words.unknown[:12]), ""


if __name__ == "__main__":
    sys.exit(main())
