"""Letters of other alphabets that somebody typed because they look like ours."""

import re

from model.tokenizer import normalize

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅ" + "οναικρυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijshdqwABEKMHOPCTYXIJS" + "ovaikpuxABEZHIKMNOPTYX",
)  # Cyrillic, then Greek.


def plain(text: str) -> str:
    """`text` in plain characters, as `model.tokenizer.normalize` writes it, without lookalikes.

    A word of another alphabet stays, if it has a letter that we lack; so does a text that is all in
    such letters: it is no disguise.
    """
    text = normalize(text)
    if text.isascii() or not re.search("[A-Za-z]", text):
        return text
    return re.sub(
        r"[^\W\d_]+", lambda word: _if_ours(word[0].translate(_LOOKALIKES), word[0]), text
    )


def _if_ours(word: str, typed: str) -> str:
    return word if word.isascii() else typed
