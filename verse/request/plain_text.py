"""Text normalisation: whitespace and capitals as verse is printed. No torch here."""

import re
from collections.abc import Container
from string import ascii_uppercase

from model.tokenizer import normalize


def tidy(text: str) -> str:
    """Returns `text` in plain characters, without indentation, doubled spaces or blank lines."""
    text = re.sub(r"[^\S\n]+", " ", normalize(text))
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def capitalised(text: str, vocabulary: Container[str] = ascii_uppercase) -> str:
    """Capitalises the first letter of each line of `text`, and the pronoun "i".

    vocabulary: a letter stays small whose capital is not in it. A word with a capital inside, like
    iPhone, stays.
    """

    def capital(match: re.Match[str]) -> str:
        before, letter = match[1], match[2]
        return before + (letter.upper() if letter.upper() in vocabulary else letter)

    text = re.sub(r"(?<![\w'-])()(i)(?=(?:'(?:m|ve|ll|d|s))?(?![\w'-]))(?!\.\w)", capital, text)
    return re.sub(r"(?m)^([^\w\n]*)([a-z])(?![a-z]*[A-Z])", capital, text)
