"""Poems that keep what was asked of them: many of each form, counted by the critic.

    python benchmarks/verse.py
    python benchmarks/verse.py --forms quatrain haiku --poems 20 --out poems.jsonl

Seeds and settings are the benchmark's own (benchmarks/seeds.py) and the checkpoint's defaults. A
seed that is longer than the form's first line can't keep the form: such poems are looked at only
for the seed, for real words, and for a note that says what was bent. Everything is counted by
`model.verse.critic`, so a judge with another dictionary may count otherwise.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from rich.console import Console
from rich.table import Table

from benchmarks.report import bar, finish, machine
from benchmarks.seeds import NAMES, SEEDS, THEMES
from model.checkpoint import DEFAULT_FOLDER, load_checkpoint
from model.poet import Poet
from model.tokenizer import POEM_END
from model.verse import prosody
from model.verse.composer import composing
from model.verse.copying import copying
from model.verse.files import read_poems
from model.verse.forms import FORMS, IAMB, Line, plan
from model.verse.lexicon import dictionary
from model.verse.measures import (
    Compliance,
    compliance,
    first_letter,
    iambic,
    lines_of,
    real_words,
)
from model.verse.request import Poem, PoemRequest
from model.verse.score import mentions
from model.verse.writing import write as write_poem
from train.dataset import encode
from train.evaluate import evaluate

TRIES = 50
"""Poems of one seed whose first lines should differ."""


@dataclass(frozen=True)
class Written:
    """A poem, and what it was to be."""

    request: PoemRequest
    poem: Poem

    @property
    def asked(self) -> tuple[Line, ...]:
        return plan(FORMS[self.request.form], acrostic=self.request.acrostic)

    @property
    def fits(self) -> bool:
        """Whether the seed leaves room to keep the form."""
        if not self.asked or "\n" in self.request.seed_text:
            return False
        wanted = self.asked[0].syllables
        return wanted is None or prosody.syllables(self.request.seed_text) < wanted

    @property
    def seed_kept(self) -> bool:
        seed = [word for line in self.request.seed_text.split("\n") for word in prosody.words(line)]
        text = [word for line in lines_of(self.poem.text) for word in prosody.words(line)]
        return text[: len(seed)] == seed


@dataclass(frozen=True)
class Batch:
    """Poems that are counted together."""

    name: str
    written: Sequence[Written]
    poet: Poet

    @property
    def texts(self) -> list[str]:
        return [one.poem.text for one in self.written]

    @cached_property
    def fitting(self) -> list[Written]:
        return [one for one in self.written if one.fits]

    @cached_property
    def kept(self) -> Compliance | None:
        if not self.fitting:
            return None
        return compliance(
            [one.poem.text for one in self.fitting], [one.asked for one in self.fitting]
        )

    @property
    def all_syllables(self) -> float:
        """Poems of which every line has exactly the syllables asked for."""
        kept = [compliance([one.poem.text], [one.asked]).syllables == 1 for one in self.fitting]
        return sum(kept) / max(1, len(kept))

    @property
    def sure(self) -> float:
        """Lines on whose syllables careful counters agree."""
        ranges = [prosody.syllable_range(line) for text in self.texts for line in lines_of(text)]
        return sum(low == high for low, high in ranges) / max(1, len(ranges))

    @cached_property
    def bits_per_char(self) -> float:
        """What the network thinks of the poems when it isn't told of what form they are."""
        tokenizer, model = self.poet.tokenizer, load_checkpoint(self.poet.folder).model
        encoded = [encode(text, tokenizer) for text in self.texts]
        chars = sum(map(len, self.texts))
        end = tokenizer.stoi[POEM_END]
        return evaluate(model, encoded, end, chars=chars).bits_per_char

    def figures(self) -> dict[str, Any]:
        seconds = [one.poem.seconds for one in self.written]
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
            "real_words": real_words(self.texts, dictionary()).share,
            "iambic": iambic([one.poem.text for one in self.fitting]) if self.fitting else None,
            "bits_per_char": self.bits_per_char,
            "seed_kept": sum(one.seed_kept for one in self.written) / len(self.written),
            "with_notes": sum(bool(one.poem.notes) for one in self.written),
            "out_of_time": sum(one.poem.stopped_by == "time" for one in self.written),
            "median_seconds": median(seconds),
            "longest_seconds": max(seconds),
        }


def compose(poet: Poet, request: PoemRequest) -> Poem:
    return write_poem(partial(composing, poet), request)


