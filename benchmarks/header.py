"""Effect of each part of the header on bits per character and on the poems that are sampled.

    python benchmarks/header.py --corpus ../shared/corpus/poems.jsonl.xz

Bits: parts of held-out poems are conditioned on headers with all fields, one, or all but one.
`text` counts the poem's own characters, its line ends and POEM_END; `marks` counts the header and
the syllable counts. With an empty header `text` compares with any other model. Otherwise `text` is
the conditional cost given the header, and text and marks together are the cost of the whole poem
under one of its descriptions, an upper bound on its true cost.

Compliance: the network alone samples one poem each by the checkpoint's own settings, without
constraints or candidates. The table has the share of poems that satisfy what the header asks for,
and the share that do with an empty header. A naive Bayes classifier, trained on the authors' poems,
judges the manner.
"""

import argparse
import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.alone import write_alone
from benchmarks.held_back import add_poet_options, learned_and_held, parts
from benchmarks.report import bar, finish, machine
from model.checkpoint import Checkpoint, load_checkpoint
from model.tokenizer import POEM_END
from train.corpus.poem import Poem
from train.verse.annotate import Part, annotate
from verse.judge.measures import compliance, lines_of
from verse.request.format import COUNTS, SIGNS, Header, count, read, write
from verse.request.forms import Form, plan
from verse.request.request import PoemRequest
from verse.sound.prosody import syllables, words
from verse.write.poet import Poet
from verse.write.score import mentions

OTHERS = 4000
"""Poems annotated beside the held-out ones, as themes are chosen in contrast to other poems."""
SCHEMES = ("ABAB", "AABB", "-A-A", "ABBA")
"""Rhyme schemes that are asked for."""
LENGTHS = (6, 8, 10)
"""Syllables that are asked for in the first line."""
AUTHORS = 6
"""Number of authors that are asked for, those with most poems."""


@dataclass(frozen=True)
class Saying:
    """Selects the fields that a header has."""

    scheme: bool = False
    stanzas: bool = False
    syllables: bool = False
    author: bool = False
    theme: bool = False

    def write(self, part: Part) -> tuple[str, int]:
        """Returns (`part` in the format with such a header, the header's length in characters)."""
        header = Header(
            part.scheme if self.scheme else "",
            part.stanzas if self.stanzas else 0,
            part.author if self.author else "",
            part.themes[:3] if self.theme else (),
        )
        counts = list(part.syllables) if self.syllables else None
        return write(list(part.lines), header, counts), len(header.write())


ALL = Saying(scheme=True, stanzas=True, syllables=True, author=True, theme=True)
SAYINGS = {
    "nothing": Saying(),
    "scheme": Saying(scheme=True),
    "scheme and stanzas": Saying(scheme=True, stanzas=True),
    "syllables": Saying(syllables=True),
    "author": Saying(author=True),
    "theme": Saying(theme=True),
    "all": ALL,
    "all but scheme and stanzas": replace(ALL, scheme=False, stanzas=False),
    "all but stanzas": replace(ALL, stanzas=False),
    "all but syllables": replace(ALL, syllables=False),
    "all but author": replace(ALL, author=False),
    "all but theme": replace(ALL, theme=False),
}


# ---------------------------------------------------------------- bits


@torch.no_grad()
def bits(checkpoint: Checkpoint, written: str, head: int) -> tuple[float, float]:
    """Returns the bits of (the text, the marks) of a part `written` in the format.

    head: length of its header in characters. The POEM_END in front is given.
    """
    written += POEM_END
    tokens = torch.tensor(checkpoint.tokenizer.encode(written))
    logits = checkpoint.model(tokens[None, :-1])[0]  # (T, V)
    costs = F.cross_entropy(logits, tokens[1:], reduction="none") / math.log(2)
    is_text = [place >= head and char not in SIGNS for place, char in enumerate(written)][1:]
    text = costs[torch.tensor(is_text)].sum().item()
    return text, costs.sum().item() - text


