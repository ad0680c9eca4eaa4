"""From sources to the poems that are learned from, with an account of all that was left out."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from model.tokenizer import POEM_END
from train.corpus.apparatus import strip_apparatus
from train.corpus.duplicates import near_duplicates
from train.corpus.filters import why_not
from train.corpus.poem import Poem, letters
from train.corpus.primer import SEED_DIET
from train.corpus.sources import read_source
from verse.judge.files import CorpusError
from verse.judge.slurs import has_slur


@dataclass
class Report:
    """Says what a corpus holds and what was left out of it."""

    kept: dict[str, Counter[str]] = field(default_factory=dict)
    """For each source its poems, lines (blank ones not counted) and chars."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Poems left out, for each reason."""
    removed: Counter[str] = field(default_factory=Counter)
    """Lines taken off poems that stay, for each reason."""
    examples: dict[str, str] = field(default_factory=dict)
    """The first line that each reason met."""

    def drop(self, reason: str, text: str) -> None:
        """Counts a poem of that `text`, left out for that `reason`."""
        self.dropped[reason] += 1
        self.examples.setdefault(reason, text.partition("\n")[0])


@dataclass(frozen=True)
class Corpus:
    """Holds poems and where they came from."""

    sources: list[str]
    lyric_only: bool
    poems: list[Poem]

    @classmethod
    def load(cls, sources: list[str] | None, lyric_only: bool) -> "Corpus":
        """Reads the poems of `sources`, or of the seed diet, as `load_corpus` does."""
        sources = sources or [SEED_DIET]
        return cls(sources, lyric_only, load_corpus(sources, lyric_only))

    @property
    def texts(self) -> list[str]:
        return [poem.text for poem in self.poems]

    def facts(self) -> dict[str, Any]:
        """Returns what a checkpoint's provenance says of the text it was fed."""
        return {
            "sources": self.sources,
            "lyric_only": self.lyric_only,
            "poems": len(self.poems),
            "chars": sum(map(len, self.texts)),
            "sha256": hashlib.sha256(POEM_END.join(self.texts).encode()).hexdigest(),
        }


def load_corpus(sources: list[str], lyric_only: bool = False) -> list[Poem]:
    """Reads the poems of all `sources`, cleaned, each once, in a fixed order.

    sources: files, folders of them, "prose:" and one that holds prose, "seed", "primer",
    "stories", or "gutenberg" with or without book numbers.
    lyric_only: leaves out the JSON records whose field ``lyric`` is false. Raises CorpusError.
    """
    return read_corpus(sources, lyric_only)[0]


def read_corpus(sources: list[str], lyric_only: bool = False) -> tuple[list[Poem], Report]:
    """Reads what `load_corpus` reads, and keeps account of what is left out."""
    report = Report()
    found: dict[str, tuple[Poem, str]] = {}  # by letters: (poem, source)
    for source in sources:
        empty = True
        for poem in read_source(source, lyric_only):
            empty = False
            key = letters(poem.text) or poem.text
            if key in found:
                report.drop("exact duplicate", poem.text)
            elif cleaned := _clean(poem, report):
                found[key] = (cleaned, source)
        if empty:
            raise CorpusError(
                f"The corpus {source} holds no poems: name one with --corpus that does."
            )
    twins = near_duplicates([poem.text for poem, _ in found.values()])
    poems = []
    for (poem, source), twin in zip(found.values(), twins, strict=True):
        if twin:
            report.drop("near-duplicate", poem.text)
            continue
        poems.append(poem)
        lines = sum(map(bool, poem.text.split("\n")))
        report.kept.setdefault(source, Counter()).update(poems=1, lines=lines, chars=len(poem.text))
    if not poems:
        raise CorpusError(
            f"All poems of {', '.join(sources)} were left out "
            f"({', '.join(f'{count} {reason}' for reason, count in report.dropped.items())}): "
            "name another corpus with --corpus."
        )
    return poems, report


def _clean(poem: Poem, report: Report) -> Poem | None:
    """Returns the poem without its apparatus, or None if it is left out; tells the `report`."""
    if poem.prose:
        if has_slur(poem.text):
            report.drop("slur", poem.text)
            return None
        return poem
    text, removed = strip_apparatus(poem.text, poem.title)
    if reason := why_not(poem.text):
        report.drop(reason, poem.text)
        return None
    for line in removed:
        report.removed[line.reason] += 1
        report.examples.setdefault(line.reason, line.line)
    return replace(poem, text=text, printed=poem.text) if text != poem.text else poem
