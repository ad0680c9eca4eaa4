"""Chooses sampling parameters: the temperature and top-p whose poems are most like real verse.

    python benchmarks/sampling.py --corpus ../shared/corpus/poems.jsonl.xz
    python benchmarks/sampling.py --keep      puts the best into the checkpoint's config.json

The criterion is the distance of a few statistics of sampled poems to those of held-out poems. Too
cold, a network repeats the likeliest, commonest words; too hot, it is wilder than its training
data. The statistics are the bits per character by the same network and their deviation between
poems, and the shares of common words, distinct words, distinct pairs of words, and words that are
new in their poem. Each difference is divided by its standard deviation between samples of real
verse of the same size and numbers of lines; the distance is the root mean square, so another sample
of real verse has a distance of about 1.

Measures the network alone, also by real words and line lengths, and the composer, which constrains
those and picks the likeliest of many candidates, so that it may need a higher temperature. The bot
writes through the composer, so --keep keeps the composer's setting. min-p is tried for the network
alone.
"""

import argparse
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.alone import write_alone
from benchmarks.held_back import add_poet_options, learned_and_held, parts
from benchmarks.report import finish, machine
from benchmarks.seeds import SEEDS
from benchmarks.writing import compose
from model.checkpoint import Checkpoint, load_checkpoint
from model.tokenizer import POEM_END
from model.weights import read_json, write_json
from train.dataset import encode
from train.loop import evaluate
from verse.judge.measures import distinct, lines_of, real_words, stanzas_of
from verse.judge.measures import syllables as line_lengths
from verse.request.format import read
from verse.request.request import PoemRequest
from verse.sound.pronouncing_dictionary import all_words
from verse.sound.prosody import words
from verse.write.poet import Poet

Setting = dict[str, Any]
"""Sampling parameters by name."""
ALONE: list[Setting] = [
    *({"temperature": t, "top_p": 0.95} for t in (0.6, 0.7, 0.8, 0.9, 1.0)),
    *({"temperature": t, "top_p": 1.0} for t in (0.8, 0.9, 1.0)),
    *({"temperature": 1.0, "min_p": p} for p in (0.05, 0.1)),
]
COMPOSED: list[Setting] = [
    *({"temperature": t, "top_p": 0.95} for t in (0.8, 1.0, 1.1, 1.2)),
    {"temperature": 1.0, "top_p": 1.0},
]
FORMS = ("free", "quatrain", "ballad")
LINES = 12
"""Lines at the beginning of the network's poems that are measured."""
GROUPS = 40
"""Bootstrap samples of real verse, for the deviations."""
COMMON = 300
"""Number of common words, the most frequent of the poet's word list."""
FREE = ("bits", "bits, deviation", "common words", "distinct words", "distinct pairs", "new words")
"""Statistics that the composer leaves free."""
RULED = ("real words", "syllables, deviation")
"""Statistics that the composer constrains."""


@dataclass
class Judge:
    """Measures the statistics of texts."""

    checkpoint: Checkpoint
    poet: Poet
    bits: dict[str, float] = field(default_factory=dict)
    """Bits per character by text, cached."""

    def __post_init__(self) -> None:
        self.common = frozenset(self.poet.word_list.words[:COMMON])

    def statistics(self, texts: Sequence[str]) -> dict[str, float]:
        """Returns the statistics of `texts`, FREE and RULED."""
        bits = [self.bits_of(text) for text in texts]
        by_text = [words(" ".join(lines_of(text))) for text in texts]
        longer = [[word for word in one if len(word) > 3] for one in by_text]
        return {
            "bits": fmean(bits),
            "bits, deviation": stdev(bits),
            "common words": fmean(word in self.common for one in by_text for word in one),
            "distinct words": distinct(texts, 1),
            "distinct pairs": distinct(texts, 2),
            "new words": sum(len(set(one)) for one in longer) / max(1, sum(map(len, longer))),
            "real words": real_words(texts, all_words()).share or 0.0,
            "syllables, deviation": line_lengths(texts).deviation,
        }

    def bits_of(self, text: str) -> float:
        """Returns the bits per character of `text` by the network, without a header."""
        if text not in self.bits:
            checkpoint = self.checkpoint
            end = checkpoint.tokenizer.stoi[POEM_END]
            encoded = encode(text, checkpoint.tokenizer)
            self.bits[text] = evaluate(checkpoint.model, [encoded], end).bits_per_char
        return self.bits[text]


@dataclass(frozen=True)
class RealVerse:
    """Holds the mean and standard deviation of each statistic between samples of real verse."""

    mean: dict[str, float]
    deviation: dict[str, float]

    def distance(self, statistics: dict[str, float], names: Sequence[str]) -> float:
        """Returns the root mean square of the standardised differences in `names`."""
        off = [(statistics[name] - self.mean[name]) / self.deviation[name] for name in names]
        return math.sqrt(fmean(one**2 for one in off))