def bits_table(checkpoint: Checkpoint, some: list[Part]) -> dict[str, dict[str, float]]:
    """Measures bits per character of the parts `some` behind each of SAYINGS.

    gain: mean over parts of the bits per character that the header saves on the text.
    """
    chars = [len(part.text) + 1 for part in some]
    costs = {
        name: [bits(checkpoint, *saying.write(part)) for part in some]
        for name, saying in SAYINGS.items()
    }
    table = {}
    for name, pairs in costs.items():
        gains = [
            (nothing - text) / size
            for (nothing, _), (text, _), size in zip(costs["nothing"], pairs, chars, strict=True)
        ]
        table[name] = {
            "text": sum(text for text, _ in pairs) / sum(chars),
            "marks": sum(marks for _, marks in pairs) / sum(chars),
            "gain": fmean(gains),
            "gain_error": stdev(gains) / math.sqrt(len(gains)),
        }
    return table


# ---------------------------------------------------------------- compliance


def ask(poet: Poet, headers: Sequence[Header], lengths: Sequence[int | None] = ()) -> list[str]:
    """Samples a poem behind each of `headers` and the syllable count of its first line.

    lengths: syllables of the first line; () leaves them out.
    """
    signs = [count(length) for length in lengths] or [""] * len(headers)
    starts = [header.write() + sign for header, sign in zip(headers, signs, strict=True)]
    return write_alone(poet, starts, poet.sampling(PoemRequest("")))


Rows = list[tuple[str, str, float, float]]
"""(field of the header, measure, share when asked for, share with an empty header) per row."""


def scheme_rows(poet: Poet, plain: list[str]) -> Rows:
    """Measures rhyme schemes and stanzas; plain, here and below: poems behind empty headers."""
    forms = [form for form, _ in zip(cycle(SCHEMES), plain, strict=False)]
    plans = [plan(Form("", "", scheme, stanzas=2)) for scheme in forms]
    asked = ask(poet, [Header(scheme, 2) for scheme in forms])
    kept, anyhow = (compliance(list(map(read, texts)), plans) for texts in (asked, plain))
    assert kept.rhymes
    assert anyhow.rhymes
    return [
        ("scheme", "pairs of lines that rhyme as asked", kept.rhymes.kept, anyhow.rhymes.kept),
        ("stanzas", "poems of two stanzas of four", kept.stanzas, anyhow.stanzas),
    ]


def syllable_rows(poet: Poet, plain: list[str]) -> Rows:
    """Measures the syllables of first lines, and of lines behind a count of the network's own."""
    wanted = [length for length, _ in zip(cycle(LENGTHS), plain, strict=False)]
    asked = ask(poet, [Header()] * len(plain), wanted)

    def first_within(texts: list[str], off: int) -> float:
        firsts = [syllables(lines_of(read(text))[0]) for text in texts]
        return fmean(abs(a - b) <= off for a, b in zip(firsts, wanted, strict=True))

    own = [
        abs(syllables(read(line)) - ord(line[0]) + ord(count(1)) - 1)
        for text in asked
        for line in text.strip(POEM_END).split("\n")[:-1]
        if line and line[0] in COUNTS
    ]
    exact = fmean([off == 0 for off in own] or [0])
    return [
        ("syllables", "first lines with exactly that count", first_within(asked, 0),
         first_within(plain, 0)),
        ("syllables", "first lines within one", first_within(asked, 1), first_within(plain, 1)),
        ("syllables", "lines that keep their own sign", exact, math.nan),
    ]  # fmt: skip


def theme_rows(poet: Poet, plain: list[str], some: list[Part]) -> Rows:
    """Measures mentions of the themes of the parts `some`."""
    themes = [part.themes[:2] for part, _ in zip(cycle(some), plain, strict=False)]
    asked = ask(poet, [Header(theme=theme) for theme in themes])

    def spoken(texts: list[str]) -> float:
        pairs = zip(themes, texts, strict=True)
        return fmean(bool(mentions(theme, words(read(text)))) for theme, text in pairs)

    return [("theme", "poems that speak of one of two words", spoken(asked), spoken(plain))]


def author_rows(poet: Poet, plain: list[str], learned: list[Poem]) -> Rows:
    """Measures how often the classifier attributes a poem to the author asked for."""
    names = poet.authors[:AUTHORS]
    by_author = {name: [poem.text for poem in learned if poem.author == name] for name in names}
    guess = classifier({name: texts[10:] for name, texts in by_author.items()})
    true = [(name, part) for name, texts in by_author.items() for part in parts(texts[:10])]
    wanted = [name for name, _ in zip(cycle(names), plain, strict=False)]
    asked = ask(poet, [Header(author=name) for name in wanted])

    def attributed(texts: list[str]) -> float:
        return fmean(guess(read(text)) == name for name, text in zip(wanted, texts, strict=True))

    return [
        ("author", f"attributed to it, of {len(names)}", attributed(asked), attributed(plain)),
        ("author", "the same of their own verse", fmean(guess(t) == n for n, t in true), math.nan),
    ]


