"""The interface that all stages share, from bigram to Transformer.

Shapes: B batch, T time, V vocabulary.
"""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from model.config import ModelConfig
from model.kv_cache import KVCache


class LanguageModel(nn.Module, ABC):
    """Gives logits for the next character, at every position at once."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config

    @abstractmethod
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        """Returns logits (B, T, V) for the position after each of `tokens` (B, T) int64.

        cache: from `new_cache`; `tokens` continue the text that it holds, and are added to it.
        """

    def new_cache(self, batch_size: int = 1) -> KVCache | None:
        """Makes an empty cache for `forward`; None from a stage that needs the whole window."""
        return None

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device
