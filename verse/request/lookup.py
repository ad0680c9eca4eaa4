"""Keys for comparing texts without regard to case, accents and punctuation."""

import string

from verse.request.lookalikes import plain

_SIGNS = str.maketrans(dict.fromkeys(string.punctuation + string.whitespace, " ") | {"'": None})


def lookup_key(text: str) -> str:
    """Returns the words of `text` in lower-case plain letters, single spaces between them.

    Drops accents, apostrophes, punctuation and line ends. A search by words calls this for every
    poem of a server, so it does no more than it must.
    """
    return " ".join(plain(text).casefold().translate(_SIGNS).split())
