"""Copied runs, found against the obvious slow way."""

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from verse.judge.copying import MIN_RUN, copying, normalised


def test_normalised() -> None:
    assert normalised("O'er  the--Sea,\n\n  in 3 “nights”") == "oer the sea in nights"


def test_whatever_the_script_only_plain_letters_and_spaces_are_left() -> None:
    assert normalised("ΜΟΙΡΑ, the Fates:\nРоза; naïve Æneas, İzmir 詩") == (
        "the fates naive aeneas izmir"
    )
    assert normalised("ΜΟΙΡΑ") == ""


@given(st.text())
def test_any_text_is_normalised_to_plain_letters_and_spaces(text: str) -> None:
    words = normalised(text).split(" ")
    assert words == [""] or all(word.isascii() and word.isalpha() for word in words)


def test_a_run_needs_thirty_characters() -> None:
    corpus = "Beside the mill a heron stands, and waits."
    thirty = "beside the mill a heron stands"
    assert len(thirty) == MIN_RUN
    found = copying([f"xyz {thirty.title()}!"], [corpus])
    assert (found.longest, found.text) == (30, thirty)
    assert copying([f"xyz{thirty[:29]}z"], [corpus]).longest == 0


def test_the_share_counts_each_character_once() -> None:
    line = "beside the mill a heron stands and waits"
    found = copying([f"{line}\n{line}", 41 * "z" + 40 * "y"], [line.upper(), line])
    assert found.share == 2 * len(line) / (2 * len(line) + 1 + 81)
    assert found.longest == len(line)
    assert found.poems == 1


def test_no_run_goes_from_one_poem_to_the_next() -> None:
    assert copying(["beside the mill a", "heron stands and waits"],
                   ["beside the mill a heron stands and waits"]).longest == 0  # fmt: skip


@given(st.text("ab ", max_size=300), st.lists(st.text("ab ", max_size=300), max_size=3))
def test_the_quick_way_finds_what_the_slow_way_finds(poem: str, corpus: list[str]) -> None:
    ours = normalised(poem)
    copied = [False] * len(ours)
    for text in map(normalised, corpus):
        for start in range(len(ours) - MIN_RUN + 1):
            if ours[start : start + MIN_RUN] in text:
                copied[start : start + MIN_RUN] = [True] * MIN_RUN
    assert copying([poem], corpus).share == (sum(copied) / len(ours) if ours else 0)


def test_a_poem_against_itself_takes_no_time() -> None:
    rng = random.Random(0)
    text = "".join(rng.choices("abcdefgh ", k=200_000))
    started = time.perf_counter()
    assert copying([text], [text] * 3).share == 1
    assert time.perf_counter() - started < 5
