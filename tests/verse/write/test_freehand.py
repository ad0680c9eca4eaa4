"""What a poem is, whatever network writes it."""

import codecs
import itertools
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from string import ascii_letters
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.bigram import Bigram
from model.checkpoint import Checkpoint, load_checkpoint
from model.config import ModelConfig
from model.tokenizer import POEM_END, CharTokenizer
from verse.judge.slurs import has_slur
from verse.request.messages import SeedError
from verse.request.request import Poem, PoemRequest
from verse.write.freehand import (
    MAX_LAST_WORD_CHARS,
    MAX_LINE_CHARS,
    MIN_LINES,
    composing,
    full,
    unfit,
)
from verse.write.writing import write


@pytest.fixture(scope="module")
def poet(tiny_checkpoint: Path) -> Checkpoint:
    return load_checkpoint(tiny_checkpoint)


def compose(
    poet: Checkpoint,
    request: PoemRequest,
    on_text: Callable[[str], None] = lambda text: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Poem:
    return write(partial(composing, poet), request, on_text, cancelled)


def test_same_request_same_poem(poet: Checkpoint) -> None:
    request = PoemRequest("the sea at night", seed=7, max_chars=200, max_seconds=60)
    assert compose(poet, request).text == compose(poet, request).text
    other = PoemRequest("the sea at night", seed=8, max_chars=200, max_seconds=60)
    assert compose(poet, other).text != compose(poet, request).text


@given(seed_text=st.text(max_size=60), seed=st.integers(0, 2**31 - 1))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_seed_gives_a_poem_or_a_sentence(poet: Checkpoint, seed_text: str, seed: int) -> None:
    pieces: list[str] = []
    request = PoemRequest(seed_text, seed, max_lines=6, max_chars=60)
    try:
        poem = compose(poet, request, pieces.append)
    except SeedError as error:
        sentence = str(error)
        assert re.fullmatch(r"[A-Z].*\.", sentence)
        assert not pieces
        return
    assert "".join(pieces) == poem.text
    assert pieces[0] == poem.opening
    assert poem.text.startswith(poem.opening)
    assert poem.text == poem.text.strip()
    assert not re.search(r"\n\n\n|  | \n|\n ", poem.text)
    assert POEM_END not in poem.text
    assert sum(map(bool, poem.text.split("\n"))) <= max(6, len(poem.opening.split("\n")))


def test_the_last_word_of_the_seed_stays_whole(poet: Checkpoint) -> None:
    for seed in range(10):
        poem = compose(poet, PoemRequest("the sea at night", seed, max_chars=1))
        assert not poem.text.removeprefix("The sea at night")[:1].isalnum()


@pytest.fixture
def foul_mouth(tmp_path: Path) -> Checkpoint:
    """A poet of two words, one of which is a slur."""
    foul = codecs.decode("fcvp", "rot13")
    tokenizer = CharTokenizer.train("\n " + ascii_letters)
    model = Bigram(ModelConfig("bigram", tokenizer.vocab_size, 8, n_layer=1, n_head=1, n_embd=2))
    following = dict.fromkeys(ascii_letters, " ") | {" ": foul[0] + "m", "\n": foul[0] + "m"}
    for word in (foul, "mu"):
        following |= dict(itertools.pairwise(word + "\n"))
    with torch.no_grad():
        for last, letters in following.items():
            for letter in letters:
                model.table.weight[tokenizer.stoi[last], tokenizer.stoi[letter]] = 30
    return Checkpoint(model, tokenizer, tmp_path / "foul")


def test_no_line_has_a_slur(foul_mouth: Checkpoint) -> None:
    whole = 0
    for seed in range(12):
        pieces: list[str] = []
        request = PoemRequest("the sea", seed, max_lines=6, max_seconds=60)
        poem = compose(foul_mouth, request, pieces.append)
        assert "".join(pieces) == poem.text
        assert not has_slur(poem.text)
        assert set(poem.text.lower().split()) <= {"the", "sea", "mu"}
        whole += poem.stopped_by == "lines"
    assert 0 < whole < 12, "a line is written anew, and dropped where that does not help"


def test_time_stops_a_poem(poet: Checkpoint) -> None:
    late = compose(poet, PoemRequest("o", max_chars=10**6, max_lines=10**6, max_seconds=0.2))
    assert late.stopped_by == "time"
    assert late.seconds < 3


def test_a_cancelled_poem_ends_with_a_whole_line(poet: Checkpoint) -> None:
    pieces: list[str] = []
    asked = itertools.count()
    request = PoemRequest("o", max_seconds=60)
    stopped = compose(poet, request, pieces.append, cancelled=lambda: next(asked) == 200)
    assert stopped.stopped_by == "cancelled"
    assert 1 < len(stopped.text) <= 201
    assert "".join(pieces) == stopped.text, "nor is anything else shown on the way"


@pytest.mark.parametrize(
    ("text", "limits", "expected"),
    [
        ("a\nb", {"max_lines": 2}, "lines"),
        ("a\nb", {"max_lines": 3}, None),
        ("a\nb\n", {"max_lines": 3}, "lines"),  # a stanza ends, another of two would not fit
        ("a\nb\n", {"max_lines": 4}, None),
        ("a\nb\n\nc\nd\n", {"max_lines": 6}, None),
        ("a\nb\n\nc\nd\n", {"max_lines": 5}, "lines"),
        ("a\nb.", {"max_lines": 3}, "lines"),  # a sentence ends in the last third
        ("a\nb.", {"max_lines": 4}, None),
        ("a\n\nb.", {"max_lines": 3}, None),
        ("abcdef", {"max_chars": 6}, "characters"),
        ("abcdef", {"max_chars": 7}, None),
    ],
)
def test_where_a_line_may_be_the_last(
    text: str, limits: dict[str, int], expected: str | None
) -> None:
    assert full(text, **({"max_lines": 12, "max_chars": 800} | limits)) == expected


@pytest.mark.parametrize(
    ("text", "never", "still"),
    [
        ("the sea", "abz'", " ,\n"),
        ("the sea ", " \n" + POEM_END, "ab"),
        ("one\n", " " + POEM_END, "a\n"),
        ("one\n\n", " \n" + POEM_END, "a"),
        ("a\n\n" * MIN_LINES, " \n", "a" + POEM_END),
        ("a\n" * 4, " ", "a\n"),
        ("a\n" * 3 + "a.\n", "a ", "\n"),  # a stanza ends with its sentence
        ("a\n" * 6, "a ", "\n"),  # or anyhow
        ("a\n" * 6 + "\na\n", " ", "a\n"),
        ("a" * MAX_LINE_CHARS, " ", "a\n"),
        ("a" * (MAX_LINE_CHARS + MAX_LAST_WORD_CHARS), "a ,'" + POEM_END, "\n"),
    ],
)
def test_what_must_not_follow(text: str, never: str, still: str) -> None:
    tokenizer = CharTokenizer.train("abcz ,'\n")
    opening = "the sea" if text == "the sea" else "x"
    forbidden = unfit(text, opening, tokenizer)
    assert set(never) <= set(forbidden)
    assert not set(still) & set(forbidden)


def test_characters_that_the_network_never_saw_are_left_out(poet: Checkpoint) -> None:
    poem = compose(poet, PoemRequest("3 men @ sea 🌙 Ñandú", max_chars=1))
    assert poem.opening == "Men sea Nandu"


@pytest.mark.parametrize(
    "change",
    [{"seed": -1}, {"seed": 2**31}, {"max_lines": 0}, {"max_seconds": 0}, {"max_chars": -5}],
)
def test_requests_out_of_range(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change)).split("_")[-1]):
        PoemRequest("a", **change)


def test_sampling_out_of_range_comes_before_any_text(poet: Checkpoint) -> None:
    pieces: list[str] = []
    with pytest.raises(ValueError, match="temperature"):
        compose(poet, PoemRequest("a", temperature=99), pieces.append)
    assert not pieces
