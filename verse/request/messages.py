"""Messages to the requester: why a request is refused, or which wishes were not met.

A message is a name and values, so that `bot.i18n.texts` can translate it; `str` gives English. No
torch here: the bot's own process reads this.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SENTENCES = {
    # Why a request is refused, with the cure.
    "seed_empty": "The seed is empty. Give me a few words to begin with.",
    "seed_unreadable": (
        "I can only begin with letters of the Latin alphabet, and found none in the seed. "
        "Give me a few words in English."
    ),
    "seed_of_many_lines": (
        "The seed has {lines} lines, and I can open a poem with {most} at most. "
        "Give me a line or two."
    ),
    "seed_too_long": (
        "The seed has {characters} characters, and I can open a poem with {most} at most. "
        "Give me a line or two."
    ),
    "no_such_form": "I know no form {asked}: ask for {known}.",
    "lines_of_no_poem": "A poem has 1 to {most} lines, not {lines}.",
    "lines_of_other_form": "A {form} has {counts} lines, not {lines}: ask for those.",
    "acrostic_and_form": (
        "An acrostic has a form of its own: leave out {form}, or the acrostic."
    ),
    "acrostic_empty": "An acrostic needs a word: the letters that the lines begin with.",
    "acrostic_unspellable": (
        "An acrostic is spelt with letters from A to Z only: give me a word or a name in them."
    ),
    "acrostic_and_lines": (
        "An acrostic has a line for each letter, so this one has {letters}, not {lines}: leave out "
        "the number of lines."
    ),
    "acrostic_too_long": (
        "That acrostic has {letters} letters, and each needs a line: I can write {most} "
        "at most. Give me a shorter word."
    ),
    "no_authors": "This poet has learnt no author's manner: leave it out.",
    "author_of_several": "Several authors have that name. Which one: {authors}?",
    "no_such_author": "I have read nothing by an author of that name. Try another name.",
    "author_like_another": (
        "I have read nothing by an author of that name. Did you mean {author}?"
    ),
    # Which wishes the poem does not meet.
    "ended_by_time": "Only {written} of {lines} lines are there: time was over.",
    "ended_without_way_on": "Only {written} of {lines} lines are there: I found no way to go on.",
    "ended_by_request": "It was stopped before its end.",
    "hurried": "Time was short, so this poem may not come out the same again.",
    "seed_misses_letter": (
        "Line {line} of the acrostic begins with {initial}, so your words became its theme, not "
        "its opening."
    ),
    "seed_longer_than_form": (
        "Your words fill {given} lines, more than the {lines} of this form."
    ),
    "seed_bends": "Your words stay as they are, and so not quite as asked: line {lines}.",
    "no_other_rhyme": "I know no other rhyme for {word}.",
    "theme_unknown": "I know no word of that theme, so the poem goes without.",
    "theme_cut": "A theme has {most} words at most, so this poem's is {theme}.",
    "theme_not_spoken_of": "I found no line that speaks of {theme}.",
    "lines_bent": "Not quite as asked, for I found no better: line {lines}.",
    "may_recite": "Some of it may be an old poet's, word for word: line {lines}.",
    "no_forms": "This poet was not taught any form: the poem is free.",
}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """Holds one sentence to be said in any language; `str` gives it in English."""

    name: str
    """Key of `SENTENCES`."""
    values: Mapping[str, str | int] = field(default_factory=dict)
    """Values of its {placeholders}; `form` is a key of `verse.request.forms.FORMS`."""

    def __str__(self) -> str:
        return SENTENCES[self.name].format(**self.values)


class RequestError(ValueError):
    """Refuses a request that no poem can satisfy; `message` gives the reason and the cure."""

    def __init__(self, name: str, **values: str | int) -> None:
        """name, values: as `Message`'s."""
        self.message = Message(name, values)
        super().__init__(str(self.message))


class SeedError(RequestError):
    """Refuses a seed that no poem can begin with."""
