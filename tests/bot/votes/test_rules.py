import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.votes import rules as votes

MARKS = ["👍", "❤️", "👎", "button:up", "button:down"]


@pytest.mark.parametrize(
    ("emoji", "value"),
    [
        ("👍", 1),
        ("👍🏽", 1),
        ("❤️", 1),
        ("❤", 1),
        ("👎", -1),
        ("👎🏿", -1),
        ("🎉", None),
        ("", None),
    ],
)
def test_what_a_reaction_says(emoji: str, value: int | None) -> None:
    assert votes.reaction_value(emoji) == value


def test_the_newest_mark_counts_and_the_older_one_after_it() -> None:
    standing = votes.add(votes.add([], "👍"), "👎")
    assert votes.mark_value(standing[-1]) == -1
    assert votes.remove(standing, "👎") == ["👍"]
    assert votes.remove(standing, "👍") == ["👎"]


def test_a_button_replaces_the_other_and_takes_itself_back() -> None:
    standing = votes.press([], 1)
    assert standing == ["button:up"]
    assert votes.press(standing, -1) == ["button:down"]
    assert votes.press(standing, 1) == []


def test_a_button_against_a_reaction() -> None:
    standing = votes.press(["👍"], -1)
    assert standing == ["👍", "button:down"]
    assert votes.press(standing, -1) == ["👍"]
    assert votes.press(votes.press(["👍"], 1), 1) == ["👍"]


@given(st.lists(st.sampled_from([*MARKS, "press up", "press down", "remove 👍", "remove 👎"])))
def test_at_most_one_of_each_mark_stands(steps: list[str]) -> None:
    standing: list[str] = []
    for step in steps:
        if step.startswith("press"):
            standing = votes.press(standing, 1 if step == "press up" else -1)
        elif step.startswith("remove"):
            standing = votes.remove(standing, step.split()[1])
        else:
            standing = votes.add(standing, step)
        assert len(standing) == len(set(standing))
        assert all(votes.mark_value(mark) in (-1, 1) for mark in standing)
