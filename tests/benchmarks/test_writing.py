"""Benchmarks' poems are kept in a file, and what it has is not written again."""

import json
from pathlib import Path

from benchmarks.writing import Record, digest, write_all
from verse.request.request import PoemRequest

WANTED = [PoemRequest("the sea", number, form="couplet") for number in range(3)]


def record(poet: str, number: int) -> Record:
    asked = {"form": "couplet", "seed_text": "the sea", "seed": number}
    said = {"text": "Kept.", "stopped_by": "end", "seconds": 1.0, "notes": []}
    return {"poet": poet, **asked, "acrostic": "", "theme": "", **said}


def test_a_run_that_was_stopped_goes_on(verse_checkpoint: Path, tmp_path: Path) -> None:
    poet = digest(verse_checkpoint)
    records = [record(poet, 0), record("another poet", 1), record(poet, 2)]
    file = tmp_path / "poems.jsonl"
    # Stopped while it wrote the last, and the second is of a poet that is no longer there.
    file.write_text("".join(json.dumps(one) + "\n" for one in records)[:-9])
    first, *written = write_all(verse_checkpoint, WANTED, file, processes=1)
    assert first == records[0]
    assert [one["seed"] for one in written] == [1, 2]
    assert all(one["text"].lower().startswith("the sea") for one in written)
    kept = file.read_text()
    assert write_all(verse_checkpoint, WANTED[1:], file, processes=1) == written
    assert file.read_text() == kept
    assert len(kept.splitlines()) == 4  # others' poems stay
