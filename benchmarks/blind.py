"""Do the poems mean something? Read blind, beside real verse and the primer: the measure of sense.

    python benchmarks/blind.py write --out DIR [--checkpoint DIR]... [--forms] [--verse FILE]
    ... fresh readers, one after the other, read DIR/poems.txt and nothing else ...
    python benchmarks/blind.py read DIR MARKS... [--keep train/marks.jsonl]

`write` mixes the poems of every checkpoint, all to the same prompts, with real verse and poems of
the primer, in random order; which is which stands in DIR/key.json, and no reader sees that. A
reader's marks are lines ``number,S,M,P,Q``: S grammatical and natural (0 to 2), M makes sense, can
be retold or pictured (0 to 2), P about the prompt (0 to 2), Q would be posted (0 or 1). `read`
prints, for each source, the share of full marks with its 95 % interval (Wilson 1927), how far
readers agree (Pearson's r over all poems), and how often a reader gave one checkpoint's poem more
than another's to the same prompt. `--keep` adds poems and marks to what a judge learns from.
"""

import argparse
import hashlib
import json
import math
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.prompts import PROMPTS
from benchmarks.report import bar, finish, machine
from benchmarks.writing import write_all
from model.checkpoint import DEFAULT_FOLDER
from verse.judge.files import CorpusError, read_records
from verse.judge.measures import lines_of
from verse.request.plain_text import tidy
from verse.request.request import PoemRequest

FORMS = ("quatrain", "limerick", "ballad", "sonnet")
"""Asked in turns with --forms; else nothing is asked but the words."""
OTHERS = 20
"""Poems of real verse, and of the primer."""
LINES = (4, 14)
"""Of these: as ours have."""
MARKS = {"grammatical": ("S", 2), "sense": ("M", 2), "subject": ("P", 2), "posted": ("Q", 1)}
"""What is asked of a reader, and the full mark."""
LIMITS = {"grammatical": 0.60, "sense": 0.40, "subject": 0.65, "posted": 0.25}
LIMITS_OF_FORMS = {"grammatical": 0.40, "sense": 0.25, "subject": 0.50, "posted": 0.10}
INSTRUCTIONS = """\
For each poem below write one line: number,S,M,P,Q
S: grammatical and natural English: 0 no, 1 mostly, 2 throughout
M: makes sense, can be retold or pictured: 0 no, 1 partly, 2 throughout
P: about its prompt: 0 no, 1 touches it, 2 stays with it
Q: would you post it under your name: 0 or 1
"""

Entry = dict[str, Any]
"""A poem with its source and prompt; of ours with its form."""


def main() -> int:
    options = parse()
    try:
        if options.verb == "write":
            write(options)
        else:
            read(options)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks/blind.py", description="Blind marks for poems.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("write", help="write poems and mix them with others")
    verb.add_argument("--out", type=Path, required=True, help="folder for poems.txt and key.json")
    verb.add_argument(
        "--checkpoint", type=Path, action="append",
        help="folder of a poet; several write to the same prompts (default: the one that ships)",
    )  # fmt: skip
    verb.add_argument("--poems", type=int, default=60, help="of each poet (default: %(default)s)")
    verb.add_argument("--forms", action="store_true", help=f"ask for {', '.join(FORMS)} in turns")
    verb.add_argument("--verse", help="corpus of real verse to mix in (default: none)")
    verb.add_argument("--primer", default="train/primer", help="poems to mix in (%(default)s)")
    verb.add_argument("--seed", type=int, default=0, help="of poems and order")
    verb.add_argument("--processes", type=int, default=1, help="that write side by side")
    verb = verbs.add_parser("read", help="read marks and print the table")
    verb.add_argument("folder", type=Path, help="what write made")
    verb.add_argument("marks", type=Path, nargs="+", help="a file for each reader")
    verb.add_argument("--keep", type=Path, help="file that poems and marks are added to")
    return parser.parse_args()


