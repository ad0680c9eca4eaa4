"""The words that the next line of a draft may end in: what rhymes as asked, or a new sound."""

from collections.abc import Iterable
from itertools import chain

from verse.sound.prosody import rhyme_keys
from verse.write.draft import Draft
from verse.write.score import mentions
from verse.write.word_list import WordList


def rhyming(word_list: WordList, draft: Draft, most: int) -> list[str]:
    """Returns words of at most `most` syllables that rhyme with every line to be answered."""
    partners = draft.partners()
    return _usable(word_list, draft, most, word_list.rhyming(partners)) if partners else []


def of_new_sound(word_list: WordList, draft: Draft, most: int) -> list[str]:
    """Returns words of at most `most` syllables that can end the line, if possible of a new sound.

    Where a later line must rhyme with it, they have many rhymes, or some and speak of the theme.
    """
    heard = {key for end in draft.ends() for key in rhyme_keys(end)}
    words: Iterable[tuple[str, tuple[str, ...]]] = word_list.ends
    if draft.lines[draft.place].rhyme is not None:
        themed = (
            one for one in words if _speaks_of_theme(draft, one[0]) and word_list.has_rhymes(one[0])
        )
        words = chain(word_list.rich, themed if draft.theme else ())
    new = (word for word, keys in words if heard.isdisjoint(keys))
    any_sound = (word for word, _ in word_list.ends)
    return _usable(word_list, draft, most, new) or _usable(word_list, draft, most, any_sound)


def _speaks_of_theme(draft: Draft, word: str) -> bool:
    """Whether a word speaks of the theme."""
    return bool(mentions(draft.theme, (word,)))


def _usable(word_list: WordList, draft: Draft, most: int, words: Iterable[str]) -> list[str]:
    """Those of the words that are short enough and ended no line before; and of these, until the
    theme is spoken of, those that speak of it."""
    ends = draft.ends()
    found = [
        word
        for word in words
        if word not in ends and word_list.syllables[word_list.places[word]] <= most
    ]
    if not draft.theme or draft.spoken():
        return found
    return [word for word in found if _speaks_of_theme(draft, word)] or found
