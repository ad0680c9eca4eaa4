"""Scores a candidate line: a sum of features that a reader would notice, most of them penalties.

likelihood        log-probability of its characters, and of its least likely word
syllables         each one too many or too few; words whose syllables are ambiguous
metre             share of its stresses that keep the metre
rhyme             a last word that does not rhyme as required
freshness         words and openings that the poem has already
theme             a word of the theme that the poem does not have yet
close             a stanza that ends without punctuation

Scores are in nats per character, the unit of `likelihood`.
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

WEAKEST_WORD_WEIGHT = 0.1
"""Weight of the log-probability of the least likely word: a reader judges a line by it, and it is
often the word that had to rhyme."""
METRE_WEIGHT = 0.5
"""Weight of the share of syllables that keep the required metre."""
IAMBIC_WEIGHT = 0.3
"""Weight of the share of iambic syllables in a line without a required metre."""
SYLLABLE_PENALTY = 0.6
"""Penalty for each syllable too many or too few."""
AMBIGUITY_PENALTY = 0.2
"""Penalty for each syllable that may be counted or not (fire, heaven)."""
UNRHYMED_PENALTY = 2.0
"""Penalty for a line that does not rhyme as required."""
REPETITION_PENALTY = 0.15
"""Penalty for each content word that the poem has already; twice that within the line."""
OPENING_PENALTY = 0.4
"""Penalty for the first word of one of the two lines before."""
DOUBLING_PENALTY = 1.0
"""Penalty for a line with a word twice in a row."""
THEME_REWARD = 0.35
"""Reward for a word of the theme that the poem does not have yet."""
OPEN_STANZA_PENALTY = 0.3
"""Penalty for a stanza that ends without punctuation."""


@dataclass(frozen=True)
class Asked:
    """Holds the requirements that a line is scored against."""

    syllables: int
    """Number of syllables."""
    exact: bool
    """Whether the form requires that number; otherwise the network proposed it."""
    rhythm: str | None
    """Metre, as in `verse.request.forms.Form.rhythms`; None requires none."""
    partners: tuple[str, ...]
    """Last words that the line must rhyme with."""
    theme: tuple[str, ...]
    """Words of the theme."""
    before: tuple[str, ...]
    """Earlier lines of the poem."""
    closes: bool
    """Whether the line ends a stanza."""
    owes_theme: bool = False
    """Whether the line must mention the theme, as the last one of a poem that has not yet."""


@dataclass
class Candidate:
    """Holds a line that may be kept, the better the greater."""

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
    """Scores the line `text`: returns (score, higher is better; whether all hard constraints hold).

    logprobs: log-probabilities of the line's characters and its end, in nats; where the line's
    beginning was given, only of the rest.
    """
    value = likelihood(f"{text}\n"[-len(logprobs) :], logprobs)
    own = words(text)

    off = abs(syllables(text) - asked.syllables)
    low, high = syllable_range(text)
    value -= SYLLABLE_PENALTY * off + AMBIGUITY_PENALTY * (high - low) * asked.exact
    if asked.rhythm is None:
        value += IAMBIC_WEIGHT * iambic(text)
    elif "?" not in asked.rhythm:
        value += METRE_WEIGHT * fits(text, asked.rhythm)
    end = last_word(text) or ""
    rhymes = rhymes_with(end, asked.partners)
    value -= UNRHYMED_PENALTY * (not rhymes)

    earlier = [word for line in asked.before for word in words(line)]
    content = [word for word in own if is_content_word(word)]
    value -= REPETITION_PENALTY * sum(word in earlier for word in content)
    value -= 2 * REPETITION_PENALTY * (len(content) - len(set(content)))
    value -= OPENING_PENALTY * any(words(line)[:1] == own[:1] for line in asked.before[-2:])
    value -= DOUBLING_PENALTY * any(a == b for a, b in pairwise(own))

    mentioned = mentions(asked.theme, own)
    value += THEME_REWARD * bool(mentioned - mentions(asked.theme, earlier))
    if asked.closes:
        value -= OPEN_STANZA_PENALTY * (text[-1] not in ".,;:!?")
    themed = bool(mentioned) or not asked.owes_theme
    return value, rhymes and themed and off <= (0 if asked.exact else 1)


def rhymes_with(end: str, partners: Collection[str]) -> bool:
    """Says whether the word `end` rhymes by sound, perfect or slant, with all `partners`."""
    return all(rhyme(end, partner) in ("perfect", "slant") for partner in partners)


# The stop words of verse, of three letters and more.
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
    """Says whether `word` is a content word: of three letters or more, and no stop word."""
    return len(word) > 2 and word not in STOP_WORDS


def likelihood(written: str, logprobs: list[float]) -> float:
    """Returns the mean of `logprobs` over the characters `written`, in nats, plus
    WEAKEST_WORD_WEIGHT times the sum over the least likely word."""
    words = [0.0]
    for character, logprob in zip(written, logprobs, strict=True):
        words[-1] += logprob
        if character in " -\n":
            words.append(0.0)
    return sum(logprobs) / len(logprobs) + WEAKEST_WORD_WEIGHT * min(words)


def mentions(theme: Collection[str], own: Collection[str]) -> set[str]:
    """Returns the words of `theme` that are among the words `own`, in any form of the word."""
    roots = set(map(root, own)) if theme else ()
    return {word for word in theme if root(word) in roots}


_PLURAL = re.compile("(?<=[a-z]{3})(?:'s|(?<!s)s)$")
_ENDING = re.compile("(?<=[^aeiouy])(?:ing|ed|e)$")


@lru_cache(maxsize=1 << 16)
def root(word: str) -> str:
    """Stems `word`: flowers becomes flower; love, loves, loved and loving become lov."""
    word = _PLURAL.sub("", re.sub("ies$", "y", word))
    shorter = _ENDING.sub("", word)
    return shorter if re.search("[aeiouy]", shorter) else word
