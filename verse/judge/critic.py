"""Combines all measures of a set of poems; `python -m verse.judge FILE` shows them.

`verse.judge.measures`, `english_words` and `copying` define what is counted.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from verse.judge.copying import CopyFinder, Copying
from verse.judge.english_words import english_words, frequent
from verse.judge.measures import (
    Compliance,
    RealWords,
    Rhymes,
    Syllables,
    distinct,
    iambic,
    lines_of,
    real_words,
    repeated_lines,
    rhymes,
    syllables,
)
from verse.sound import prosody


@dataclass(frozen=True)
class Figures:
    """Holds all measures of a set of poems; see `verse.judge.measures` for each."""

    poems: int
    """Number of poems."""
    lines: int
    """Number of lines."""
    words: int
    """Number of words."""
    real_words: RealWords
    rhymes: Rhymes
    syllables: Syllables
    iambic: float
    distinct_1: float
    distinct_2: float
    repeated_lines: float
    copying: Copying | None = None
    """None without a reference corpus."""
    compliance: Compliance | None = None
    """None when the poems were asked for no form."""


def measure(poems: Sequence[str], reference: Iterable[str] | None = None) -> Figures:
    """Measures `poems`, all but their compliance with requests.

    reference: texts of a corpus, read once, one by one: copying is measured against it, and the
    words that it uses often count as real.
    """
    known = english_words()
    copied = None
    if reference is not None:
        finder, counts = CopyFinder(poems), Counter[str]()
        for text in reference:
            finder.read(text)
            counts.update(re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower()))
        copied = finder.result()
        known = (known or frozenset()) | frequent(counts)
    return Figures(
        poems=len(poems),
        lines=sum(len(lines_of(poem)) for poem in poems),
        words=sum(len(prosody.words(line)) for poem in poems for line in lines_of(poem)),
        real_words=real_words(poems, known),
        rhymes=rhymes(poems),
        syllables=syllables(poems),
        iambic=iambic(poems),
        distinct_1=distinct(poems, 1),
        distinct_2=distinct(poems, 2),
        repeated_lines=repeated_lines(poems),
        copying=copied,
    )


def rows(figures: Figures) -> Iterable[tuple[str, str, str]]:
    """Yields (name, value, mean over 60 books of the 18th and 19th century: docs/log.md)."""
    rhyme, length = figures.rhymes, figures.syllables
    yield "real words", _decimal(figures.real_words.share), "0.986"
    yield "lines that rhyme, perfect", f"{rhyme.perfect:.2f}", "0.63"
    yield "  or slant", f"{rhyme.kept:.2f}", "0.68"
    yield "  or to the eye", f"{rhyme.any:.2f}", "0.72"
    yield "syllables a line", f"{length.mean:.1f}", "8.9"
    yield "  deviation in a stanza", f"{length.deviation:.2f}", "1.08"
    yield "iambic stress", f"{figures.iambic:.2f}", "0.72"
    yield "distinct words", f"{figures.distinct_1:.2f}", "0.49"
    yield "  pairs of words", f"{figures.distinct_2:.2f}", "0.92"
    yield "repeated lines", f"{figures.repeated_lines:.3f}", "0.013"
    if copied := figures.copying:
        yield "characters in copied runs", f"{copied.share:.4f}", "0.003"
        yield "  longest of them", str(copied.longest or "under 30"), "40"
    if kept := figures.compliance:
        yield "as asked: number of lines", f"{kept.lines:.3f}", ""
        yield "  stanzas", f"{kept.stanzas:.3f}", ""
        yield "  rhymes, perfect or slant", _decimal(kept.rhymes.kept if kept.rhymes else None), ""
        yield "  syllables", _decimal(kept.syllables), ""
        yield "  within one", _decimal(kept.syllables_near), ""


def _decimal(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"
