"""Each measure on poems small enough to count by hand."""

import pytest

from verse.judge.measures import (
    Rhymes,
    compliance,
    distinct,
    iambic,
    real_words,
    repeated_lines,
    rhymes,
    syllables,
)
from verse.request.forms import FORMS, plan

QUATRAIN = "The moon is in the tree,\nThe cat is on the wall,\nThe tide is in the sea,\nAnd none\
 is mine at all."


def test_real_words() -> None:
    known = {"moon", "thing", "rise"}
    words = real_words(["The moon, the MOON\n\nof thingg and rise"], known)
    assert words.share == 3 / 4
    assert words.unknown == ("thingg",)
    assert real_words(["of the sea"], known).share == 0
    assert real_words(["moon"], None).share is None


def test_rhymes_are_of_one_stanza() -> None:
    assert rhymes([QUATRAIN]) == Rhymes(4, 1.0, 0.0, 0.0)
    assert rhymes([QUATRAIN.replace("tree,\n", "tree,\n\n")]).perfect == 2 / 4
    assert rhymes(QUATRAIN.split("\n")).perfect == 0


def test_rhymes_are_counted_as_the_best_that_they_are() -> None:
    found = rhymes(["Give me love,\nthe hills above,\nI cannot move,\na silver spoon,\nthe tea"])
    assert (found.count, found.perfect, found.eye) == (5, 2 / 5, 1 / 5)
    assert found.any == pytest.approx(found.kept + 1 / 5)


def test_rhymes_out_of_earshot_and_of_one_word() -> None:
    between = "\n".join(["a spoon", "a bird", "the silver", "his orange"])
    assert rhymes([f"the sea\n{between}\nthe tree"]).any == 0
    assert rhymes(["by the sea\nof the sea"]).any == 0


def test_syllables() -> None:
    found = syllables(["the cat sat\nthe cat\n\nthe cat sat here\nthe cat sat here\na\nb"])
    assert found.mean == (3 + 2 + 4 + 4 + 1 + 1) / 6
    assert found.deviation == pytest.approx((2 * 0.5 + 4 * 1.5) / 6)
    assert syllables(["one line"]).deviation == 0


def test_iambic() -> None:
    assert iambic(["The silver moon ascends the hill"]) == 1
    assert iambic(["Silver is falling over the winter"]) < 0.7


def test_distinct() -> None:
    assert distinct(["the sea the\nsea"], 1) == 2 / 4
    assert distinct(["the sea the\nsea"], 2) == 2 / 3
    # 1000 words each, whatever follows: the same in every window, but for all in one.
    words = " ".join(f"x{number}" for number in range(1000))
    assert distinct([words, words, "x1"], 1) == 1
    assert distinct([""], 2) == 0


def test_repeated_lines() -> None:
    assert repeated_lines(["Row, row!\nA boat\n\nrow row\nROW, row"]) == 2 / 4
    assert repeated_lines(["row", "row"]) == 0


def test_a_poem_that_keeps_its_form() -> None:
    found = compliance([QUATRAIN], [plan(FORMS["quatrain"], 4)])
    assert found.lines == found.stanzas == 1
    assert found.rhymes == Rhymes(2, 1.0, 0.0, 0.0)
    assert (found.syllables, found.syllables_near, found.initials) == (0, 0, None)  # 6 of 8


def test_every_pair_of_a_rhyme_is_asked_for() -> None:
    poem = "I went to the sea\nwith only a bee\nand saw there a cat\nas round as a hat\nmade of tin"
    found = compliance([poem], [plan(FORMS["limerick"])])
    assert found.rhymes is not None
    assert found.rhymes.count == 4  # sea bee tin, cat hat
    assert found.rhymes.perfect == 2 / 4


def test_what_is_missing_is_missed() -> None:
    asked = plan(FORMS["quatrain"], 4)
    short = "\n".join(QUATRAIN.split("\n")[:3])
    found = compliance([short, QUATRAIN], [asked, asked])
    assert found.lines == found.stanzas == 1 / 2
    assert found.rhymes == Rhymes(4, 3 / 4, 0.0, 0.0)
    long = compliance([QUATRAIN + "\n" + QUATRAIN], [asked])
    assert (long.lines, long.stanzas) == (0, 0)


def test_syllables_as_asked() -> None:
    haiku = "the moon in the tree\nthe cat asleep on the wall\nnone of it is mine at all"
    found = compliance([haiku], [plan(FORMS["haiku"])])
    assert (found.syllables, found.syllables_near) == (2 / 3, 2 / 3)
    assert found.rhymes is None


def test_acrostics() -> None:
    asked = plan(FORMS["acrostic"], acrostic="ab cd")
    found = compliance(['"A cat\nboils\n\n-- Can\nnever'], [asked])
    assert found.initials == 3 / 4
    assert found.stanzas == 1
    assert compliance(["A cat\nboils\nCan\nDo"], [asked]).stanzas == 0
