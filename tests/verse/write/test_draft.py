"""What the lines that stand mean for the next one."""

import pytest

from verse.request.forms import FORMS, Line, plan
from verse.request.opening import Given
from verse.request.stanzas import lines_of
from verse.write.draft import Draft, Written


def draft(lines: tuple[Line, ...], *texts: str, given: int = 0, theme: str = "") -> Draft:
    result = Draft(lines, [Given(text, whole=True) for text in texts[:given]], tuple(theme.split()))
    for place, text in enumerate(texts):
        result.add(Written(text, start=10 * place, satisfies=True))
    return result


QUATRAIN = ("The sea is deep", "The moon is old", "And all asleep", "The hills are cold")


@pytest.mark.parametrize(
    ("scheme", "final"),
    [
        ("ABAB", [0, 0, 1, 4]),
        ("AABB", [0, 2, 2, 4]),
        ("ABBA", [0, 0, 0, 4]),
        ("-A-A", [1, 1, 1, 4]),
        ("----", [1, 2, 3, 4]),
    ],
)
def test_a_line_is_final_when_no_rhyme_is_open(scheme: str, final: list[int]) -> None:
    lines = lines_of((scheme,))
    assert [draft(lines, *QUATRAIN[:size]).final() for size in range(1, 5)] == final


def test_a_line_is_final_when_its_rhyme_is_sure() -> None:
    one = draft(lines_of(("ABAB",)), QUATRAIN[0])
    one.written[0].rich = True
    assert one.final() == 1
    one.add(Written(QUATRAIN[1], 10, satisfies=True))
    assert one.final() == 1
    one.written[1].rich = True
    assert one.final() == 2


def test_given_lines_are_final() -> None:
    assert draft(lines_of(("ABAB",)), *QUATRAIN[:3], given=2).final() == 2


def test_a_line_taken_back_is_remembered_in_its_place() -> None:
    one = draft(lines_of(("ABAB",)), *QUATRAIN[:3])
    assert one.take_back(2).start == 20
    one.add(Written("And all shall sleep", 20, satisfies=True, taken_back=one.taken_back))
    assert one.taken_back == frozenset()
    one.take_back(2)
    assert one.taken_back == {"And all asleep", "And all shall sleep"}
    one.take_back(0)
    assert one.place == 0
    assert one.taken_back == {"The sea is deep"}


def test_blank_lines_stand_between_stanzas() -> None:
    one = draft(lines_of(("AA", "AA")), *QUATRAIN)
    assert one.done
    assert one.text(4) == "The sea is deep\nThe moon is old\n\nAnd all asleep\nThe hills are cold"
    assert one.text(2) == "The sea is deep\nThe moon is old"


def test_ends_with_a_hyphen_count_twice() -> None:
    one = draft(plan(FORMS["quatrain"]), "The sea is storm-blue,", "The moon is old")
    assert one.partners() == ["storm-blue"]
    assert one.ends() == {"storm-blue", "blue", "old"}


def test_words_of_the_theme_that_are_mentioned() -> None:
    assert draft(lines_of(("ABAB",)), *QUATRAIN, theme="moons silver").mentioned() == {"moons"}


@pytest.mark.parametrize(
    ("schemes", "counterparts"),
    [(("ABAB", "ABAB"), [None, None, 0, 1, 0, 1, 2, 3]), (("-A-A",), [None, None, 0, 1]),
     (("AA", "AAA"), [None, 0, 0, 1, 2])],
)  # fmt: skip
def test_a_line_is_as_long_as_its_counterpart(
    schemes: tuple[str, ...], counterparts: list[int | None]
) -> None:
    lines = lines_of(schemes)
    texts = [f"line {number}" for number in range(len(lines))]
    for place, wanted in enumerate(counterparts):
        found = draft(lines, *texts[:place]).counterpart()
        assert (found and found.text) == (None if wanted is None else texts[wanted])
