"""Whatever a network would like to write: real words, and a line end that was chosen."""

import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.poet import Poet
from model.verse.format import FORWARDS, read_line
from model.verse.line_rules import Kind, LineRules, Phase, kind_of, letter_of
from model.verse.prosody import words

LONG = 40
"""From so many characters on, a walk ends as soon as it may."""


def walk(
    poet: Poet, rules: LineRules, state: tuple[int, ...], chance: random.Random, longest: int = 250
) -> str | None:
    """Characters drawn blindly from those allowed, up to the line end; None if there is none."""
    at = torch.tensor([state])
    newline = poet.tokenizer.stoi["\n"]
    written = ""
    while len(written) < longest:
        allowed = rules.allowed(at)[0]
        choices = allowed.nonzero().flatten().tolist()
        assert choices, written
        if allowed[newline] and (len(written) > LONG or chance.random() < 0.2):
            return written
        token = chance.choice([choice for choice in choices if choice != newline] or choices)
        if token == newline:
            return written
        at = rules.advance(at, torch.tensor([token]))
        assert at[0, 0] >= 0
        assert at[0, 1] >= 0
        written += poet.decode([token])
    return None


def parts(text: str) -> list[str]:
    """The words as the stock knows them: each side of a hyphen is one, 'tis without its mark."""
    return [part.strip("'") for word in words(text) for part in word.split("-")]


def known(poet: Poet) -> set[str]:
    return {word.strip("'") for word in poet.stock.words}


@given(seed=st.integers(0, 2**32), data=st.data())
@settings(max_examples=15, deadline=None)
def test_from_the_end(poet: Poet, seed: int, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(poet.stock.words), min_size=1, unique=True))
    initial = data.draw(st.sampled_from("AIOSTB"))
    rules = poet.rules(chosen)
    written = walk(poet, rules, rules.from_the_end(initial), random.Random(seed))
    if written is None:  # blind chance did not hit upon a word that the initial leads
        assert initial not in "AIO"  # words by themselves
        return
    text = read_line(initial + written)
    assert text[0] == initial
    assert set(parts(text)) <= known(poet)
    assert parts(text)[-1] in [word.strip("'") for word in chosen]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_a_first_letter_of_its_own_choice(poet: Poet, seed: int) -> None:
    rules = poet.rules(["moon", "night"])
    written = walk(poet, rules, rules.from_the_end(), random.Random(seed))
    if written is None:  # blind chance did not hit upon a word that the letter leads
        return
    text = read_line(written)
    assert text[0].isupper()
    assert set(parts(text)) <= known(poet)
    assert parts(text)[-1] in ("moon", "night")


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_forwards_after_what_was_given(poet: Poet, seed: int) -> None:
    rules = poet.rules()
    written = walk(poet, rules, rules.forwards(), random.Random(seed))
    assert written is not None
    text = read_line(FORWARDS + "Xyzzy" + written)
    assert words(text)[0].split("-")[0] == "xyzzy"  # the last word that was given stays whole
    assert set(parts(text)[1:]) <= known(poet)


def test_a_line_begins_with_a_letter_that_leads_a_word(poet: Poet) -> None:
    rules = poet.rules(["moon"])
    letters = may(poet, rules, rules.from_the_end(), "")
    assert set(letters) == {word[0].upper() for word in poet.stock.words} - {"'"}
    assert "X" not in letters


def test_rows_are_independent(poet: Poet) -> None:
    rules = poet.rules(["moon"])
    states = [rules.forwards(), rules.from_the_end(), rules.from_the_end("M")]
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
        (",noom ehT ", "ds.,", " "),
        (",noom ae", "", "x"),  # SEA: the line's first letter waits
    ],
)
def test_what_may_follow(poet: Poet, written: str, must: str, never: str) -> None:
    rules = poet.rules(["moon"])
    following = may(poet, rules, rules.from_the_end("S"), written)
    assert set(must) <= set(following)
    assert not set(never) & set(following)


def test_a_line_ends_where_its_first_letter_completes_a_word(poet: Poet) -> None:
    rules = poet.rules(["moon"])
    assert "\n" in may(poet, rules, rules.from_the_end("S"), "noom ae")
    assert "\n" not in may(poet, rules, rules.from_the_end("T"), "noom ae")
    assert "\n" in may(poet, rules, rules.from_the_end("I"), "noom ")  # I moon


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
