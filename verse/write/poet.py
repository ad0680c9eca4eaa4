"""A checkpoint made ready to write verse: decoder, word list, trie and copy filter, loaded once."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from model.checkpoint import Checkpoint, load_checkpoint, sampling_asked
from model.fast.decoder import Decoder
from model.fast.threads import Threads
from model.transformer import Transformer
from verse.judge.known_runs import KnownRuns
from verse.request.authors import OLD_VERSE, author_named, load_authors
from verse.request.format import REGISTERS, SCHEME, Header
from verse.request.forms import Line
from verse.request.request import PoemRequest
from verse.request.stanzas import header_of
from verse.sound.prosody import words
from verse.write import word_list
from verse.write.line_rules import LineRules
from verse.write.score import is_content_word
from verse.write.trie import Trie
from verse.write.word_list import WordList

log = logging.getLogger(__name__)

MAX_THEME_WORDS = 3
"""Maximum words of a theme; more are ignored."""


class Poet:
    """Holds what writing needs of a checkpoint that was trained on verse."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        rows: int = 40,
        chars: int = 240,
        weights: str = "auto",
        threads: Threads | None = None,
    ) -> None:
        """rows: maximum candidates decoded as one batch. chars: maximum characters of each.
        weights, threads: as `Decoder`'s.

        Raises ValueError when the checkpoint was not trained on verse.
        """
        if not writes_verse(checkpoint):
            raise ValueError(
                f"{checkpoint.name} was not trained on verse, so it can't be held to a form: "
                "use a checkpoint of the preset small or base."
            )
        assert isinstance(checkpoint.model, Transformer)
        # The checkpoint itself is not kept: the decoder has its weights in a form of its own.
        self.folder = checkpoint.folder
        self.tokenizer = checkpoint.tokenizer
        self.max_chars = chars
        """Maximum characters of a row."""
        self.decoder = Decoder(checkpoint.model, weights, rows, chars, threads)
        log.info("%s writes with weights in %s.", checkpoint.name, self.decoder.reason)
        self._sampling = checkpoint.sampling
        self.word_list = WordList.load(checkpoint.folder / word_list.FILE)
        self.trie = Trie(self.word_list.words, self.word_list.syllables)
        self.known_runs = KnownRuns.load(checkpoint.folder)
        """Filter of the corpus's runs; None if the checkpoint has none."""

    @classmethod
    def load(cls, folder: Path | str) -> "Poet":
        """Loads the checkpoint in `folder`. Raises CheckpointError or ValueError, with the cure."""
        return cls(load_checkpoint(folder))

    def encode(self, characters: str) -> list[int]:
        """Returns the tokens of `characters`."""
        return self.tokenizer.encode(characters)

    def decode(self, tokens: Iterable[int]) -> str:
        """Returns the characters of `tokens`."""
        return self.tokenizer.decode(tokens)

    def rules(
        self, last_words: list[str] | None = None, ends_poem: bool = False, slack: int = 0
    ) -> LineRules:
        """Makes the constraint on a line that ends in one of `last_words`; None: in any word.

        ends_poem, slack: as `LineRules`'.
        """
        words = None
        if last_words is not None:
            words = self.trie.only([self.word_list.places[word] for word in last_words])
        return LineRules(self.trie, self.tokenizer, words, ends_poem, slack)

    def knows(self, text: str, before: str) -> bool:
        """Says whether the corpus seems to have a run of `text`, which follows `before`."""
        return self.known_runs is not None and self.known_runs.holds(text, before)

    @property
    def authors(self) -> tuple[str, ...]:
        """Authors that the network knows, those with most poems first."""
        return load_authors(self.folder)

    def author(self, manner: str) -> str:
        """Returns the author named `manner`, spelt as in `authors`. Raises RequestError."""
        return author_named(self.authors, manner)

    @property
    def knows_plain_english(self) -> bool:
        """Whether the network was taught to tell plain English from old."""
        return REGISTERS["plain"] in self.tokenizer.stoi

    def header(
        self,
        lines: Sequence[Line],
        author: str = "",
        theme: tuple[str, ...] = (),
        typed: str = "",
    ) -> Header:
        """Returns the header for the plan `lines`, the `author` and the words of the `theme`.

        typed: the seed. A network that was taught plain English is asked for it, and for old in the
        manner of an author or of OLD_VERSE; without a theme, for the words of the seed.
        """
        register = "old" if author else "plain"
        author = "" if author == OLD_VERSE else author
        if not self.knows_plain_english:
            return header_of(lines, author, theme)
        return header_of(lines, author, theme or self.theme(typed), register)

    def theme(self, theme: str, most: int | None = MAX_THEME_WORDS) -> tuple[str, ...]:
        """Returns the first `most` content words of `theme`, without repetition; None: all."""
        found = [
            word
            for word in words(theme)
            if is_content_word(word) and self.tokenizer.clean(word) == word
        ]
        return tuple(dict.fromkeys(found))[:most]

    def sampling(self, request: PoemRequest) -> dict[str, Any]:
        """Returns the sampling parameters of `request`, the checkpoint's own by default."""
        return sampling_asked(self._sampling, vars(request))


def writes_verse(checkpoint: Checkpoint) -> bool:
    """Says whether `checkpoint` was trained on the verse format and its folder has a word list."""
    path = checkpoint.folder / word_list.FILE
    return SCHEME in checkpoint.tokenizer.stoi and path.is_file()
