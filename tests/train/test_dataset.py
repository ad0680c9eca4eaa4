"""No leak between training and validation, no window twice in an epoch, the same batch always."""

import pytest
import torch

from model.tokenizer import POEM_END, CharTokenizer
from train.corpus import Poem
from train.dataset import Batches, Poems, encode, split


def poem(number: int) -> Poem:
    """A poem of its own for each number."""
    name = "".join("mlkhprstvw"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in str(number))
    return Poem(f"Poem of {name} bells,\nand {name[::-1]} shells.")


POEMS = [poem(number) for number in range(400)]
TEXTS = [poem.text for poem in POEMS]


def test_a_poems_side_never_changes() -> None:
    train, val = split(POEMS, 0.1)
    assert set(train + val) == set(POEMS)
    assert 20 < len(val) < 60
    more_train, more_val = split([*POEMS, *map(poem, range(400, 800))], 0.1)
    assert set(train) <= set(more_train)
    assert set(val) <= set(more_val)
    assert set(split(POEMS, 0.02)[1]) <= set(val)
    louder = split([Poem(poem.text.upper()) for poem in POEMS], 0.1)[1]
    assert [poem.text for poem in louder] == [poem.text.upper() for poem in val]


def test_the_tail_of_the_text() -> None:
    whole = "".join(TEXTS)
    train, val = split(POEMS, 0.1, "tail")
    before, after = ("".join(poem.text for poem in side) for side in (train, val))
    assert before + after == whole
    assert len(after) == round(0.1 * len(whole))
    assert train[:-1] == POEMS[: len(train) - 1]
    assert val[1:] == POEMS[len(POEMS) - len(val) + 1 :]
    assert split([Poem(whole)], 0.1, "tail") == ([Poem(before)], [Poem(after)])
    with pytest.raises(ValueError, match="too few to hold some back"):
        split([Poem("ab")], 0.1, "tail")


def test_too_few_to_hold_back() -> None:
    with pytest.raises(ValueError, match="too few to hold some back"):
        split([Poem("Only one.")], 0.1)


def batches(seed: int = 1) -> tuple[CharTokenizer, list[torch.Tensor], Batches]:
    tokenizer = CharTokenizer.train("".join(TEXTS))
    encoded = [encode(text, tokenizer) for text in TEXTS]
    data = Batches(Poems(TEXTS, tokenizer), batch_size=4, block_size=32, seed=seed)
    return tokenizer, encoded, data


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
        Batches(Poems(["abcabc"], tokenizer), batch_size=1, block_size=64, seed=0)
