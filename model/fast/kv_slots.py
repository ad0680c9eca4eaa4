"""The memory of many texts being written at once: keys and values in preallocated slots.

A slot is one row's room. Rows of unequal length lie side by side; what lies beyond a row's own
length is never heard, whatever it holds.
"""

import math
import mmap

import torch
from torch import Tensor

from model.fast.packed import PackedWeights


class Slots:
    """Keys and values of up to `rows` texts of up to `chars` characters.

    held: (n_layer, 2, rows, H, chars, D) float32, keys before values. Memory: 8 * n_layer * rows *
    chars * C bytes, of which a CPU's operating system hands out only what has been written to.
    """

    def __init__(self, packed: PackedWeights, rows: int, chars: int) -> None:
        config = packed.config
        shape = (config.n_layer, 2, rows, config.n_head, chars, packed.head_size)
        # Zeros, for a masked NaN would still be one.
        if packed.device.type == "cpu":
            # torch.zeros writes them all. Fresh pages are zeros that cost nothing until used.
            pages = mmap.mmap(-1, 4 * math.prod(shape))
            self.held = torch.frombuffer(pages, dtype=torch.float32).view(shape)
        else:
            self.held = torch.zeros(shape, device=packed.device)

    def places(self) -> tuple[Tensor, ...]:
        """Of each layer, by slot and place: (rows, chars, 2, H, D), to write to."""
        return self.held.permute(0, 2, 4, 1, 3, 5).unbind()

    def first(self, rows: int, length: int) -> Tensor:
        """The first `rows` slots up to `length`: (2, n_layer, rows * H, length, D)."""
        heads = rows * self.held.shape[3]
        return self.held.flatten(2, 3)[:, :, :heads, :length].transpose(0, 1)

    def swap(self, one: list[int], other: list[int], length: int) -> None:
        """Exchanges the first `length` characters of slots `one` and `other`, pair by pair."""
        self.held[:, :, one + other, :, :length] = self.held[:, :, other + one, :, :length]

    def copy(self, one: list[int], other: list[int], length: int) -> None:
        """Gives slots `other` the first `length` characters of slots `one`, pair by pair."""
        self.held[:, :, other, :, :length] = self.held[:, :, one, :, :length]

    @property
    def bytes(self) -> int:
        return self.held.nbytes
