"""How good a line is: a sum of a few things a reader would notice, most of them penalties.

likelihood        the network's own judgement of its characters, and of its weakest word
syllables         each one off what was asked; words that counters disagree about
metre             share of its stresses that keep the rhythm
rhyme             where its last word does not rhyme as asked
freshness         words and openings that the poem already has
theme             a word of the theme that the poem does not have yet
close             a stanza that ends without a pause
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from verse.sound.prosody import fits, iambic, last_word, rhyme, syllable_range, syllables, words

if TYPE_CHECKING:
    from model.fast.decoder import Row

WEAKEST = 0.1
"""Of the log-probability of the least likely word: a line reads no better than that, and where a
word had to rhyme it shows."""
METRE = 0.5
"""For a line that keeps its rhythm, or a part of it for one that half does."""
LILT = 0.3
"""The same for rise and fall in a line of no given rhythm."""
OFF = 0.6
"""For each syllable too many or too few."""
UNCERTAIN = 0.2
"""For each syllable that careful counters may count otherwise."""
UNRHYMED = 2.0
REPEATED = 0.15
"""For each content word that the poem has already; twice that for one that the line has twice."""
SAME_OPENING = 0.4
"""With one of the two lines before."""
THEME = 0.35
UNCLOSED = 0.3


@dataclass(frozen=True)
class Asked:
    """What a line is measured by."""

    syllables: int
    exact: bool
    """Whether the form asks for that number, or the network chose it."""
    rhythm: str | None
    partners: tuple[str, ...]
    """Last words that the line has to rhyme with."""
    theme: tuple[str, ...]
    before: tuple[str, ...]
    """The poem's earlier lines."""
    closes: bool
    """Whether a stanza ends with it."""
    owes_theme: bool = False
    """Whether it is the last that can speak of the theme."""


@dataclass
class Candidate:
    """A line that may be kept, the better the greater."""

    text: str
    row: "Row"
    value: float
    satisfies: bool
    recites: bool = False
    """Whether the corpus seems to have it word for word."""

    @property
    def is_acceptable(self) -> bool:
        return self.satisfies and not self.recites


def score(text: str, logprobs: list[float], asked: Asked) -> tuple[float, bool]:
    """Returns (score, higher is better; whether all hard constraints hold).

    logprobs: of the line's characters and its end; of the last ones, where the first were given.
    """
    value = likelihood(f"{text}\n"[-len(logprobs) :], logprobs)
    own = words(text)

    off = abs(syllables(text) - asked.syllables)
    low, high = syllable_range(text)
    value -= OFF * off + UNCERTAIN * (high - low) * asked.exact
    if asked.rhythm is None:
        value += LILT * iambic(text)
    elif "?" not in asked.rhythm:
        value += METRE * fits(text, asked.rhythm)
    end = last_word(text) or ""
    rhymes = rhymes_with(end, asked.partners)
    value -= UNRHYMED * (not rhymes)

    earlier = [word for line in asked.before for word in words(line)]
    content = [word for word in own if is_content_word(word)]
    value -= REPEATED * sum(word in earlier for word in content)
    value -= 2 * REPEATED * (len(content) - len(set(content)))
    value -= SAME_OPENING * any(words(line)[:1] == own[:1] for line in asked.before[-2:])
    value -= any(a == b for a, b in pairwise(own))

    spoken = mentions(asked.theme, own)
    value += THEME * bool(spoken - mentions(asked.theme, earlier))
    if asked.closes:
        value -= UNCLOSED * (text[-1] not in ".,;:!?")
    told = bool(spoken) or not asked.owes_theme
    return value, rhymes and told and off <= (0 if asked.exact else 1)


def rhymes_with(end: str, partners: Collection[str]) -> bool:
    """Whether a word rhymes with all of these, by more than the eye."""
    return all(rhyme(end, partner) in ("perfect", "slant") for partner in partners)


STOP_WORDS = frozenset(
    ("about", "all", "and", "any", "are", "art", "been", "being", "but", "can", "could", "did",
     "does", "doth", "down", "each", "ere", "ever", "for", "from", "had", "has", "hast", "hath",
     "have", "her", "here", "him", "his", "how", "into", "its", "like", "may", "might", "mine",
     "more", "most", "must", "never", "nor", "not", "now", "one", "only", "our", "out", "over",
     "own", "shall", "she", "should", "some", "still", "such", "than", "that", "the", "thee",
     "their", "them", "then", "there", "these", "they", "thine", "this", "those", "thou",
     "though", "thy", "till", "too", "under", "upon", "very", "was", "were", "what", "when",
     "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "would", "yet",
     "you", "your")
)  # fmt: skip


def is_content_word(word: str) -> bool:
    """Whether a word says what a poem is about; articles, pronouns and their like do not."""
    return len(word) > 2 and word not in STOP_WORDS


def likelihood(written: str, logprobs: list[float]) -> float:
    """Mean log-probability of the characters, in nats, with the sum over the weakest word in it."""
    words = [0.0]
    for character, logprob in zip(written, logprobs, strict=True):
        words[-1] += logprob
        if character in " -\n":
            words.append(0.0)
    return sum(logprobs) / len(logprobs) + WEAKEST * min(words)


def mentions(theme: Collection[str], own: Collection[str]) -> set[str]:
    """The theme's words that are spoken of, also as another form of the same word."""
    roots = set(map(root, own)) if theme else ()
    return {word for word in theme if root(word) in roots}


_PLURAL = re.compile("(?<=[a-z]{3})(?:'s|(?<!s)s)$")
_ENDING = re.compile("(?<=[^aeiouy])(?:ing|ed|e)$")


@lru_cache(maxsize=1 << 16)
def root(word: str) -> str:
    """What the forms of a word have in common: flower, flowers; love, loves, loved, loving."""
    word = _PLURAL.sub("", re.sub("ies$", "y", word))
    shorter = _ENDING.sub("", word)
    return shorter if re.search("[aeiouy]", shorter) else word