def write(options: argparse.Namespace) -> None:
    """Writes the numbered poems and, apart, where each is from."""
    entries = [
        entry
        for folder in options.checkpoint or [DEFAULT_FOLDER]
        for entry in written(folder, options)
    ]
    if options.verse:
        entries += others("real verse", options.verse, options.seed)
    if Path(options.primer).exists():
        entries += others("primer", options.primer, options.seed)
    random.Random(options.seed).shuffle(entries)
    options.out.mkdir(parents=True, exist_ok=True)
    poems = "".join(
        f"\n=== {number} === prompt: {entry['prompt']}\n\n{entry['text']}\n"
        for number, entry in enumerate(entries, start=1)
    )
    (options.out / "poems.txt").write_text(INSTRUCTIONS + poems, encoding="utf-8")
    key = {"forms": options.forms, "poems": entries}
    (options.out / "key.json").write_text(json.dumps(key, indent=1), encoding="utf-8")
    print(f"{len(entries)} poems in {options.out / 'poems.txt'}")


def written(folder: Path, options: argparse.Namespace) -> Iterator[Entry]:
    """The poems of one poet, to the first prompts of the list."""
    requests = [
        PoemRequest(
            prompt,
            seed=options.seed + number,
            form=FORMS[number % len(FORMS)] if options.forms else "free",
        )
        for number, prompt in enumerate(PROMPTS[: options.poems])
    ]
    records = write_all(folder, requests, None, options.processes)
    for request, record in zip(requests, records, strict=True):
        yield {
            "source": str(folder), "prompt": request.seed_text, "form": request.form,
            "seed": request.seed, "text": record["text"],
        }  # fmt: skip


def others(source: str, corpus: str, seed: int) -> list[Entry]:
    """Poems of about our length with their titles for prompts, always the same of a corpus."""
    found = [
        {"source": source, "prompt": title, "form": "", "text": text}
        for record in read_records(corpus)
        if (title := str(record.get("title") or "").strip())
        and LINES[0] <= len(lines_of(text := tidy(record["text"]))) <= LINES[1]
    ]
    if len(found) < OTHERS:
        raise CorpusError(f"{corpus} has {len(found)} poems of this length: name a larger one.")
    found.sort(key=lambda entry: hashlib.sha256(f"{seed} {entry['text']}".encode()).digest())
    return found[:OTHERS]


def read(options: argparse.Namespace) -> None:
    """Prints what the readers' marks say, by source."""
    key = json.loads(content_of(options.folder / "key.json"))
    entries: list[Entry] = key["poems"]
    readers = [read_marks(path, len(entries)) for path in options.marks]
    by_source: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries, start=1):
        by_source[entry["source"]].append(number)
    figures: dict[str, Any] = {"readers": len(readers), "sources": {}}
    print(f"{'source':24} {'poems':>5}  " + "  ".join(f"{name:>22}" for name in MARKS))
    for source, numbers in by_source.items():
        shares = {}
        for name, (letter, full) in MARKS.items():
            marks = [reader[number][letter] for reader in readers for number in numbers]
            shares[name] = interval(sum(mark == full for mark in marks), len(marks))
        cells = (f"{share:.2f} ({low:.2f} to {high:.2f})" for share, low, high in shares.values())
        print(f"{source:24} {len(numbers):5}  " + "  ".join(f"{cell:>22}" for cell in cells))
        figures["sources"][source] = {name: round(share[0], 4) for name, share in shares.items()}
    figures["agreement"] = {
        name: round(value, 3)
        for name, (letter, _) in MARKS.items()
        if not math.isnan(value := agreement(readers, letter))  # which no JSON can say
    }
    print(f"Agreement of readers, Pearson's r: {figures['agreement']}")
    figures["preferred"] = dict(preferences(entries, readers))
    for pair, share in figures["preferred"].items():
        print(f"{pair}: {share}")
    if options.keep:
        keep(options.keep, entries, readers)
    limits = LIMITS_OF_FORMS if key["forms"] else LIMITS
    first = next(entry["source"] for entry in entries if entry["form"])
    bars = [bar(name, figures["sources"][first][name], limit) for name, limit in limits.items()]
    finish("blind", machine(), figures, bars)


