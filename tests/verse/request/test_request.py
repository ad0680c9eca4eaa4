"""What can be asked, and one sentence with the cure for what can't."""

import re
from typing import Any

import pytest

from verse.request.forms import MAX_LINES
from verse.request.messages import RequestError, SeedError
from verse.request.request import MAX_SEED_CHARS, PoemRequest, acrostic_of, opening_of


def test_a_plan_has_as_many_lines_as_asked() -> None:
    assert len(PoemRequest("a", form="quatrain", lines=12).plan()) == 12
    assert len(PoemRequest("a", form="sonnet").plan()) == 14
    assert PoemRequest("a").plan() == ()
    initials = [line.initial for line in PoemRequest("a", acrostic="Señor Íñigo").plan()]
    assert initials == list("SENORINIGO")


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"form": "epic"}, "no form epic: ask for free, couplet"),
        ({"form": "sonnet", "acrostic": "SEA"}, "leave out sonnet, or the acrostic"),
        ({"form": "acrostic"}, "needs a word"),
        ({"acrostic": "the sea", "lines": 8}, "has 6, not 8: leave out"),
        ({"form": "quatrain", "lines": 5}, "has 4 / 8 / 12 / 16 lines, not 5"),
        ({"lines": 0}, f"1 to {MAX_LINES} lines, not 0"),
        ({"lines": MAX_LINES + 1}, f"1 to {MAX_LINES} lines"),
    ],
)
def test_wishes_that_cannot_be_had(wish: dict[str, object], message: str) -> None:
    with pytest.raises(RequestError, match=message) as caught:
        PoemRequest("a", **wish).plan()  # type: ignore[arg-type]
    assert re.fullmatch(r"[A-Z].*\.", str(caught.value))


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("sea", "sea"),
        ("Anne-Marie O'Neil", "Anne Marie ONeil"),
        ("d’Artagnan", "dArtagnan"),
        ("“Emily”", "Emily"),
        ("‘Walt’", "Walt"),
        ("«Édith»", "Edith"),
        ("✨🌙 Luna ☀️", "Luna"),
        ("~ * (Rain) * ~", "Rain"),
        ("J.R.R. Tolkien!", "J R R Tolkien"),
        ("the\n sea", "the sea"),
        ("  the   sea  ", "the sea"),
        ("Zoë", "Zoe"),
        ("x" * MAX_LINES, "x" * MAX_LINES),
    ],
)
def test_acrostics(word: str, letters: str) -> None:
    assert acrostic_of(word) == letters


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("", "needs a word"),
        (" - ", "needs a word"),
        ("🌙", "needs a word"),
        ("Роза", "letters from A to Z"),
        ("R2D2", "letters from A to Z"),
        ("x" * (MAX_LINES + 1), f"has {MAX_LINES + 1} letters"),
    ],
)
def test_acrostics_that_cannot_be_spelt(word: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        acrostic_of(word)


@pytest.mark.parametrize(
    ("typed", "opening"),
    [
        ("  the   sea  ", "The sea"),
        ("the sea\n\n\n\n at night", "The sea\n\nAt night"),
        ("@everyone **look**", "@Everyone **look**"),
        ("\u202eabc\u200f", "Abc"),
        ("“O”", '"O"'),
        ("why i can't sleep, i'm told", "Why I can't sleep, I'm told"),
        ("iPhone, i.e. wi-fi", "iPhone, i.e. wi-fi"),
        ("if i\nasked", "If I\nAsked"),
    ],
)
def test_the_opening_is_tidied(typed: str, opening: str) -> None:
    assert opening_of(typed) == opening


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("🌙🌊", "Latin alphabet"),
        ("قصيدة عن البحر", "Latin alphabet"),
        ("12345 ...", "Latin alphabet"),
        ("\u200f\u202e", "Latin alphabet"),
        ("a" * (MAX_SEED_CHARS + 1), f"{MAX_SEED_CHARS + 1} characters"),
        ("word " * 400, "characters"),
        ("a\nb\n" * 4, "8 lines"),
    ],
)
def test_seeds_that_no_poem_begins_with(typed: str, message: str) -> None:
    with pytest.raises(SeedError, match=message):
        opening_of(typed)


@pytest.mark.parametrize(
    "change", [{"seed": -1}, {"seed": 2**31}, {"max_seconds": 0}, {"max_seconds": float("nan")}]
)
def test_requests_out_of_range(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change)).split("_")[-1]):
        PoemRequest("a", **change)
