"""Fifty poems that must not change while the code moves: python -m tests.golden check (or record).

The poet that ships writes fixed requests with fixed seed numbers, in float32 and with one thread,
and the texts are compared letter for letter with `golden.jsonl`. A change of the code's shape
leaves all of them as they are; a change of what the poet knows (its weights, words, sounds)
changes some, and is recorded anew, on purpose, with the reason in docs/log.md.

Rounding differs between kinds of CPU, and now and then a letter with it, so the record names its
own; on another kind `record --out FILE` at the older commit, `check --against FILE` at the newer.
"""

import argparse
import json
import platform
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from model.checkpoint import DEFAULT_FOLDER, load_checkpoint
from verse.request.request import PoemRequest
from verse.write.composer import composing
from verse.write.poet import Poet
from verse.write.writing import write

RECORD = Path(__file__).parent / "golden.jsonl"
SECONDS = 3600.0
"""Time limit of a poem that no machine reaches: a poem that hurries may come out otherwise."""

QUICK = (0, 2, 24)
"""Places of short requests of different kinds, for the test suite."""
REQUESTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    # (seed text, form, other wishes); the seed number is the place in this list.
    ("the moon", "couplet", {}),
    ("rain on the roof", "couplet", {}),
    ("my cat", "haiku", {}),
    ("first snow", "haiku", {}),
    ("a letter", "couplet", {"theme": "sea"}),
    ("Old stars", "tercet", {}),
    ("the sea at night", "quatrain", {}),
    ("the night before the exam", "quatrain", {}),
    ("my brother's old guitar", "quatrain-abcb", {}),
    ("coffee at six", "quatrain-aabb", {}),
    ("I never sent the letter", "quatrain-abba", {}),
    ("a dog in the rain", "limerick", {}),
    ("There was a young cook of Peru", "limerick", {}),
    ("autumn leaves", "haiku", {}),
    ("the bus is late again", "haiku", {}),
    ("an empty swing", "ballad", {"lines": 4}),
    ("lost keys", "ballad", {"lines": 8}),
    ("O wild west wind", "free", {"lines": 4}),
    ("tired after work", "free", {"lines": 6}),
    ("the lighthouse", "free", {"lines": 8, "theme": "storm light"}),
    ("Shall I compare thee", "sonnet", {}),
    ("roses", "quatrain", {"manner": "Emily Dickinson"}),
    ("snow", "quatrain", {"manner": "Robert Burns"}),
    ("", "acrostic", {"acrostic": "Anna", "theme": "snow"}),
    ("Love is", "acrostic", {"acrostic": "Leo"}),
    ("The kitchen clock", "couplet", {"lines": 4}),
    ("summer is over", "quatrain", {"lines": 8}),
    ("Winter", "tercet", {"lines": 6}),
    ("goodbye", "quatrain-aabb", {"temperature": 0.7}),
    ("hope", "quatrain-abcb", {"temperature": 0.7}),
    ("the train", "quatrain", {"top_k": 20}),
    ("my father's hands", "quatrain", {"top_p": 0.9}),
    ("the river", "quatrain", {"temperature": 0.0}),
    ("i can't sleep", "quatrain-abcb", {}),
    ("The stars are out;\nthe street is still,", "quatrain", {}),
    ("When I was young", "ballad", {"lines": 4}),
    ("grandma's garden", "quatrain-aabb", {"theme": "bees"}),
    ("pizza", "limerick", {}),
    ("Monday", "haiku", {}),
    ("my old bicycle", "couplet", {"lines": 4}),
    ("the wind", "free", {"lines": 3}),
    ("a candle", "free", {"lines": 5, "manner": "Christina Rossetti"}),
    ("fire and ice", "quatrain", {"theme": "winter"}),
    ("Where are you", "quatrain-abba", {}),
    ("the mountain", "haiku", {}),
    ("birds at dawn", "tercet", {}),
    ("a ghost", "ballad", {"lines": 4, "theme": "night"}),
    ("home", "couplet", {}),
    ("bread", "quatrain-abcb", {"theme": "mother"}),
    ("the last page", "couplet", {}),
)


@dataclass(frozen=True)
class Golden:
    """A request and the poem it was answered with."""

    seed_text: str
    form: str
    wishes: dict[str, Any]
    seed: int
    text: str
    notes: tuple[str, ...]


def cpu() -> str:
    """The kind of CPU that the record is good for."""
    return f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}"


def requests() -> Iterator[PoemRequest]:
    for number, (seed_text, form, wishes) in enumerate(REQUESTS):
        yield PoemRequest(
            seed_text=seed_text or str(wishes["acrostic"]),
            seed=number, form=form, max_seconds=SECONDS, **wishes,
        )  # fmt: skip


def poems(numbers: Iterable[int] = range(len(REQUESTS))) -> Iterator[Golden]:
    """Writes the requests at the places `numbers` with the poet that ships."""
    poet = Poet(load_checkpoint(DEFAULT_FOLDER), weights="float32")
    asked = list(requests())
    for number in numbers:
        poem = write(partial(composing, poet), asked[number])
        seed_text, form, wishes = REQUESTS[number]
        yield Golden(seed_text, form, wishes, number, poem.text, tuple(map(str, poem.notes)))


def recorded(path: Path = RECORD) -> tuple[str, list[Golden]]:
    """The CPU and the poems of a record."""
    first, *rest = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return str(first["cpu"]), [Golden(**{**line, "notes": tuple(line["notes"])}) for line in rest]


def record(written: Iterable[Golden], path: Path) -> None:
    """Writes a record, poem by poem."""
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"cpu": cpu()}) + "\n")
        for golden in written:
            file.write(json.dumps(asdict(golden)) + "\n")
            file.flush()


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.golden", description=__doc__)
    parser.add_argument("verb", choices=("check", "record"))
    parser.add_argument("--out", type=Path, default=RECORD, help="file to record to")
    parser.add_argument("--against", type=Path, default=RECORD, help="record to check against")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.verb == "record":
        record(poems(), options.out)
        return 0
    where, wanted = recorded(options.against)
    if where != cpu():
        print(f"Recorded on {where}, this is {cpu()}: some may differ.", file=sys.stderr)
    changed = 0
    for new, old in zip(poems(), wanted, strict=True):
        if new != old:
            changed += 1
            print(f"{new.seed}: {new.seed_text!r}, {new.form}\n{old.text}\n{old.notes}\n->")
            print(f"{new.text}\n{new.notes}\n")
    print(f"{changed} of {len(wanted)} poems changed")
    return int(changed > 0)


if __name__ == "__main__":
    sys.exit(main())
