"""What prosody finds in Shakespeare's regular sonnets, of which rhyme and metre are known."""

import itertools
import random
import time
from collections import Counter

import pytest

from train.corpus.load import load_corpus
from train.corpus.sources import SEED_DIET
from verse.sound.prosody import iambic, last_word, rhyme, syllable_range, syllables

SCHEME = "ABABCDCDEFEFGG"


@pytest.fixture(scope="module")
def sonnets() -> list[list[str]]:
    """The regular ones: fourteen lines."""
    poems = [p for p in load_corpus([SEED_DIET]) if p.author == "William Shakespeare"]
    lines = [[line for line in poem.text.split("\n") if line] for poem in poems]
    regular = [sonnet for sonnet in lines if len(sonnet) == len(SCHEME)]
    assert len(regular) == 152
    return regular


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
    assert 1 - gold[None] / gold.total() >= 0.94
    assert gold["perfect"] / gold.total() >= 0.77
    assert 1 - others[None] / others.total() <= 0.01
    assert others["perfect"] / others.total() <= 0.003


def test_gold_syllables(sonnets: list[list[str]]) -> None:
    lines = list(itertools.chain.from_iterable(sonnets))
    near = sum(abs(syllables(line) - 10) <= 1 for line in lines) / len(lines)
    ranges = [syllable_range(line) for line in lines]
    possible = sum(low <= 11 and high >= 10 for low, high in ranges) / len(lines)
    print(f"\nwithin one of ten {near:.3f}; ten or eleven possible {possible:.3f}")
    assert near >= 0.97
    assert possible >= 0.97


def test_gold_metre(sonnets: list[list[str]]) -> None:
    lines = list(itertools.chain.from_iterable(sonnets))
    shuffled = [word for line in lines for word in line.split()]
    random.Random(0).shuffle(shuffled)
    bag = iter(shuffled)
    mixed = [" ".join(itertools.islice(bag, len(line.split()))) for line in lines]
    real, chance = (sum(map(iambic, text)) / len(text) for text in (lines, mixed))
    print(f"\niambic: sonnets {real:.3f}, words shuffled {chance:.3f}")
    assert real == pytest.approx(0.91, abs=0.02)
    assert chance == pytest.approx(0.56, abs=0.03)


def test_seen_lines_take_a_tenth_of_a_millisecond(sonnets: list[list[str]]) -> None:
    lines = list(itertools.chain.from_iterable(sonnets))
    for call in (syllables, iambic, syllable_range):
        for line in lines:
            call(line)
        started = time.process_time()
        for line in lines:
            call(line)
        assert (time.process_time() - started) / len(lines) < 1e-4
