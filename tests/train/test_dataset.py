"""No leak between training and validation, no window twice in an epoch, the same batch always."""

import pytest
import torch

from model.tokenizer import POEM_END, CharTokenizer
from train.corpus.poem import Poem
from train.dataset import Batches, Poems, Verse, encode
from train.verse.annotate import annotate
from verse.request.format import MARKS, read


def poem(number: int) -> Poem:
    """A poem of its own for each number."""
    name = "".join("mlkhprstvw"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in str(number))
    return Poem(f"Poem of {name} bells,\nand {name[::-1]} shells.")


POEMS = [poem(number) for number in range(400)]
TEXTS = [poem.text for poem in POEMS]


def batches(seed: int = 1) -> tuple[CharTokenizer, list[torch.Tensor], Batches]:
    tokenizer = CharTokenizer.train("".join(TEXTS))
    encoded = [encode(text, tokenizer) for text in TEXTS]
    poems = Poems(TEXTS, tokenizer)
    return tokenizer, encoded, Batches(poems, batch_size=4, block_size=32, seed=seed)


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


def verse(seed: int = 1) -> tuple[CharTokenizer, Verse]:
    tokenizer = CharTokenizer.train("".join(TEXTS) + MARKS)
    return tokenizer, Verse(annotate(POEMS), tokenizer, seed)


def test_verse_says_the_poems_otherwise_in_each_epoch() -> None:
    tokenizer, documents = verse()
    first, second = documents.epoch(0), documents.epoch(1)
    for epoch in (first, second):
        assert [read(tokenizer.decode(part.tolist())) for part in epoch] == TEXTS
        assert sum(map(len, epoch)) >= documents.chars
    assert [part.tolist() for part in first] != [part.tolist() for part in second]
    again, other = verse()[1].epoch(0), verse(seed=2)[1].epoch(0)
    assert [part.tolist() for part in again] == [part.tolist() for part in first]
    assert [part.tolist() for part in other] != [part.tolist() for part in first]
    assert len(documents) == len(TEXTS)


def test_batches_of_verse() -> None:
    _, documents = verse()
    data = Batches(documents, batch_size=4, block_size=32, seed=1)
    inputs, targets = data[data.windows]  # four epochs on
    assert torch.equal(inputs[:, 1:], targets[:, :-1])
    assert torch.equal(Batches(documents, 4, 32, 1)[data.windows][0], inputs)


def test_targets_are_the_next_characters_and_poems_stay_whole() -> None:
    tokenizer, _, data = batches()
    inputs, targets = data[0]
    assert inputs.shape == targets.shape == (4, 32)
    assert torch.equal(inputs[:, 1:], targets[:, :-1])
    for row in inputs.tolist():
        for piece in tokenizer.decode(row).split(POEM_END)[1:-1]:
            assert piece in TEXTS


def test_a_poem_is_read_as_it_stands() -> None:
    tokenizer = CharTokenizer.train("".join(TEXTS) + MARKS)
    assert tokenizer.decode(encode(TEXTS[0], tokenizer).tolist()) == POEM_END + TEXTS[0]
