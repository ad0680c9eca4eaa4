"""What the benchmark of five hundred poems asks for, keeps, and judges by."""

import random

import pytest

from benchmarks.poet import loops, requests, shannon
from benchmarks.seeds import seed_texts
from verse.judge.measures import first_letter
from verse.request.forms import FORMS


def test_five_hundred_seeds_differ() -> None:
    assert len(set(seed_texts(500))) == 500
    with pytest.raises(ValueError, match="500 seeds"):
        seed_texts(501)


def test_half_of_the_poems_are_free_and_the_rest_take_every_form() -> None:
    wanted = requests(44)
    assert [one.form for one in wanted].count("free") == 22
    assert {one.form for one in wanted} == set(FORMS)
    assert len({(one.seed, one.seed_text) for one in wanted}) == 44
    for one in wanted:
        one.plan()  # none of them is refused
        if one.acrostic:
            assert one.acrostic[0] == first_letter(one.seed_text)


def test_the_floor_writes_what_a_five_gram_can() -> None:
    book = "the sea the sand\nthe sun\fa sea of sand\nand the sea\f" * 3
    poems = shannon(book, 2000, random.Random(1))
    assert poems == shannon(book, 2000, random.Random(1))
    assert len(set(poems)) > 2  # and not the book by heart
    runs = {(book + book)[place : place + 5] for place in range(len(book))}
    for poem in poems:
        text = "\f" + poem + "\f"
        assert {text[place : place + 5] for place in range(len(text) - 4)} <= runs


def test_a_line_may_come_three_times() -> None:
    assert not loops("O sea,\nmy sea!\nO sea.\nO, sea!")
    assert loops("O sea,\nmy sea!\nO sea.\n\nO, sea!\no sea")
