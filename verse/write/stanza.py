"""Writes a stanza whole: many drafts of all its lines at once, of which the best is taken.

A line chosen for itself need not go with the others, and a word that must rhyme seldom fits what
was written towards another; a stanza whose lines the network wrote in one go hangs together. The
drafts are rows of one batch, held to the plan's lines and syllables and to known words
(`verse.write.stanza_rules`). Those that rhyme as the plan says, and are not copied, are candidates.
Where there are none, the stanza is written line by line (`verse.write.composer`).
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from model.fast.decoder import Prefix, Row, SamplingParams
from model.tokenizer import POEM_END
from verse.request.format import COUNTS, count
from verse.request.forms import Line
from verse.sound.prosody import fits, last_word, syllables, words
from verse.write.draft import Draft
from verse.write.poet import Poet
from verse.write.proposals import propose_syllables
from verse.write.score import (
    METRE_WEIGHT,
    REPETITION_PENALTY,
    is_content_word,
    likelihood,
    mentions,
    rhymes_with,
)
from verse.write.stanza_rules import StanzaRules

DRAFTS = 24
"""Stanzas that are written side by side."""
MAX_CHARS_PER_SYLLABLE = 7
"""Maximum mean characters of a syllable, with spaces and punctuation."""
OPEN_SYLLABLES = range(4, 11)
"""Syllables of a line whose number is left open."""


SLACK = 2
"""Syllables by which such a line may be shorter than the network has announced: a word that only
fills it up would spoil it."""


@dataclass(frozen=True)
class Stanza:
    """Holds a draft of a stanza."""

    lines: tuple[str, ...]
    """Its lines, the last one maybe unfinished."""
    value: float
    """The better the greater."""
    reason: str
    """Why it ends, as `model.fast.decoder.Row.reason`."""


def write_stanza(
    poet: Poet,
    prefix: Prefix,
    draft: Draft,
    rng: random.Random,
    params: Callable[..., Callable[[], SamplingParams]],
) -> tuple[str, ...] | None:
    """Writes drafts of the next stanza of `draft` and returns the lines of the best.

    prefix: the poem so far; it stays as it is. rng: the poem's. params:
    `verse.write.composer.Composer.params`. Returns None when no draft will do, or none is written;
    when time runs out, the lines that are finished.
    """
    lines, begun, start = draft.stanza(), draft.begun, len(prefix.tokens)
    if not is_open(draft, lines):
        return None
    given = draft.given[draft.place] if begun else None
    number = lines[0].syllables or propose_syllables(poet, prefix, draft, given, rng)
    numbers = [range(number, number + 1), *syllables_of(draft)[1:]]
    opening = poet.encode(count(number) + begun)
    room = prefix.room - len(opening) - 1
    left = number - (syllables(begun) if begun else 0)
    if room < 1 or left < 0:
        return None
    rules = StanzaRules(poet, numbers, 0 if lines[0].syllables else SLACK)
    new_params = params(
        state=rules.begin(left, begun),
        stop_tokens=frozenset(poet.encode(POEM_END)),
        max_chars=min(
            MAX_CHARS_PER_SYLLABLE * sum(one[-1] for one in numbers), poet.max_chars, room
        ),
    )
    prefix.extend(opening)
    rows = poet.decoder.branch(prefix, [new_params() for _ in range(DRAFTS)], rules)
    prefix.rollback(start)
    return best([stanza(poet, row, begun, lines) for row in rows if row.tokens], draft, poet)


def is_open(draft: Draft, lines: Sequence[Line]) -> bool:
    """Says whether the next `lines` of `draft` may be written whole.

    Not a single line; not where the seed gives more than the first one's beginning, an earlier
    line rhymes with one of them, or their initials are asked for.
    """
    earlier = {line.rhyme for line in draft.lines[: draft.place]}
    return (
        len(lines) > 1
        and draft.place >= max(draft.typed, len(draft.given) - 1)
        and not any(line.initial for line in lines)
        and not earlier & {line.rhyme for line in lines} - {None}
    )


def syllables_of(draft: Draft) -> list[range]:
    """Lists the numbers of syllables that each line of the next stanza of `draft` may have.

    Where the plan leaves them open, a line is as long as its counterpart in the first stanza.
    """
    result = []
    for ahead, line in enumerate(draft.stanza()):
        counterpart = draft.counterpart(ahead)
        number = line.syllables or (syllables(counterpart.text) if counterpart else 0)
        result.append(range(number, number + 1) if number else OPEN_SYLLABLES)
    return result


def stanza(poet: Poet, row: Row, begun: str, lines: Sequence[Line]) -> Stanza:
    """Reads the draft that `row` wrote behind `begun`, and judges it.

    By its likelihood, by the metre of `lines`, and by content words that it repeats: what says the
    same word over and over is likely, too.
    """
    written = poet.decode(row.tokens)
    text = (begun + written).strip("\n" + POEM_END)
    texts = tuple(line.lstrip(COUNTS) for line in text.split("\n") if line)
    metre = [
        fits(text, line.rhythm)
        for text, line in zip(texts, lines, strict=False)
        if line.rhythm and "?" not in line.rhythm
    ]
    content = [word for word in words(" ".join(texts)) if is_content_word(word)]
    value = likelihood(written, row.logprobs) + METRE_WEIGHT * sum(metre) / max(1, len(metre))
    value -= REPETITION_PENALTY * (len(content) - len(set(content))) / max(1, len(texts))
    return Stanza(texts, value, row.reason)


def best(drafts: Sequence[Stanza], draft: Draft, poet: Poet) -> tuple[str, ...] | None:
    """Returns the lines of the best of `drafts` that is a next stanza of `draft` and not copied.

    None if there is none; the finished lines of the longest where time ran out.
    """
    before = f"{draft.texts[-1] if draft.texts else ''} {draft.begun}"
    for one in sorted(drafts, key=lambda one: one.value, reverse=True):
        own = " ".join(one.lines)[len(draft.begun) :]
        if one.reason == "stop" and keeps(one.lines, draft) and not poet.knows(own, before):
            return one.lines
    late = [one for one in drafts if one.reason == "deadline"]
    longest = max(late, key=lambda one: len(one.lines), default=None)
    return longest.lines[:-1] if longest else None


def keeps(texts: tuple[str, ...], draft: Draft) -> bool:
    """Says whether the lines `texts` are a next stanza of `draft` as its plan has it.

    They rhyme, no line and no rhyme word comes twice, and a poem that ends here has spoken of its
    theme.
    """
    lines = draft.stanza()
    rhyming = [
        [last_word(text) or "" for text, line in zip(texts, lines, strict=True) if line.rhyme == r]
        for r in {line.rhyme for line in lines} - {None}
    ]
    owes_theme = draft.theme and draft.place + len(lines) == len(draft.lines)
    own = {word for text in texts for word in words(text)}
    return (
        len({*draft.texts, *texts}) == len(draft.texts) + len(texts)
        and all(len(set(ends)) == len(ends) for ends in rhyming)
        and all(rhymes_with(ends[0], ends[1:]) for ends in rhyming)
        and bool(not owes_theme or draft.mentioned() or mentions(draft.theme, own))
    )
