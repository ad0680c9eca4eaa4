"""The one interface that all stages share, from bigram to Transformer."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from model.cache import KVCache
from model.config import ModelConfig


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


def build_model(config: ModelConfig) -> LanguageModel:
    """The untrained network that `config` describes."""
    # Imported here because every stage is itself a LanguageModel.
    from model.attention import AttentionModel
    from model.bigram import Bigram
    from model.transformer import Transformer

    stages: dict[str, type[LanguageModel]] = {
        "bigram": Bigram,
        "attention": AttentionModel,
        "multihead": AttentionModel,
        "transformer": Transformer,
    }
    return stages[config.stage](config)
