"""What the marks of blind readers come to: shares, intervals, agreement, preferences."""

import json
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import blind

POEMS = [
    # (source, prompt, form); the key's order is the order of the numbers.
    ("old", "the sea", "free"),
    ("new", "the sea", "free"),
    ("real verse", "To the Moon", ""),
    ("old", "my cat", "free"),
    ("new", "my cat", "free"),
]
MARKS = [
    # number,S,M,P,Q of two readers; the first also wrote a heading.
    "Marks of Anna:\n1,2,0,1,0\n2,2,2,2,1\n 3, 2, 2, 2, 1 \n4,1,1,1,0\n5,2,1,1,0\n",
    "1,0,0,0,0\n2,1,2,2,0\n3,2,2,2,1\n4,1,1,1,0\n5,0,0,0,0\n",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What `write` makes, and two readers' marks beside it."""
    entries = [
        {"source": source, "prompt": prompt, "form": form, "text": f"a poem\non {prompt}"}
        for source, prompt, form in POEMS
    ]
    (tmp_path / "key.json").write_text(json.dumps({"forms": False, "poems": entries}))
    for reader, marks in enumerate(MARKS):
        (tmp_path / f"{reader}.txt").write_text(marks)
    return tmp_path


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def read(*names: str, of: Path = folder) -> tuple[int, str, str]:
        """(exit status, standard output, errors) of `read`; names: of the files of marks."""
        argv = ["blind.py", "read", str(of), *(str(folder / name) for name in names)]
        monkeypatch.setattr(sys, "argv", argv)
        monkeypatch.setattr(blind, "machine", dict)  # measuring it takes seconds
        return blind.main(), *capsys.readouterr()

    return read


def figures(out: str) -> dict[str, Any]:
    document = json.loads(out.splitlines()[-1])
    return {**document["figures"], "bars": document["bars"]}


def test_shares_of_full_marks_by_source(run: Run) -> None:
    status, out, err = run("0.txt", "1.txt")
    assert (status, err) == (0, "")
    found = figures(out)
    assert found["readers"] == 2
    assert found["sources"] == {
        "old": {"grammatical": 0.25, "sense": 0.0, "subject": 0.0, "posted": 0.0},
        "new": {"grammatical": 0.5, "sense": 0.5, "subject": 0.5, "posted": 0.25},
        "real verse": {"grammatical": 1.0, "sense": 1.0, "subject": 1.0, "posted": 1.0},
    }
    table = {line.split("  ")[0]: line for line in out.splitlines()}
    assert re.findall(r"[0-9.]+ \(.*?\)", table["new"])[0] == "0.50 (0.15 to 0.85)"
    assert table["real verse"].count("1.00 (0.34 to 1.00)") == 4
    # The bars are those of the poet that is named first.
    assert [(bar["what"], bar["value"]) for bar in found["bars"]] == list(
        found["sources"]["old"].items()
    )


def test_how_far_readers_agree(run: Run) -> None:
    found = figures(run("0.txt", "1.txt")[1])["agreement"]
    # S: (2 2 2 1 2) and (0 1 2 1 0), whose deviations' products sum to -0.2, squares to 0.8 and 2.8
    assert found["grammatical"] == round(-0.2 / math.sqrt(0.8 * 2.8), 3)
    alike = figures(run("0.txt", "0.txt")[1])["agreement"]
    assert set(alike.values()) == {1.0}
    assert figures(run("0.txt")[1])["agreement"] == {}, "one reader agrees with nobody"


def test_how_often_a_poet_is_preferred_to_another(run: Run) -> None:
    """Of the sea: 3 to 7 and 0 to 5 marks, of the cat: 3 to 4 and 3 to 0."""
    assert figures(run("0.txt", "1.txt")[1])["preferred"] == {"old preferred to new": 0.25}


def test_equal_sums_count_for_half(run: Run, folder: Path) -> None:
    (folder / "same.txt").write_text("".join(f"{number},1,1,1,1\n" for number in range(1, 6)))
    assert figures(run("same.txt")[1])["preferred"] == {"old preferred to new": 0.5}


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    # Wilson 1927, as tables of it have them.
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 4, 0.0456, 0.6994)],
)
def test_wilson_interval(hits: int, count: int, low: float, high: float) -> None:
    assert blind.interval(hits, count) == pytest.approx((hits / count, low, high), abs=1e-4)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "{} has no line number,S,M,P,Q for poem 5: add it."),
        ("5,2,2,2", "{} has no line number,S,M,P,Q for poem 5: add it."),
        ("5,2,2,x,1", "{} has no line number,S,M,P,Q for poem 5: add it."),
        ("5,3,2,2,1", "{} gives poem 5 3 for S: give 0 to 2."),
        ("5,2,2,2,2", "{} gives poem 5 2 for Q: give 0 to 1."),
        ("5,1,1,1,1\n1,0,0,0,0", "{} marks poem 1 twice: leave one of the two lines."),
        ("6,1,1,1,1", "{} marks poem 6 of 5: correct its number."),
        ("0,1,1,1,1", "{} marks poem 0 of 5: correct its number."),
    ],
)
def test_bad_marks_get_one_sentence(run: Run, folder: Path, line: str, sentence: str) -> None:
    path = folder / "bad.txt"
    path.write_text("\n".join([*MARKS[1].split("\n")[:4], line]))
    assert run("bad.txt") == (2, "", sentence.format(path) + "\n")


def test_files_that_are_not_there_get_one_sentence(run: Run, folder: Path) -> None:
    nowhere = folder / "nowhere"
    reason = "can't be read (No such file or directory): name another."
    assert run("nowhere") == (2, "", f"{nowhere} {reason}\n")
    assert run("0.txt", of=nowhere) == (2, "", f"{nowhere / 'key.json'} {reason}\n")
