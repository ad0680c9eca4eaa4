"""How the benchmark of sampling compares with real verse, and what it keeps."""

import json
import shutil
from pathlib import Path

import pytest

from benchmarks.sampling import RealVerse, first_lines, keep
from model.checkpoint import load_checkpoint


def test_real_verse_is_at_no_distance_from_itself() -> None:
    real = RealVerse({"bits": 2.0, "new words": 0.9}, {"bits": 0.1, "new words": 0.02})
    assert real.distance({"bits": 2.0, "new words": 0.9}, ("bits", "new words")) == 0
    # Three deviations off in one of two, and what isn't named doesn't count.
    assert real.distance({"bits": 2.3, "new words": 0.9}, ("bits",)) == pytest.approx(3)
    both = real.distance({"bits": 2.3, "new words": 0.9}, ("bits", "new words"))
    assert both == pytest.approx(3 / 2**0.5)


def test_poems_are_cut_by_lines() -> None:
    poem = "one\ntwo\n\nthree\nfour"
    assert first_lines(poem, 3) == "one\ntwo\n\nthree"
    assert first_lines(poem, 2) == "one\ntwo"
    assert first_lines(poem, 9) == poem


def test_the_best_setting_becomes_the_default(tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "poet"
    shutil.copytree(tiny_checkpoint, folder)
    before = json.loads((folder / "config.json").read_text())
    keep(folder, {"temperature": 0.95, "top_p": 0.9})
    assert load_checkpoint(folder).sampling == {"temperature": 0.95, "top_k": 0, "top_p": 0.9}
    after = json.loads((folder / "config.json").read_text())
    assert {**after, "sampling": None} == {**before, "sampling": None}
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        path.name for path in tiny_checkpoint.iterdir()
    )
