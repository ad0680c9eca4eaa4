"""From a configuration to a network: the one place that knows every stage of the evolution."""

from model.attention import AttentionModel
from model.bigram import Bigram
from model.config import ModelConfig
from model.language_model import LanguageModel
from model.transformer import Transformer

CLASSES: dict[str, type[LanguageModel]] = {
    "bigram": Bigram,
    "attention": AttentionModel,
    "multihead": AttentionModel,
    "transformer": Transformer,
}


def build_model(config: ModelConfig) -> LanguageModel:
    """Builds the untrained network that `config` describes."""
    return CLASSES[config.stage](config)
