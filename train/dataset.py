"""Poems to batches: split so that nothing leaks, shuffled so that nothing repeats too soon.

Shapes: B batch, T time (the context).
"""

import hashlib

import torch
from torch import Tensor

from model.tokenizer import POEM_END, CharTokenizer


def split(poems: list[str], val_fraction: float, how: str = "poems") -> tuple[list[str], list[str]]:
    """(training, validation). Raises ValueError when a side would stay empty.

    how: by "poems", a poem's side depends on its own letters alone, so it never changes as a
    corpus grows, and a larger fraction contains a smaller one. By "tail" the last characters of
    all are held back, as everybody divides tiny Shakespeare: for one long text.
    """
    if how == "tail":
        train, val = _cut(poems, round((1 - val_fraction) * sum(map(len, poems))))
    else:
        train = [poem for poem in poems if _position(poem) >= val_fraction]
        val = [poem for poem in poems if _position(poem) < val_fraction]
    if not train or not val:
        raise ValueError(
            f"{len(poems)} poems are too few to hold some back for validation: add more with "
            "--corpus, or raise --val-fraction."
        )
    return train, val


def _cut(poems: list[str], border: int) -> tuple[list[str], list[str]]:
    """The first `border` characters and the rest; the poem on the border is cut in two."""
    before, after = [], []
    for poem in poems:
        before.append(poem[:border])
        after.append(poem[border:])
        border = max(0, border - len(poem))
    return list(filter(None, before)), list(filter(None, after))


def _position(poem: str) -> float:
    """A number from 0 to 1 made of the poem's letters; case and punctuation don't move it."""
    letters = "".join(character for character in poem.lower() if character.isalpha())
    return int.from_bytes(hashlib.sha256(letters.encode()).digest()[:8], "big") / 2**64


def encode(poem: str, tokenizer: CharTokenizer) -> Tensor:
    """The mark between poems, then the poem: (1 + characters,) uint8 or int32."""
    dtype = torch.uint8 if tokenizer.vocab_size <= 256 else torch.int32
    return torch.tensor(tokenizer.encode(POEM_END + poem), dtype=dtype)


class Batches:
    """Batches by number: the same number always gives the same batch, so resuming is exact.

    Each epoch shuffles whole poems, sets them end to end, cuts the stream into windows of T
    characters at an offset of its own, and deals the windows out in random order, each once.
    """

    def __init__(self, poems: list[Tensor], batch_size: int, block_size: int, seed: int) -> None:
        """Raises ValueError when all poems together are shorter than one context."""
        self.poems = poems
        self.batch_size = batch_size
        self.block_size = block_size
        self.seed = seed
        chars = sum(len(poem) for poem in poems)
        # The offset may take up to T characters off the front, and each window needs one more
        # character than T as its last target.
        self.windows = (chars - 1) // block_size - 1
        if self.windows < 1:
            raise ValueError(
                f"The corpus has {chars} characters for training, too few for a context of "
                f"{block_size}: add more with --corpus, or take a smaller --block-size."
            )
        self._epoch = -1
        self._stream = torch.empty(0, dtype=torch.uint8)
        self._starts = torch.empty(0, dtype=torch.int64)

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        """Batch `number` as (inputs, targets), both (B, T) int64; target t is input t + 1."""
        first = number * self.batch_size
        windows = [self._window(first + row) for row in range(self.batch_size)]
        batch = torch.stack(windows).long()  # (B, T + 1)
        return batch[:, :-1], batch[:, 1:]

    def _window(self, index: int) -> Tensor:
        epoch, place = divmod(index, self.windows)
        if epoch != self._epoch:
            self._shuffle(epoch)
        start = int(self._starts[place])
        return self._stream[start : start + self.block_size + 1]

    def _shuffle(self, epoch: int) -> None:
        generator = torch.Generator().manual_seed(self.seed + 1_000_003 * epoch)
        order = torch.randperm(len(self.poems), generator=generator)
        self._stream = torch.cat([self.poems[index] for index in order.tolist()])
        offset = torch.randint(self.block_size, (1,), generator=generator)
        windows = torch.randperm(self.windows, generator=generator)
        self._starts = offset + self.block_size * windows
        self._epoch = epoch
