"""The words that the next line of a draft may end in: what rhymes as asked, or a new sound."""

from collections.abc import Iterable
from itertools import chain

from verse.sound.prosody import rhyme_keys
from verse.write.draft import Draft
from verse.write.score import mentions
from verse.write.word_list import WordStock


def rhyming(stock: WordStock, draft: Draft, most: int) -> list[str]:
    """The words of at most so many syllables that rhyme with all lines that the next one is to."""
    partners = draft.partners()
    return _usable(stock, draft, most, stock.rhyming(partners)) if partners else []


def of_new_sound(stock: WordStock, draft: Draft, most: int) -> list[str]:
    """The words of at most so many syllables, if possible of a new sound, that can end the line;
    where one has to rhyme with it, such as have many rhymes, or some and speak of the theme."""
    heard = {key for end in draft.ends() for key in rhyme_keys(end)}
    words: Iterable[tuple[str, tuple[str, ...]]] = stock.ends
    if draft.lines[draft.place].rhyme is not None:
        themed = (one for one in words if _tells(draft, one[0]) and stock.has_rhymes(one[0]))
        words = chain(stock.rich, themed if draft.theme else ())
    new = (word for word, keys in words if heard.isdisjoint(keys))
    any_sound = (word for word, _ in stock.ends)
    return _usable(stock, draft, most, new) or _usable(stock, draft, most, any_sound)


def _tells(draft: Draft, word: str) -> bool:
    """Whether a word speaks of the theme."""
    return bool(mentions(draft.theme, (word,)))


def _usable(stock: WordStock, draft: Draft, most: int, words: Iterable[str]) -> list[str]:
    """Those of the words that are short enough and ended no line before; and of these, until the
    theme is spoken of, those that speak of it."""
    ends = draft.ends()
    found = [
        word for word in words if word not in ends and stock.syllables[stock.places[word]] <= most
    ]
    if not draft.theme or draft.spoken():
        return found
    return [word for word in found if _tells(draft, word)] or found
