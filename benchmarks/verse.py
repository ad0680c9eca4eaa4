"""Poems that keep what was asked of them: many of each form, counted by the critic.

    python benchmarks/verse.py --processes 2
    python benchmarks/verse.py --forms quatrain haiku --poems 20 --out poems.jsonl

Seeds and settings are the benchmark's own (benchmarks/seeds.py) and the checkpoint's defaults. Only
the time limit is longer than a member's, so that a busy machine does not change what is written;
seconds are measured apart, one poem at a time. Poems are kept as they come: the same command goes
on where it was stopped.

A seed that is longer than the form's first line can't keep the form: such poems are looked at only
for the seed, for real words, and for a note that says what was bent. Everything is counted by
`verse.judge.critic`, so a judge with another dictionary may count otherwise.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from rich.console import Console
from rich.table import Table

from benchmarks.report import bar, finish, machine
from benchmarks.seeds import NAMES, SEEDS, THEMES
from benchmarks.writing import Record, add_writing_options, compose, write_all
from model.checkpoint import load_checkpoint
from model.fast.threads import DEFAULT_THREADS, Threads
from model.tokenizer import POEM_END
from train.dataset import encode
from train.loop import evaluate
from verse.judge.copying import copying
from verse.judge.english_words import english_words
from verse.judge.files import read_poems
from verse.judge.measures import (
    Compliance,
    compliance,
    first_letter,
    iambic,
    lines_of,
    real_words,
)
from verse.request.forms import FORMS, IAMB, Line, plan
from verse.request.request import PoemRequest
from verse.sound import prosody
from verse.write.poet import Poet
from verse.write.score import mentions

TRIES = 50
"""Poems of one seed whose first lines should differ."""
TIMED = {"quatrain": 1.5, "sonnet": 5.0}
"""Forms whose time is measured, and what a poem of a network of 5 M parameters may take."""
LONGEST = 15.0
TIMED_POEMS = 20
"""Of each."""


@dataclass(frozen=True)
class Written:
    """A poem, and what it was to be."""

    request: PoemRequest
    text: str
    notes: Sequence[str]

    @classmethod
    def of(cls, request: PoemRequest, record: Record) -> "Written":
        return cls(request, record["text"], record["notes"])

    @property
    def asked(self) -> tuple[Line, ...]:
        return plan(FORMS[self.request.form], acrostic=self.request.acrostic)

    @property
    def fits(self) -> bool:
        """Whether the seed leaves room to keep the form."""
        if not self.asked or "\n" in self.request.seed_text:
            return False
        wanted = self.asked[0].syllables
        return wanted is None or prosody.syllables(self.request.seed_text) <= wanted

    @property
    def seed_kept(self) -> bool:
        seed = [word for line in self.request.seed_text.split("\n") for word in prosody.words(line)]
        text = [word for line in lines_of(self.text) for word in prosody.words(line)]
        return text[: len(seed)] == seed


@dataclass(frozen=True)
class Batch:
    """Poems that are counted together."""

    name: str
    written: Sequence[Written]
    poet: Poet

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.written]

    @cached_property
    def fitting(self) -> list[Written]:
        return [one for one in self.written if one.fits]

    @cached_property
    def kept(self) -> Compliance | None:
        if not self.fitting:
            return None
        return compliance([one.text for one in self.fitting], [one.asked for one in self.fitting])

    @property
    def all_syllables(self) -> float:
        """Poems of which every line has exactly the syllables asked for."""
        kept = [compliance([one.text], [one.asked]).syllables == 1 for one in self.fitting]
        return sum(kept) / max(1, len(kept))

    @property
    def sure(self) -> float:
        """Lines on whose syllables careful counters agree."""
        ranges = [prosody.syllable_range(line) for text in self.texts for line in lines_of(text)]
        return sum(low == high for low, high in ranges) / max(1, len(ranges))

    @cached_property
    def bits_per_char(self) -> float:
        """What the network thinks of the poems when it isn't told of what form they are.

        For each character of the poems alone: the mark behind each is paid for by these.
        """
        tokenizer, model = self.poet.tokenizer, load_checkpoint(self.poet.folder).model
        encoded = [encode(text, tokenizer) for text in self.texts]
        chars = sum(map(len, self.texts))
        end = tokenizer.stoi[POEM_END]
        result = evaluate(model, encoded, end)
        return result.bits_per_char * result.chars / chars

    def figures(self) -> dict[str, Any]:
        kept = self.kept
        return {
            "poems": len(self.written),
            "judged": len(self.fitting),
            "rhymes": kept.rhymes.kept if kept and kept.rhymes else None,
            "rhyme_pairs": kept.rhymes.count if kept and kept.rhymes else 0,
            "lines": kept.lines if kept else None,
            "stanzas": kept.stanzas if kept else None,
            "initials": kept.initials if kept else None,
            "syllables": kept.syllables if kept else None,
            "syllables_sure": self.sure,
            "syllables_near": kept.syllables_near if kept else None,
            "real_words": real_words(self.texts, english_words()).share,
            "iambic": iambic([one.text for one in self.fitting]) if self.fitting else None,
            "bits_per_char": self.bits_per_char,
            "seed_kept": sum(one.seed_kept for one in self.written) / len(self.written),
            "with_notes": sum(bool(one.notes) for one in self.written),
        }


def requests(form: str, count: int) -> list[PoemRequest]:
    """`count` poems of a form, one seed after the other, each with its own number."""
    return [
        PoemRequest(
            seed_text=(seed := SEEDS[number % len(SEEDS)]),
            seed=number,
            form=form,
            acrostic=NAMES[first_letter(seed)] if form == "acrostic" else "",
        )
        for number in range(count)
    ]


def tries(count: int) -> list[PoemRequest]:
    """So many tries of one seed that is shorter than a line."""
    return [PoemRequest(SEEDS[0], number, form="quatrain") for number in range(count)]


def themed(count: int) -> list[PoemRequest]:
    """A theme each, in four forms in turns."""
    return [
        PoemRequest(
            SEEDS[number % len(SEEDS)],
            number,
            form=("free", "couplet", "quatrain", "haiku")[number % 4],
            theme=THEMES[number % len(THEMES)],
        )
        for number in range(count)
    ]


def distinct_openings(written: Sequence[Written]) -> int:
    return len({lines_of(one.text)[0] for one in written})


def themes_spoken_of(written: Sequence[Written], poet: Poet) -> float:
    """Share of poems that speak of what was asked."""
    spoken = [mentions(poet.theme(one.request.theme), prosody.words(one.text)) for one in written]
    return sum(map(bool, spoken)) / len(spoken)


def seconds(written: Sequence[Written], poet: Poet) -> tuple[list[float], int]:
    """The same poems once more, one at a time as members ask for them: how long each took, and how
    many were not the same, which no machine, busy or idle, should make them."""
    took, others = [], 0
    for one in written:
        poem = compose(poet, one.request)
        took.append(poem.seconds)
        others += poem.text != one.text
    return took, others


def is_iambic(form: str) -> bool:
    rhythms = FORMS[form].rhythms
    return bool(rhythms) and all(rhythm == IAMB * (len(rhythm) // 2) for rhythm in rhythms)


def together(name: str, batches: Sequence[Batch], poet: Poet) -> Batch:
    return Batch(name, [one for batch in batches for one in batch.written], poet)


def bars_of(batches: dict[str, Batch], poet: Poet) -> list[dict[str, Any]]:
    """The bars that the forms at hand can be held against."""
    everything = together("all", list(batches.values()), poet)
    formed = together(
        "formed", [batch for form, batch in batches.items() if FORMS[form].scheme], poet
    )
    metrical = together("iambic", [batches[form] for form in batches if is_iambic(form)], poet)
    figures = everything.figures()
    bars = []
    if (kept := formed.kept) is not None:
        if kept.rhymes is not None:
            bars.append(bar("requested rhymes kept", kept.rhymes.kept, 0.98))
        bars += [
            bar("lines as asked", kept.lines, 1.0),
            bar("stanzas as asked", kept.stanzas, 1.0),
        ]
        if kept.initials is not None:
            bars.append(bar("letters of acrostics", kept.initials, 1.0))
        if kept.syllables_near is not None:
            bars.append(bar("syllables within one", kept.syllables_near, 0.97))
    if "haiku" in batches:
        bars.append(bar("haiku of exactly 5-7-5", batches["haiku"].all_syllables, 0.99))
    if figures["real_words"] is not None:
        bars.append(bar("real words", figures["real_words"], 0.99))
    if "free" in batches and formed.written:
        cost = formed.bits_per_char / batches["free"].bits_per_char
        bars.append(bar("bits per character, formed over free", cost, 1.10, at_least=False))
    if metrical.fitting:
        stress = iambic([one.text for one in metrical.fitting])
        bars.append(bar("iambic stress of iambic forms", stress, 0.80))
    bars.append(bar("seed kept as the opening", figures["seed_kept"], 1.0))
    return bars


def time_bars(batches: dict[str, Batch], poet: Poet) -> list[dict[str, Any]]:
    """Of the forms that are timed, as far as they are at hand."""
    bars, all_others = [], 0
    for form, limit in TIMED.items():
        if form in batches:
            took, others = seconds(batches[form].written[:TIMED_POEMS], poet)
            bars.append(bar(f"{form}, median seconds", median(took), limit, at_least=False))
            bars.append(bar(f"{form}, longest in seconds", max(took), LONGEST, at_least=False))
            all_others += others
    if bars:
        bars.append(bar("poems that came out otherwise", all_others, 0, at_least=False))
    return bars


def table(batches: Sequence[Batch]) -> Table:
    """A row for each form; judged: poems whose seed left room to keep it."""
    columns = {
        "rhymes": "rhyme", "lines": "lines", "syllables_near": "syll", "real_words": "words",
        "iambic": "iamb", "bits_per_char": "bits",
    }  # fmt: skip
    result = Table(title="Verse")
    for column in ("form", "judged", *columns.values()):
        result.add_column(column, justify="left" if column == "form" else "right", no_wrap=True)
    for batch in batches:
        figures = batch.figures()
        cells = ["-" if figures[name] is None else f"{figures[name]:.2f}" for name in columns]
        result.add_row(batch.name, f"{figures['judged']}/{figures['poems']}", *cells)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_writing_options(parser)
    parser.add_argument(
        "--forms", nargs="+", choices=FORMS, default=list(FORMS), metavar="F",
        help=f"which of {', '.join(FORMS)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--poems", type=int, default=200, metavar="N",
        help="how many of each form (default: %(default)s, some three hours on one core)",
    )  # fmt: skip
    parser.add_argument(
        "--reference", metavar="CORPUS",
        help="what the poet was trained on, to count the poems that repeat 30 characters of it "
        "(default: not counted)",
    )  # fmt: skip
    options = parser.parse_args()
    if options.poems < 1 or options.processes < 1:
        parser.error("--poems and --processes must be 1 or more")

    facts = machine()
    print(f"Machine: {facts}", flush=True)
    threads = Threads(DEFAULT_THREADS)
    torch.set_num_threads(1)
    poet = Poet(load_checkpoint(options.checkpoint), threads=threads)
    wanted = {form: requests(form, options.poems) for form in options.forms}
    wanted["themes"] = themed(min(len(THEMES), options.poems))
    if "quatrain" in options.forms:
        wanted["tries"] = tries(min(TRIES, options.poems))
    everything = [request for group in wanted.values() for request in group]
    records = write_all(options.checkpoint, everything, options.out, options.processes)
    answers = iter(map(Written.of, everything, records))
    written = {name: [next(answers) for _ in group] for name, group in wanted.items()}
    batches = {form: Batch(form, written[form], poet) for form in options.forms}

    Console().print(table(list(batches.values())))
    bars = bars_of(batches, poet)
    if "tries" in written:
        count = len(written["tries"])
        distinct = distinct_openings(written["tries"])
        bars.append(bar(f"distinct first lines of {count}", distinct, 0.9 * count))
    spoken = themes_spoken_of(written["themes"], poet)
    bars.append(bar(f"{len(written['themes'])} themes spoken of", spoken, 0.95))
    if options.reference:
        texts = [text for batch in batches.values() for text in batch.texts]
        found = copying(texts, read_poems(options.reference))
        bars.append(bar("poems with a run of the corpus", found.poems / len(texts), 0.01, False))
    bars += time_bars(batches, poet)
    figures = {form: batch.figures() for form, batch in batches.items()}
    finish("verse", facts | {"checkpoint": str(options.checkpoint)}, figures, bars)


if __name__ == "__main__":
    main()
