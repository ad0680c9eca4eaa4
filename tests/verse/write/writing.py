"""Poems by the small poet, in one go."""

from collections.abc import Callable
from functools import partial

from verse.request.request import Poem, PoemRequest
from verse.sound.prosody import last_word, words
from verse.write.composer import composing
from verse.write.poet import Poet
from verse.write.writing import write as write_in_one_go

LONG = 600.0
"""Seconds that no poem here needs, so that none is hurried."""
SEED = "The sea is deep, the moon is bright"


def compose(
    poet: Poet,
    request: PoemRequest,
    on_text: Callable[[str], None] = lambda text: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Poem:
    return write_in_one_go(partial(composing, poet), request, on_text, cancelled)


def write(poet: Poet, seed_text: str = SEED, **wishes: object) -> Poem:
    request = PoemRequest(seed_text, **({"max_seconds": LONG} | wishes))  # type: ignore[arg-type]
    return compose(poet, request)


def lines_of(poem: Poem) -> list[str]:
    return [line for line in poem.text.split("\n") if line]


def ends(poem: Poem) -> list[str]:
    return [last_word(line) or "" for line in lines_of(poem)]


def made_of(poet: Poet, text: str) -> set[str]:
    """The words of a text that are not in the poet's word_list."""
    return {part for word in words(text) for part in word.split("-")} - set(poet.word_list.words)
