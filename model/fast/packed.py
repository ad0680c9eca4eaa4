"""A Transformer's weights, packed once for decoding: few, large matrix products, nothing between.

What `model.transformer` computes stays the same; what can be done in advance is:

- queries, keys and values come from one matrix, as do the two inputs of the gated feed-forward;
- the normalised embedding of each character is a table; norm(x) = sqrt(C) x / |x|, and sqrt(C) is
  folded into the matrix that reads it;
- the two channels that a rotary position turns together lie side by side as one complex number, so
  that turning is one multiplication. Dot products of queries and keys don't depend on the order;
- all layers write into the same buffers, of which every view is made once: for few characters a
  call of torch costs more than what it computes.

Shapes: M characters (of any rows and positions), C channels, H heads, D = C/H channels of one head,
V vocabulary.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.fast.quantized import KINDS, Matrix, int8_matmul_is_exact, int8_matmul_is_fast, l2_norm
from model.transformer import Block, Transformer, norm, rotary_angles

MIN_INT8_PARAMETERS = 10_000_000
"""Parameters below which "auto" takes float32: int8 gains little there (docs/log.md)."""

Attend = Callable[[int, Tensor, Tensor], Tensor]
"""(layer, query (M, H, D), new key and value (M, 2, H, D)) -> attention output (M, C).

Caches the new keys and values. Scores are query @ key, unscaled: 1/sqrt(D) is in the query. Both
are normalised, so a score is at most sqrt(D) and its exponential needs no maximum subtracted.
"""


@dataclass(frozen=True)
class Layer:
    queries_keys_values: Matrix  # C -> 3C
    attention_projection: Matrix  # C -> C
    gate_up: Matrix  # C -> 2 hidden
    projection: Matrix  # hidden -> C


class PackedWeights:
    """Holds a Transformer's weights for decoding; read only, so that any batches may share them."""

    @torch.no_grad()
    def __init__(self, model: Transformer, kind: str = "float32") -> None:
        """kind: one of `KINDS`.

        Raises ValueError for a kind that isn't known or doesn't work here.
        """
        if kind not in KINDS:
            raise ValueError(f"weights must be auto, {', '.join(KINDS)}, not {kind!r}.")
        if kind == "int8" and model.device.type != "cpu":
            raise ValueError("int8 weights are for CPUs: choose bfloat16 or float32 here.")
        if kind == "int8" and not int8_matmul_is_exact():
            raise ValueError("int8 products are not exact here: choose float32.")
        config = self.config = model.config
        self.kind = kind
        self.device = model.device
        self.head_size = config.n_embd // config.n_head
        self.embed = norm(model.embed.weight.detach().float())  # (V, C)
        angles = rotary_angles(0, config.block_size, self.head_size, self.device)
        rotation = torch.polar(torch.ones_like(angles), angles)  # (block_size, D/2), complex
        # Queries are scaled as they turn: sqrt(D) from each norm, 1/sqrt(D) from attention. Values
        # are multiplied by 1, which copies them beside their keys.
        factors = (rotation * self.head_size**0.5, rotation, torch.ones_like(rotation))
        self.rotary = torch.stack(factors, 1)[:, :, None]  # (block_size, 3, 1, D/2), complex
        self.layers = [self._layer(block, kind) for block in model.blocks]
        # The last matrix is small and decides between near equals: never rounded.
        self.unembed = Matrix(self._after_norm(model.unembed.weight), "float32")

    def logits(self, tokens: Tensor, rotary: Tensor, attend: Attend) -> Tensor:
        """Returns logits (M, V) for `tokens` (M,).

        rotary: `self.rotary` at their positions, (M or 1, 3, 1, D/2).
        """
        count, heads = len(tokens), self.config.n_head
        x = self.embed[tokens]  # (M,) -> (M, C)
        # The buffers of all layers, and views into them: q, k, v before and after their rotation.
        qkv = x.new_empty(count, 3 * self.config.n_embd)  # (M, 3C)
        by_head = qkv.view(count, 3, heads, -1)  # (M, 3, H, D)
        query_key = by_head[:, :2]
        pairs = torch.view_as_complex(by_head.view(count, 3, heads, -1, 2))  # (M, 3, H, D/2)
        rotated_pairs = pairs.new_empty(3, count, heads, self.head_size // 2)
        rotated = torch.view_as_real(rotated_pairs).flatten(3)  # (3, M, H, D)
        query, key_value = rotated[0], rotated[1:].transpose(0, 1)  # (M, H, D), (M, 2, H, D)
        gate_up = x.new_empty(count, self.layers[0].gate_up.outputs)
        gate, up = gate_up.chunk(2, dim=1)  # twice (M, hidden)
        for number, layer in enumerate(self.layers):
            layer.queries_keys_values.matmul_normalized(x, qkv)
            query_key.div_(l2_norm(query_key))
            torch.mul(pairs, rotary, out=rotated_pairs.transpose(0, 1))
            layer.attention_projection.add_matmul(attend(number, query, key_value), x)
            layer.gate_up.matmul_normalized(x, gate_up)
            layer.projection.add_matmul(F.silu(gate).mul_(up), x)
        logits = x.new_empty(count, self.config.vocab_size)
        self.unembed.matmul_normalized(x, logits)
        return logits

    @property
    def bytes(self) -> int:
        """Bytes of the packed weights."""
        matrices: list[Matrix] = [
            matrix for layer in self.layers for matrix in vars(layer).values()
        ]
        tables = self.embed.nbytes + self.rotary.nbytes
        return tables + self.unembed.bytes + sum(matrix.bytes for matrix in matrices)

    def _after_norm(self, weight: Tensor) -> Tensor:
        """A weight with the norm's sqrt(C) folded in."""
        return weight.detach().float().mul(self.config.n_embd**0.5)

    def _layer(self, block: torch.nn.Module, kind: str) -> Layer:
        assert isinstance(block, Block)
        attention, feed_forward = block.attention, block.feed_forward
        heads, channels = self.config.n_head, self.config.n_embd

        def interleave(weight: Tensor) -> Tensor:
            """Brings the two channels of each rotary pair side by side."""
            halves = weight.view(heads, 2, -1, channels)  # (H, 2, D/2, C)
            return halves.transpose(1, 2).reshape(channels, channels)

        queries_keys_values = torch.cat(
            (
                interleave(attention.query.weight),
                interleave(attention.key.weight),
                attention.value.weight,
            )
        )
        gate_up = torch.cat((feed_forward.gate.weight, feed_forward.up.weight))
        return Layer(
            Matrix(self._after_norm(queries_keys_values), kind),
            Matrix(attention.projection.weight.detach().float(), kind),
            Matrix(self._after_norm(gate_up), kind),
            Matrix(feed_forward.projection.weight.detach().float(), kind),
        )


def choose_kind(model: Transformer) -> tuple[str, str]:
    """Returns the kind of weights that "auto" is here, and why, in a sentence.

    It depends on the machine's kind alone, never on a stopwatch, for the same seed number is to
    give the same text after every start.
    """
    if model.device.type == "cuda" and torch.cuda.is_bf16_supported():
        return "bfloat16", "bfloat16, which the GPU has in hardware"
    if model.device.type != "cpu":
        return "float32", f"float32, for {model.device.type} was not measured"
    if model.parameter_count() < MIN_INT8_PARAMETERS:
        return "float32", f"float32, for {model.parameter_count():,} parameters are few"
    if int8_matmul_is_fast() and int8_matmul_is_exact():
        return "int8", "int8, which this CPU multiplies fast and exactly"
    return "float32", "float32, for this CPU does not multiply int8 fast and exactly"
