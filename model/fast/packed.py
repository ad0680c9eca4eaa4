"""A network's weights, packed once for writing: few, large matrix products and nothing between.

What `model.transformer` computes stays the same; what can be done in advance is:

- queries, keys and values come from one matrix, gates and what goes through them from another;
- the normalised embedding of each character is a table; norm(x) = sqrt(C) x / |x|, and sqrt(C)
  goes into the matrix that reads it;
- the two channels that a rotary position turns together lie side by side and are one complex
  number, so that turning is one multiplication. The products of queries and keys don't notice;
- all layers write into the same room, of which every view is made once: for few characters a call
  of torch costs more than what it computes.

Shapes: M characters (of any rows and places), C channels, H heads, D = C/H, V vocabulary.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.fast.quantized import KINDS, Matrix, length, multiplies_whole_numbers
from model.transformer import Block, Transformer, norm, rotary_angles

WORTH = 1.2
"""How many times as fast a rounded kind must be before "auto" takes it. It changes the text; what
is measured is some half of a step; and nearer to 1 chance would decide anew at each start."""
TIMED_LAYERS = 2
"""Those that the stopwatch looks at: all are alike, and one alone might stay in a core's cache."""
SMALL = 10_000_000
"""Parameters of a network that "auto" leaves in float32: the gain is little (docs/log.md), and
measuring alone takes 15 MB."""

Attend = Callable[[int, Tensor, Tensor], Tensor]
"""(layer, query (M, H, D), key and value (M, 2, H, D)) -> what was heard (M, C).

Scores are query @ key as they come: scaling is in the query. Both are normalised, so that a score
is at most sqrt(D) and its exponential needs no maximum taken off first.
"""


@dataclass(frozen=True)
class Layer:
    queries_keys_values: Matrix  # (C, 3C)
    attention_projection: Matrix  # (C, C)
    gate_up: Matrix  # (C, 2 hidden)
    projection: Matrix  # (hidden, C)


