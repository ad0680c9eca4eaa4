"""One text, read once, that many rows continue: it grows and shrinks at its end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from model.fast.kv_slots import Slots
from model.fast.packed import PackedWeights

if TYPE_CHECKING:
    from model.fast.batch import Row


class Trunk:
    """A text of at most block_size tokens with its keys and values.

    It reads lazily: tokens are added for nothing and read together when `logits` are asked for,
    so an adopted line and what is forced after it cost one short reading. Memory: `Slots` of one
    row of block_size characters.
    """

    def __init__(self, packed: PackedWeights, tokens: Sequence[int]) -> None:
        self.tokens: list[int] = []
        """The text; change it with the methods only."""
        self._packed = packed
        self._slots = Slots(packed, 1, packed.config.block_size)
        self._held = 0  # tokens whose keys and values are there
        self._logits: Tensor | None = None
        self.extend(tokens)
        if not self.tokens:
            raise ValueError("A trunk needs at least one token, such as the mark between poems.")

    @property
    def room(self) -> int:
        """Characters that still fit into the context."""
        return self._packed.config.block_size - len(self.tokens)

    @property
    def logits(self) -> Tensor:
        """(V,) for the place after its last token."""
        if self._logits is None:
            # After a rollback all is held, but not what followed: the last one is read again.
            start = min(self._held, len(self.tokens) - 1)
            self._logits = read_text(self._packed, self._slots, 0, start, self.tokens[start:])
            self._held = len(self.tokens)
        return self._logits

    def extend(self, tokens: Sequence[int]) -> None:
        """Adds tokens at the end. Raises ValueError when they no longer fit the context."""
        if len(tokens) > self.room:
            raise ValueError(f"The context has room for {self.room} more, not {len(tokens)}.")
        if tokens:
            self.tokens += tokens
            self._logits = None

    def rollback(self, length: int) -> None:
        """Goes back to its first `length` tokens, at the price of reading one again."""
        if not 1 <= length <= len(self.tokens):
            raise ValueError(f"A trunk of {len(self.tokens)} can't go back to {length} tokens.")
        if length < len(self.tokens):
            del self.tokens[length:]
            self._held = min(self._held, length)
            self._logits = None

    def adopt(self, row: "Row", chars: int | None = None) -> None:
        """Adds the first `chars` tokens of a row that continues it (all by default).

        Their keys and values are copied, not computed. Raises ValueError when the trunk reads
        otherwise than when the row was begun, or the row's memory was given away.
        """
        batch = row.batch
        slot = batch.slot_of(row)
        if batch.trunk is not self or batch.base != self.tokens or not self._held:
            raise ValueError("The row continues another text: adopt rows of the last branch only.")
        tokens = row.tokens[:chars]
        if not tokens:
            return
        copied, start = min(row.held, len(tokens)), self._held
        own, rows = self._slots.held, batch.slots.held
        own[:, :, 0, :, start : start + copied] = rows[:, :, slot, :, :copied]
        self._held += copied
        self.extend(tokens)

    def held(self) -> Tensor:
        """Keys and values of all its tokens: (2, n_layer, H, T, D)."""
        return self._slots.first(1, len(self.tokens))

    def room_and_held(self) -> Tensor:
        """The same with the room for what may follow: (2, n_layer, H, block_size, D)."""
        return self._slots.first(1, self._packed.config.block_size)

    @property
    def bytes(self) -> int:
        """Memory of its preallocated storage, all of it touched."""
        return self._slots.bytes


@torch.inference_mode()
def read_text(
    packed: PackedWeights, slots: Slots, slot: int, start: int, tokens: list[int]
) -> Tensor:
    """Reads `tokens` into `slot` after the `start` held there; returns the last one's logits, (V,).

    This is prefill: all T characters at once, so large matrix products.
    """
    time = len(tokens)
    end = start + time
    mask = None
    if start and time > 1:
        mask = torch.ones(time, end, dtype=torch.bool, device=packed.device).tril(start)

    keys, values = slots.held[:, :, slot : slot + 1, :, :end].unbind(1)  # (n_layer, 1, H, end, D)
    places = slots.places()

    def attend(layer: int, query: Tensor, new: Tensor) -> Tensor:
        places[layer][slot, start:end] = new
        heard = F.scaled_dot_product_attention(
            query.transpose(0, 1)[None],  # (T, H, D) -> (1, H, T, D)
            keys[layer],
            values[layer],
            attn_mask=mask,
            is_causal=not start and time > 1,
            scale=1.0,
        )
        return heard[0].transpose(0, 1).flatten(1)  # (1, H, T, D) -> (T, C)

    text = torch.tensor(tokens, device=packed.device)
    return packed.logits(text, packed.turns[start:end], attend)[-1]
