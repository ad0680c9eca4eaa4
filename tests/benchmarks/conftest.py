"""The benchmarks are tested with the poet of the verse tests."""

from tests.verse.conftest import poet, stock, tokenizer, verse_checkpoint

__all__ = ["poet", "stock", "tokenizer", "verse_checkpoint"]
