"""Homoglyphs: Cyrillic and Greek letters that look like Latin ones."""

import re

from model.tokenizer import normalize

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅ" + "οναικρυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijshdqwABEKMHOPCTYXIJS" + "ovaikpuxABEZHIKMNOPTYX",
)  # Cyrillic, then Greek.


def plain(text: str) -> str:
    """Returns `text`, normalised by `model.tokenizer.normalize`, with Latin letters for homoglyphs.

    A word with a letter that has no Latin lookalike stays; so does a text without any Latin letter,
    which is in another language, not in disguise.
    """
    text = normalize(text)
    if text.isascii() or not re.search("[A-Za-z]", text):
        return text
    return re.sub(
        r"[^\W\d_]+", lambda word: _if_latin(word[0].translate(_LOOKALIKES), word[0]), text
    )


def _if_latin(word: str, typed: str) -> str:
    """Returns `word` if it is all Latin letters, else `typed`."""
    return word if word.isascii() else typed
