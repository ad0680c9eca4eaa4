"""Writing many rows at once says what writing each alone, the slow way, says."""

import math
import random
import time
from itertools import islice

import pytest
import torch
from torch import Tensor

from model.fast.decoder import Batch, Decoder, Row, SamplingParams
from model.generate import generate
from model.transformer import Transformer
from tests.model.decoding import CONTEXT, VOCAB, check


def finish(batch: Batch) -> None:
    while batch.rows:
        batch.step()


@pytest.mark.parametrize("prompt", [[1], [4, 1, 7, 7, 2], list(range(20)) * 2])
def test_greedy_text_is_that_of_generate(model: Transformer, prompt: list[int]) -> None:
    decoder = Decoder(model, max_rows=3, max_chars=CONTEXT)
    room = CONTEXT - len(prompt)
    expected = list(islice(generate(model, prompt, torch.Generator(), temperature=0), room))
    assert len(set(expected)) > 1
    params = SamplingParams(seed=1, max_chars=100, temperature=0)
    batch = decoder.batch(1)
    alone = batch.join(params, prompt)
    finish(batch)
    branched = decoder.branch(decoder.prefix(prompt), [params] * 3)
    for row in [alone, *branched]:
        assert row.tokens == expected
        assert row.reason == "full"


def test_a_row_is_the_same_in_any_company_whoever_joins_or_leaves(model: Transformer) -> None:
    decoder = Decoder(model)
    chance = random.Random(5)
    batch = decoder.batch(6)
    prompts: dict[Row, list[int]] = {}
    left: set[Row] = set()
    streamed: dict[Row, list[int]] = {}
    for _ in range(200):
        if len(batch.rows) < 6 and chance.random() < 0.5:
            prompt = [chance.randrange(VOCAB) for _ in range(chance.randint(1, 20))]
            params = SamplingParams(
                seed=chance.randrange(2**31),
                max_chars=chance.randint(1, 40),
                temperature=chance.choice([0.0, 0.7, 1.0, 1.3]),
                top_k=chance.choice([0, 3]),
                top_p=chance.choice([1.0, 0.8]),
                min_p=chance.choice([0.0, 0.1]),
                no_repeat_ngram=chance.choice([0, 0, 3]),
                stop_tokens=frozenset(chance.choice([[], [2, 5]])),
                forbidden=frozenset(chance.choice([[], [7]])),
                forced=tuple(chance.choice([[], [3, 7, 1]])),
            )
            row = batch.join(params, prompt)
            prompts[row], streamed[row] = prompt, []
        if batch.rows and chance.random() < 0.1:
            row = chance.choice(batch.rows)
            batch.leave(row)
            left.add(row)
        for row, token in batch.step():
            streamed[row].append(token)
    finish_early = list(batch.rows)
    for row in finish_early:
        batch.leave(row)
        left.add(row)
    reasons = {row.reason for row in prompts}
    assert {"stop", "length", "full", "cancelled"} <= reasons
    for row, prompt in prompts.items():
        assert streamed[row] == row.tokens
        if row.tokens:
            check(model, prompt, row)
        single = decoder.batch(1)
        alone = single.join(row.params, prompt)
        while single.rows and len(alone.tokens) < len(row.tokens):
            single.step()
        assert alone.tokens == row.tokens
        if row not in left:
            finish(single)
            assert alone.reason == row.reason


def test_the_same_calls_give_the_same_bits(decoder: Decoder) -> None:
    def write() -> list[tuple[list[int], list[float]]]:
        rows = decoder.branch(decoder.prefix([1, 2, 3]), [SamplingParams(i, 30) for i in range(16)])
        return [(row.tokens, row.logprobs) for row in rows]

    assert write() == write()


def test_rows_of_one_prefix_differ_by_seed_alone(model: Transformer, decoder: Decoder) -> None:
    prompt = [3, 1, 4, 1, 5]
    rows = decoder.branch(
        decoder.prefix(prompt), [SamplingParams(i % 8, 20 + i) for i in range(16)]
    )
    for row in rows:
        assert len(row.tokens) == row.params.max_chars
        check(model, prompt, row)
    for first, second in zip(rows[:8], rows[8:], strict=True):
        assert second.tokens[: len(first.tokens)] == first.tokens
    assert len({tuple(row.tokens[:10]) for row in rows}) == 8


class Countdown:
    """Allows what differs from the last token by less than `state[1]`, which counts down."""

    def allowed(self, state: Tensor) -> Tensor:
        return (torch.arange(VOCAB, device=state.device) - state[:, :1]).abs() < state[:, 1:]

    def advance(self, state: Tensor, tokens: Tensor) -> Tensor:
        return torch.stack((tokens, state[:, 1] - 1), 1)


