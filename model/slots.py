"""The memory of many texts being written at once: keys and values in preallocated slots.

A slot is one row's room. Rows of unequal length lie side by side; what lies beyond a row's own
length is never heard, whatever it holds.
"""

import torch
from torch import Tensor

from model.packed import PackedWeights


class Slots:
    """Keys and values of up to `rows` texts of up to `chars` characters.

    keys, values: (n_layer, rows, H, chars, D) float32. Memory: 8 * n_layer * rows * chars * C
    bytes, of which a CPU's operating system hands out only what has been written to.
    """

    def __init__(self, packed: PackedWeights, rows: int, chars: int) -> None:
        config = packed.config
        shape = (config.n_layer, rows, config.n_head, chars, packed.head_size)
        # Zeros, for a masked NaN would still be one.
        self.keys = torch.zeros(shape, device=packed.device)
        self.values = torch.zeros(shape, device=packed.device)
        self.chars = chars

    def view(self, layer: int, rows: int, length: int) -> tuple[Tensor, Tensor]:
        """Keys and values of the first `rows` slots up to `length`: twice (rows * H, length, D)."""
        keys, values = self.keys[layer], self.values[layer]  # (R, H, chars, D)
        return (
            keys.flatten(0, 1)[: rows * keys.shape[1], :length],
            values.flatten(0, 1)[: rows * keys.shape[1], :length],
        )

    def read(self, layer: int, slot: int, start: int, key: Tensor, value: Tensor) -> None:
        """Puts key, value (T, H, D) of T following characters into `slot` from `start` on."""
        end = start + len(key)
        self.keys[layer, slot, :, start:end] = key.transpose(0, 1)
        self.values[layer, slot, :, start:end] = value.transpose(0, 1)

    def swap(self, one: list[int], other: list[int], length: int) -> None:
        """Exchanges the first `length` characters of slots `one` and `other`, pair by pair."""
        for held in (self.keys, self.values):
            held[:, one + other, :, :length] = held[:, other + one, :, :length]

    @property
    def bytes(self) -> int:
        return self.keys.nbytes + self.values.nbytes
