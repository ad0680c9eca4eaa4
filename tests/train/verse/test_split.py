"""Held back for good, and nothing akin to it is trained on."""

import random
from dataclasses import replace

import pytest

from train.corpus.poem import Poem
from train.verse.split import split, surname, unread


def poem(number: int) -> Poem:
    """A poem of its own for each number."""
    name = "".join("mlkhprstvw"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in str(number))
    return Poem(f"Poem of {name} bells,\nand {name[::-1]} shells.")


POEMS = [poem(number) for number in range(400)]


def test_a_poems_side_never_changes() -> None:
    train, val = split(POEMS, 0.1)
    assert set(train + val) == set(POEMS)
    assert 20 < len(val) < 60
    more_train, more_val = split([*POEMS, *map(poem, range(400, 800))], 0.1)
    assert set(train) <= set(more_train)
    assert set(val) <= set(more_val)
    assert set(split(POEMS, 0.02)[1]) <= set(val)
    louder = split([Poem(poem.text.upper()) for poem in POEMS], 0.1)[1]
    assert [poem.text for poem in louder] == [poem.text.upper() for poem in val]


def test_whole_authors_beside_poems_here_and_there() -> None:
    names = [
        f"{first} {last}" for last in ("Ashe", "Birk", "Cole", "Dunn", "Elm") for first in "XYZ"
    ]
    poems = [replace(one, author=names[n % 15]) for n, one in enumerate(POEMS)]
    # So large a share that about half of five surnames are held back, whoever they are.
    train, val = split(poems, 0.4, "authors")
    held = {surname(one.author) for one in val} - {surname(one.author) for one in train}
    assert 0 < len(held) < 5
    assert all(unread(one, 0.4) == (surname(one.author) in held) for one in poems)
    alone = split(poems, 0.4)[1]
    assert val == [one for one in poems if one in alone or surname(one.author) in held]
    nobody = split(POEMS, 0.4, "authors")
    assert nobody == split(POEMS, 0.4)


def test_surnames() -> None:
    assert surname("Alfred Tennyson, 1st Baron Tennyson") == surname("Tennyson") == "tennyson"
    assert surname("") == ""


def test_the_tail_of_the_text() -> None:
    whole = "".join(TEXTS)
    train, val = split(POEMS, 0.1, "tail")
    before, after = ("".join(poem.text for poem in side) for side in (train, val))
    assert before + after == whole
    assert len(after) == round(0.1 * len(whole))
    assert train[:-1] == POEMS[: len(train) - 1]
    assert val[1:] == POEMS[len(POEMS) - len(val) + 1 :]
    assert split([Poem(whole)], 0.1, "tail") == ([Poem(before)], [Poem(after)])
    with pytest.raises(ValueError, match="too few to hold some back"):
        split([Poem("ab")], 0.1, "tail")


def test_too_few_to_hold_back() -> None:
    with pytest.raises(ValueError, match="too few to hold some back"):
        split([Poem("Only one.")], 0.1)


TEXTS = [poem.text for poem in POEMS]


def long_poem(number: int) -> Poem:
    rng = random.Random(number)

    def word() -> str:
        return "".join(rng.choice("bcdfgklmnprst") + rng.choice("aeiou") for _ in range(3))

    return Poem("\n".join(" ".join(word() for _ in range(5)) for _ in range(8)))


def test_better_cleaning_moves_no_poem() -> None:
    train, val = split(POEMS, 0.1)
    cleaned = [replace(poem, text=poem.text[8:], printed=poem.text) for poem in POEMS]
    assert split(cleaned, 0.1)[1] == [poem for poem in cleaned if Poem(poem.printed) in val]
    assert len(split(cleaned, 0.1)[0]) == len(train)


def test_what_shares_lines_with_a_held_back_poem_is_not_trained_on() -> None:
    poems = [long_poem(number) for number in range(200)]
    train, val = split(poems, 0.1)
    assert sorted(p.text for p in [*train, *val]) == sorted(p.text for p in poems)
    lines = val[0].text.split("\n")
    revised = Poem("\n".join([*long_poem(1000).text.split("\n"), lines[2].upper(), lines[5] + "!"]))
    quoting = Poem("\n".join([*long_poem(1001).text.split("\n"), lines[2]]))
    again, held_back = split([*poems, revised, quoting], 0.1)
    assert revised not in again + held_back
    assert quoting in again + held_back
    assert [poem for poem in again if poem != quoting] == train
    assert [poem for poem in held_back if poem != quoting] == val
