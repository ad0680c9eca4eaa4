"""The register of a text, plain or old, found from its words."""

import re

OLD = 0.003
"""Share of archaic words from which on a text is of the old register."""

_ARCHAIC = re.compile(
    r"(?i)\b(?:thou|thee|thy|thine|ye|hath|doth|hast|dost|wilt|shalt|wert|didst|canst|o'er|e'er|ne'er|"
    r"'tis|'twas|'twere|'twill|ere|oft|nay|yea|lo|alas|whence|hence|thence|wherefore|whither|thither|"
    r"hither|yon|yonder|methinks|betwixt|'neath|amid|midst|anon|behold|beheld|maiden|swain|lass|bower|"
    r"steed|fain|morn|eve|vale|dell|lute|lyre|bosom|fro|saith|quoth|spake|bade|unto|tho'|thro'|"
    r"perchance|whilst|hark|[a-z]{3,}eth|"
    r"(?!(?:he|she|we|they|you|who|it|that|there|how|what|where)'d)[a-z]{2,}'d)\b"
)
"""Words and endings that nobody speaks any more, and some that only poems used."""


def register_of(text: str) -> str:
    """Returns "old" for a `text` with more than a few archaic words, else "plain"."""
    words = len(text.split())
    return "old" if len(_ARCHAIC.findall(text)) > OLD * words else "plain"
