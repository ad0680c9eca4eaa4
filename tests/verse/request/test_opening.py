"""The seed becomes the poem's first lines, word for word, with the capitals of verse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.tokenizer import CharTokenizer
from verse.request.forms import FORMS, plan
from verse.request.messages import SeedError
from verse.request.opening import Given, first_line, lay_out
from verse.sound.prosody import syllables

SONNET = plan(FORMS["sonnet"])
HAIKU = plan(FORMS["haiku"])


def test_a_few_words_are_the_beginning_of_a_line(tokenizer: CharTokenizer) -> None:
    assert lay_out("the sea  at night", tokenizer, SONNET) == [
        Given("The sea at night", whole=False)
    ]


def test_a_line_that_is_long_enough_is_whole(tokenizer: CharTokenizer) -> None:
    text = "The lantern leans upon the harbour wall,"
    assert lay_out(text, tokenizer, SONNET) == [Given(text, whole=True)]


def test_typed_lines_stay_lines_and_all_but_the_last_are_whole(tokenizer: CharTokenizer) -> None:
    assert lay_out("one\ntwo\n\nthree", tokenizer, ()) == [
        Given("One", whole=True),
        Given("Two", whole=True),
        Given("Three", whole=False),
    ]


def test_a_seed_that_ends_with_a_line_break_has_whole_lines_only(tokenizer: CharTokenizer) -> None:
    long = "the sea is wide and deep and cold and I am far from home"
    assert lay_out(f"one\n{long}\n", tokenizer, HAIKU) == [
        Given("One", whole=True),
        Given(f"T{long[1:]}", whole=True),
    ]


def test_a_long_seed_is_broken_to_fit_the_form(tokenizer: CharTokenizer) -> None:
    words = "the sea is wide and deep and cold and I am far from home"
    given_ = lay_out(words, tokenizer, HAIKU)
    assert " ".join(line.text for line in given_).lower() == words.lower()
    assert all(line.text[0].isupper() for line in given_)  # as lines of verse are printed
    assert [syllables(line.text) for line in given_[:2]] == [5, 7]
    assert [line.whole for line in given_] == [True, True, False]


@given(
    text=st.lists(
        st.sampled_from(["the", "sea", "alabaster", "night", "unimaginable", "o"]), min_size=1
    ),
    wanted=st.integers(1, 12),
)
def test_a_first_line_takes_what_fits(text: list[str], wanted: int) -> None:
    first, rest = first_line(" ".join(text), wanted)
    assert f"{first} {rest}".strip() == " ".join(text)
    assert syllables(first) <= wanted or " " not in first
    assert not rest or syllables(f"{first} {rest.split()[0]}") > wanted


def test_characters_that_the_network_never_saw_are_left_out(tokenizer: CharTokenizer) -> None:
    (line,) = lay_out("3 men § sea 🌙 Ñandú → ①", tokenizer, ())
    assert line.text == "Men sea Nandu"


def test_a_seed_without_letters(tokenizer: CharTokenizer) -> None:
    with pytest.raises(SeedError, match="Latin alphabet"):
        lay_out("🌙 12", tokenizer, ())


def test_a_vocabulary_without_capitals_keeps_small_letters() -> None:
    small = CharTokenizer.train("abcdefghijklmnopqrstuvwxyz I\n")
    assert lay_out("the sea and i\nat night", small, ()) == [
        Given("the sea and I", whole=True),
        Given("at night", whole=False),
    ]
