"""A trunk that grows, shrinks and takes rows over is like one read anew."""

import random

import pytest
import torch

from model.fast.decoder import Decoder, Draw
from model.transformer import Transformer
from tests.model.decoding import CLOSE, VOCAB, check


def test_a_trunk_grows_and_shrinks_like_one_read_anew(model: Transformer, decoder: Decoder) -> None:
    chance = random.Random(2)
    trunk = decoder.trunk([1, 2])
    for round_ in range(60):
        draws = [Draw(round_ * 8 + i, chance.randint(1, 12)) for i in range(8)]
        what = chance.choice(["adopt", "part", "rollback", "extend"])
        if what == "rollback" or trunk.room < 13:
            trunk.rollback(chance.randint(1, len(trunk.tokens)))
        elif what == "extend":
            trunk.extend([chance.randrange(VOCAB) for _ in range(chance.randint(1, 3))])
        else:
            before = list(trunk.tokens)
            rows = decoder.branch(trunk, draws)
            assert trunk.tokens == before
            for row in rows:
                check(model, before, row)
            row = chance.choice(rows)
            chars = None if what == "adopt" else chance.randint(1, len(row.tokens))
            trunk.adopt(row, chars)
            assert trunk.tokens == before + row.tokens[:chars]
        if chance.random() < 0.7:  # else several changes are read together
            fresh = decoder.trunk(trunk.tokens)
            torch.testing.assert_close(trunk.logits, fresh.logits, rtol=CLOSE, atol=CLOSE)


def test_rows_that_no_longer_belong_are_not_adopted(decoder: Decoder) -> None:
    trunk, other = decoder.trunk([1, 2, 3]), decoder.trunk([1, 2, 3])
    first = decoder.branch(trunk, [Draw(1, 5), Draw(2, 5)])
    with pytest.raises(ValueError, match="another text"):
        other.adopt(first[0])
    trunk.adopt(first[0])
    with pytest.raises(ValueError, match="another text"):
        trunk.adopt(first[1])
    trunk.rollback(3)
    trunk.adopt(first[1])  # the text it continues is there again
    decoder.branch(other, [Draw(1, 5)])
    trunk.rollback(3)
    with pytest.raises(ValueError, match="given to another"):
        trunk.adopt(first[0])
