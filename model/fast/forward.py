"""The network's forward passes over cached keys and values.

Prefill: many characters of one sequence. Decoding: the next character of many sequences, in either
of two ways that compute the same:

- ragged: only the rows being written, up to the longest; shapes change from step to step, which
  costs a CPU nothing;
- static: always all slots at full size, masked, so that one CUDA graph serves every step.

A decoding row attends to two ranges: the prefix that all rows share, read once for all of them, and
its own characters. As no maximum need be subtracted (`model.fast.packed.Attend`), softmax over both
is

    output = (exp(S_own) V_own + exp(S_prefix) V_prefix) / (sum exp(S_own) + sum exp(S_prefix))

Shapes: B rows (static: all slots), P characters of the prefix (static: block_size), L characters of
the longest row (static: of a slot), T new characters of a prefill, C channels, H heads, D = C/H
channels of one head, V vocabulary.
"""

from collections.abc import Sequence
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from model.fast.batched_kv_cache import BatchedKVCache
from model.fast.cuda_graph import CudaGraph
from model.fast.packed import Attend, PackedWeights
from model.fast.threads import Threads


@torch.inference_mode()
def prefill(
    packed: PackedWeights, cache: BatchedKVCache, slot: int, start: int, tokens: list[int]
) -> Tensor:
    """Runs `tokens` (T,) behind the `start` characters cached in `slot`, and caches them too.

    Returns the logits for the position after the last one, (V,).
    """
    time = len(tokens)
    end = start + time
    mask = None
    if start and time > 1:
        mask = torch.ones(time, end, dtype=torch.bool, device=packed.device).tril(start)

    rows = cache.keys_values[:, :, slot : slot + 1, :, :end]
    keys, values = rows.unbind(1)  # by layer (1, H, end, D)
    to_write = cache.to_write()

    def attend(layer: int, query: Tensor, key_value: Tensor) -> Tensor:
        to_write[layer][slot, start:end] = key_value  # (T, 2, H, D)
        output = F.scaled_dot_product_attention(
            query.transpose(0, 1)[None],  # (T, H, D) -> (1, H, T, D)
            keys[layer],
            values[layer],
            attn_mask=mask,
            is_causal=not start and time > 1,
            scale=1.0,
        )
        return output[0].transpose(0, 1).flatten(1)  # (1, H, T, D) -> (T, C)

    text = torch.tensor(tokens, device=packed.device)
    return packed.logits(text, packed.rotary[start:end], attend)[-1]


class Decoding(Protocol):
    """Runs one step: the last token of each row through the network."""

    def set_prefix(self, keys_values: Tensor | None) -> None:
        """Has all rows continue `keys_values` (2, n_layer, H, P, D), left as they are; or none."""

    def step(self, count: int, lengths: Sequence[int]) -> None:
        """Decodes the first `count` slots. lengths: characters cached of all slots; each row's
        token is behind them."""

    @property
    def bytes(self) -> int:
        """Bytes of its own storage."""


class RaggedDecoding:
    """Computes as little as the rows need."""

    bytes = 0

    def __init__(
        self,
        packed: PackedWeights,
        cache: BatchedKVCache,
        tokens: Tensor,
        logits: Tensor,
        threads: Threads,
    ) -> None:
        """tokens (slots,): each slot's last token, read by `step`. logits (slots, V): written by
        it. threads: sets how many a step computes with."""
        self._packed, self._cache = packed, cache
        self._tokens, self._logits = tokens, logits
        self._threads = threads
        self._prefix: Tensor | None = None

    def set_prefix(self, keys_values: Tensor | None) -> None:
        self._prefix = keys_values

    def step(self, count: int, lengths: Sequence[int]) -> None:
        packed, lengths = self._packed, lengths[:count]
        before = 0 if self._prefix is None else self._prefix.shape[3]
        longest = max(lengths) + 1
        slots: slice | Tensor
        positions: int | Tensor
        own_mask = None
        if min(lengths) == longest - 1:  # all equally long, as candidates of one line are
            slots, positions = slice(count), longest - 1
            rotary = packed.rotary[before + positions][None]  # (1, 3, 1, D/2)
        else:
            slots = torch.arange(count, device=packed.device)
            positions = torch.tensor(lengths, device=packed.device)  # (B,)
            rotary = packed.rotary[before + positions]  # (B, 3, 1, D/2)
            own_mask = torch.arange(longest, device=packed.device) > positions[:, None]  # (B, L)
        own = self._cache.to_read(count, longest)
        to_write = self._cache.to_write()
        attend = attention(to_write, slots, positions, own, own_mask, self._prefix)
        with self._threads.step(count):
            self._logits[:count] = packed.logits(self._tokens[:count], rotary, attend)


