"""Emoticons: faces and hearts made of letters, digits and signs. No torch here."""

import re

_EMOTICON = re.compile(
    r"""
    <+/?3+                                # <3 </3 <33
    | [:;=][-'^]*[DPpOoSsXxCc3]+(?![\w'])  # :D ;-P =3, also right behind a word
    | (?<!\w)8-?[)D](?!\w)                # 8) 8-D
    | (?<![\w:])D-?[:;=](?!\w)            # D:
    | (?<!\S)[xX]-?D+(?!\S)               # xD XD
    | (?<!\w)([A-Za-z0])_+(?i:\1)(?!\w)   # o_O T_T
    | \\o/
    """,
    re.VERBOSE,
)


def without_emoticons(text: str) -> str:
    """Returns `text` with a space for each emoticon that has a letter or a digit (<3, :D, xD, o_O).

    Those of signs alone, as :) and ^^, are punctuation, and stay.
    """
    return _EMOTICON.sub(" ", text)
