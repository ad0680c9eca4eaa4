"""The memory of a poem being written: keys and values of all characters so far.

Attention looks back at every earlier character; their keys and values never change, so they are
kept rather than computed again. The cache is an argument of ``forward``, never part of a model:
one network can hold any number of poems at once.
"""

import torch
from torch import Tensor


class KVCache:
    """Preallocated keys and values, two tensors of (n_layer, B, H, block_size, D).

    Memory: 2 * n_layer * B * block_size * C numbers. A full cache is not slid: its keys were
    made by layers that had seen the characters since dropped, so what remains would equal no
    window of text. Start a new one instead, as `model.generate` does.
    """

    def __init__(
        self, shape: tuple[int, int, int, int, int], device: torch.device, dtype: torch.dtype
    ) -> None:
        self.keys = torch.zeros(shape, device=device, dtype=dtype)
        self.values = torch.zeros(shape, device=device, dtype=dtype)
        self.length = 0
        """Characters held; a forward pass over T characters advances it by T at its end."""

    @property
    def room(self) -> int:
        """Characters that still fit."""
        return self.keys.shape[3] - self.length

    def extend(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Writes (B, H, T, D) after what is held; returns all of it, (B, H, length + T, D).

        Raises ValueError when T characters no longer fit.
        """
        if key.shape[2] > self.room:
            raise ValueError(
                f"The cache has room for {self.room} more characters, not {key.shape[2]}."
            )
        end = self.length + key.shape[2]
        self.keys[layer, :, :, self.length : end] = key
        self.values[layer, :, :, self.length : end] = value
        return self.keys[layer, :, :, :end], self.values[layer, :, :, :end]