class PackedWeights:
    """The weights of a Transformer for writing; read only, so any number of batches share them."""

    @torch.no_grad()
    def __init__(
        self, model: Transformer, kind: str = "float32", layers: int | None = None
    ) -> None:
        """layers: only so many, for a stopwatch; all by default. Raises ValueError for a kind that
        isn't known or isn't here."""
        if kind not in KINDS:
            raise ValueError(f"weights must be auto, {', '.join(KINDS)}, not {kind!r}.")
        if kind == "int8" and model.device.type != "cpu":
            raise ValueError("int8 weights are for CPUs: choose bfloat16 or float32 here.")
        if kind == "int8" and not multiplies_whole_numbers():
            raise ValueError("int8 products are not exact here: choose float32.")
        config = self.config = model.config
        self.kind = kind
        self.device = model.device
        self.head_size = config.n_embd // config.n_head
        self.embed = norm(model.embed.weight.detach().float())  # (V, C)
        angles = rotary_angles(0, config.block_size, self.head_size, self.device)
        turn = torch.polar(torch.ones_like(angles), angles)  # (T, D/2), complex
        # Queries are scaled as they turn: sqrt(D) from each norm, 1/sqrt(D) from attention. Values
        # stay as they are, but go along, for then they lie with their keys.
        turns = (turn * self.head_size**0.5, turn, torch.ones_like(turn))
        self.turns = torch.stack(turns, 1)[:, :, None]  # (T, 3, 1, D/2)
        self.layers = [self._layer(block, kind) for block in list(model.blocks)[:layers]]
        # The last matrix is small and decides between neighbours: never rounded.
        self.unembed = Matrix(self._after_norm(model.unembed.weight), "float32")

    def logits(self, tokens: Tensor, turns: Tensor, attend: Attend) -> Tensor:
        """tokens (M,), turns (M or 1, 3, 1, D/2) of their places -> logits (M, V)."""
        count, heads = len(tokens), self.config.n_head
        x = self.embed[tokens]  # (M,) -> (M, C)
        mixed = x.new_empty(count, 3 * self.config.n_embd)
        parts = mixed.view(count, 3, heads, -1)  # (M, 3, H, D): queries, keys, values
        looks = parts[:, :2]
        pairs = torch.view_as_complex(parts.view(count, 3, heads, -1, 2))  # (M, 3, H, D/2)
        turned = pairs.new_empty(3, count, heads, self.head_size // 2)
        places = torch.view_as_real(turned).flatten(3)  # (3, M, H, D)
        query, new = places[0], places[1:].transpose(0, 1)
        gates = x.new_empty(count, self.layers[0].gate_up.outputs)
        gate, up = gates.chunk(2, dim=1)  # twice (M, hidden)
        for number, layer in enumerate(self.layers):
            layer.queries_keys_values.into(mixed, x)
            looks.div_(length(looks))
            torch.mul(pairs, turns, out=turned.transpose(0, 1))
            layer.attention_projection.onto(x, attend(number, query, new))
            layer.gate_up.into(gates, x)
            layer.projection.onto(x, F.silu(gate).mul_(up))
        logits = x.new_empty(count, self.config.vocab_size)
        self.unembed.into(logits, x)
        return logits

    @property
    def bytes(self) -> int:
        """Memory of the packed weights."""
        matrices: list[Matrix] = [
            matrix for layer in self.layers for matrix in vars(layer).values()
        ]
        tables = self.embed.nbytes + self.turns.nbytes
        return tables + self.unembed.bytes + sum(matrix.bytes for matrix in matrices)

    def _after_norm(self, weight: Tensor) -> Tensor:
        return weight.detach().float().mul(self.config.n_embd**0.5)

    def _layer(self, block: torch.nn.Module, kind: str) -> Layer:
        assert isinstance(block, Block)
        attention, feed_forward = block.attention, block.feed_forward
        heads, channels = self.config.n_head, self.config.n_embd

        def pairs_together(weight: Tensor) -> Tensor:
            halves = weight.view(heads, 2, -1, channels)  # (H, 2, D/2, C)
            return halves.transpose(1, 2).reshape(channels, channels)

        queries_keys_values = torch.cat(
            (
                pairs_together(attention.query.weight),
                pairs_together(attention.key.weight),
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


def choose_kind(model: Transformer, rows: int) -> tuple[str, str]:
    """The kind of weights to write `rows` rows at a time with, and why, in a sentence.

    The stopwatch decides, in a tenth of a second or two: CPUs list features that they are slow at.
    """
    if model.device.type == "cuda" and torch.cuda.is_bf16_supported():
        return "bfloat16", "bfloat16, which the GPU has in hardware"
    if model.device.type != "cpu":
        return "float32", f"float32, for {model.device.type} was not measured"
    if model.parameter_count() < SMALL:
        return "float32", f"float32, for {model.parameter_count():,} parameters are few"
    kinds = [kind for kind in KINDS[1:] if kind != "int8" or multiplies_whole_numbers()]
    exact = PackedWeights(model, layers=TIMED_LAYERS)
    gain = {kind: _gain(exact, PackedWeights(model, kind, TIMED_LAYERS), rows) for kind in kinds}
    best = max(kinds, key=gain.__getitem__)
    kind = best if gain[best] >= WORTH else "float32"
    measured = ", ".join(f"{name} {gain[name]:.2f}" for name in kinds)
    return kind, f"{kind}, as speed against float32 at {rows} rows was measured: {measured}"


@torch.inference_mode()
def _gain(exact: PackedWeights, rounded: PackedWeights, rows: int, rounds: int = 4) -> float:
    """How many times as fast a step is, all but the looking back: of each the best of some.

    In turns and in CPU time, for what else the machine does shall not decide.
    """
    tokens = torch.arange(rows) % exact.config.vocab_size
    least = [math.inf, math.inf]
    for _ in range(rounds):
        for which, packed in enumerate((exact, rounded)):
            start = time.process_time()
            packed.logits(tokens, packed.turns[:1], lambda layer, query, new: query.flatten(1))
            least[which] = min(least[which], max(time.process_time() - start, 1e-6))
        if least[1] > 2 * least[0]:  # so slow that it isn't run again
            break
    return least[0] / least[1]
