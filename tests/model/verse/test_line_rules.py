"""Whatever a network would like to write: real words, and a line end that was chosen."""

import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.poet import Poet
from model.verse.format import FORWARDS, read_line
from model.verse.line_rules import Kind, LineRules, Phase, kind_of, letter_of
from model.verse.prosody import syllables, words


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
    """The words as the stock knows them: each side of a hyphen is one, 'tis without its mark."""
    return [part.strip("'") for word in words(text) for part in word.split("-")]


def known(poet: Poet) -> set[str]:
    return {word.strip("'") for word in poet.stock.words}


@given(seed=st.integers(0, 2**32), data=st.data())
@settings(max_examples=15, deadline=None)
def test_from_the_end(poet: Poet, seed: int, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(poet.stock.words), min_size=1, unique=True))
    initial = data.draw(st.sampled_from("AIOSTBKL"))
    number = data.draw(st.integers(5, 12))
    rules = poet.rules(chosen)
    written = walk(poet, rules, rules.from_the_end(number, initial), random.Random(seed))
    text = read_line(initial + written)
    assert syllables(text) == number
    assert text[0] == initial
    assert set(parts(text)) <= known(poet)
    assert parts(text)[-1] in [word.strip("'") for word in chosen]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_a_first_letter_of_its_own_choice(poet: Poet, seed: int) -> None:
    rules = poet.rules(["moon", "night"])
    written = walk(poet, rules, rules.from_the_end(8), random.Random(seed))
    text = read_line(written)
    assert syllables(text) == 8
    assert text[0].isupper()
    assert set(parts(text)) <= known(poet)
    assert parts(text)[-1] in ("moon", "night")


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_forwards_after_what_was_given(poet: Poet, seed: int) -> None:
    rules = poet.rules()
    written = walk(poet, rules, rules.forwards(6), random.Random(seed))
    text = read_line(FORWARDS + "Xyzzy" + written)
    assert syllables(text) == syllables("xyzzy") + 6
    assert words(text)[0].split("-")[0] == "xyzzy"  # the last word that was given stays whole
    assert set(parts(text)[1:]) <= known(poet)


def test_a_line_begins_with_a_letter_that_leads_a_word(poet: Poet) -> None:
    rules = poet.rules(["moon"])
    letters = may(poet, rules, rules.from_the_end(8), "")
    assert set(letters) == {word[0].upper() for word in poet.stock.words} - {"'"}
    assert "X" not in letters


def test_rows_are_independent(poet: Poet) -> None:
    rules = poet.rules(["moon"])
    states = [rules.forwards(3), rules.from_the_end(8), rules.from_the_end(8, "M")]
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
        ("", "n.,!", "Nt \n-"),  # moon comes first
        (",noo", "mM", "ns\n "),
        (",noom", " -", "as\n"),  # "Smoon" is no word
        (",noom eh", "tT -", "\n,"),
        (",noom ehT", " -", "\nt,"),
        (",noom ehT ", "d.,", " s"),  # one is left: no word from S to s has it
        (",noom ae", "", "x\n"),  # "Sea moon" has two syllables
        (",noom eht ", "d", "\nx"),
    ],
)
def test_what_may_follow(poet: Poet, written: str, must: str, never: str) -> None:
    rules = poet.rules(["moon"])
    following = may(poet, rules, rules.from_the_end(3, "S"), written)
    assert set(must) <= set(following)
    assert not set(never) & set(following)


def test_a_line_ends_where_its_first_letter_completes_a_word(poet: Poet) -> None:
    rules = poet.rules(["moon"])
    assert "\n" in may(poet, rules, rules.from_the_end(2, "S"), "noom ae")
    assert "\n" not in may(poet, rules, rules.from_the_end(3, "T"), "noom ae")
    assert "\n" in may(poet, rules, rules.from_the_end(2, "I"), "noom ")  # I moon
    assert "\n" not in may(poet, rules, rules.from_the_end(3, "I"), "noom ")


def test_no_word_takes_more_syllables_than_are_left(poet: Poet) -> None:
    rules = poet.rules()
    assert set("e \n") & set(may(poet, rules, rules.forwards(1), " gold")) == {"\n"}
    assert set("e \n") & set(may(poet, rules, rules.forwards(2), " gold")) == {"e", " "}


def test_kinds() -> None:
    kinds = {c: kind_of(c) for c in "aA' -.\n\"§①→"}
    assert kinds == {
        "a": Kind.LOWER, "A": Kind.UPPER, "'": Kind.LOWER, " ": Kind.SPACE, "-": Kind.HYPHEN,
        ".": Kind.STOP, "\n": Kind.NEWLINE, '"': Kind.OTHER, "§": Kind.OTHER, "①": Kind.OTHER,
        "→": Kind.OTHER,
    }  # fmt: skip
    assert letter_of("A") == letter_of("a") == 0
    assert letter_of("\n") == letter_of("§")
    assert len(Phase) == max(Phase) + 1
