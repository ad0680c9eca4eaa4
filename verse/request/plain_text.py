"""Text normalisation: whitespace and capitals as verse is printed. No torch here."""

import re

from model.tokenizer import normalize


def tidy(text: str) -> str:
    """Returns `text` in plain characters, without indentation, doubled spaces or blank lines."""
    text = re.sub(r"[^\S\n]+", " ", normalize(text))
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def capitalised(text: str) -> str:
    """Capitalises the first letter of each line of `text`, and the pronoun "i".

    A word with a capital inside, like iPhone, stays.
    """
    text = re.sub(r"(?<![\w'-])i(?=(?:'(?:m|ve|ll|d|s))?(?![\w'-]))(?!\.\w)", "I", text)
    return re.sub(r"(?m)^([^\w\n]*)([a-z])(?![a-z]*[A-Z])", lambda m: m[1] + m[2].upper(), text)
