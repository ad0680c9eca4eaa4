"""Time that runs out, and whoever no longer wants a poem: what is written so far is whole."""

import itertools
import math
import time
from typing import Any

import pytest

from model.fast.decoder import Prefix, Row
from tests.verse.write.writing import LONG, SEED, compose, lines_of, write
from verse.request.messages import Message
from verse.request.request import PoemRequest
from verse.write import composer
from verse.write.composer import Composer, composing
from verse.write.poet import Poet


@pytest.mark.usefixtures("by_line")
def test_time_that_ends_the_last_lines_tries_is_said(
    poet: Poet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written is whole, but another time it may be another poem."""
    candidates = Composer.candidates

    def late(self: Composer, prefix: Prefix, *others: Any) -> list[Row]:
        rows = candidates(self, prefix, *others)
        if self.draft.place == len(self.draft.lines) - 1:
            self.deadline = time.monotonic() - 1
        return rows

    whole = write(poet, form="couplet")
    monkeypatch.setattr(composer, "GOOD_ENOUGH_SCORE", math.inf)  # so that it would try once more
    monkeypatch.setattr(Composer, "candidates", late)
    poem = write(poet, form="couplet")
    assert poem.stopped_by == "end"
    assert len(lines_of(poem)) == 2
    assert not whole.notes
    assert poem.notes == (Message("hurried"),)


def test_time_stops_a_poem(poet: Poet) -> None:
    poem = write(poet, "the sea", form="couplet", lines=16, max_seconds=0.1)
    assert poem.stopped_by == "time"
    assert poem.seconds < 2
    written = len(lines_of(poem)) if poem.text != "The sea" else 0
    assert written < 16
    assert f"Only {written} of 16 lines are there: time was over." in map(str, poem.notes)


@pytest.mark.parametrize("form", ["free", "haiku"])
def test_the_seed_is_there_before_the_network_is_asked(
    poet: Poet, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def asked(*others: object) -> None:
        raise AssertionError

    monkeypatch.setattr(poet.decoder, "prefix", asked)
    assert next(composing(poet, PoemRequest("The sea", form=form))) == "The sea"


def test_time_that_is_over_at_once_leaves_the_seed(poet: Poet) -> None:
    pieces: list[str] = []
    request = PoemRequest("the sea", form="haiku", max_seconds=1e-9)
    poem = compose(poet, request, pieces.append)
    assert "".join(pieces) == poem.text == poem.opening == "The sea"
    assert list(map(str, poem.notes)) == ["Only 0 of 3 lines are there: time was over."]


def test_time_that_is_over_before_the_first_line(poet: Poet) -> None:
    one = Composer(poet, PoemRequest(SEED), lambda: False)
    one.deadline = time.monotonic() - 1
    assert not one.in_a_hurry()
    one.cost = 1.0
    assert one.in_a_hurry()
    assert one.hurried


def test_a_cancelled_poem_has_whole_lines_only(poet: Poet) -> None:
    whole = write(poet, form="couplet", lines=8)
    pieces: list[str] = []
    request = PoemRequest(SEED, form="couplet", lines=8, max_seconds=LONG)
    poem = compose(poet, request, pieces.append, lambda: "".join(pieces).count("\n") >= 2)
    assert poem.stopped_by == "cancelled"
    assert "".join(pieces) == poem.text
    assert 2 < len(lines_of(poem)) < 8
    assert whole.text.startswith(poem.text + "\n")


@pytest.mark.parametrize("form", ["free", "couplet"])
@pytest.mark.parametrize("before", range(4))
def test_a_poem_that_is_cancelled_between_two_steps_computes_nothing_more(
    poet: Poet, monkeypatch: pytest.MonkeyPatch, form: str, before: int
) -> None:
    stopped = False
    steps = composing(poet, PoemRequest(SEED, form=form), lambda: stopped)
    shown = "".join(next(steps) for _ in range(before))
    stopped = True
    for name in ("branch", "prefix"):
        monkeypatch.setattr(poet.decoder, name, None)
    with pytest.raises(StopIteration) as end:
        [next(steps) for _ in range(3)]
    poem = end.value.value
    assert (poem.stopped_by, poem.opening) == ("cancelled", SEED)
    assert poem.text.startswith(shown or SEED)
    assert list(map(str, poem.notes)) == ["It was stopped before its end."]


def test_two_poems_in_turns_are_those_written_alone(poet: Poet) -> None:
    requests = [PoemRequest(SEED, seed, form="couplet", max_seconds=LONG) for seed in (1, 2)]
    alone = [compose(poet, request).text for request in requests]
    turns = [composing(poet, request) for request in requests]
    texts: list[str] = []
    for turn in itertools.cycle(turns):
        try:
            next(turn)
        except StopIteration as end:
            texts.append(end.value.text)
        if len(texts) == len(turns):
            break
    assert sorted(texts) == sorted(alone)


def test_the_last_line_is_the_last_step(poet: Poet) -> None:
    request = PoemRequest("the sea", form="couplet", lines=4, max_seconds=LONG)
    steps, shown = composing(poet, request), ""
    while True:
        try:
            shown += next(steps)
        except StopIteration as end:
            assert end.value.text.startswith(shown)
            assert len(list(filter(None, shown.split("\n")))) < 4 == len(lines_of(end.value))
            return


def test_time_counts_from_the_beginning_as_told(poet: Poet) -> None:
    steps = composing(poet, PoemRequest(SEED), lambda: False, time.monotonic() - 31)
    assert next(steps) == SEED
    with pytest.raises(StopIteration) as end:
        [next(steps) for _ in range(3)]  # to choose a plan is a step, too
    assert end.value.value.stopped_by == "time"
    assert end.value.value.seconds > 31
