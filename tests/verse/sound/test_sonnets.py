"""What prosody finds in the primer's sonnets, of which rhyme and metre are known.

The primer leaves out poems whose rhymes prosody does not hear. So that it hears those of the
sonnets says only that it has not grown deaf; pairs that should not rhyme, syllables and metre say
more.
"""

import itertools
import random
import time
from collections import Counter

import pytest

from train.corpus.primer import read_primer
from verse.judge.measures import lines_of
from verse.request.plain_text import tidy
from verse.sound.prosody import iambic, last_word, rhyme, syllable_range, syllables

SCHEME = "ABABCDCDEFEFGG"


@pytest.fixture(scope="module")
def sonnets() -> list[list[str]]:
    poems = [record["text"] for record in read_primer() if record["form"] == "sonnet"]
    sonnets = [lines_of(tidy(poem)) for poem in poems]
    assert len(sonnets) > 100
    assert {len(sonnet) for sonnet in sonnets} == {len(SCHEME)}
    return sonnets


def test_gold_rhymes(sonnets: list[list[str]]) -> None:
    gold: Counter[str | None] = Counter()
    others: Counter[str | None] = Counter()
    for sonnet in sonnets:
        ends = [last_word(line) or "" for line in sonnet]
        for i, j in itertools.combinations(range(len(SCHEME)), 2):
            if SCHEME[i] == SCHEME[j]:
                gold[rhyme(ends[i], ends[j])] += 1
            elif j - i < 4:
                others[rhyme(ends[i], ends[j])] += 1
    print("\ngold pairs", gold, "other pairs", others)
    assert 1 - gold[None] / gold.total() >= 0.99
    assert gold["perfect"] / gold.total() >= 0.97
    assert 1 - others[None] / others.total() <= 0.007
    assert others["perfect"] / others.total() <= 0.001


def test_gold_syllables(sonnets: list[list[str]]) -> None:
    lines = list(itertools.chain.from_iterable(sonnets))
    near = sum(abs(syllables(line) - 10) <= 1 for line in lines) / len(lines)
    ranges = [syllable_range(line) for line in lines]
    possible = sum(low <= 11 and high >= 10 for low, high in ranges) / len(lines)
    print(f"\nwithin one of ten {near:.3f}; ten or eleven possible {possible:.3f}")
    assert near >= 0.99
    assert possible >= 0.99


def test_gold_metre(sonnets: list[list[str]]) -> None:
    lines = list(itertools.chain.from_iterable(sonnets))
    shuffled = [word for line in lines for word in line.split()]
    random.Random(0).shuffle(shuffled)
    bag = iter(shuffled)
    mixed = [" ".join(itertools.islice(bag, len(line.split()))) for line in lines]
    real, chance = (sum(map(iambic, text)) / len(text) for text in (lines, mixed))
    print(f"\niambic: sonnets {real:.3f}, words shuffled {chance:.3f}")
    assert real == pytest.approx(0.976, abs=0.01)
    assert chance == pytest.approx(0.567, abs=0.02)


def test_seen_lines_take_a_tenth_of_a_millisecond(sonnets: list[list[str]]) -> None:
    lines = list(itertools.chain.from_iterable(sonnets))
    for call in (syllables, iambic, syllable_range):
        for line in lines:
            call(line)
        started = time.process_time()
        for line in lines:
            call(line)
        assert (time.process_time() - started) / len(lines) < 1e-4
