"""Characters in, numbers out, and the road from Unicode."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model.tokenizer import POEM_END, CharTokenizer, normalize

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))


def test_vocabulary_is_the_sorted_set_of_characters() -> None:
    tokenizer = CharTokenizer("banana bread")
    assert tokenizer.chars == [" ", "a", "b", "d", "e", "n", "r"]
    assert tokenizer.encode("bad") == [2, 1, 3]
    assert tokenizer.decode([2, 1, 3]) == "bad"


def test_trained_vocabulary_has_the_mark_between_poems() -> None:
    assert POEM_END in CharTokenizer.train("abc").stoi


@given(st.data())
def test_round_trip_of_everything_in_the_vocabulary(data: st.DataObject) -> None:
    tokenizer = CharTokenizer(data.draw(ANYTHING.filter(bool)))
    text = data.draw(st.text(st.sampled_from(tokenizer.chars)))
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_unknown_characters_are_named() -> None:
    with pytest.raises(ValueError, match="lacks 'yz'"):
        CharTokenizer("abc").encode("abzyz")


@pytest.mark.parametrize("token", [-1, 3, 1000])
def test_unknown_numbers_are_named(token: int) -> None:
    with pytest.raises(ValueError, match=str(token)):
        CharTokenizer("abc").decode([token])


@pytest.mark.parametrize("characters", [[], ["ab"], [""]])
def test_a_vocabulary_that_is_none(characters: list[str]) -> None:
    with pytest.raises(ValueError, match="vocabulary"):
        CharTokenizer(characters)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("“Hark!” she said, ‘tis late—too late…", '"Hark!" she said, \'tis late--too late...'),
        ("naïve café, Ångström, Zoë", "naive cafe, Angstrom, Zoe"),
        ("Æther and œuvre, ﬁne ﬂight, straße", "Aether and oeuvre, fine flight, strasse"),
        ("ＦＵＬＬ　ｗｉｄｔｈ！", "FULL width!"),
        ("ᴛʜᴇ Sᴇᴀ ɪs ᴡɪᴅᴇ, ꜰᴀʀ ᴀɴᴅ 𝓫𝓵𝓾𝓮", "the Sea is wide, far and blue"),
        ("Łódź, Ħal Ørsted, ǝɯıʇ, STRAẞE, Ⓣⓘⓜⓔ 🅱🅴", "Lodz, Hal Orsted, emit, STRASSE, Time BE"),
        ("a\u00a0b\tc\u2009d", "a b c d"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("\u202eright\u200b to\u2066 left\ufeff", "right to left"),
        ("be\x00ll\x1b[31m red\x7f\f", "bell[31m red"),
        ("salt & pepper ＆ R&B", "salt and pepper and R and B"),
        ("night 🌙 مساء", "night 🌙 مساء"),
    ],
)
def test_normalize(typed: str, plain: str) -> None:
    assert normalize(typed) == plain


@given(ANYTHING)
@example("﹠ ﬆ ǆ \u0344")
def test_normalize_is_stable_and_leaves_nothing_invisible(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Mn"} for c in once if c != "\n")


@given(ANYTHING)
def test_clean_text_can_always_be_encoded(text: str) -> None:
    tokenizer = CharTokenizer.train("the quick brown fox\n")
    clean = tokenizer.clean(text)
    assert tokenizer.decode(tokenizer.encode(clean)) == clean
    assert POEM_END not in clean
