"""Writes poems for a benchmark with several processes and saves them one by one, to resume."""

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
"""Fields of a PoemRequest that identify a poem of a benchmark."""

SECONDS = 600.0
"""Time limit of a poem, longer than a member's, so that a busy machine does not change it."""

Record = dict[str, Any]
"""A line of the file: poet (its digest), ASKED, text, stopped_by, seconds and notes."""
Key = tuple[Any, ...]
"""Identity of a record: the poet's digest and the values of ASKED."""


def add_writing_options(parser: argparse.ArgumentParser) -> None:
    """Adds --checkpoint, --processes and --out to `parser`."""
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
    """Composes one poem."""
    return write(partial(composing, poet), request)


def write_all(
    folder: Path, wanted: list[PoemRequest], path: Path | None, processes: int
) -> list[Record]:
    """Writes the poems `wanted` with the checkpoint in `folder`; returns their records in order.

    Saves them in `path`, JSON Lines (None: a file of the temporary folder), and reuses those that
    it has of the same checkpoint and the same program.
    """
    poet = digest(folder)
    path = path or Path(tempfile.gettempdir()) / f"poems-{poet}.jsonl"
    print(f"Poems: {path}", flush=True)
    kept = read_kept(path)
    # Rewritten, atomically, as an interrupted run may have left a partial line at its end.
    whole = path.with_suffix(".new")
    whole.write_text("".join(f"{json.dumps(record)}\n" for record in kept.values()), "utf-8")
    whole.replace(path)
    keys = {key(poet, request): request for request in wanted}
    missing = [request for known, request in keys.items() if known not in kept]
    # By seed number, so that an interrupted run has as many poems of each form.
    missing.sort(key=lambda request: request.seed)
    # Spawned, as a forked process can't use the thread pool of its parent.
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
    """Reads the complete lines of the file `path`; {} where there is none."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    whole = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return {key_of(record): record for record in map(json.loads, whole)}


def key(poet: str, request: PoemRequest) -> Key:
    """Returns the identity of the record for `request`."""
    return (poet, *(getattr(request, name) for name in ASKED))


def key_of(record: Record) -> Key:
    """Returns the identity of `record`."""
    return (record["poet"], *(record[name] for name in ASKED))


def write_one(folder: Path, poet: str, request: PoemRequest) -> Record:
    """Writes one poem in a worker process; poet: digest of the checkpoint in `folder`."""
    poem = compose(loaded(folder), replace(request, max_seconds=SECONDS))
    return {
        "poet": poet, **{name: getattr(request, name) for name in ASKED},
        "text": poem.text, "stopped_by": poem.stopped_by, "seconds": poem.seconds,
        "notes": list(map(str, poem.notes)),
    }  # fmt: skip


@cache
def loaded(folder: Path) -> Poet:
    """Loads the poet in `folder`, once per process."""
    torch.set_num_threads(1)
    return Poet.load(folder)


def digest(folder: Path) -> str:
    """Hashes the checkpoint in `folder` and the program that writes with it."""
    files = [path for path in folder.iterdir() if path.is_file()]
    for package in (model, verse):
        files += Path(str(package.__file__)).parent.rglob("*.py")
    contents = b"".join(path.read_bytes() for path in sorted(files))
    return hashlib.sha256(contents).hexdigest()[:12]