class StaticDecoding:
    """Computes all there could be, from fixed addresses: the graph is captured once.

    A finished row's slot is written to behind what it has cached, where nobody reads. Memory: a
    copy of the prefix, a `BatchedKVCache` of one slot of block_size characters.
    """

    def __init__(
        self, packed: PackedWeights, cache: BatchedKVCache, tokens: Tensor, logits: Tensor
    ) -> None:
        """tokens (slots,): each slot's last token, read by `step`. logits (slots, V): written by
        it."""
        self._packed, self._cache = packed, cache
        self._tokens, self._logits = tokens, logits
        self._lengths = torch.zeros_like(tokens)
        self._prefix = BatchedKVCache(packed, 1, packed.config.block_size)
        self._prefix_length = torch.zeros((), dtype=torch.long, device=packed.device)
        self._graph: CudaGraph | None = None

    def set_prefix(self, keys_values: Tensor | None) -> None:
        length = 0 if keys_values is None else keys_values.shape[3]
        self._prefix_length.fill_(length)
        if keys_values is not None:
            self._prefix.to_read(1, length).copy_(keys_values)

    def step(self, count: int, lengths: Sequence[int]) -> None:
        self._lengths.copy_(torch.tensor(lengths))
        if self._graph is None:
            self._graph = CudaGraph(self._decode, self._packed.device)
        self._graph.replay()

    def _decode(self) -> None:
        packed, chars = self._packed, self._cache.keys_values.shape[4]
        slots = torch.arange(len(self._tokens), device=packed.device)
        context = torch.arange(packed.config.block_size, device=packed.device)
        # A finished row may have more than fits behind this prefix: its rotation doesn't matter.
        positions = (self._prefix_length + self._lengths).clamp(max=len(context) - 1)
        attend = attention(
            self._cache.to_write(),
            slots,
            self._lengths,
            self._cache.to_read(len(slots), chars),
            torch.arange(chars, device=packed.device) > self._lengths[:, None],  # (B, L)
            self._prefix.to_read(1, len(context)),
            context >= self._prefix_length,  # (P,)
        )
        self._logits.copy_(packed.logits(self._tokens, packed.rotary[positions], attend))

    @property
    def bytes(self) -> int:
        return self._prefix.bytes + self._lengths.nbytes + self._prefix_length.nbytes


def attention(
    to_write: Sequence[Tensor],
    slots: slice | Tensor,
    positions: int | Tensor,
    own: Tensor,
    own_mask: Tensor | None,
    prefix: Tensor | None,
    prefix_mask: Tensor | None = None,
) -> Attend:
    """Makes the attention of one decoding step: each of B rows over its own characters and the
    prefix.

    to_write: the cache of each layer, (slots, chars, 2, H, D); slots, positions: where in it each
    row's new key and value go.
    own: keys and values of the B rows, (2, n_layer, B * H, L, D); own_mask (B, L): True where a row
    has no character.
    prefix: keys and values that all rows share, (2, n_layer, H, P, D); prefix_mask (P,): True
    behind its end.
    """
    own_keys, own_values = map(Tensor.unbind, own)  # by layer (B * H, L, D)
    if own_mask is not None:
        heads = own.shape[2] // len(own_mask)
        own_mask = own_mask.repeat_interleave(heads, 0)[:, None]  # (B * H, 1, L)
    if prefix is not None:
        prefix_keys, prefix_values = map(Tensor.unbind, prefix)  # by layer (H, P, D)

    def attend(layer: int, query: Tensor, key_value: Tensor) -> Tensor:
        rows, heads, size = query.shape  # (B, H, D)
        to_write[layer][slots, positions] = key_value  # (B, 2, H, D)
        # Each row's head is a batch element of its own: one query, L keys.
        own_weights = torch.bmm(query.view(-1, 1, size), own_keys[layer].transpose(1, 2)).exp_()
        if own_mask is not None:
            own_weights.masked_fill_(own_mask, 0)  # (B * H, 1, L)
        output = torch.bmm(own_weights, own_values[layer]).view(rows, heads, size)  # (B, H, D)
        normalizer = own_weights.sum(2).view(rows, heads, 1)
        if prefix is not None:
            # Each head is a batch element: B queries, P keys.
            keys = prefix_keys[layer].transpose(1, 2)  # (H, D, P)
            prefix_weights = torch.bmm(query.transpose(0, 1), keys).exp_()  # (H, B, P)
            if prefix_mask is not None:
                prefix_weights.masked_fill_(prefix_mask, 0)
            output.add_(torch.bmm(prefix_weights, prefix_values[layer]).transpose(0, 1))
            normalizer.add_(prefix_weights.sum(2, keepdim=True).transpose(0, 1))
        return output.div_(normalizer).view(rows, -1)  # (B, H, D) -> (B, C)

    return attend
