"""Text in the plain characters that poems are made of. No torch here."""

import re
from collections.abc import Container
from string import ascii_uppercase

from model.tokenizer import normalize


def tidy(text: str) -> str:
    """Returns `text` in plain characters: no indentation, single spaces, single blank lines."""
    text = re.sub(r"[^\S\n]+", " ", normalize(text))
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def capitalised(text: str, vocabulary: Container[str] = ascii_uppercase) -> str:
    """Returns `text` as verse is printed: lines begin with a capital, and "i" alone is "I".

    vocabulary: a letter stays small whose capital is not in it. A word with a capital of its own,
    such as iPhone, stays as it is.
    """

    def capital(match: re.Match[str]) -> str:
        before, letter = match[1], match[2]
        return before + (letter.upper() if letter.upper() in vocabulary else letter)

    text = re.sub(r"(?<![\w'-])()(i)(?=(?:'(?:m|ve|ll|d|s))?(?![\w'-]))(?!\.\w)", capital, text)
    return re.sub(r"(?m)^([^\w\n]*)([a-z])(?![a-z]*[A-Z])", capital, text)
