"""Stanzas that a free poem may have, and the header that asks for them."""

import pytest

from verse.request.forms import FORMS, MAX_LINES, plan
from verse.request.stanzas import FREE_LINES, SCHEMES, free_plans, header_of, lines_of


def test_schemes_are_of_their_size() -> None:
    for size, schemes in SCHEMES.items():
        assert all(len(scheme) == size for scheme in schemes)


@pytest.mark.parametrize("lines", range(1, MAX_LINES + 1))
def test_any_number_of_lines_makes_stanzas_of_at_most_six(lines: int) -> None:
    plans = free_plans(lines)
    assert plans
    for schemes in plans:
        assert sum(map(len, schemes)) == lines
        sizes = set(map(len, schemes))
        assert max(sizes) <= 6
        assert lines < 6 or min(sizes) >= 3


def test_stanzas_are_alike_where_they_can_be() -> None:
    assert all(
        len(set(schemes)) == 1 for lines in (8, 9, 10, 12, 15) for schemes in free_plans(lines)
    )
    assert [list(map(len, schemes)) for schemes in free_plans(7)] == [[4, 3]]
    assert [list(map(len, schemes)) for schemes in free_plans(13)] == [[5, 4, 4]]


def test_a_free_poem_of_its_own_length() -> None:
    assert {sum(map(len, schemes)) for schemes in free_plans()} == set(FREE_LINES)


def test_rhymes_end_with_their_stanza() -> None:
    lines = lines_of(("ABAB", "A-A"))
    assert [line.rhyme for line in lines] == [0, 1, 0, 1, 4, None, 4]
    assert [line.ends_stanza for line in lines] == 3 * [False] + [True, False, False, True]


@pytest.mark.parametrize(
    ("schemes", "header"),
    [
        (("ABAB", "ABAB"), "\f§ABAB②\n"),
        (("ABAB", "A-A"), "\f§ABAB/A-A\n"),
        (("-A-A",), "\f§-A-A①\n"),
    ],
)
def test_the_header_says_the_stanzas(schemes: tuple[str, ...], header: str) -> None:
    assert header_of(lines_of(schemes)).write() == header


def test_the_header_of_a_form() -> None:
    header = header_of(plan(FORMS["sonnet"]), "John Keats", ("sea", "night"))
    assert header.write() == "\f§ABABCDCDEFEFGG①@John Keats#sea night\n"
