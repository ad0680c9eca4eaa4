"""Words that verse makes of words, and letters that are none."""

import pytest

from verse.judge.english_words import english_words, is_word


@pytest.mark.parametrize(
    "word",
    [
        "thou", "hath", "ere", "O'er", "wand'ring", "fix'd", "heav'n", "thou'rt", "mak'st",
        "maketh", "runneth", "carrieth", "lovest", "lovedst", "'twere", "'gainst", "poet's",
        "snow-white", "love-lorn", "th'expense", "honour", "centre", "defence", "baptise",
        "traveller", "stept", "drest", "thro'", "don't",
    ],
)  # fmt: skip
def test_words(word: str) -> None:
    known = english_words()
    assert known is not None
    assert is_word(word, known)


@pytest.mark.parametrize(
    "word",
    [
        "thingg",
        "moom",
        "lighz",
        "blorp'n",
        "xyz-white",
        "blorpeth",
        "blorp'd",
        "beautifal",
        "s'h'o'e",
    ],
)
def test_no_words(word: str) -> None:
    known = english_words()
    assert known is not None
    assert not is_word(word, known)
