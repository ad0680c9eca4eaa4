"""A batched KV cache: the keys and values of many sequences of unequal length, preallocated.

A slot is one sequence's region; positions beyond the sequence's length are masked by who reads.
"""

import math
import mmap

import torch
from torch import Tensor

from model.fast.packed import PackedWeights


class BatchedKVCache:
    """Holds the keys and values of up to `slots` sequences of up to `chars` characters.

    keys_values: (n_layer, 2, slots, H, chars, D) float32, keys before values. Memory: 8 * n_layer *
    slots * chars * C bytes, of which a CPU's operating system hands out only what was written to.
    """

    def __init__(self, packed: PackedWeights, slots: int, chars: int) -> None:
        config = packed.config
        shape = (config.n_layer, 2, slots, config.n_head, chars, packed.head_size)
        # Zeros, for a masked NaN would still be one.
        if packed.device.type == "cpu":
            # torch.zeros writes them all. Fresh pages are zeros that cost nothing until used.
            pages = mmap.mmap(-1, 4 * math.prod(shape))
            self.keys_values = torch.frombuffer(pages, dtype=torch.float32).view(shape)
        else:
            self.keys_values = torch.zeros(shape, device=packed.device)

    def to_write(self) -> tuple[Tensor, ...]:
        """Views each layer by slot and position: n_layer times (slots, chars, 2, H, D)."""
        return self.keys_values.permute(0, 2, 4, 1, 3, 5).unbind()

    def to_read(self, slots: int, length: int) -> Tensor:
        """Views `slots` slots up to position `length`: (2, n_layer, slots * H, length, D)."""
        heads = slots * self.keys_values.shape[3]
        return self.keys_values.flatten(2, 3)[:, :, :heads, :length].transpose(0, 1)

    def swap(self, first: list[int], second: list[int], length: int) -> None:
        """Exchanges the first `length` positions of slots `first` and `second`, pair by pair."""
        kept = self.keys_values
        kept[:, :, first + second, :, :length] = kept[:, :, second + first, :, :length]

    def copy(self, sources: list[int], targets: list[int], length: int) -> None:
        """Copies the first `length` positions of `sources` to slots `targets`, pair by pair."""
        self.keys_values[:, :, targets, :, :length] = self.keys_values[:, :, sources, :, :length]

    @property
    def bytes(self) -> int:
        return self.keys_values.nbytes
