"""No word that members typed leaves with the poems that were voted on."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.owner.export import own_text
from bot.poem.openings import OPENINGS
from bot.store import VotedPoem
from model.tokenizer import normalize


def voted(text: str, prompt: str, *, continues: bool = False, **settings: Any) -> VotedPoem:
    return VotedPoem(text, prompt, prompt, settings, continues, "tiny", 1, 0)


@pytest.mark.parametrize(
    ("poem", "left"),
    [
        (voted("the sea\nis wide\nthe end", "the sea"), "is wide\nthe end"),
        (voted("Annabel and me\nAnnabel!\nis here\nand now", "Annabel and me"), "is here\nand now"),
        # Too little would be left of it.
        (voted("the sea\nmy sea\nthe sea is\na sea\nand me", "the sea"), ""),
        (voted("on\nno\nend", "on", acrostic="ONE"), ""),
        (voted("another text", "the sea"), ""),
        (
            voted("to Rosemarie\nO rose-marie\nrose-hips\nare red", "to Rosemarie"),
            "rose-hips\nare red",
        ),
        # Nobody typed how it begins.
        (voted(f"{OPENINGS[0]}\nis bright", OPENINGS[0]), f"{OPENINGS[0]}\nis bright"),
        # The end of the poem above is the poet's own, as is a word of it that comes again.
        (voted("the sea\nis wide\nthe wide", "the sea\nis wide", continues=True), "the wide"),
    ],
)
def test_what_the_bot_itself_wrote(poem: VotedPoem, left: str) -> None:
    assert own_text(poem) == left


TELLING = ["rain", "rainy", "rivers", "loving", "loved", "Zoë’s", "marigold", "night-time"]
SMALL = ["the", "of", "and", "a", "is", "with", "O", "to"]
LINES = st.lists(st.lists(st.sampled_from(TELLING + SMALL), min_size=1).map(" ".join), min_size=1)
TYPED = st.lists(st.sampled_from(TELLING), max_size=3).map(" ".join)


@given(TYPED.filter(bool), TYPED, LINES)
@example("night-time", "Zoë’s", ["in time", "zoe's own", "by night", "all is well"])
def test_no_word_that_was_typed_leaves(prompt: str, theme: str, lines: list[str]) -> None:
    text = own_text(voted("\n".join([prompt, *lines]), prompt, theme=theme))
    for word in f"{prompt} {theme}".split():
        assert normalize(word).lower() not in normalize(text).lower()
