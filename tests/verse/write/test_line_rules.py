"""Whatever a network would like to write: real words, and a line end that was chosen."""

import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.tokenizer import POEM_END
from verse.sound.prosody import syllables, words
from verse.write.line_rules import Kind, LineRules, Phase, kind_of, letter_of
from verse.write.poet import Poet


def walk(
    poet: Poet, rules: LineRules, state: tuple[int, ...], chance: random.Random, longest: int = 120
) -> str:
    """Characters drawn blindly from those allowed, up to the line end."""
    at = torch.tensor([state])
    newline = poet.tokenizer.stoi["\n"]
    written = ""
    while len(written) < longest:
        choices = rules.allowed(at)[0].nonzero().flatten().tolist()
        assert choices, written
        if newline in choices:
            return written
        token = chance.choice(choices)
        at = rules.advance(at, torch.tensor([token]))
        assert at[0, 0] >= 0
        assert at[0, 1] >= 0
        written += poet.decode([token])
    raise AssertionError(f"no end: {written}")


def parts(text: str) -> list[str]:
    """The words as the word_list knows them, 'tis without its mark."""
    return [word.strip("'") for word in words(text)]


def known(poet: Poet) -> set[str]:
    return {word.strip("'") for word in poet.word_list.words}


@given(seed=st.integers(0, 2**32), data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_line_ends_as_asked(poet: Poet, seed: int, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(poet.word_list.words), min_size=1, unique=True))
    initial = data.draw(st.sampled_from(["", *"AIOSTBKL"]))
    number = data.draw(st.integers(6, 12))
    rules = poet.rules(chosen)
    state = rules.begin(number, initial)
    assert state
    text = initial + walk(poet, rules, state, random.Random(seed))
    assert syllables(text) == number
    assert text.lstrip("'")[0].isupper()
    assert text.startswith(initial)
    assert set(parts(text)) <= known(poet)
    assert parts(text)[-1] in [word.strip("'") for word in chosen]


@given(seed=st.integers(0, 2**32), slack=st.integers(1, 3))
@settings(max_examples=12, deadline=None)
def test_a_line_may_be_shorter_by_its_slack(poet: Poet, seed: int, slack: int) -> None:
    rules = poet.rules(slack=slack)
    state = rules.begin(8)
    assert state
    text = walk(poet, rules, state, random.Random(seed))
    assert 8 - slack <= syllables(text) <= 8
    assert set(parts(text)) <= known(poet)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_what_was_given_goes_on(poet: Poet, seed: int) -> None:
    rules = poet.rules(["moon", "silver"])
    text = "Xyzzy" + walk(poet, rules, rules.resume(6), random.Random(seed))
    assert syllables(text) == syllables("xyzzy") + 6
    assert words(text)[0] == "xyzzy"  # the last word that was given stays whole
    assert set(parts(text)[1:]) <= known(poet)
    assert parts(text)[-1] in ("moon", "silver")


def test_a_line_begins_with_a_letter_that_leads_a_word(poet: Poet) -> None:
    rules = poet.rules(["moon"])
    state = rules.begin(8)
    assert state
    letters = may(poet, rules, state, "")
    assert set(letters) == {word[0].upper() for word in poet.word_list.words}
    assert rules.begin(8, "X") is None
    assert set(may(poet, rules, state, "'")) == {"T"}  # 'Tis


def test_rows_are_independent(poet: Poet) -> None:
    rules = poet.rules(["moon"])
    states = [rules.resume(3), rules.begin(8), rules.begin(8, "M")]
    together = rules.allowed(torch.tensor(states))
    for row, state in zip(together, states, strict=True):
        assert torch.equal(row, rules.allowed(torch.tensor([state]))[0])


def may(poet: Poet, rules: LineRules, state: tuple[int, ...], written: str) -> str:
    """The characters that may follow `written`."""
    at = torch.tensor([state])
    for token in poet.encode(written):
        assert rules.allowed(at)[0, token], written
        at = rules.advance(at, torch.tensor([token]))
    return poet.decode(rules.allowed(at)[0].nonzero().flatten().tolist())


@pytest.mark.parametrize(
    ("written", "must", "never"),
    [
        ("", " -,", "\nam"),  # the given word is whole
        (" ", "gtsm'GT", " \n-.xX"),  # moon or a word before it; none begins with x
        (" the", " -,", "\n"),  # two syllables are left
        (" gold", " -,.", "\n"),  # golden would leave one for moon: that is enough
        (" golden", " -,", "\n"),
        (" golden ", "m", "tgs\n"),  # only moon has room
        (" golden moon", "\n.,", " -"),
        (" golden moon,", "\n", " m"),
        (" the g", "o", "\n "),
        (" the gold", " -,", "e\n"),  # golden would leave none
        (" the, ", "gm", ",\n"),
        (" the--", "gm", "-\n "),
        (" the-", "-", "gm \n"),
    ],
)
def test_what_may_follow(poet: Poet, written: str, must: str, never: str) -> None:
    rules = poet.rules(["moon"])
    following = may(poet, rules, rules.resume(3), written)
    assert set(must) <= set(following)
    assert not set(never) & set(following)


@pytest.mark.parametrize(
    ("written", "of_a_line", "of_the_last"),
    [
        (" golden moon", "\n,.", "."),
        (" golden moon.", "\n", POEM_END),
        (" golden, moon!", "\n", POEM_END),
        (" golden", ",.", ",."),
    ],
)
def test_a_poem_ends_with_its_sentence_and_the_mark_between_poems(
    poet: Poet, written: str, of_a_line: str, of_the_last: str
) -> None:
    for ends_poem, wanted in ((False, of_a_line), (True, of_the_last)):
        rules = poet.rules(["moon"], ends_poem)
        following = may(poet, rules, rules.resume(3), written)
        assert set(following) & set("\n,." + POEM_END) == set(wanted)


def test_a_long_last_word_needs_its_room(poet: Poet) -> None:
    rules = poet.rules(["evening"])
    full = rules.last_words.least
    assert set(may(poet, rules, rules.resume(full), " ")) == {"e", "E"}
    assert "o" not in may(poet, rules, rules.resume(full), " ")
    assert {"o", "g", "e"} <= set(may(poet, rules, rules.resume(full + 2), " "))
    assert "\n" in may(poet, rules, rules.resume(full), " evening")
    assert "\n" not in may(poet, rules, rules.resume(2 * full), " evening")


def test_no_word_takes_more_syllables_than_are_left(poet: Poet) -> None:
    rules = poet.rules()
    assert set("e \n") & set(may(poet, rules, rules.resume(1), " gold")) == {"\n"}
    assert set("e \n") & set(may(poet, rules, rules.resume(2), " gold")) == {"e", " "}


def test_kinds() -> None:
    kinds = {c: kind_of(c) for c in f"aA' -.\n{POEM_END}\"§①"}
    assert kinds == {
        "a": Kind.LOWER, "A": Kind.UPPER, "'": Kind.APOSTROPHE, " ": Kind.SPACE, "-": Kind.HYPHEN,
        ".": Kind.PUNCTUATION, "\n": Kind.END, POEM_END: Kind.END,
        '"': Kind.OTHER, "§": Kind.OTHER, "①": Kind.OTHER,
    }  # fmt: skip
    assert letter_of("A") == letter_of("a") == 0
    assert letter_of("\n") == letter_of("§")
    assert len(Phase) == max(Phase) + 1
