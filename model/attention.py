"""V2 and V3: self-attention, written out from the equation, for reading.

    Attention(Q, K, V) = softmax(Q K^T / sqrt(D) + mask) V

(Vaswani et al., Attention Is All You Need, 2017, equation 1.) Each character asks a question
(query), each earlier character holds up a label (key) and has something to say (value). Values
are averaged with weights, large where question and label match. The mask hides the future.

V2 is one such head: characters talk to each other for the first time. V3 is several smaller
heads side by side (section 3.2.2 of the paper), so that one can follow spelling while another
minds where the line began:

    MultiHead(x) = concat(head_1(x), ..., head_H(x)) W_O

The full network (`model.transformer`) does the same with PyTorch's fused kernel; a test holds the
two equal.

Shapes: B batch, T time, C channels, H heads, D = C/H channels of one head, V vocabulary.
"""

import math

import torch
from torch import Tensor, nn

from model.config import ModelConfig
from model.kv_cache import KVCache
from model.language_model import LanguageModel


def attention(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """Attends causally, by the equation: three times (..., T, D) -> (..., T, D), (..., T, T).

    The second result is the attention weights: row t has the weight of each position for t.
    """
    time, head_size = query.shape[-2:]
    scores = query @ key.transpose(-2, -1) / math.sqrt(head_size)  # (..., T, T)
    future = torch.ones(time, time, dtype=torch.bool, device=query.device).triu(diagonal=1)
    weights = scores.masked_fill(future, float("-inf")).softmax(dim=-1)  # (..., T, T)
    return weights @ value, weights


class Head(nn.Module):
    """Computes one head of self-attention: (B, T, C) -> (B, T, D)."""

    def __init__(self, n_embd: int, head_size: int) -> None:
        super().__init__()
        self.query = nn.Linear(n_embd, head_size, bias=False)
        self.key = nn.Linear(n_embd, head_size, bias=False)
        self.value = nn.Linear(n_embd, head_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out, _ = attention(self.query(x), self.key(x), self.value(x))  # (B, T, C) -> (B, T, D)
        return out


class MultiHead(nn.Module):
    """Concatenates and projects what H heads side by side put out: (B, T, C) -> (B, T, C)."""

    def __init__(self, n_embd: int, n_head: int) -> None:
        super().__init__()
        self.heads = nn.ModuleList(Head(n_embd, n_embd // n_head) for _ in range(n_head))
        self.projection = nn.Linear(n_embd, n_embd, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        heads = [head(x) for head in self.heads]  # H times (B, T, D)
        out: Tensor = self.projection(torch.cat(heads, dim=-1))  # (B, T, C)
        return out


class AttentionModel(LanguageModel):
    """Runs token and position embeddings -> one attention layer -> logits. V2 or V3 by `stage`."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        channels = config.n_embd
        self.characters = nn.Embedding(config.vocab_size, channels)
        self.places = nn.Embedding(config.block_size, channels)
        self.attention = (
            Head(channels, channels)
            if config.stage == "attention"
            else MultiHead(channels, config.n_head)
        )
        self.head = nn.Linear(channels, config.vocab_size)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.characters(tokens) + self.places(positions)  # (B, T) -> (B, T, C)
        x = self.attention(x)  # (B, T, C)
        logits: Tensor = self.head(x)  # (B, T, C) -> (B, T, V)
        return logits
