"""Evaluates five hundred poems of a poet: words, copying, slurs, loops, all of `verse.judge`.

    python benchmarks/poet.py --processes 2
    python benchmarks/poet.py --poems 20 --out poems.jsonl

Each poem has a seed text and seed number of its own (benchmarks/seeds.py) and the checkpoint's
default settings; every other one is free, the rest take the forms in turn. Only the time limit is
longer than a member's, so that a busy machine does not change the poems. They are saved one by one:
the same command resumes where it was stopped.

The table compares them with a floor, samples of a character 5-gram model of the same corpus, and a
ceiling, the poems that training held out, both cut into parts of about 600 characters. Words are
judged by three lists: the English words, from which the poet's word list was chosen; the words that
the reference uses five times or more; and CMU's pronouncing dictionary, which is independent. For
copying, ours are compared with all of the reference, the other two with the training poems.
"""

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.held_back import learned_and_held, parts
from benchmarks.report import bar, finish, machine
from benchmarks.seeds import NAMES, seed_texts
from benchmarks.writing import add_writing_options, write_all
from model.checkpoint import Checkpoint, load_checkpoint
from model.tokenizer import POEM_END
from train.verse.assets import SEEN
from verse.judge.copying import CopyFinder
from verse.judge.critic import Figures, measure, rows
from verse.judge.english_words import english_words
from verse.judge.files import read_records
from verse.judge.measures import first_letter, lines_of, real_words
from verse.judge.slurs import has_slur
from verse.request.forms import ACROSTIC, FORMS
from verse.request.request import PoemRequest
from verse.sound import prosody
from verse.sound.pronouncing_dictionary import all_words

LOOP = 3
"""Maximum repetitions of one line, beyond which a poem counts as looping."""
ORDER = 5
"""Order of the n-gram model: it conditions on ORDER - 1 characters."""
FLOOR_CHARS = 40_000
"""Characters sampled from the n-gram model."""


