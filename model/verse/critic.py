"""Measures poems: python -m model.verse.critic FILE... [--reference CORPUS] [--json].

A measure is a function on the texts of poems (lines, one blank line between stanzas) that returns
shares from 0 to 1 unless it says otherwise. Each can be fooled alone: random letters are the most
varied text there is, shuffled words are all real. So read them together.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations, zip_longest
from statistics import fmean, pstdev

from rich.console import Console
from rich.table import Table

from model.verse import prosody
from model.verse.copying import CopyFinder, Copying
from model.verse.files import read_poems, stream_texts
from model.verse.lexicon import dictionary, frequent, is_word

SHORTEST_WORD = 4
"""Letters of a word that is looked up: nearly any two or three letters are in some list."""
EARSHOT = 4
"""Lines across which a rhyme is still heard."""
WINDOW = 1000
"""Words within which repetition is counted: over more of them any text repeats itself more."""


@dataclass(frozen=True)
class RealWords:
    """How many of the words are words."""

    share: float | None
    """None where there is no list to look in."""
    unknown: tuple[str, ...] = ()
    """The others, most frequent first."""


@dataclass(frozen=True)
class Rhymes:
    """How many of the rhymes that could be there are, each counted as the best that it is."""

    count: int
    """Lines that were listened to; with a scheme, pairs of lines that it wants to rhyme."""
    perfect: float
    slant: float
    eye: float

    @property
    def kept(self) -> float:
        """What an ear accepts."""
        return self.perfect + self.slant

    @property
    def any(self) -> float:
        return self.perfect + self.slant + self.eye


@dataclass(frozen=True)
class Syllables:
    """How long the lines are, and how alike."""

    mean: float
    """Syllables a line."""
    deviation: float
    """Standard deviation within a stanza, mean over the lines of stanzas of two and more."""


@dataclass(frozen=True)
class Compliance:
    """How far the poems are what was asked for; None where nothing was asked."""

    lines: float | None = None
    """Poems with as many lines as asked."""
    stanzas: float | None = None
    """Poems with as many stanzas as asked, none cut short of the scheme."""
    rhymes: Rhymes | None = None
    syllables: float | None = None
    """Lines with exactly the number asked for."""
    syllables_near: float | None = None
    """Lines within one of it."""
    acrostic: float | None = None
    """Letters in their places."""


@dataclass(frozen=True)
class Figures:
    """All measures of some poems."""

    poems: int
    lines: int
    words: int
    real_words: RealWords
    rhymes: Rhymes
    syllables: Syllables
    iambic: float
    distinct_1: float
    distinct_2: float
    repeated_lines: float
    copying: Copying | None = None
    """None without a corpus."""
    compliance: Compliance | None = None
    """None when nothing was asked for."""


def measure(poems: Sequence[str], reference: Iterable[str] | None = None) -> Figures:
    """All figures that need no knowledge of what was asked.

    reference: texts of a corpus, read once, one by one. What it has is no longer new, and the
    words that it uses often count as real.
    """
    known = dictionary()
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


def stanzas_of(poem: str) -> list[list[str]]:
    return [stanza.split("\n") for stanza in re.split(r"\n{2,}", poem.strip("\n"))]


def lines_of(poem: str) -> list[str]:
    return [line for stanza in stanzas_of(poem) for line in stanza]


def real_words(poems: Sequence[str], known: Collection[str] | None) -> RealWords:
    """Of the words of four letters and more, those that are known: see `lexicon`."""
    if known is None:
        return RealWords(None)
    counts = Counter(
        word
        for poem in poems
        for line in lines_of(poem)
        for word in prosody.words(line)
        if sum(map(str.isalpha, word)) >= SHORTEST_WORD
    )
    unknown = Counter({word: n for word, n in counts.items() if not is_word(word, known)})
    share = 1 - unknown.total() / counts.total() if counts else 0.0
    return RealWords(share, tuple(word for word, _ in unknown.most_common()))


def rhymes(poems: Sequence[str], scheme: str = "") -> Rhymes:
    """How many lines rhyme with another of their stanza, at most four lines away.

    With a scheme (like letters rhyme, ``-`` with nothing; a longer stanza goes through it
    again): how many of the pairs that it wants. A word does not rhyme with itself.
    """
    found: list[str | None] = []
    for poem in poems:
        for stanza in stanzas_of(poem):
            ends = [prosody.last_word(line) or "" for line in stanza]
            if scheme:
                found += [prosody.rhyme(a, b) for a, b in _wanted(ends, scheme)]
            else:
                found += _heard(ends)
    counts = Counter(found)
    shares = (counts[kind] / max(1, len(found)) for kind in ("perfect", "slant", "eye"))
    return Rhymes(len(found), *shares)


def _wanted(ends: list[str], scheme: str) -> Iterable[tuple[str, str]]:
    for start in range(0, len(ends), len(scheme)):
        turn = list(zip(scheme, ends[start : start + len(scheme)], strict=False))
        for (letter, end), (other, other_end) in combinations(turn, 2):
            if letter == other != "-":
                yield end, other_end


def _heard(ends: list[str]) -> list[str | None]:
    """The best rhyme of each line."""
    best: list[str | None] = [None] * len(ends)
    order = (None, "eye", "slant", "perfect")
    for (i, a), (j, b) in combinations(enumerate(ends), 2):
        if j - i <= EARSHOT and (kind := prosody.rhyme(a, b)):
            best[i] = max(best[i], kind, key=order.index)
            best[j] = max(best[j], kind, key=order.index)
    return best


def syllables(poems: Sequence[str]) -> Syllables:
    stanzas = [
        [prosody.syllables(line) for line in stanza]
        for poem in poems
        for stanza in stanzas_of(poem)
    ]
    deviations = [pstdev(stanza) for stanza in stanzas if len(stanza) > 1 for _ in stanza]
    counts = [count for stanza in stanzas for count in stanza]
    return Syllables(fmean(counts or [0]), fmean(deviations or [0]))


def iambic(poems: Sequence[str]) -> float:
    """How regularly weak and strong syllables alternate; prose has a little above one half."""
    return fmean([prosody.iambic(line) for poem in poems for line in lines_of(poem)] or [0])


def distinct(poems: Sequence[str], n: int) -> float:
    """Of the runs of n words, how many are different, in windows of a thousand words.

    An alarm, not a goal: what repeats itself is low, what babbles is high.
    """
    words = [w for poem in poems for line in lines_of(poem) for w in prosody.words(line)]
    windows = [words[i : i + WINDOW] for i in range(0, len(words) - WINDOW + 1, WINDOW)] or [words]
    shares = []
    for window in windows:
        runs = list(zip(*(window[i:] for i in range(n)), strict=False))
        shares.append(len(set(runs)) / max(1, len(runs)))
    return fmean(shares)


def repeated_lines(poems: Sequence[str]) -> float:
    """Lines that their poem had before, whatever the case and the punctuation."""
    repeated = total = 0
    for poem in poems:
        lines = [prosody.words(line) for line in lines_of(poem)]
        total += len(lines)
        repeated += len(lines) - len(set(map(tuple, lines)))
    return repeated / max(1, total)


def compliance(
    poems: Sequence[str],
    scheme: str = "",
    syllables: Sequence[int] = (),
    lines: int | None = None,
    stanzas: int | None = None,
    acrostic: str = "",
) -> Compliance:
    """How far poems of one form keep it.

    scheme: rhymes of a stanza, as for `rhymes`. syllables: of each line of a stanza, in turns.
    acrostic: what the lines' first letters spell; its spaces are stanza breaks. Lines that are
    missing miss what was asked of them.
    """
    return Compliance(
        lines=_share(len(lines_of(poem)) == lines for poem in poems) if lines else None,
        stanzas=_share(_whole(poem, scheme, stanzas) for poem in poems)
        if stanzas or scheme
        else None,
        rhymes=rhymes(poems, scheme) if scheme else None,
        syllables=_share(off == 0 for off in _off(poems, syllables)) if syllables else None,
        syllables_near=_share(off <= 1 for off in _off(poems, syllables)) if syllables else None,
        acrostic=_share(kept for poem in poems for kept in _spelt(poem, acrostic))
        if acrostic
        else None,
    )


def _share(kept: Iterable[bool]) -> float:
    return fmean(list(map(float, kept)) or [0.0])


def _whole(poem: str, scheme: str, count: int | None) -> bool:
    """Whether there are as many stanzas as asked, and each ends where its scheme does."""
    stanzas = stanzas_of(poem)
    cut = scheme and any(len(stanza) % len(scheme) for stanza in stanzas)
    return not cut and count in (None, len(stanzas))


def _off(poems: Sequence[str], asked: Sequence[int]) -> Iterable[int]:
    """By how many syllables each line misses."""
    for poem in poems:
        for stanza in stanzas_of(poem):
            for place, line in enumerate(stanza):
                yield abs(prosody.syllables(line) - asked[place % len(asked)])


def _spelt(poem: str, acrostic: str) -> Iterable[bool]:
    """Of each letter asked for, whether it stands where it should."""
    stanzas = [[first_letter(line) for line in stanza] for stanza in stanzas_of(poem)]
    words = acrostic.upper().split()
    if len(words) == 1:  # one word may run through all stanzas
        stanzas = [sum(stanzas, [])]
    for word, letters in zip_longest(words, stanzas, fillvalue=""):
        for asked, letter in zip_longest(word, letters, fillvalue=""):
            yield asked == letter


def first_letter(line: str) -> str:
    """In upper case; empty in a line without letters."""
    return next((character.upper() for character in line if character.isalpha()), "")


# The command


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m model.verse.critic",
        description="Measures poems: words, rhyme, metre, variety, copying, form.",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE",
        help="poems: .txt, two blank lines between them, or .jsonl with a field text; .xz or .gz",
    )  # fmt: skip
    parser.add_argument(
        "--reference", metavar="CORPUS",
        help="file or folder that the poems may have copied from (default: none, and copying is "
        "not measured)",
    )  # fmt: skip
    parser.add_argument(
        "--scheme", default="", metavar="ABAB",
        help="rhymes of each stanza that were asked for: like letters rhyme, - is free "
        "(default: none, and lines may rhyme as they like)",
    )  # fmt: skip
    parser.add_argument(
        "--syllables", type=_counts, default=(), metavar="8,6",
        help="syllables of each line of a stanza that were asked for, in turns (default: none)",
    )  # fmt: skip
    parser.add_argument(
        "--lines", type=int, metavar="N",
        help="lines of each poem that were asked for (default: none)",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", help="end with one JSON document: all figures"
    )
    return parser.parse_args(argv)


def _counts(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def main(argv: list[str] | None = None) -> int:
    """Returns the exit status: 0, or 2 after one sentence on what to change."""
    options = parse(argv)
    try:
        poems = [poem for file in options.files for poem in read_poems(file)]
        figures = measure(poems, options.reference and stream_texts(options.reference))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    if options.scheme or options.syllables or options.lines:
        kept = compliance(poems, options.scheme, options.syllables, options.lines)
        figures = replace(figures, compliance=kept)
    Console().print(table(figures))
    if options.json:
        print(json.dumps(asdict(figures)))
    return 0


def table(figures: Figures) -> Table:
    """A row for each measure, with what verse of the 18th and 19th century has beside it."""
    result = Table(title=f"{figures.poems} poems, {figures.lines} lines, {figures.words} words")
    result.add_column("measure")
    result.add_column("here", justify="right")
    result.add_column("real verse", justify="right", style="dim")
    for row in _rows(figures):
        result.add_row(*row)
    return result


def _rows(figures: Figures) -> Iterable[tuple[str, str, str]]:
    words, heard, length = figures.real_words, figures.rhymes, figures.syllables
    if words.share is None:
        yield "real words", "no list: pip install pyspellchecker", ""
    else:
        yield "real words", f"{words.share:.3f}", "0.97"
    yield "lines that rhyme: perfect", f"{heard.perfect:.2f}", "0.64"
    yield "  and slant", f"{heard.kept:.2f}", ""
    yield "  and to the eye", f"{heard.any:.2f}", "0.71"
    yield "syllables a line", f"{length.mean:.1f}", "8.6"
    yield "  deviation in a stanza", f"{length.deviation:.2f}", "1.95"
    yield "iambic stress", f"{figures.iambic:.2f}", "0.72"
    yield "distinct words, pairs", f"{figures.distinct_1:.2f}, {figures.distinct_2:.2f}", "0.90"
    yield "repeated lines", f"{figures.repeated_lines:.3f}", ""
    if figures.copying:
        yield "characters in copied runs", f"{figures.copying.share:.4f}", "0.0011"
        yield "longest copied run", f"{figures.copying.longest or 'under 30'}", "42"
    if kept := figures.compliance:
        for name, value in asdict(kept).items():
            if isinstance(value, float):
                yield f"as asked: {name.replace('_', ' ')}", f"{value:.3f}", ""
        if kept.rhymes:
            yield "as asked: rhymes", f"{kept.rhymes.kept:.3f}", ""
    if words.unknown:
        yield "no words", ", ".join(words.unknown[:12]), ""


if __name__ == "__main__":
    sys.exit(main())