def classifier(texts: dict[str, list[str]]) -> Callable[[str], str]:
    """Trains a naive Bayes classifier of words on the `texts` by author, with half a count added.

    Returns the function that attributes a text to an author.
    """
    counts = {name: Counter(w for text in of for w in words(text)) for name, of in texts.items()}
    kinds = len(set().union(*counts.values()))
    totals = {name: seen.total() + kinds / 2 for name, seen in counts.items()}

    def guess(text: str) -> str:
        def odds(name: str) -> float:
            seen, total = counts[name], totals[name]
            return sum(math.log((seen[word] + 0.5) / total) for word in words(text))

        return max(counts, key=odds)

    return guess


# ---------------------------------------------------------------- the command


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/header.py", description=__doc__)
    add_poet_options(parser)
    parser.add_argument(
        "--parts", type=int, default=150, metavar="N",
        help="parts of held-back poems to measure bits on (default: %(default)s, four CPU minutes)",
    )  # fmt: skip
    parser.add_argument(
        "--poems", type=int, default=60, metavar="N",
        help="poems to write for each part of the header (default: %(default)s, four CPU minutes)",
    )  # fmt: skip
    options = parser.parse_args()
    if options.parts < 2 or options.poems < 1:
        parser.error("--parts must be 2 or more, --poems 1 or more")
    torch.set_num_threads(1)
    facts = machine()
    print(f"Machine: {facts}", flush=True)

    checkpoint = load_checkpoint(options.checkpoint)
    poet = Poet(checkpoint)
    learned, held = learned_and_held(checkpoint, options.corpus)
    some = chosen(checkpoint, annotate(held + learned[:OTHERS]), held, options.parts)
    table = bits_table(checkpoint, some)
    print("\n| the header says | text | marks | both | gain on text |\n|---|---|---|---|---|")
    for name, row in table.items():
        print(f"| {name} | {row['text']:.3f} | {row['marks']:.3f} | "
              f"{row['text'] + row['marks']:.3f} | {row['gain']:.3f} +- {row['gain_error']:.3f} |",
              flush=True)  # fmt: skip

    plain = ask(poet, [Header()] * options.poems)
    rows = [
        *scheme_rows(poet, plain),
        *syllable_rows(poet, plain),
        *theme_rows(poet, plain, some),
        *author_rows(poet, plain, learned),
    ]
    print("\n| part | what is counted | asked | not asked |\n|---|---|---|---|")
    for part, what, asked, anyhow in rows:
        beside = "" if math.isnan(anyhow) else f"{anyhow:.2f}"
        print(f"| {part} | {what} | {asked:.2f} | {beside} |")
    print()
    compliance_rows: list[dict[str, Any]] = [
        {"part": part, "what": what, "asked": asked,
         "not_asked": None if math.isnan(anyhow) else anyhow}
        for part, what, asked, anyhow in rows
    ]  # fmt: skip
    figures = {"bits": table, "compliance": compliance_rows, "parts": len(some)}
    bars = [
        bar(f"bits that the {name} saves a character, in standard errors",
            table[name]["gain"] / table[name]["gain_error"], 2)
        for name in ("scheme", "syllables", "author", "theme")
    ]  # fmt: skip
    finish("header", facts | {"checkpoint": str(options.checkpoint)}, figures, bars)


def chosen(
    checkpoint: Checkpoint, annotated: list[Part], held: list[Poem], number: int
) -> list[Part]:
    """Selects `number` evenly spread parts of `held` that have all fields and fit the context."""
    own = {part for poem in held for part in parts([poem.text])}
    fitting = [
        part
        for part in annotated
        if part.text in own
        and part.scheme
        and part.stanzas
        and part.author
        and part.themes
        and checkpoint.tokenizer.clean(part.text) == part.text
        and len(ALL.write(part)[0]) < checkpoint.model.config.block_size
    ]
    return fitting[:: max(1, len(fitting) // number)][:number]


if __name__ == "__main__":
    main()