@dataclass(frozen=True)
class Sample:
    """Holds the evaluation of poems of one origin."""

    name: str
    poems: list[str]
    figures: Figures
    words: dict[str, float]
    """Share of real words by each list."""
    slurs: int
    """Number of poems with a slur."""
    loops: int
    """Number of poems that loop."""

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yields (measure, value), those of `verse.judge.critic` first."""
        for name, value, _ in rows(self.figures):
            if name != "real words":  # which are here by judge
                yield name.strip(), value
        for judge, share in self.words.items():
            yield f"real words by {judge}", f"{share:.3f}"
        yield "poems with a slur", str(self.slurs)
        yield f"poems that have a line more than {LOOP} times", str(self.loops)

    def to_dict(self) -> dict[str, Any]:
        """Returns the figures for the JSON document."""
        figures = asdict(self.figures)
        del figures["real_words"]
        return figures | {"real_words": self.words, "slurs": self.slurs, "loops": self.loops}


# ---------------------------------------------------------------- writing


def requests(count: int) -> list[PoemRequest]:
    """Makes `count` requests: a seed each, and every other time a form."""
    forms = [form for form in FORMS if form != "free"]
    result = []
    for number, seed_text in enumerate(seed_texts(count)):
        form = forms[number // 2 % len(forms)] if number % 2 else "free"
        acrostic = NAMES[first_letter(seed_text)] if form == ACROSTIC else ""
        result.append(PoemRequest(seed_text, number, form, acrostic=acrostic))
    return result


# ---------------------------------------------------------------- judging


def shannon(book: str, chars: int, rng: random.Random) -> list[str]:
    """Samples poems, `chars` characters in all, from the n-gram model of `book` without counting.

    Opens the book at random, reads on to the last ORDER - 1 characters sampled, and takes the next
    one (Shannon, A Mathematical Theory of Communication, 1948, section 3).
    """
    book += book[:ORDER]  # something follows everywhere
    written = POEM_END
    while len(written) < chars:
        seen = written[1 - ORDER :]
        place = book.find(seen, rng.randrange(len(book)))
        if place < 0 or place + len(seen) == len(book):
            place = book.find(seen)
        written += book[place + len(seen)]
    poems = (poem.strip("\n") for poem in written.split(POEM_END)[:-1])
    return [poem for poem in poems if poem]


def loops(poem: str) -> bool:
    """Whether `poem` has one line more than LOOP times."""
    lines = Counter(tuple(prosody.words(line)) for line in lines_of(poem))
    return max(lines.values()) > LOOP


def judge(
    name: str, poems: list[str], finder: CopyFinder, lists: dict[str, frozenset[str]]
) -> Sample:
    """Evaluates `poems`, with the copying in `finder` and the words by each of `lists`."""
    return Sample(
        name,
        poems,
        replace(measure(poems), copying=finder.result()),
        {judge: real_words(poems, words).share or 0.0 for judge, words in lists.items()},
        sum(map(has_slur, poems)),
        sum(map(loops, poems)),
    )


def judge_all(checkpoint: Checkpoint, reference: str, ours: list[str]) -> list[Sample]:
    """Evaluates the floor, real verse, and `ours`, in this order; reference: the corpus."""
    learned, held = learned_and_held(checkpoint, reference)
    book = POEM_END.join(poem.text for poem in learned) + POEM_END
    floor = parts(shannon(book, FLOOR_CHARS, random.Random(0)))
    real = parts(poem.text for poem in held)
    finders = [CopyFinder(poems) for poems in (floor, real, ours)]
    for poem in learned:
        finders[0].read(poem.text)
        finders[1].read(poem.text)
    counts: Counter[str] = Counter()
    for record in read_records(reference):
        finders[2].read(record["text"])
        counts.update(re.findall(r"[a-z]+(?:'[a-z]+)*", record["text"].lower()))
    known = english_words()
    if known is None:
        raise ValueError("The list of English words is missing: pip install pyspellchecker.")
    lists = {
        "our list": known,
        f"the corpus ({SEEN} uses)": frozenset(w for w, n in counts.items() if n >= SEEN),
        "CMU's dictionary": all_words(),
    }
    names = (f"character {ORDER}-gram", "real verse, held back", "this poet")
    return [
        judge(name, poems, finder, lists)
        for name, poems, finder in zip(names, (floor, real, ours), finders, strict=True)
    ]


def markdown(samples: Sequence[Sample]) -> str:
    """Formats `samples` as the table of the model card."""
    table = [dict(sample.rows()) for sample in samples]
    lines = [["measure", *(sample.name for sample in samples)], ["---"] * (1 + len(samples))]
    lines += [[row, *(column[row] for column in table)] for row in table[0]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bars_of(ours: Sample, real: Sample, records: list[Any]) -> list[dict[str, Any]]:
    """Returns the bars for `ours`, some relative to `real` verse."""
    *lists, independent = ours.words
    copied = ours.figures.copying
    assert copied
    return [
        bar("poems written to their end", sum(r["stopped_by"] == "end" for r in records),
            len(records)),
        *(bar(f"real words by {name}", ours.words[name], 0.985) for name in lists),
        bar(f"real words by {independent}, as many as in real verse", ours.words[independent],
            round(real.words[independent], 4)),
        bar("longest run copied, characters", copied.longest, 50, at_least=False),
        bar("share of characters in copied runs", copied.share, 0.003, at_least=False),
        bar("poems with a slur", ours.slurs, 0, at_least=False),
        bar("poems that loop", ours.loops, 0, at_least=False),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/poet.py", description=__doc__)
    add_writing_options(parser)
    parser.add_argument(
        "--reference", default="../shared/corpus/poems.jsonl.xz", metavar="CORPUS",
        help="the corpus that it learned from (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--poems", type=int, default=500, metavar="N",
        help="how many, 500 at most (default: %(default)s, about half an hour on one core)",
    )  # fmt: skip
    options = parser.parse_args()
    if options.poems < 1 or options.processes < 1:
        parser.error("--poems and --processes must be 1 or more")
    try:
        wanted = requests(options.poems)
    except ValueError as error:
        parser.error(str(error))

    facts = machine()
    print(f"Machine: {facts}", flush=True)
    checkpoint = load_checkpoint(options.checkpoint)
    records = write_all(options.checkpoint, wanted, options.out, options.processes)

    samples = judge_all(checkpoint, options.reference, [record["text"] for record in records])
    _, real, ours = samples
    print(markdown(samples))
    assert ours.figures.copying
    print(f"\nLongest copied, if it is 30 characters: {ours.figures.copying.text!r}")
    print(f"Not words by CMU: {', '.join(unknown(ours.poems, all_words()))}\n")
    figures = {sample.name: sample.to_dict() for sample in samples} | {
        "median_seconds": median(record["seconds"] for record in records),
        "with_notes": sum(bool(record["notes"]) for record in records),
    }
    facts["checkpoint"] = str(options.checkpoint)
    finish("poet", facts, figures, bars_of(ours, real, records))


def unknown(poems: list[str], words: frozenset[str]) -> tuple[str, ...]:
    """Returns the 20 most frequent words of `poems` that are not in `words`."""
    return real_words(poems, words).unknown[:20]


if __name__ == "__main__":
    main()
