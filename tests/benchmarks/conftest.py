"""The benchmarks are tested with the poet of the model's own tests."""

from tests.model.conftest import poet, stock, tokenizer, verse_checkpoint

__all__ = ["poet", "stock", "tokenizer", "verse_checkpoint"]
