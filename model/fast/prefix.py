"""A prefix: one text, prefilled once, that many rows continue. It grows and shrinks at its end."""

from collections.abc import Sequence

from torch import Tensor

from model.fast.batched_kv_cache import BatchedKVCache
from model.fast.forward import prefill
from model.fast.packed import PackedWeights


class Prefix:
    """Holds a text of at most block_size tokens with its KV cache.

    Prefill is lazy: `extend` only appends; pending tokens run through the network together when
    `logits` or `keys_values` are needed, so an adopted line and the characters forced after it cost
    one short pass. Memory: a `BatchedKVCache` of one slot of block_size characters.
    """

    def __init__(self, packed: PackedWeights, tokens: Sequence[int]) -> None:
        self.tokens: list[int] = []
        """The text; change it with the methods only."""
        self._packed = packed
        self._cache = BatchedKVCache(packed, 1, packed.config.block_size)
        self._cached = 0  # tokens whose keys and values are in the cache
        self._logits: Tensor | None = None
        self.extend(tokens)
        if not self.tokens:
            raise ValueError("A prefix needs at least one token, such as the mark between poems.")

    @property
    def room(self) -> int:
        """Characters that still fit into the context."""
        return self._packed.config.block_size - len(self.tokens)

    @property
    def logits(self) -> Tensor:
        """(V,) for the position after its last token."""
        if self._logits is None:
            # After a rollback all is cached except the logits: the last token runs once more.
            self._logits = self._prefill(min(self._cached, len(self.tokens) - 1))
        return self._logits

    @property
    def keys_values(self) -> Tensor:
        """A view of the keys and values of all its P tokens: (2, n_layer, H, P, D)."""
        if self._cached < len(self.tokens):
            self._logits = self._prefill(self._cached)
        return self._cache.to_read(1, len(self.tokens))

    def extend(self, tokens: Sequence[int]) -> None:
        """Adds tokens at the end. Raises ValueError when they no longer fit the context."""
        if len(tokens) > self.room:
            raise ValueError(f"The context has room for {self.room} more, not {len(tokens)}.")
        if tokens:
            self.tokens += tokens
            self._logits = None

    def append(self, tokens: Sequence[int], keys_values: Tensor) -> None:
        """Adds tokens of which the first K were computed elsewhere; copies their keys and values.

        keys_values: (n_layer, 2, H, K, D). Raises ValueError as `extend` does.
        """
        start, computed = len(self.tokens), keys_values.shape[3]
        if self._cached < start:
            self._prefill(self._cached)
        self.extend(tokens)
        self._cache.keys_values[:, :, 0, :, start : start + computed] = keys_values
        self._cached = start + computed

    def rollback(self, length: int) -> None:
        """Goes back to its first `length` tokens; the last of them is computed again."""
        if not 1 <= length <= len(self.tokens):
            raise ValueError(f"A prefix of {len(self.tokens)} can't go back to {length} tokens.")
        if length < len(self.tokens):
            del self.tokens[length:]
            self._cached = min(self._cached, length)
            self._logits = None

    def _prefill(self, start: int) -> Tensor:
        self._cached = len(self.tokens)
        return prefill(self._packed, self._cache, 0, start, self.tokens[start:])

    @property
    def bytes(self) -> int:
        """Bytes allocated, assuming every page has been written."""
        return self._cache.bytes
