"""Forms are data: what each asks of its lines."""

import re

import pytest

from verse.request.forms import ACROSTIC, FORMS, IAMB, MAX_LINES, Form, plan


def rhymes(form: Form, lines: int | None = None, acrostic: str = "") -> str:
    """The plan's rhymes as letters again, a space after each stanza."""
    letters: dict[int, str] = {}
    result = ""
    for line in plan(form, lines, acrostic):
        if line.rhyme is None:
            result += "-"
        else:
            result += letters.setdefault(line.rhyme, "ABCDEFGHIJKLMNOP"[len(letters)])
        result += " " * line.ends_stanza
    return result.strip()


@pytest.mark.parametrize(
    ("form", "lines", "expected"),
    [
        ("couplet", None, "AA"),
        ("couplet", 6, "AA BB CC"),
        ("tercet", 6, "AAA BBB"),
        ("quatrain", None, "ABAB"),
        ("quatrain", 8, "ABAB CDCD"),
        ("quatrain-aabb", None, "AABB"),
        ("quatrain-abba", None, "ABBA"),
        ("quatrain-abcb", None, "-A-A"),
        ("ballad", None, "-A-A -B-B -C-C"),
        ("limerick", None, "AABBA"),
        ("haiku", 3, "---"),
        ("sonnet", None, "ABABCDCDEFEFGG"),
        ("free", None, ""),
        ("free", 7, ""),
    ],
)
def test_rhymes_and_stanzas(form: str, lines: int | None, expected: str) -> None:
    assert rhymes(FORMS[form], lines) == expected


def test_syllables() -> None:
    def counts(form: str) -> list[int | None]:
        return [line.syllables for line in plan(FORMS[form])]

    assert counts("haiku") == [5, 7, 5]
    assert counts("sonnet") == [10] * 14
    assert counts("limerick") == [8, 8, 5, 5, 8]
    assert counts("ballad") == [8, 6, 8, 6] * 3
    assert [line.syllables for line in plan(FORMS[ACROSTIC], acrostic="SEA")] == [None] * 3


def test_an_acrostic_sets_letters_stanzas_and_pairs() -> None:
    lines = plan(FORMS[ACROSTIC], acrostic="mary ann")
    assert [line.initial for line in lines] == list("MARYANN")
    assert rhymes(FORMS[ACROSTIC], acrostic="mary ann") == "AABB CC-"


@pytest.mark.parametrize(
    ("form", "lines", "possible"),
    [
        ("quatrain", 5, "4 / 8 / 12 / 16"),
        ("quatrain", 20, "4 / 8 / 12 / 16"),
        ("sonnet", 12, "14"),
        ("haiku", 6, "3"),
        ("couplet", 1, "2 / 4 / .* / 16"),
    ],
)
def test_lines_that_a_form_cannot_have(form: str, lines: int, possible: str) -> None:
    with pytest.raises(ValueError, match=rf"A {form} has {possible} lines, not {lines}: ask"):
        plan(FORMS[form], lines)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_entry_makes_sense(form: Form) -> None:
    assert FORMS[form.name] is form
    assert form.about
    assert re.fullmatch("[-A-T]*", form.scheme)
    assert all(re.fullmatch("[01?]+", rhythm) for rhythm in form.rhythms)
    assert len(form.rhythms) in (0, 1, 2, len(form.scheme))
    assert len(plan(form, acrostic="A" * (form.name == ACROSTIC))) <= MAX_LINES
    letters = set(form.scheme) - {"-"}
    assert all(form.scheme.count(letter) > 1 for letter in letters)


def test_a_rhythm_shorter_than_the_stanza_goes_on_in_turns() -> None:
    lines = plan(Form("x", "", "AABB", (IAMB, 2 * IAMB)))
    assert [line.rhythm for line in lines] == ["01", "0101"] * 2
