"""How texts are compared that people type and texts that they look for."""

import string

from verse.request.lookalikes import plain

_SIGNS = str.maketrans(dict.fromkeys(string.punctuation + string.whitespace, " ") | {"'": None})


def lookup_key(text: str) -> str:
    """The words of `text` in small plain letters, a space between each two.

    Capitals, accents, apostrophes, punctuation and line ends do not count. Every poem of a server
    goes through here when a member looks for words, so it does no more than it must.
    """
    return " ".join(plain(text).casefold().translate(_SIGNS).split())
