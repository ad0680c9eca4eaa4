"""Chooses the words that the next line of a draft may end in: rhymes, or a new rhyme sound."""

from collections.abc import Iterable
from itertools import chain

from verse.sound.prosody import rhyme_keys
from verse.write.draft import Draft
from verse.write.score import mentions
from verse.write.word_list import WordList


def rhyming(word_list: WordList, draft: Draft, most: int) -> list[str]:
    """Lists words of at most `most` syllables that rhyme with all rhyme partners of the next line.

    [] when it has no partners, or none of their rhymes will do.
    """
    partners = draft.partners()
    return _usable(word_list, draft, most, word_list.rhyming(partners)) if partners else []


def of_new_sound(word_list: WordList, draft: Draft, most: int) -> list[str]:
    """Lists words of at most `most` syllables that can end the line, if possible of a new sound.

    Where a later line must rhyme with it, they are rich in rhymes, or have some and are in the
    theme.
    """
    used = {key for end in draft.ends() for key in rhyme_keys(end)}
    words: Iterable[tuple[str, tuple[str, ...]]] = word_list.ends
    if draft.lines[draft.place].rhyme is not None:
        themed = (
            one for one in words if _is_in_theme(draft, one[0]) and word_list.has_rhymes(one[0])
        )
        words = chain(word_list.rich, themed if draft.theme else ())
    new = (word for word, keys in words if used.isdisjoint(keys))
    any_sound = (word for word, _ in word_list.ends)
    return _usable(word_list, draft, most, new) or _usable(word_list, draft, most, any_sound)


def _is_in_theme(draft: Draft, word: str) -> bool:
    """Whether `word` is a form of a word of the theme."""
    return bool(mentions(draft.theme, (word,)))


def _usable(word_list: WordList, draft: Draft, most: int, words: Iterable[str]) -> list[str]:
    """Filters `words` for those of at most `most` syllables that end no earlier line.

    Until the poem mentions the theme, returns only those in the theme if there are any.
    """
    ends = draft.ends()
    found = [
        word
        for word in words
        if word not in ends and word_list.syllables[word_list.places[word]] <= most
    ]
    if not draft.theme or draft.mentioned():
        return found
    return [word for word in found if _is_in_theme(draft, word)] or found
