"""Stanzas written whole: of many drafts side by side the best that keeps the plan is taken."""

import time
from typing import Any

import pytest

from model.fast.decoder import Prefix, Row
from tests.verse.write.writing import ends, lines_of, write
from verse.judge.known_runs import KnownRuns
from verse.request.forms import FORMS, Line, plan
from verse.request.opening import Given
from verse.request.request import PoemRequest
from verse.sound.prosody import rhyme, syllables
from verse.write import stanza
from verse.write.draft import Draft, Written
from verse.write.poet import Poet
from verse.write.stanza import Stanza, best, is_open, keeps, syllables_of


def draft_of(*texts: str, form: str = "quatrain-abcb", **plan_of: Any) -> Draft:
    """A draft in which `texts` stand."""
    written = [Written(text, 0, True) for text in texts]
    return Draft(plan(FORMS[form], **plan_of), [], (), written)


OPEN = ("The sea is deep today", "The moon is in the air", "The wind is low", "A bird is there")
"""Lines of six syllables and five, of which the second rhymes with the fourth."""


def test_the_best_that_rhymes_is_taken(poet: Poet) -> None:
    rhymed, unrhymed = OPEN, (*OPEN[:3], "A bird is deep")
    drafts = [
        Stanza(unrhymed, -0.1, "stop"),
        Stanza(("Rain", *rhymed[1:]), -0.3, "stop"),
        Stanza(rhymed, -0.2, "stop"),
        Stanza(rhymed[:2], 0.0, "length"),
    ]
    assert best(drafts, draft_of(), poet) == rhymed
    assert best(drafts[:1], draft_of(), poet) is None
    assert best([], draft_of(), poet) is None


def test_a_copied_stanza_is_not_taken(poet: Poet, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = ("The sea is deep and the sea is wide", "I sail today", "It is high tide", "A bird")
    other = ("Rain falls", "The plain is grey", "A tree", "Today")
    drafts = [Stanza(copied, 0.0, "stop"), Stanza(other, -1.0, "stop")]
    form = draft_of(form="quatrain-abcb")
    monkeypatch.setattr(poet, "known_runs", None)
    unrhymed = Draft(4 * (Line(),), [], ())
    assert best(drafts, unrhymed, poet) == copied
    monkeypatch.setattr(poet, "known_runs", KnownRuns.of([" ".join(copied)]))
    assert best(drafts, unrhymed, poet) == other
    assert len(form.lines) == 4


def test_time_leaves_the_lines_that_are_finished(poet: Poet) -> None:
    drafts = [Stanza(OPEN[:2], 0.0, "deadline"), Stanza(OPEN[:3], -1.0, "deadline")]
    assert best(drafts, draft_of(), poet) == OPEN[:2]


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (OPEN, True),
        ((*OPEN[:3], "A bird is deep"), False),
        ((*OPEN[:3], "Go up in the air"), False),  # the word itself is no rhyme
        ((OPEN[1], OPEN[1], OPEN[2], OPEN[3]), False),  # a line comes twice
    ],
)
def test_what_keeps_the_plan(texts: tuple[str, ...], kept: bool) -> None:
    assert keeps(texts, draft_of()) is kept


def test_the_last_stanza_speaks_of_the_theme_unless_one_before_did() -> None:
    draft = draft_of(lines=8)
    draft.theme = ("river",)
    assert keeps(OPEN, draft)
    for text in ("Low", "Day", "High", "Way"):
        draft.add(Written(text, 0, True))
    assert not keeps(OPEN, draft)
    assert keeps(("The river", *OPEN[1:]), draft)
    draft.written[0] = Written("Rivers", 0, True)
    assert keeps(OPEN, draft)


def test_lines_are_as_long_as_those_of_the_first_stanza() -> None:
    lines = tuple(Line(ends_stanza=place in (1, 3)) for place in range(4))
    first = Draft(lines, [], ())
    assert syllables_of(first) == 2 * [stanza.OPEN_SYLLABLES]
    second = Draft(lines, [], (), [Written("The sea is deep", 0, True), Written("Today", 0, True)])
    assert syllables_of(second) == [range(4, 5), range(2, 3)]
    assert syllables_of(draft_of(form="haiku")) == [range(5, 6), range(7, 8), range(5, 6)]


def test_where_a_stanza_may_be_written_whole() -> None:
    draft = draft_of()
    assert is_open(draft, draft.stanza())
    draft.given = [Given("The sea", whole=False)]
    assert is_open(draft, draft.stanza())
    draft.given = [Given("The sea is deep", whole=True), Given("The", whole=False)]
    assert not is_open(draft, draft.stanza())
    answering = draft_of("Day", "Night", "Sea")  # its last line rhymes with the second
    assert not is_open(answering, answering.stanza())
    initials = Draft(plan(FORMS["acrostic"], acrostic="sea"), [], ())
    assert not is_open(initials, initials.stanza())


@pytest.mark.parametrize(
    ("form", "sizes"),
    [("sonnet", [4, 4, 4, 2]), ("limerick", [5]), ("ballad", [4, 4, 4]), ("haiku", [3])],
)
def test_a_long_stanza_has_parts_within_which_all_lines_rhyme(form: str, sizes: list[int]) -> None:
    draft, found = draft_of(form=form), []
    while not draft.done:
        found.append(len(draft.stanza()))
        for _ in range(found[-1]):
            draft.add(Written("A line", 0, True))
    assert found == sizes


@pytest.mark.parametrize("form", ["haiku", "quatrain-abcb", "free"])
def test_a_poem_of_drafts_keeps_its_form(poet: Poet, form: str) -> None:
    for seed in (1, 2):
        poem = write(poet, "the sea", form=form, seed=seed)
        lines = lines_of(poem)
        assert poem.stopped_by == "end"
        assert poem.text.startswith("The sea")
        assert poem.text[-1] in ".!?"
        asked = PoemRequest("x", form=form).plan()
        for line, text in zip(asked, lines, strict=False):
            assert line.syllables in (None, syllables(text))
        if form == "quatrain-abcb":
            assert rhyme(*ends(poem)[1::2]) in ("perfect", "slant")


def test_the_drafts_end_with_their_time(poet: Poet, monkeypatch: pytest.MonkeyPatch) -> None:
    branch = poet.decoder.branch
    monkeypatch.setattr(stanza, "DRAFTS", 3)

    def slow(prefix: Prefix, params: list[Any], *others: Any, **more: Any) -> list[Row]:
        if len(params) == 3:  # they are late when they are half through
            monkeypatch.setattr(time, "monotonic", clock())
        return branch(prefix, params, *others, **more)

    def clock() -> Any:
        now, step = time.monotonic(), iter(range(10**9))
        return lambda: now + 3 * next(step)

    monkeypatch.setattr(poet.decoder, "branch", slow)
    poem = write(poet, "the sea", form="haiku", max_seconds=200)
    assert poem.stopped_by == "time"
    assert poem.text.startswith("The sea")
