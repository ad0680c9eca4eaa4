"""Writes a short poem whole: many drafts of all its lines at once, of which the best is taken.

A line chosen for itself need not go with the others; a poem is judged as a poem. The drafts are
rows of one batch, held to the plan's lines and syllables and to known words
(`verse.write.poem_rules`); those that rhyme as the plan says, and are not copied, are candidates.
Poems that are longer, or whose metre is bound, are written line by line (`verse.write.composer`),
for hardly any draft would do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from model.fast.decoder import Prefix, Row, SamplingParams
from model.tokenizer import POEM_END
from verse.request.format import COUNTS
from verse.sound.prosody import last_word, syllables, words
from verse.write.draft import Draft
from verse.write.poem_rules import PoemRules
from verse.write.poet import Poet
from verse.write.score import likelihood, mentions, rhymes_with

DRAFTS = 24
"""Poems that are written side by side."""
MAX_LINES = 8
"""Maximum lines of a poem that is written whole."""
MAX_CHARS_PER_LINE = 48
"""Maximum mean characters of a line."""
LINE_SYLLABLES = (4, 10)
"""Minimum and maximum syllables of a line whose metre is open."""


@dataclass(frozen=True)
class Whole:
    """Holds a draft of a whole poem."""

    lines: tuple[str, ...]
    """The lines that are finished: all, unless time ran out."""
    value: float
    """The better the greater."""


def suits(draft: Draft) -> bool:
    """Whether the poem of `draft` is written whole.

    Of bound metres only the count of syllables can be kept by rule; and what the seed gives beyond
    the beginning of one line bends the plan.
    """
    return (
        0 < len(draft.lines) <= MAX_LINES
        and not any(line.initial or set(line.rhythm or "") - {"?"} for line in draft.lines)
        and len(draft.given) <= 1
        and draft.typed == 0
    )


def write_whole(
    poet: Poet,
    prefix: Prefix,
    draft: Draft,
    number: int,
    params: Callable[..., Callable[[], SamplingParams]],
) -> Whole | None:
    """Writes drafts of the whole poem of the plan of `draft` and returns the best.

    prefix: header, count and beginning of the first line. number: that line's syllables. params:
    `verse.write.composer.Composer.params`. Returns None when no draft will do.
    """
    rules, begun = PoemRules(poet, draft.lines, LINE_SYLLABLES), draft.beginning
    left = number - (syllables(begun) if begun else 0)
    new_params = params(
        state=rules.begin(left, begun),
        stop_tokens=frozenset(poet.encode(POEM_END)),
        max_chars=min(MAX_CHARS_PER_LINE * len(draft.lines), poet.max_chars, prefix.room - 1),
    )
    rows = poet.decoder.branch(prefix, [new_params() for _ in range(DRAFTS)], rules)
    finished = [whole(poet, row, begun) for row in rows if row.reason == "stop"]
    finished.sort(key=lambda one: one.value, reverse=True)
    wanted = (one for one in finished if keeps(one.lines, draft) and not recites(poet, one, begun))
    return next(wanted, None) or unfinished(poet, rows, begun)


def whole(poet: Poet, row: Row, begun: str) -> Whole:
    """Reads the draft that `row` wrote behind `begun`."""
    written = poet.decode(row.tokens)
    text = (begun + written).strip("\n" + POEM_END)
    lines = tuple(line.lstrip(COUNTS) for line in text.split("\n") if line)
    return Whole(lines, likelihood(written, row.logprobs))


def unfinished(poet: Poet, rows: list[Row], begun: str) -> Whole | None:
    """Returns the finished lines of the likeliest of `rows` that time cut short, or None."""
    late = [whole(poet, row, begun) for row in rows if row.reason == "deadline" and row.tokens]
    draft = max(late, key=lambda draft: (len(draft.lines), draft.value), default=None)
    return Whole(draft.lines[:-1], draft.value) if draft else None


def keeps(texts: tuple[str, ...], draft: Draft) -> bool:
    """Whether the lines `texts` rhyme as the plan of `draft` says, no line and no rhyme word twice,
    and speak of its theme."""
    ends = [last_word(text) or "" for text in texts]
    rhyming = [
        [end for end, line in zip(ends, draft.lines, strict=True) if line.rhyme == rhyme]
        for rhyme in {line.rhyme for line in draft.lines} - {None}
    ]
    own = {word for text in texts for word in words(text)}
    return (
        len(set(texts)) == len(texts)
        and all(len(set(group)) == len(group) for group in rhyming)
        and all(rhymes_with(group[0], group[1:]) for group in rhyming)
        and (not draft.theme or bool(mentions(draft.theme, own)))
    )


def recites(poet: Poet, draft: Whole, begun: str) -> bool:
    """Whether the corpus seems to have what `draft` says behind its beginning `begun`."""
    own = " ".join(draft.lines)[len(begun) :]
    return poet.known_runs is not None and poet.known_runs.holds(own, begun)
