"""V1, the bigram model: the next character guessed from the last one alone.

    p(next | last) = softmax(W[last])

One table W of V x V numbers: a row for each character, in it a score (logit) for each character
that could follow. It is Shannon's second-order approximation to English (A Mathematical Theory
of Communication, 1948, section 3), learned by gradient descent instead of counted. It writes
gibberish, and it is where every language model begins.

Shapes: B batch, T time, V vocabulary.
"""

from torch import Tensor, nn

from model.config import ModelConfig
from model.kv_cache import KVCache
from model.language_model import LanguageModel


class Bigram(LanguageModel):
    """Looks back exactly one character."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.table = nn.Embedding(config.vocab_size, config.vocab_size)
        # All zeros is the honest opening guess: every character equally likely, loss ln(V).
        nn.init.zeros_(self.table.weight)

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        logits: Tensor = self.table(tokens)  # (B, T) -> (B, T, V)
        return logits
