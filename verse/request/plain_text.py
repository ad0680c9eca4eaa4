"""Text in the plain characters that poems are made of. No torch here."""

import re

from model.tokenizer import normalize


def tidy(text: str) -> str:
    """Returns `text` in plain characters: no indentation, single spaces, single blank lines."""
    text = re.sub(r"[^\S\n]+", " ", normalize(text))
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def capitalised(text: str) -> str:
    """Returns `text` as verse is printed: lines begin with a capital, and "i" alone is "I".

    A word with a capital of its own, such as iPhone, stays.
    """
    text = re.sub(r"(?<![\w'-])i(?=(?:'(?:m|ve|ll|d|s))?(?![\w'-]))(?!\.\w)", "I", text)
    return re.sub(r"(?m)^([^\w\n]*)([a-z])(?![a-z]*[A-Z])", lambda m: m[1] + m[2].upper(), text)
