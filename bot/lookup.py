"""How texts are compared that people type and texts that they look for."""

import re

from verse.request.lookalikes import plain


def lookup_key(text: str) -> str:
    """The words of `text` in small plain letters, a space between each two.

    Capitals, accents, the kind of an apostrophe, punctuation and line ends do not count.
    """
    return " ".join(re.findall(r"\w+(?:'\w+)*", plain(text).casefold()))
