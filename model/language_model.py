"""The one interface that all stages share, from bigram to Transformer."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from model.config import ModelConfig
from model.kv_cache import KVCache


class LanguageModel(nn.Module, ABC):
    """Given characters, scores every character that could come next, at every place at once."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config

    @abstractmethod
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        """tokens (B, T) int64 -> logits (B, T, V): the scores for the place after each token.

        With a cache (see `new_cache`), `tokens` continue what it holds and join it.
        """

    def new_cache(self, batch_size: int = 1) -> KVCache | None:
        """An empty cache for `forward`, or None from a stage that always reads the whole window."""
        return None

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device
