"""Stanzas drawn blindly from what the rules allow: lines, syllables and the end are as asked."""

import random

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.tokenizer import POEM_END
from tests.verse.write.test_line_rules import known, parts
from verse.request.format import COUNTS
from verse.sound.prosody import syllables
from verse.write.poet import Poet
from verse.write.stanza_rules import StanzaRules


def walk(poet: Poet, rules: StanzaRules, state: tuple[int, ...], chance: random.Random) -> str:
    """Characters drawn blindly from those allowed; the end of a line or poem where it may be."""
    at = torch.tensor([state])
    ends = set(poet.encode("\n" + POEM_END))
    written = ""
    while not written.endswith(POEM_END):
        choices = rules.allowed(at)[0].nonzero().flatten().tolist()
        assert choices, written
        token = chance.choice([one for one in choices if one in ends] or choices)
        at = rules.advance(at, torch.tensor([token]))
        written += poet.decode([token])
        assert len(written) < 400
    return written


@given(seed=st.integers(0, 2**32), numbers=st.lists(st.integers(4, 9), min_size=2, max_size=5))
@settings(max_examples=15, deadline=None)
def test_a_stanza_has_its_lines(poet: Poet, seed: int, numbers: list[int]) -> None:
    rules = StanzaRules(poet, [range(number, number + 1) for number in numbers])
    text = walk(poet, rules, rules.begin(numbers[0], ""), random.Random(seed)).strip(POEM_END)
    first, *others = text.split("\n")
    assert [COUNTS.index(line[0]) + 1 for line in others] == numbers[1:]
    lines = [first, *(line[1:] for line in others)]
    assert list(map(syllables, lines)) == numbers
    assert all(line.lstrip("'")[0].isupper() for line in lines)
    assert set(parts(" ".join(lines))) <= known(poet)
    assert lines[-1][-1] in ".!?"


@given(seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None)
def test_a_number_that_is_open_is_the_networks(poet: Poet, seed: int) -> None:
    rules = StanzaRules(poet, [range(6, 7), range(4, 9), range(4, 9)], slack=1)
    state = rules.begin(6 - syllables("the sea"), "The sea")
    text = "The sea" + walk(poet, rules, state, random.Random(seed)).strip(POEM_END)
    lines = text.split("\n")
    assert len(lines) == 3
    assert syllables(lines[0]) in (5, 6)
    for line in lines[1:]:
        number = COUNTS.index(line[0]) + 1
        assert 4 <= number <= 8
        assert number - 1 <= syllables(line[1:]) <= number
