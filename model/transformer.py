"""The full network: a decoder-only Transformer, as the field builds small ones today.

    x = embed(tokens)
    repeat n_layer times:
        x = x + attention(norm(x))        characters look at each other
        x = x + feed_forward(norm(x))     each thinks about what it saw
    logits = unembed(norm(x))

What was added to the original of 2017 (docs/log.md has the measured gains):

- normalisation *before* each layer, so that the residual stream x stays untouched (pre-norm:
  Xiong et al. 2020), by root mean square alone (RMSNorm: Zhang and Sennrich 2019);
- rotary positions: query and key are turned by an angle that grows with their position, so that
  their product depends on the distance between them (RoPE: Su et al. 2021);
- queries and keys normalised, which bounds the scores (QK-norm: Henry et al. 2020);
- a gated feed-forward layer (SwiGLU: Shazeer 2020);
- output projections initialised to zero, so that each block begins as the identity.

Shapes: B batch, T time, C channels, H heads, D = C/H channels of one head, V vocabulary.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.config import ModelConfig
from model.kv_cache import KVCache
from model.language_model import LanguageModel

ROPE_BASE = 10_000.0


def norm(x: Tensor) -> Tensor:
    """Returns x / sqrt(mean(x^2)) over the last dimension. No parameters: none were missed."""
    return F.rms_norm(x, (x.shape[-1],))


def rotary_angles(start: int, time: int, head_size: int, device: torch.device) -> Tensor:
    """Returns the angle of each position and channel pair, (T, D/2), in radians.

    Position t turns pair i by t / base^(2i/D): the first pairs tell neighbours apart, the later
    ones words, lines and stanzas.
    """
    frequencies = ROPE_BASE ** -(torch.arange(0, head_size, 2, device=device) / head_size)
    positions = torch.arange(start, start + time, device=device)
    return torch.outer(positions, frequencies)  # (T, D/2)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns each pair (x_i, x_{i + D/2}) by its angle: (B, H, T, D) -> (B, H, T, D)."""
    first, second = x.chunk(2, dim=-1)  # twice (B, H, T, D/2)
    return torch.cat((first * cos - second * sin, first * sin + second * cos), dim=-1)


class SelfAttention(nn.Module):
    """Computes multi-head attention with rotary positions and PyTorch's fused kernel.

    Dropout on the output, not on the attention weights, so that the fused kernel can be used.
    """

    def __init__(self, config: ModelConfig, layer: int) -> None:
        super().__init__()
        self.layer = layer
        self.n_head = config.n_head
        self.dropout = config.dropout
        self.query = nn.Linear(config.n_embd, config.n_embd, bias=False)
        self.key = nn.Linear(config.n_embd, config.n_embd, bias=False)
        self.value = nn.Linear(config.n_embd, config.n_embd, bias=False)
        self.projection = nn.Linear(config.n_embd, config.n_embd, bias=False)

    def queries_keys_values(
        self, x: Tensor, cos: Tensor, sin: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Projects, normalises and rotates: (B, T, C) -> three times (B, H, T, D)."""
        heads = (*x.shape[:2], self.n_head, -1)
        query = self.query(x).view(heads).transpose(1, 2)  # (B, T, C) -> (B, H, T, D)
        key = self.key(x).view(heads).transpose(1, 2)
        value = self.value(x).view(heads).transpose(1, 2)
        query, key = rotate(norm(query), cos, sin), rotate(norm(key), cos, sin)
        return query.to(value.dtype), key.to(value.dtype), value

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, cache: KVCache | None) -> Tensor:
        time = x.shape[1]
        query, key, value = self.queries_keys_values(x, cos, sin)
        if cache is not None:
            key, value = cache.extend(self.layer, key, value)  # (B, H, length + T, D)
        # The kernel's own causal mask is for a square of scores. One new character attends to
        # all; several new ones behind cached ones need the mask spelled out.
        cached = key.shape[2] - time
        mask = None
        if cached and time > 1:
            mask = torch.ones(time, cached + time, dtype=torch.bool, device=x.device).tril(cached)
        heads = F.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, is_causal=cached == 0 and time > 1
        )  # (B, H, T, D)
        out: Tensor = self.projection(heads.transpose(1, 2).flatten(2))  # (B, T, C)
        return F.dropout(out, self.dropout, self.training)


class FeedForward(nn.Module):
    """Computes SwiGLU: (B, T, C) -> (B, T, C). One matrix has the gates, one what passes them.

    projection(silu(gate(x)) * up(x)),  silu(g) = g / (1 + e^-g)
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        # Three matrices of 8/3 C cost what the classic two of 4 C do; multiples of 32 run best.
        hidden = 32 * max(1, round(config.n_embd * 8 / 3 / 32))
        self.gate = nn.Linear(config.n_embd, hidden, bias=False)
        self.up = nn.Linear(config.n_embd, hidden, bias=False)
        self.projection = nn.Linear(hidden, config.n_embd, bias=False)
        self.dropout = config.dropout

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.projection(F.silu(self.gate(x)) * self.up(x))
        return F.dropout(out, self.dropout, self.training)


class Block(nn.Module):
    """Communicates, then computes: (B, T, C) -> (B, T, C)."""

    def __init__(self, config: ModelConfig, layer: int) -> None:
        super().__init__()
        self.attention = SelfAttention(config, layer)
        self.feed_forward = FeedForward(config)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, cache: KVCache | None) -> Tensor:
        x = x + self.attention(norm(x), cos, sin, cache)
        out: Tensor = x + self.feed_forward(norm(x))
        return out


class Transformer(LanguageModel):
    """Writes the poems: the network."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.embed = nn.Embedding(config.vocab_size, config.n_embd)
        self.blocks = nn.ModuleList(Block(config, layer) for layer in range(config.n_layer))
        self.unembed = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        for name, module in self.named_modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=module.in_features**-0.5)
                # Zero where a block writes into x, and at the end: every block begins as the
                # identity, and the first guess is uniform, loss ln(V).
                if name.endswith(("projection", "unembed")):
                    nn.init.zeros_(module.weight)

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        start = 0 if cache is None else cache.length
        head_size = self.config.n_embd // self.config.n_head
        angles = rotary_angles(start, tokens.shape[1], head_size, tokens.device)  # (T, D/2)
        cos, sin = angles.cos(), angles.sin()

        x = norm(self.embed(tokens))  # (B, T) -> (B, T, C)
        for block in self.blocks:
            x = block(x, cos, sin, cache)
        logits: Tensor = self.unembed(norm(x))  # (B, T, C) -> (B, T, V)

        if cache is not None:
            cache.length += tokens.shape[1]
        return logits

    def new_cache(self, batch_size: int = 1) -> KVCache:
        config, weight = self.config, self.unembed.weight
        head_size = config.n_embd // config.n_head
        shape = (config.n_layer, batch_size, config.n_head, config.block_size, head_size)
        return KVCache(shape, weight.device, weight.dtype)