def write(poet: Poet, form: str, count: int) -> Batch:
    """`count` poems of a form, one seed after the other, each with its own number."""
    requests = [
        PoemRequest(
            seed_text=(seed := SEEDS[number % len(SEEDS)]),
            seed=number,
            form=form,
            acrostic=NAMES[first_letter(seed)] if form == "acrostic" else "",
        )
        for number in range(count)
    ]
    return Batch(form, [Written(ask, compose(poet, ask)) for ask in requests], poet)


def distinct_openings(poet: Poet, tries: int) -> int:
    """How many first lines there are in so many tries of one seed that is shorter than a line."""
    return len(
        {
            lines_of(compose(poet, PoemRequest(SEEDS[0], number, form="quatrain")).text)[0]
            for number in range(tries)
        }
    )


def themes_spoken_of(poet: Poet, count: int) -> float:
    """Share of poems that speak of what was asked, over so many themes and forms in turns."""
    spoken = 0
    for number in range(count):
        ask = PoemRequest(
            SEEDS[number % len(SEEDS)],
            number,
            form=("free", "couplet", "quatrain", "haiku")[number % 4],
            theme=THEMES[number % len(THEMES)],
        )
        spoken += bool(mentions(poet.theme(ask.theme), prosody.words(compose(poet, ask).text)))
    return spoken / count


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
        stress = iambic([one.poem.text for one in metrical.fitting])
        bars.append(bar("iambic stress of iambic forms", stress, 0.80))
    bars.append(bar("seed kept as the opening", figures["seed_kept"], 1.0))
    for form, limit in (("quatrain", 1.5), ("sonnet", 5.0)):
        if form in batches:
            took = [one.poem.seconds for one in batches[form].written]
            bars.append(bar(f"{form}, median seconds", median(took), limit, at_least=False))
            bars.append(bar(f"{form}, longest in seconds", max(took), 15.0, at_least=False))
    return bars


def table(batches: Sequence[Batch]) -> Table:
    """A row for each form; judged: poems whose seed left room to keep it."""
    columns = {
        "rhymes": "rhyme", "lines": "lines", "syllables_near": "syll", "real_words": "words",
        "iambic": "iamb", "bits_per_char": "bits", "median_seconds": "s",
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
    parser.add_argument(
        "--checkpoint", type=Path, default=DEFAULT_FOLDER, metavar="DIR",
        help="folder of the poet (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--forms", nargs="+", choices=FORMS, default=list(FORMS), metavar="F",
        help=f"which of {', '.join(FORMS)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--poems", type=int, default=200, metavar="N",
        help="how many of each form (default: %(default)s, an hour or two in all)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FILE",
        help="keep the poems as JSON Lines, for another judge (default: not kept)",
    )  # fmt: skip
    parser.add_argument(
        "--reference", metavar="CORPUS",
        help="what the poet was trained on, to count the poems that repeat 30 characters of it "
        "(default: not counted)",
    )  # fmt: skip
    options = parser.parse_args()
    if options.poems < 1:
        parser.error("--poems must be 1 or more")

    facts = machine()
    print(f"Machine: {facts}")
    poet = Poet.load(options.checkpoint)
    batches = {}
    for form in options.forms:
        batches[form] = write(poet, form, options.poems)
        print(f"{form}: {sum(one.poem.seconds for one in batches[form].written):.0f} s", flush=True)
    if options.out:
        keep(batches, options.out)

    Console().print(table(list(batches.values())))
    bars = bars_of(batches, poet)
    if "quatrain" in batches:
        tries = min(TRIES, options.poems)
        distinct = distinct_openings(poet, tries)
        bars.append(bar(f"distinct first lines of {tries}", distinct, 0.9 * tries))
    themes = min(len(THEMES), options.poems)
    bars.append(bar(f"{themes} themes spoken of", themes_spoken_of(poet, themes), 0.95))
    if options.reference:
        texts = [text for batch in batches.values() for text in batch.texts]
        found = copying(texts, read_poems(options.reference))
        bars.append(bar("poems with a run of the corpus", found.poems / len(texts), 0.01, False))
    figures = {form: batch.figures() for form, batch in batches.items()}
    finish("verse", facts | {"checkpoint": str(options.checkpoint)}, figures, bars)


def keep(batches: dict[str, Batch], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for form, batch in batches.items():
            for one in batch.written:
                record = {
                    "form": form, "seed_text": one.request.seed_text, "seed": one.request.seed,
                    "acrostic": one.request.acrostic, "text": one.poem.text,
                    "notes": list(map(str, one.poem.notes)), "fits": one.fits,
                }  # fmt: skip
                print(json.dumps(record), file=file)


if __name__ == "__main__":
    main()
