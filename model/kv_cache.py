"""The KV cache of a text being written: keys and values of all characters so far.

Each new character attends to all earlier ones; their keys and values never change, so they are
cached rather than computed again. The cache is an argument of ``forward``, never part of a model:
one network can write any number of texts at once.

Shapes: B batch, T time, C channels, H heads, D = C/H channels of one head.
"""

import torch
from torch import Tensor


class KVCache:
    """Holds keys and values, two preallocated tensors of (n_layer, B, H, block_size, D).

    Memory: 2 * n_layer * B * block_size * C numbers. A full cache can't be slid: its keys come
    from layers that attended to the characters dropped since, so the rest would equal no window
    of text. Start a new one instead, as `model.generate` does.
    """

    def __init__(
        self, shape: tuple[int, int, int, int, int], device: torch.device, dtype: torch.dtype
    ) -> None:
        self.keys = torch.zeros(shape, device=device, dtype=dtype)
        self.values = torch.zeros(shape, device=device, dtype=dtype)
        self.length = 0
        """Characters cached; a forward pass over T characters advances it by T at its end."""

    @property
    def room(self) -> int:
        """Characters that still fit."""
        return self.keys.shape[3] - self.length

    def extend(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Appends a layer's (B, H, T, D); returns all it has, each (B, H, length + T, D).

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