def read_marks(path: Path, count: int) -> dict[int, dict[str, int]]:
    """One reader's marks, by poem; other lines of the file are passed over.

    Raises ValueError unless each of `count` poems has its four marks once, within their limits.
    """
    marks: dict[int, dict[str, int]] = {}
    for line in content_of(path).splitlines():
        if not _MARKED.fullmatch(line):
            continue
        number, *values = map(int, line.split(","))
        if not 1 <= number <= count:
            raise ValueError(f"{path} marks poem {number} of {count}: correct its number.")
        if number in marks:
            raise ValueError(f"{path} marks poem {number} twice: leave one of the two lines.")
        marks[number] = {}
        for (letter, full), value in zip(MARKS.values(), values, strict=True):
            if value > full:
                raise ValueError(
                    f"{path} gives poem {number} {value} for {letter}: give 0 to {full}."
                )
            marks[number][letter] = value
    if missing := sorted(set(range(1, count + 1)) - marks.keys()):
        raise ValueError(f"{path} has no line number,S,M,P,Q for poem {missing[0]}: add it.")
    return marks


_MARKED = re.compile(r"\s*[0-9]+(?:\s*,\s*[0-9]+){4}\s*")
"""A line of marks: number,S,M,P,Q."""


def content_of(path: Path) -> str:
    """The text of a file. Raises ValueError where it can't be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{path} can't be read ({error.strerror}): name another.") from error


def interval(hits: int, count: int) -> tuple[float, float, float]:
    """A share with its 95 % interval (Wilson 1927)."""
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + (z / 2 / count) ** 2)
    return share, middle - half, middle + half


def agreement(readers: list[dict[int, dict[str, int]]], letter: str) -> float:
    """Mean of Pearson's r over all pairs of readers; NaN for one alone, or where all are alike."""
    rows = [[reader[number][letter] for number in sorted(reader)] for reader in readers]
    values = [pearson(one, other) for one, other in combinations(rows, 2)]
    return sum(values) / len(values) if values else math.nan


def pearson(one: list[int], other: list[int]) -> float:
    mean, means = sum(one) / len(one), sum(other) / len(other)
    together = sum((a - mean) * (b - means) for a, b in zip(one, other, strict=True))
    spread = math.sqrt(sum((a - mean) ** 2 for a in one) * sum((b - means) ** 2 for b in other))
    return together / spread if spread else math.nan


def preferences(
    entries: list[Entry], readers: list[dict[int, dict[str, int]]]
) -> Iterable[tuple[str, float]]:
    """Of two poets' poems to one prompt, how often the first had the higher sum of marks; equal
    sums count for half."""
    places: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(entries, start=1):
        if entry["form"]:
            places[entry["source"], entry["prompt"]] = number
    sources = list(dict.fromkeys(source for source, _ in places))
    for one, other in combinations(sources, 2):
        won = [
            0.5 if (a := sum(reader[places[one, prompt]].values())) == (
                b := sum(reader[places[other, prompt]].values())
            ) else float(a > b)
            for source, prompt in places if source == one and (other, prompt) in places
            for reader in readers
        ]  # fmt: skip
        if won:
            yield f"{one} preferred to {other}", round(sum(won) / len(won), 4)


def keep(path: Path, entries: list[Entry], readers: list[dict[int, dict[str, int]]]) -> None:
    """Adds every poem of ours with its marks, reader by reader, to a file of JSON lines."""
    with path.open("a", encoding="utf-8") as file:
        for number, entry in enumerate(entries, start=1):
            if entry["form"]:
                marks = {letter: [r[number][letter] for r in readers] for letter in "SMPQ"}
                print(json.dumps(entry | {"marks": marks}), file=file)


if __name__ == "__main__":
    sys.exit(main())