def real_verse(judge: Judge, pieces: list[str], lengths: Sequence[int]) -> RealVerse:
    """Measures samples of `pieces` of real verse, cut to `lengths`, in lines."""
    rng = random.Random(0)
    pools = {
        length: [first_lines(piece, length) for piece in pieces if len(lines_of(piece)) >= length]
        for length in set(lengths)
    }
    groups = [
        judge.statistics([rng.choice(pools[length]) for length in lengths]) for _ in range(GROUPS)
    ]
    return RealVerse(
        {name: fmean(group[name] for group in groups) for name in groups[0]},
        {name: stdev(group[name] for group in groups) for name in groups[0]},
    )


def first_lines(text: str, count: int) -> str:
    """Returns the first `count` lines of `text`, in their stanzas."""
    stanzas = []
    for stanza in stanzas_of(text):
        stanzas.append("\n".join(stanza[:count]))
        count -= len(stanza)
        if count <= 0:
            break
    return "\n\n".join(stanzas)


def beginnings(poet: Poet, setting: Setting, count: int) -> list[str]:
    """Samples `count` beginnings of poems from the network alone, without a header."""
    texts = map(read, write_alone(poet, [POEM_END] * count, setting))
    return [first_lines(text, LINES) for text in texts if text]


def write_composed(poet: Poet, setting: Setting, count: int) -> list[str]:
    """Composes `count` poems of each of FORMS."""
    return [
        compose(poet, PoemRequest(SEEDS[n], n, form, max_seconds=600, **setting)).text
        for form in FORMS
        for n in range(count)
    ]


def compare(
    judge: Judge, pieces: list[str], written: list[tuple[Setting, list[str]]], names: Sequence[str]
) -> list[dict[str, Any]]:
    """Returns a record for each setting, nearest to real verse first, and prints the table.

    names: statistics that the distance is made of.
    """
    # All settings are compared with the same real verse: cut to the lines of the first setting.
    lengths = [len(lines_of(text)) for text in written[0][1]]
    real = real_verse(judge, pieces, lengths)
    records: list[dict[str, Any]] = []
    for setting, texts in written:
        statistics = judge.statistics(texts)
        distance = real.distance(statistics, names)
        records.append({"setting": setting, "distance": distance, "statistics": statistics})
    records.sort(key=lambda record: record["distance"])
    print(f"\n| setting | distance | {' | '.join(names)} |\n|{'---|' * (2 + len(names))}")
    for record in records:
        asked = ", ".join(f"{name} {value}" for name, value in record["setting"].items())
        cells = " | ".join(f"{record['statistics'][name]:.3f}" for name in names)
        print(f"| {asked} | {record['distance']:.1f} | {cells} |")
    cells = " | ".join(f"{real.mean[name]:.3f} ({real.deviation[name]:.3f})" for name in names)
    print(f"| real verse (its deviation) | | {cells} |", flush=True)
    return records


def keep(folder: Path, setting: Setting) -> None:
    """Makes `setting` the default of the checkpoint in `folder`."""
    config = read_json(folder / "config.json")
    config["sampling"] |= setting
    write_json(folder / "config.json.new", config)
    (folder / "config.json.new").replace(folder / "config.json")


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/sampling.py", description=__doc__)
    add_poet_options(parser)
    parser.add_argument(
        "--alone", type=int, default=48, metavar="N",
        help="poems that the network writes alone with each setting (default: %(default)s, four "
        "CPU minutes; 0 for none)",
    )  # fmt: skip
    parser.add_argument(
        "--composed", type=int, default=6, metavar="N",
        help=f"poems of each form ({', '.join(FORMS)}) through the composer with each setting "
        "(default: %(default)s, five CPU minutes; 0 for none)",
    )  # fmt: skip
    parser.add_argument(
        "--keep", action="store_true",
        help="write the best setting of the composer into the checkpoint's config.json",
    )  # fmt: skip
    options = parser.parse_args()
    if not 0 <= options.composed <= len(SEEDS) or options.alone < 0:
        parser.error(f"--alone must be 0 or more, --composed from 0 to {len(SEEDS)}")
    if options.keep and not options.composed:
        parser.error("--keep needs poems of the composer: leave --composed 0 out")
    torch.set_num_threads(1)
    facts = machine()
    print(f"Machine: {facts}", flush=True)

    checkpoint = load_checkpoint(options.checkpoint)
    poet = Poet(checkpoint)
    _, held = learned_and_held(checkpoint, options.corpus)
    clean = poet.tokenizer.clean
    pieces = [piece for piece in parts(poem.text for poem in held) if clean(piece) == piece]
    judge = Judge(checkpoint, poet)
    figures = {}
    if options.alone:
        written = [(one, beginnings(poet, one, options.alone)) for one in ALONE]
        figures["alone"] = compare(judge, pieces, written, FREE + RULED)
    if options.composed:
        written = [(one, write_composed(poet, one, options.composed)) for one in COMPOSED]
        figures["composed"] = compare(judge, pieces, written, FREE)
    if options.keep:
        keep(options.checkpoint, figures["composed"][0]["setting"])
        print(f"\nKept in {options.checkpoint / 'config.json'}")
    print()
    finish("sampling", facts | {"checkpoint": str(options.checkpoint)}, figures, [])


if __name__ == "__main__":
    main()
