"""Who counts as never read."""

import pytest

from benchmarks.unseen import Read, authors, surname
from train.corpus import Poem

LINE = "The curfew tolls the knell of parting day"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Emily Dickinson", "dickinson"),
        ("George Gordon Byron, Lord Byron", "byron"),
        ("Byron", "byron"),
        ("", ""),
    ],
)
def test_surnames(name: str, expected: str) -> None:
    assert surname(name) == expected


def test_one_long_line_in_common_is_enough_to_be_known() -> None:
    read = Read()
    read.add(Poem(f"{LINE},\nAnd so on", "Thomas Gray"))
    assert read.knows(Poem(f"A head\n{LINE.upper()}!\nbut otherwise another poem altogether"))
    assert not read.knows(Poem("A poem of its own that has no line of any other"))
    assert "gray" in read.surnames


def test_an_author_has_no_more_than_a_share() -> None:
    poems = [Poem(40 * "a", "A"), Poem(40 * "b", "B"), Poem(40 * "c", "A"), Poem(40 * "d", "A")]
    found = authors(poems, 60)
    assert [poem.text[0] for poem in found["A"]] == ["a", "c"]
    assert [poem.text[0] for poem in found["B"]] == ["b"]