def test_constraints_hold_and_a_row_without_a_way_on_is_stuck(decoder: Decoder) -> None:
    params = [SamplingParams(i, 40, state=(5, 6 + i), temperature=2.0) for i in range(8)]
    rows = decoder.branch(decoder.prefix([5]), params, Countdown())
    for row in rows:
        assert row.reason == "stuck"
        assert len(row.tokens) == row.params.state[1]
        last = 5
        for step, token in enumerate(row.tokens):
            assert abs(token - last) < row.params.state[1] - step
            last = token
        assert row.state == (last, 0)
        assert all(math.isfinite(logprob) for logprob in row.logprobs)
    forked = decoder.fork(
        [(rows[3], 4)] * 4, [SamplingParams(20 + i, 40, temperature=2.0) for i in range(4)]
    )
    for row in forked:
        assert row.tokens[:4] == rows[3].tokens[:4]
        assert len(row.tokens) == rows[3].params.state[1]
        assert row.state == (row.tokens[-1], 0)


def test_forced_forbidden_and_stop_characters(model: Transformer, decoder: Decoder) -> None:
    params = [
        SamplingParams(
            i, 30, forced=(9, 2, i), forbidden=frozenset({4, 9}), stop_tokens=frozenset({1, 11})
        )
        for i in range(12, 20)
    ]
    rows = decoder.branch(decoder.prefix([8, 8]), params)
    assert {row.reason for row in rows} <= {"stop", "length"}
    for row in rows:
        assert tuple(row.tokens[:3]) == row.params.forced
        assert not {4, 9} & set(row.tokens[3:])
        assert not {1, 11} & set(row.tokens[:-1])
        assert (row.tokens[-1] in (1, 11)) == (row.reason == "stop")
        check(model, [8, 8], row)


@pytest.mark.parametrize("limit", [2, 4])
def test_no_run_comes_twice_that_may_not(decoder: Decoder, limit: int) -> None:
    prompt = [1, 2, 3, 4, 5, 1, 2, 3]
    params = [SamplingParams(i, 30, no_repeat_ngram=limit, temperature=0.3) for i in range(8)]
    free = decoder.branch(
        decoder.prefix(prompt), [SamplingParams(i, 30, temperature=0.3) for i in range(8)]
    )
    held = decoder.branch(decoder.prefix(prompt), params)

    def repeats(row: Row) -> int:
        text = prompt + row.tokens
        runs = [tuple(text[at : at + limit]) for at in range(len(text) - limit + 1)]
        new = runs[len(prompt) - limit + 1 :]
        return sum(run in runs[: len(prompt) - limit + 1 + at] for at, run in enumerate(new))

    assert sum(map(repeats, free)) > 0
    assert [repeats(row) for row in held] == [0] * 8


def test_cancelled_and_late_rows_end_within_one_step(decoder: Decoder) -> None:
    batch, stop = decoder.batch(4), False
    cancelled = batch.join(SamplingParams(1, 40, cancelled=lambda: stop), [1])
    late = batch.join(SamplingParams(2, 40, deadline=time.monotonic() + 3600), [1])
    over = batch.join(SamplingParams(3, 40, deadline=time.monotonic()), [1])
    goes_on = batch.join(SamplingParams(4, 40), [1])
    assert {row for row, _ in batch.step()} == {cancelled, late, goes_on}
    assert (over.reason, over.tokens) == ("deadline", [])
    stop = True
    batch.leave(late)
    assert [row for row, _ in batch.step()] == [goes_on]
    assert cancelled.reason == late.reason == "cancelled"
    assert len(cancelled.tokens) == len(late.tokens) == 1
    finish(batch)
    assert goes_on.reason == "length"


def test_a_full_context_ends_the_row_and_takes_no_other(decoder: Decoder) -> None:
    prefix = decoder.prefix([1] * (CONTEXT - 2))
    row = decoder.branch(prefix, [SamplingParams(1, 10)])[0]
    assert (len(row.tokens), row.reason) == (2, "full")
    decoder.adopt(prefix, row)
    assert prefix.room == 0
    with pytest.raises(ValueError, match="no room"):
        decoder.branch(prefix, [SamplingParams(1, 10)])
    with pytest.raises(ValueError, match="room for 0 more"):
        prefix.extend([1])
    prefix.rollback(5)
    assert len(decoder.branch(prefix, [SamplingParams(1, 10)])[0].tokens) == 10


def test_mistakes_are_told(model: Transformer, decoder: Decoder) -> None:
    with pytest.raises(ValueError, match="at least one token"):
        decoder.prefix([])
    with pytest.raises(ValueError, match="go back"):
        decoder.prefix([1, 2]).rollback(0)
    with pytest.raises(ValueError, match="rows are taken"):
        decoder.branch(decoder.prefix([1]), [SamplingParams(1, 1)] * 17)
    with pytest.raises(ValueError, match="give one"):
        decoder.batch(1).join(SamplingParams(1, 1))
    with pytest.raises(ValueError, match="weights must be"):
        Decoder(model, weights="int4")
    for wrong in ({"min_p": 2.0}, {"max_chars": 0}, {"no_repeat_ngram": 1}, {"temperature": -1.0}):
        with pytest.raises(ValueError, match="must be"):
            SamplingParams(**({"seed": 1, "max_chars": 5} | wrong))
    prefix = decoder.prefix([1])
    batch = decoder.batch(1, prefix=prefix)
    batch.join(SamplingParams(1, 5))
    prefix.extend([2])
    with pytest.raises(ValueError, match="changed under its rows"):
        batch.step()
