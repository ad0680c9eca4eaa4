"""Rhyme, syllables and metre, on words that have bitten others and on Shakespeare's sonnets."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.verse.pronunciation import pronounce
from model.verse.prosody import (
    iambic,
    last_word,
    rhyme,
    rhyme_keys,
    stress_pattern,
    syllable_range,
    syllables,
    words,
)
from train.corpus import SEED_DIET, load_corpus

SCHEME = "ABABCDCDEFEFGG"
HEARD_OR_SEEN = ("perfect", "slant", "eye")


@pytest.fixture(scope="module")
def sonnets() -> list[list[str]]:
    """The regular ones: fourteen lines."""
    poems = [p for p in load_corpus([SEED_DIET]) if p.author == "William Shakespeare"]
    lines = [[line for line in poem.text.split("\n") if line] for poem in poems]
    return [sonnet for sonnet in lines if len(sonnet) == len(SCHEME)]


def test_gold_rhymes(sonnets: list[list[str]]) -> None:
    """Of pairs that should rhyme 90 % are found; of near lines that should not, few are."""
    assert len(sonnets) > 140
    gold, false = [], []
    for sonnet in sonnets:
        ends = [last_word(line) or "" for line in sonnet]
        for one, other in itertools.combinations(range(len(SCHEME)), 2):
            found = rhyme(ends[one], ends[other]) in HEARD_OR_SEEN
            if SCHEME[one] == SCHEME[other]:
                gold.append(found)
            elif other - one <= 4:
                false.append(found)
    assert sum(gold) / len(gold) >= 0.90
    assert sum(false) / len(false) <= 0.015


def test_gold_syllables_and_metre(sonnets: list[list[str]]) -> None:
    lines = [line for sonnet in sonnets for line in sonnet]
    near = [abs(syllables(line) - 10) <= 1 for line in lines]
    assert sum(near) / len(near) >= 0.97
    verse = sum(map(iambic, lines)) / len(lines)
    shuffled = sum(iambic(" ".join(sorted(words(line)))) for line in lines) / len(lines)
    assert verse > 0.8
    assert shuffled < 0.65


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("sea", "thee", "perfect"),
        ("fled", "said", "perfect"),
        ("singing", "ringing", "perfect"),
        ("nation", "station", "perfect"),
        ("fire", "desire", "perfect"),
        ("love", "prove", "eye"),
        ("singing", "walking", None),
        ("night", "night", None),
        ("kindness", "sadness", None),
        ("sea", "night", None),
    ],
)
def test_how_words_rhyme(one: str, other: str, kind: str | None) -> None:
    assert rhyme(one, other) == rhyme(other, one) == kind


def test_words_without_rhymes() -> None:
    others = ("sea", "door", "once", "fringe")
    for word in ("orange", "month"):
        assert not any(rhyme(word, other) == "perfect" for other in others)


def test_keys_are_shared_by_perfect_rhymes() -> None:
    assert rhyme_keys("night") & rhyme_keys("light")
    assert not rhyme_keys("night") & rhyme_keys("sea")


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("the sea at night", 4),
        ("Shall I compare thee to a summer's day?", 10),
        ("o'er", 1),
        ("wand'ring", 2),
        ("thou'rt", 1),
        ("the USA", 4),
        ("moon-lit", 2),
        ("", 0),
        ("... --", 0),
    ],
)
def test_syllables_of_a_line(line: str, count: int) -> None:
    assert syllables(line) == count
    low, high = syllable_range(line)
    assert low <= count <= high
    assert len(stress_pattern(line)) == count


def test_counters_may_differ_on_some_words() -> None:
    for word in ("fire", "heaven", "o'er", "flower"):
        low, high = syllable_range(word)
        assert low < high, word


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_has_sounds(text: str) -> None:
    assert 0 <= iambic(text) <= 1
    for word in words(text):
        assert pronounce(word) or not any(c.isalpha() for c in word)


def test_a_long_word_is_no_trouble() -> None:
    assert syllables("ab" * 5000) > 0
