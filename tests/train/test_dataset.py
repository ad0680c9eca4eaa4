"""No window twice in an epoch, the same batch always."""

import pytest
import torch

from model.tokenizer import POEM_END, CharTokenizer
from train.corpus import Poem
from train.dataset import Batches, encode


def poem(number: int) -> Poem:
    """A poem of its own for each number."""
    name = "".join("mlkhprstvw"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in str(number))
    return Poem(f"Poem of {name} bells,\nand {name[::-1]} shells.")


POEMS = [poem(number) for number in range(400)]
TEXTS = [poem.text for poem in POEMS]


def batches(seed: int = 1) -> tuple[CharTokenizer, list[torch.Tensor], Batches]:
    tokenizer = CharTokenizer.train("".join(TEXTS))
    encoded = [encode(text, tokenizer) for text in TEXTS]
    return tokenizer, encoded, Batches(encoded, batch_size=4, block_size=32, seed=seed)


def test_targets_are_the_next_characters_and_poems_stay_whole() -> None:
    tokenizer, _, data = batches()
    inputs, targets = data[0]
    assert inputs.shape == targets.shape == (4, 32)
    assert torch.equal(inputs[:, 1:], targets[:, :-1])
    for row in inputs.tolist():
        for piece in tokenizer.decode(row).split(POEM_END)[1:-1]:
            assert piece in TEXTS


def test_an_epoch_deals_out_every_window_once() -> None:
    _, encoded, data = batches()
    chars = sum(map(len, encoded))
    count = data.windows // 4
    rows = torch.cat([data[n][0] for n in range(count)])
    assert len({tuple(row) for row in rows.tolist()}) > 0.99 * len(rows)
    assert len(rows) * 32 > chars - 4 * 32 - 2 * 32


def test_batch_by_number_is_always_the_same() -> None:
    _, _, forwards = batches()
    _, _, anew = batches()
    last = forwards.windows // 2  # two epochs on
    for number in range(last):
        expected = forwards[number]
    assert torch.equal(anew[last - 1][0], expected[0])
    assert torch.equal(forwards[0][0], anew[0][0])
    assert not torch.equal(batches(seed=2)[2][0][0], anew[0][0])


def test_epochs_differ() -> None:
    _, _, data = batches()
    per_epoch = data.windows // 4
    assert not torch.equal(data[0][0], data[per_epoch + 1][0])


def test_a_corpus_shorter_than_a_context() -> None:
    tokenizer = CharTokenizer.train("abc")
    with pytest.raises(ValueError, match="too few for a context of 64"):
        Batches([encode("abcabc", tokenizer)], batch_size=1, block_size=64, seed=0)
