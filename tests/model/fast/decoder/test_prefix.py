"""A prefix that grows, shrinks and takes rows over is like one prefilled anew."""

import random

import pytest
import torch

from model.fast.decoder import Decoder, SamplingParams
from model.transformer import Transformer
from tests.model.decoding import CLOSE, VOCAB, check


def test_a_prefix_grows_and_shrinks_like_one_prefilled_anew(
    model: Transformer, decoder: Decoder
) -> None:
    chance = random.Random(2)
    prefix = decoder.prefix([1, 2])
    for round_ in range(60):
        params = [SamplingParams(round_ * 8 + i, chance.randint(1, 12)) for i in range(8)]
        what = chance.choice(["adopt", "part", "rollback", "extend"])
        if what == "rollback" or prefix.room < 13:
            prefix.rollback(chance.randint(1, len(prefix.tokens)))
        elif what == "extend":
            prefix.extend([chance.randrange(VOCAB) for _ in range(chance.randint(1, 3))])
        else:
            before = list(prefix.tokens)
            rows = decoder.branch(prefix, params)
            assert prefix.tokens == before
            for row in rows:
                check(model, before, row)
            row = chance.choice(rows)
            chars = None if what == "adopt" else chance.randint(1, len(row.tokens))
            decoder.adopt(prefix, row, chars)
            assert prefix.tokens == before + row.tokens[:chars]
        if chance.random() < 0.7:  # else several changes are prefilled together
            fresh = decoder.prefix(prefix.tokens)
            torch.testing.assert_close(prefix.logits, fresh.logits, rtol=CLOSE, atol=CLOSE)


def test_pending_tokens_come_before_those_of_an_adopted_row(decoder: Decoder) -> None:
    prefix = decoder.prefix([1, 2, 3])
    (row,) = decoder.branch(prefix, [SamplingParams(1, 5)])
    prefix.rollback(2)
    prefix.extend([3])  # the same text again, but its end is not cached
    decoder.adopt(prefix, row)
    fresh = decoder.prefix([1, 2, 3, *row.tokens])
    torch.testing.assert_close(prefix.logits, fresh.logits, rtol=CLOSE, atol=CLOSE)


def test_rows_that_no_longer_belong_are_not_adopted(decoder: Decoder) -> None:
    prefix, other = decoder.prefix([1, 2, 3]), decoder.prefix([1, 2, 3])
    first = decoder.branch(prefix, [SamplingParams(1, 5), SamplingParams(2, 5)])
    with pytest.raises(ValueError, match="another text"):
        decoder.adopt(other, first[0])
    decoder.adopt(prefix, first[0])
    with pytest.raises(ValueError, match="another text"):
        decoder.adopt(prefix, first[1])
    prefix.rollback(3)
    decoder.adopt(prefix, first[1])  # the text it continues is there again
    decoder.branch(other, [SamplingParams(1, 5)])
    prefix.rollback(3)
    with pytest.raises(ValueError, match="given to another"):
        decoder.adopt(prefix, first[0])
