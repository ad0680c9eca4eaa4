"""The benchmarks are tested with the poet of the verse tests."""

from tests.verse.conftest import poet, tokenizer, verse_checkpoint, word_list

__all__ = ["poet", "tokenizer", "verse_checkpoint", "word_list"]
