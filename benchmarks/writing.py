"""Poems for a benchmark, written by several processes and kept in a file as they come."""

import argparse
import hashlib
import json
import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch

import model
import verse
from model.checkpoint import DEFAULT_FOLDER
from verse.request.request import Poem, PoemRequest
from verse.write.composer import composing
from verse.write.poet import Poet
from verse.write.writing import write

ASKED = ("form", "seed_text", "seed", "acrostic", "theme")
"""Fields of a PoemRequest that tell a benchmark's poems apart."""

SECONDS = 600.0
"""For each poem: more than a member's, for what is written shall not depend on how busy it is."""

Record = dict[str, Any]
"""A poem of the file: who wrote it, what was asked, its text, stopped_by, seconds and notes."""
Key = tuple[Any, ...]
"""What a record answers: the poet, and what was asked."""


def add_writing_options(parser: argparse.ArgumentParser) -> None:
    """Adds which poet writes, by how many processes, and where its poems are kept."""
    parser.add_argument(
        "--checkpoint", type=Path, default=DEFAULT_FOLDER, metavar="DIR",
        help="folder of the poet (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--processes", type=int, default=1, metavar="N",
        help="how many poets write side by side, one thread each (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FILE",
        help="the poems as JSON Lines; what it has of the same poet is not written again "
        "(default: a file of the temporary folder)",
    )  # fmt: skip


def compose(poet: Poet, request: PoemRequest) -> Poem:
    return write(partial(composing, poet), request)


def write_all(
    folder: Path, wanted: list[PoemRequest], path: Path | None, processes: int
) -> list[Record]:
    """The poems that the poet of `folder` writes, in order.

    They are kept in `path`, JSON Lines (by default a file of the temporary folder), and those that
    it has already of the same poet and the same program are not written again.
    """
    poet = digest(folder)
    path = path or Path(tempfile.gettempdir()) / f"poems-{poet}.jsonl"
    print(f"Poems: {path}", flush=True)
    kept = read_kept(path)
    # Written anew, for a stop may have left half a line at its end; whole or not at all.
    whole = path.with_suffix(".new")
    whole.write_text("".join(f"{json.dumps(record)}\n" for record in kept.values()), "utf-8")
    whole.replace(path)
    keys = {key(poet, request): request for request in wanted}
    missing = [request for known, request in keys.items() if known not in kept]
    # All first ones, then all second ones: a run that is stopped has as many of each form.
    missing.sort(key=lambda request: request.seed)
    # Not forked, for a forked process can't use threads that its parent had.
    spawn = multiprocessing.get_context("spawn")
    with path.open("a", encoding="utf-8") as file, ProcessPoolExecutor(processes, spawn) as pool:
        try:
            tasks = [pool.submit(write_one, folder, poet, request) for request in missing]
            for number, done in enumerate(as_completed(tasks), start=1):
                record = done.result()
                kept[key_of(record)] = record
                print(json.dumps(record), file=file, flush=True)
                if number % 50 == 0:
                    print(f"{number} of {len(missing)} poems", flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)  # or it would write all the others first
            raise
    return [kept[key(poet, request)] for request in wanted]


def read_kept(path: Path) -> dict[Key, Record]:
    """The whole lines of a file, or nothing where there is none."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    whole = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return {key_of(record): record for record in map(json.loads, whole)}


def key(poet: str, request: PoemRequest) -> Key:
    return (poet, *(getattr(request, name) for name in ASKED))


def key_of(record: Record) -> Key:
    return (record["poet"], *(record[name] for name in ASKED))


def write_one(folder: Path, poet: str, request: PoemRequest) -> Record:
    poem = compose(loaded(folder), replace(request, max_seconds=SECONDS))
    return {
        "poet": poet, **{name: getattr(request, name) for name in ASKED},
        "text": poem.text, "stopped_by": poem.stopped_by, "seconds": poem.seconds,
        "notes": list(map(str, poem.notes)),
    }  # fmt: skip


@cache
def loaded(folder: Path) -> Poet:
    """Once in each process."""
    torch.set_num_threads(1)
    return Poet.load(folder)


def digest(folder: Path) -> str:
    """Tells a poet from another: what its checkpoint holds, and the program that it writes by."""
    files = [path for path in folder.iterdir() if path.is_file()]
    for package in (model, verse):
        files += Path(str(package.__file__)).parent.rglob("*.py")
    contents = b"".join(path.read_bytes() for path in sorted(files))
    return hashlib.sha256(contents).hexdigest()[:12]
