"""A poet notices every run that its corpus has, and next to none that it hasn't."""

import random
from pathlib import Path

import pytest

from verse.judge.copying import MIN_RUN, normalised
from verse.judge.known_runs import BLOCK, FILE, STEP, KnownRuns

CHANCE = random.Random(5)
WORDS = ["".join(CHANCE.choices("etaoinshrdlu", k=CHANCE.randint(2, 7))) for _ in range(3000)]


def some(words: int) -> str:
    return " ".join(CHANCE.choices(WORDS, k=words))


POEMS = ["\n".join(some(7).capitalize() + "," for _ in range(14)) for _ in range(50)]
RUNS = KnownRuns.of(POEMS)


def test_every_run_is_found_wherever_it_stands() -> None:
    for poem in POEMS[:10]:
        text = normalised(poem)
        for start in range(0, len(text) - MIN_RUN - 2, 27):
            run = text[start : start + MIN_RUN + 2].strip()  # a space at its edge would be lost
            assert len(run) >= MIN_RUN
            assert RUNS.holds(f"{some(2)} {run} {some(2)}")


def test_neither_commas_nor_line_ends_hide_a_run() -> None:
    first, second, *_ = POEMS[3].split("\n")
    assert RUNS.holds(second.upper().replace(",", "!"), after=first)
    half = len(first) // 2
    cut = first.index(" ", half)
    assert RUNS.holds(f"{second[:25]} {some(3)}", after=first[cut:])


def test_a_run_that_is_split_is_found_from_step_characters_on() -> None:
    text = normalised(POEMS[7])
    for start in range(0, 120):
        run = text[start : start + MIN_RUN]
        # Split where there is a space, for one is put between the two.
        for cut in (place for place, letter in enumerate(run) if letter == " "):
            before, own = run[:cut], run[cut + 1 :]
            if run.strip() == run and len(own) >= STEP:
                assert RUNS.holds(own, after=before), run


def test_a_few_letters_may_end_a_quotation_that_can_not_go_on() -> None:
    words = normalised(POEMS[11]).split()
    missed = 0
    for start in range(len(words) - 14):
        begun, end, on = " ".join(words[start : start + 6]), words[start + 6], words[start + 7 :]
        if len(begun) < MIN_RUN or len(end) >= STEP:
            continue
        missed += not RUNS.holds(end, after=begun)
        assert RUNS.holds(" ".join(on[:7]), after=f"{begun} {end}")
    assert missed > 0, "then the docstring is too modest"


def test_what_stood_before_is_not_held_against_a_line() -> None:
    line = POEMS[3].split("\n")[0]
    assert len(normalised(line)) >= MIN_RUN
    assert not RUNS.holds(some(6), after=line)


def test_one_new_block_in_hundreds_is_a_false_alarm() -> None:
    full = KnownRuns.of(["".join(CHANCE.choices("etaoin", k=70_000))])
    texts = ["".join(CHANCE.choices("bcdfg", k=59 + BLOCK)) for _ in range(300)]
    alarms = sum(full.holds(text) for text in texts)
    assert 0 < alarms / (60 * len(texts)) < 0.006


def test_a_corpus_in_any_script() -> None:
    lines = POEMS[0].split("\n")
    runs = KnownRuns.of(["\n".join(["ΜΟΙΡΑ κραταιή, θάνατος τε", *lines]), "Роза и море " * 9])
    assert runs.holds(lines[3])
    assert not runs.holds("Роза и море и песок и берег и волна " * 2)
    assert not runs.holds(some(9))


def test_no_run_crosses_from_one_poem_into_the_next() -> None:
    end, beginning = normalised(POEMS[0])[-15:], normalised(POEMS[1])[:15]
    assert not RUNS.holds(f"{end} {beginning}")


def test_short_texts_are_no_runs() -> None:
    assert not RUNS.holds("")
    assert not RUNS.holds("the sea", after="at")
    assert not KnownRuns.of(["a"]).holds(some(9))


def test_saved_and_loaded(tmp_path: Path) -> None:
    assert KnownRuns.load(tmp_path) is None
    RUNS.save(tmp_path)
    loaded = KnownRuns.load(tmp_path)
    assert loaded is not None
    assert loaded.holds(POEMS[0])
    assert not loaded.holds(some(9))
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ValueError, match="damaged: delete it, or make it again"):
        KnownRuns.load(tmp_path)
