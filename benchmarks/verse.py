"""Compliance of poems with their requests: many of each form, measured by `verse.judge`.

    python benchmarks/verse.py --processes 2
    python benchmarks/verse.py --forms quatrain haiku --poems 20 --out poems.jsonl

Seeds are those of benchmarks/seeds.py, settings the checkpoint's defaults. Only the time limit is
longer than a member's, so that a busy machine does not change the poems; seconds are measured
separately, one poem at a time. Poems are saved one by one: the same command resumes where it was
stopped.

A seed that is longer than the form's first line violates the form: such poems are evaluated only
for the seed, real words, and a note on what was bent. All measures are `verse.judge.critic`'s; a
judge with another pronouncing dictionary may count otherwise.
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
"""Poems from one seed text, whose first lines should differ."""
TIMED = {"quatrain": 1.5, "sonnet": 5.0}
"""Maximum median seconds of a poem, for a network of 5 M parameters, by form."""
MAX_SECONDS = 15.0
"""Maximum seconds of any poem that is timed."""
TIMED_POEMS = 20
"""Poems of each form that are timed."""


@dataclass(frozen=True)
class Written:
    """Holds a poem and its request."""

    request: PoemRequest
    text: str
    notes: Sequence[str]

    @classmethod
    def of(cls, request: PoemRequest, record: Record) -> "Written":
        """Makes it from the saved `record` of `request`."""
        return cls(request, record["text"], record["notes"])

    @property
    def asked(self) -> tuple[Line, ...]:
        """Plan: the constraints on each line."""
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
        """Whether the poem begins with the words of the seed."""
        seed = [word for line in self.request.seed_text.split("\n") for word in prosody.words(line)]
        text = [word for line in lines_of(self.text) for word in prosody.words(line)]
        return text[: len(seed)] == seed


@dataclass(frozen=True)
class Batch:
    """Holds poems that are measured together."""

    name: str
    written: Sequence[Written]
    poet: Poet

    @property
    def texts(self) -> list[str]:
        """Texts of all poems."""
        return [one.text for one in self.written]

    @cached_property
    def fitting(self) -> list[Written]:
        """Poems whose seed leaves room to keep the form."""
        return [one for one in self.written if one.fits]

    @cached_property
    def kept(self) -> Compliance | None:
        """Compliance of the fitting poems; None without any."""
        if not self.fitting:
            return None
        return compliance([one.text for one in self.fitting], [one.asked for one in self.fitting])

    @property
    def all_syllables(self) -> float:
        """Share of poems of which every line has exactly the right number of syllables."""
        kept = [compliance([one.text], [one.asked]).syllables == 1 for one in self.fitting]
        return sum(kept) / max(1, len(kept))

    @property
    def unambiguous(self) -> float:
        """Share of lines with only one possible number of syllables."""
        ranges = [prosody.syllable_range(line) for text in self.texts for line in lines_of(text)]
        return sum(low == high for low, high in ranges) / max(1, len(ranges))

    @cached_property
    def bits_per_char(self) -> float:
        """Bits per character of the poems by the network, without headers.

        The bits of POEM_END are spread over the characters of the poems.
        """
        tokenizer, model = self.poet.tokenizer, load_checkpoint(self.poet.folder).model
        encoded = [encode(text, tokenizer) for text in self.texts]
        chars = sum(map(len, self.texts))
        end = tokenizer.stoi[POEM_END]
        result = evaluate(model, encoded, end)
        return result.bits_per_char * result.chars / chars

    def figures(self) -> dict[str, Any]:
        """Returns the figures for the JSON document; None where there is nothing to measure."""
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
            "syllables_sure": self.unambiguous,
            "syllables_near": kept.syllables_near if kept else None,
            "real_words": real_words(self.texts, english_words()).share,
            "iambic": iambic([one.text for one in self.fitting]) if self.fitting else None,
            "bits_per_char": self.bits_per_char,
            "seed_kept": sum(one.seed_kept for one in self.written) / len(self.written),
            "with_notes": sum(bool(one.notes) for one in self.written),
        }


def requests(form: str, count: int) -> list[PoemRequest]:
    """Makes `count` requests for `form`, with SEEDS in turn and seed numbers of their own."""
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
    """Makes `count` requests with the same short seed text and seed numbers of their own."""
    return [PoemRequest(SEEDS[0], number, form="quatrain") for number in range(count)]


def themed(count: int) -> list[PoemRequest]:
    """Makes `count` requests with THEMES and four forms in turn."""
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
    """Counts the distinct first lines."""
    return len({lines_of(one.text)[0] for one in written})


def themes_spoken_of(written: Sequence[Written], poet: Poet) -> float:
    """Returns the share of poems that mention their theme."""
    mentioned = [
        mentions(poet.theme(one.request.theme), prosody.words(one.text)) for one in written
    ]
    return sum(map(bool, mentioned)) / len(mentioned)


def seconds(written: Sequence[Written], poet: Poet) -> tuple[list[float], int]:
    """Writes the same poems again, one at a time, with a member's time limit.

    Returns (seconds of each, number of poems that differ, which should be 0 on any machine).
    """
    took, others = [], 0
    for one in written:
        poem = compose(poet, one.request)
        took.append(poem.seconds)
        others += poem.text != one.text
    return took, others


def is_iambic(form: str) -> bool:
    """Whether all lines of `form` are iambic."""
    rhythms = FORMS[form].rhythms
    return bool(rhythms) and all(rhythm == IAMB * (len(rhythm) // 2) for rhythm in rhythms)


def together(name: str, batches: Sequence[Batch], poet: Poet) -> Batch:
    """Joins `batches` to one."""
    return Batch(name, [one for batch in batches for one in batch.written], poet)


def bars_of(batches: dict[str, Batch], poet: Poet) -> list[dict[str, Any]]:
    """Returns the bars that apply to the forms in `batches`."""
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
    """Times the forms of TIMED that are in `batches`; returns their bars."""
    bars, all_others = [], 0
    for form, limit in TIMED.items():
        if form in batches:
            took, others = seconds(batches[form].written[:TIMED_POEMS], poet)
            bars.append(bar(f"{form}, median seconds", median(took), limit, at_least=False))
            bars.append(bar(f"{form}, longest in seconds", max(took), MAX_SECONDS, at_least=False))
            all_others += others
    if bars:
        bars.append(bar("poems that came out otherwise", all_others, 0, at_least=False))
    return bars


def table(batches: Sequence[Batch]) -> Table:
    """Formats a row for each form; judged: poems whose seed leaves room to keep it."""
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
