"""Measures poems: python -m verse.judge FILE... [--reference CORPUS] [--json]."""

import argparse
import json
import sys
from dataclasses import asdict, replace

from rich.console import Console
from rich.table import Table

from model.terminal import exit_status
from verse.judge.critic import Figures, measure, rows
from verse.judge.files import read_poems, read_records
from verse.judge.measures import compliance, lines_of
from verse.request.forms import FORMS, Form, Line, plan

MEASURABLE = [form.name for form in FORMS.values() if form.scheme]
"""Names of the forms that poems can be measured against."""
MAX_UNKNOWN_SHOWN = 20
"""Maximum unknown words shown in the terminal; the JSON document has all."""


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Parses the command line `argv`; None: that of the process."""
    parser = argparse.ArgumentParser(
        "python -m verse.judge",
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
        "--form", choices=MEASURABLE, metavar="F",
        help=f"the form that the poems should keep: {', '.join(MEASURABLE)} (default: none)",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", help="end with one JSON document: all figures"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Measures the files that `argv` names; returns the exit status, as `exit_status` does."""
    options = parse(argv)
    return exit_status(lambda: show(options))


def show(options: argparse.Namespace) -> None:
    """Prints the measures of the files of `options`. Raises ValueError for unreadable ones."""
    poems = [poem for file in options.files for poem in read_poems(file)]
    reference = options.reference and (r["text"] for r in read_records(options.reference))
    figures = measure(poems, reference)
    if options.form:
        asked = [asked_of(poem, FORMS[options.form]) for poem in poems]
        figures = replace(figures, compliance=compliance(poems, asked))
    console = Console()
    console.print(table(figures))
    if figures.real_words.share is None:
        console.print("Real words: not measured, for want of a list. pip install pyspellchecker")
    elif unknown := figures.real_words.unknown:
        console.print(f"Not words: {', '.join(unknown[:MAX_UNKNOWN_SHOWN])}", markup=False)
    if options.json:
        print(json.dumps(asdict(figures)))


def asked_of(poem: str, form: Form) -> tuple[Line, ...]:
    """Returns the plan of `form` with as many lines as `poem`, or its default if it can't."""
    try:
        return plan(form, len(lines_of(poem)))
    except ValueError:
        return plan(form)


def table(figures: Figures) -> Table:
    """Formats `figures` as a table, a row for each measure."""
    result = Table(title=f"{figures.poems} poems, {figures.lines} lines, {figures.words} words")
    result.add_column("measure")
    result.add_column("here", justify="right")
    result.add_column("real verse", justify="right", style="dim")
    for row in rows(figures):
        result.add_row(*row)
    return result


if __name__ == "__main__":
    sys.exit(main())
