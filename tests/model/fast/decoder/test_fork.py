"""A row that branches off another is as if it had drawn all of it itself."""

import random

import pytest
import torch

from model.fast.decoder import Decoder, SamplingParams
from model.transformer import Transformer
from tests.model.decoding import CLOSE, check


def test_a_forked_row_is_as_if_it_had_drawn_all_itself(
    model: Transformer, decoder: Decoder
) -> None:
    chance = random.Random(3)
    prompt = [3, 1, 4]
    for _ in range(20):
        prefix = decoder.prefix(prompt)
        first = decoder.branch(prefix, [SamplingParams(i, chance.randint(3, 20)) for i in range(5)])
        origins = [(row, chance.randint(1, len(row.tokens))) for row in chance.choices(first, k=11)]
        # With its origin's random numbers it goes the same way, and further.
        params = [
            SamplingParams(row.params.seed, 21 + place) for place, (row, _) in enumerate(origins)
        ]
        forked = decoder.fork(origins, params)
        again = decoder.fork([(forked[0], 20)], [SamplingParams(99, 30)])
        for (origin, _), row in zip(origins, forked, strict=True):
            assert len(row.tokens) == row.params.max_chars
            assert row.tokens[: len(origin.tokens)] == origin.tokens
            check(model, prompt, row)
        assert again[0].tokens[:20] == forked[0].tokens[:20]
        check(model, prompt, again[0])
        # All that are still held can be adopted.
        row = chance.choice([*first, *forked])
        decoder.adopt(prefix, row)
        fresh = decoder.prefix(prompt + row.tokens)
        torch.testing.assert_close(prefix.logits, fresh.logits, rtol=CLOSE, atol=CLOSE)


def test_forked_rows_differ_from_their_origin_on(model: Transformer, decoder: Decoder) -> None:
    prefix = decoder.prefix([1])
    (origin,) = decoder.branch(prefix, [SamplingParams(1, 12, no_repeat_ngram=3)])
    rows = decoder.fork(
        [(origin, 4)] * 8, [SamplingParams(9 + i, 30, no_repeat_ngram=3) for i in range(8)]
    )
    assert {tuple(row.tokens[:4]) for row in rows} == {tuple(origin.tokens[:4])}
    assert len({tuple(row.tokens) for row in rows}) == 8
    for row in rows:
        text = [1, *row.tokens]
        runs = [tuple(text[at : at + 3]) for at in range(len(text) - 2)]
        assert len(set(runs)) == len(runs)


def test_ends_are_begun_beside_rows_that_are_unfinished(
    model: Transformer, decoder: Decoder
) -> None:
    prefix = decoder.prefix([1, 2, 3])
    params = [SamplingParams(seed, max_chars=6 + 3 * seed) for seed in range(6)]
    more = [SamplingParams(seed, max_chars=20) for seed in range(10, 14)]
    plain = decoder.branch(prefix, params)
    origins = [0, 2, 4, 5]  # of these, two are finished when the ends are begun
    ends = decoder.fork([(plain[at], 4) for at in origins], more)
    expected = [row.tokens for row in plain + ends]

    rows = decoder.branch(prefix, params, unfinished=3)
    assert [bool(row.reason) for row in rows] == 3 * [True] + 3 * [False]
    rows += decoder.fork([(rows[at], 4) for at in origins], more)
    assert [row.tokens for row in rows] == expected
    for row in rows:
        assert row.reason == "length"
        check(model, [1, 2, 3], row)
    decoder.adopt(prefix, rows[5])
    torch.testing.assert_close(
        prefix.logits, decoder.prefix([1, 2, 3, *expected[5]]).logits, rtol=CLOSE, atol=CLOSE
    )


def test_a_fork_beyond_what_there_is(decoder: Decoder) -> None:
    prefix = decoder.prefix([1, 2])
    first = decoder.branch(prefix, [SamplingParams(i, 6) for i in range(16)])
    with pytest.raises(ValueError, match="more than the 16 rows"):
        decoder.fork([(row, 3) for row in first], [SamplingParams(i, 9) for i in range(16)])
    decoder.fork([(first[0], 3)] * 15, [SamplingParams(i, 9) for i in range(15)])
    with pytest.raises(ValueError, match="given to another"):
        decoder.fork([(first[1], 3)], [SamplingParams(1, 9)])
    for count in (0, 7):
        with pytest.raises(ValueError, match=f"no first {count}"):
            decoder.fork([(first[0], count)], [SamplingParams(1, 9)])
    with pytest.raises(ValueError, match="no room to write"):
        decoder.fork([(first[0], 6)], [SamplingParams(1, 6)])
    batch = decoder.batch(2)
    alone = batch.join(SamplingParams(1, 5), [1])
    with pytest.raises(ValueError, match="rows of a prefix"):
        batch.fork([(alone, 1)], [SamplingParams(2, 5)])
