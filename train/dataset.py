"""Poems to batches, shuffled so that nothing repeats too soon.

Shapes: B batch, T time (the context).
"""

import random
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Protocol

import torch
from torch import Tensor

from model.tokenizer import POEM_END, CharTokenizer
from train.verse.annotate import Part, sample_header


def encode(poem: str, tokenizer: CharTokenizer) -> Tensor:
    """Encodes the mark between poems, then `poem`: (1 + characters,), uint8 or int32."""
    return _tensor(POEM_END + poem, tokenizer)


def _tensor(characters: str, tokenizer: CharTokenizer) -> Tensor:
    """Encodes `characters` as `tokenizer.encode` does, all at once: a corpus is 85 million."""
    codes = torch.frombuffer(bytearray(characters, "utf-32-le"), dtype=torch.int32)
    numbers = _numbers(tokenizer)
    if int(codes.max()) < len(numbers) and int((tokens := numbers[codes.long()]).min()) >= 0:
        return tokens.to(torch.uint8 if tokenizer.vocab_size <= 256 else torch.int32)
    return torch.tensor(tokenizer.encode(characters))  # says which ones it doesn't know


@lru_cache
def _numbers(tokenizer: CharTokenizer) -> Tensor:
    """Returns the number of each character by its code point, -1 where there is none."""
    codes = torch.tensor([ord(character) for character in tokenizer.chars])
    numbers = torch.full((int(codes[-1]) + 1,), -1, dtype=torch.int32)
    numbers[codes] = torch.arange(tokenizer.vocab_size, dtype=torch.int32)
    return numbers


class Documents(Protocol):
    """Holds what is read in training."""

    chars: int
    """Characters in an epoch at least, the mark before each document included."""
    unit: str
    """What one of them is called, in the plural."""

    def __len__(self) -> int: ...

    def epoch(self, number: int) -> list[Tensor]:
        """Returns all documents, encoded, in a fixed order: the same for the same `number`."""


class Poems:
    """Holds poems as they stand, alike in every epoch."""

    unit = "poems"

    def __init__(self, poems: list[str], tokenizer: CharTokenizer) -> None:
        self._encoded = [encode(poem, tokenizer) for poem in poems]
        self.chars = sum(map(len, self._encoded))

    def __len__(self) -> int:
        return len(self._encoded)

    def epoch(self, number: int) -> list[Tensor]:
        return self._encoded


class Verse:
    """Holds parts of poems behind headers, which are sampled anew for each epoch."""

    unit = "parts of poems"

    def __init__(self, parts: list[Part], tokenizer: CharTokenizer, seed: int) -> None:
        self._parts = parts
        self._tokenizer = tokenizer
        self._seed = seed
        # Only headers differ between epochs. The rest is encoded once: a GPU is through an epoch
        # before Python would have said it anew.
        self._plain = [_tensor(part.body(), tokenizer) for part in parts]
        self._counted = [_tensor(part.body(counted=True), tokenizer) for part in parts]
        # Before each part stands the mark between poems.
        self.chars = sum(len(text) + 1 for text in self._plain)

    def __len__(self) -> int:
        return len(self._parts)

    def epoch(self, number: int) -> list[Tensor]:
        rng = random.Random(f"{self._seed}/{number}")
        documents = []
        for part, plain, counted in zip(self._parts, self._plain, self._counted, strict=True):
            header, with_counts = sample_header(part, rng)
            start = _tensor(header.write(), self._tokenizer)
            documents.append(torch.cat((start, counted if with_counts else plain)))
        return documents


class Batches:
    """Makes batches by number: the same number always gives the same one, so resuming is exact.

    Each epoch shuffles whole documents, sets them end to end, cuts the stream into windows of T
    characters at an offset of its own, and deals the windows out in random order, each once. The
    next epoch is made ready while this one is read.
    """

    def __init__(self, documents: Documents, batch_size: int, block_size: int, seed: int) -> None:
        """Raises ValueError when all documents together are shorter than one context."""
        self.documents = documents
        self.batch_size = batch_size
        self.block_size = block_size
        self.seed = seed
        # The offset may take up to T characters off the front, and each window needs one more
        # character than T as its last target.
        self.windows = (documents.chars - 1) // block_size - 1
        if self.windows < 1:
            raise ValueError(
                f"The corpus has {documents.chars} characters for training, too few for a context "
                f"of {block_size}: add more with --corpus, or take a smaller --block-size."
            )
        self._epoch = -1
        self._stream = torch.empty(0, dtype=torch.uint8)
        self._starts = torch.empty(0, dtype=torch.int64)
        self._thread = ThreadPoolExecutor(1)
        self._next: tuple[int, Future[tuple[Tensor, Tensor]]] = (-1, Future())

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        """Returns batch `number`: (inputs, targets), both (B, T) int64; target t is input t + 1."""
        first = number * self.batch_size
        windows = [self._window(first + row) for row in range(self.batch_size)]
        batch = torch.stack(windows).long()  # (B, T + 1)
        return batch[:, :-1], batch[:, 1:]

    def _window(self, index: int) -> Tensor:
        """Returns the window of that `index` in the order of all epochs: (T + 1,)."""
        epoch, place = divmod(index, self.windows)
        if epoch != self._epoch:
            coming, ready = self._next
            self._stream, self._starts = (
                ready.result() if coming == epoch else self._shuffled(epoch)
            )
            self._epoch = epoch
            self._next = epoch + 1, self._thread.submit(self._shuffled, epoch + 1)
        start = int(self._starts[place])
        return self._stream[start : start + self.block_size + 1]

    def _shuffled(self, epoch: int) -> tuple[Tensor, Tensor]:
        """Returns the characters of an `epoch`, and where its windows start, in random order."""
        generator = torch.Generator().manual_seed(self.seed + 1_000_003 * epoch)
        encoded = self.documents.epoch(epoch)
        order = torch.randperm(len(encoded), generator=generator)
        stream = torch.cat([encoded[index] for index in order.tolist()])
        offset = torch.randint(self.block_size, (1,), generator=generator)
        windows = torch.randperm(self.windows, generator=generator)
        return stream, offset + self.block_size * windows
