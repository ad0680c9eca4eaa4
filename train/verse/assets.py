"""A checkpoint's asset files, made from its corpus: words, authors and known runs."""

import json
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from train.corpus.poem import Poem
from train.verse.register import register_of
from verse.judge import known_runs
from verse.judge.english_words import english_words, is_word
from verse.judge.files import CorpusError
from verse.judge.known_runs import KnownRuns
from verse.judge.slurs import is_slur
from verse.request.authors import FILE as AUTHORS
from verse.request.authors import OLD_VERSE
from verse.sound.pronunciation import pronounce
from verse.sound.prosody import rhyme_keys, words
from verse.write import word_list
from verse.write.trie import LETTERS
from verse.write.word_list import WordList

ASSETS = (word_list.FILE, AUTHORS, known_runs.FILE)
"""The names of the files."""
SEEN = 5
"""Times that a corpus must use a word before its poet may."""
ENDS = 0.03
"""A word that ends a line in a smaller share of its uses ("the", "golden") is never to end one; an
average word does in 0.15."""
MANNERS = 10_000
"""Characters of an author's verse from which on a poet can be asked for that manner."""


@dataclass(frozen=True)
class Assets:
    """Holds what a poet needs beside its weights."""

    words: WordList
    authors: list[str]
    """Those whose manner can be asked for, most prolific first."""
    runs: KnownRuns
    """The runs of characters that it should not recite."""

    @classmethod
    def of(cls, poems: list[Poem]) -> "Assets":
        """Makes the assets of a poet that learns from `poems`.

        Raises CorpusError without the list of English words.
        """
        return cls(word_list_of(poems), authors(poems), KnownRuns.of(poem.text for poem in poems))

    def write(self, folder: Path) -> None:
        """Writes the files into a checkpoint's `folder`."""
        self.words.save(folder / word_list.FILE)
        text = json.dumps(self.authors, indent=0) + "\n"
        (folder / AUTHORS).write_text(text, encoding="utf-8")
        self.runs.save(folder)


def word_list_of(poems: list[Poem]) -> WordList:
    """Returns the words of `poems` that are English words, most frequent first.

    What only the list of English words has, the network never saw; what only the corpus has is a
    misprint or a name. Rhymes are told of those that may end a line: the corpus ends lines in
    them, and their sound is more than a guess. Raises CorpusError without that list.
    """
    known = english_words()
    if known is None:
        raise CorpusError("The list of English words is missing: pip install pyspellchecker.")
    counts, ends = Counter[str](), Counter[str]()
    for poem in poems:
        for line in poem.text.split("\n"):
            parts = [part for word in words(line) for part in word.split("-")]
            counts.update(parts)
            ends.update(parts[-1:])
    kept = [
        word
        for word, count in counts.most_common()
        if count >= SEEN and fit(word) and is_word(word, known) and not is_slur(word)
    ]

    def keys(word: str) -> tuple[str, ...]:
        may_end = ends[word] >= ENDS * counts[word] and pronounce(word)[0].known
        return tuple(sorted(rhyme_keys(word))) if may_end else ()

    lines = max(1, ends.total())
    of_a_million = (math.ceil(1e6 * ends[word] / lines) for word in kept)
    return WordList(tuple(kept), tuple(map(keys, kept)), tuple(of_a_million))


def fit(word: str) -> bool:
    """Says whether `word` can be written: of letters, a vowel or its apostrophe among them (not
    st, mr), and of a single one only if that is a word."""
    sounded = "'" in word or not set(word).isdisjoint("aeiouy")
    return set(word) <= set(LETTERS) and sounded and (len(word) > 1 or word in "aio")


def authors(poems: list[Poem]) -> list[str]:
    """Returns the authors of `poems` with enough verse to have a manner, most prolific first.

    Before them stands OLD_VERSE, if any of the poems are old.
    """
    chars: Counter[str] = Counter()
    for poem in poems:
        chars[poem.author] += len(poem.text)
    named = [name for name, count in chars.most_common() if name and count >= MANNERS]
    return [OLD_VERSE] * any(register_of(poem.text) == "old" for poem in poems) + named
