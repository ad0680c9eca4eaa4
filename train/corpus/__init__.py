"""Where the poems come from, and what is done to them before anything is learned.

`sources` reads them (`seed` and `gutenberg` download some, `book` finds the verse in a book).
`apparatus` takes off what was printed round them, `filters` and `duplicates` leave out what should
not be learned; `load` does all of it and keeps count, `show` shows it.
"""

from train.corpus.load import load_corpus, read_corpus
from train.corpus.poem import Poem
from train.corpus.sources import SEED_DIET
from verse.judge.files import CorpusError

__all__ = ["SEED_DIET", "CorpusError", "Poem", "load_corpus", "read_corpus"]
