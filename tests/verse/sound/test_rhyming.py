"""Rhymes, against words that have bitten others."""

import itertools

import pytest

from verse.sound.prosody import rhyme, rhyme_keys


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("fire", "desire", "perfect"),
        ("hour", "flower", "perfect"),
        ("seven", "heaven", "perfect"),
        ("heaven", "given", "slant"),
        ("love", "prove", "eye"),
        ("never", "fever", "eye"),
        ("temperate", "date", "eye"),
        ("wind", "find", "perfect"),  # he winds the clock
        ("wind", "sinned", "perfect"),
        ("read", "red", "slant"),  # one sound
        ("read", "bed", "perfect"),
        ("read", "need", "perfect"),
        ("singing", "ringing", "perfect"),
        ("singing", "walking", None),
        ("laughter", "daughter", "eye"),
        ("night", "side", "slant"),
        ("kindness", "madness", None),
        ("happily", "merrily", None),
        ("memory", "injury", None),
        ("thee", "memory", "slant"),
        ("ornament", "discontent", "eye"),
        ("ignorance", "dance", "eye"),
        ("die", "memory", "slant"),
        ("nation", "station", "perfect"),
        ("wandered", "squandered", "perfect"),
        ("thee", "sea", "perfect"),
        ("o'er", "shore", "perfect"),
        ("fled", "said", "perfect"),
        ("heav'n", "sev'n", "perfect"),
        ("lov'd", "moved", "slant"),
        ("night", "night", None),
        ("Night", "night", None),
        ("know", "no", "slant"),
        ("rain", "reign", "slant"),
        ("leave", "believe", "slant"),
        ("do", "undo", None),
        ("light", "delight", None),
        ("stone", "alone", "perfect"),
        ("usa", "way", "perfect"),
        ("10", "men", "perfect"),
        ("sea", "shore", None),
        ("", "sea", None),
        ("...", "!", None),
    ],
)
def test_rhyme(a: str, b: str, kind: str | None) -> None:
    assert rhyme(a, b) == kind
    assert rhyme(b, a) == kind


COMMON = ("the", "of", "and", "love", "heart", "time", "sweet", "day", "night", "eyes", "sea",
          "light", "thee", "soul", "death", "fair", "world", "long", "song", "strong", "young",
          "tongue", "king", "thing", "spring", "wing", "sing", "bring", "year", "hear", "dear",
          "near", "month", "orange", "silver", "purple", "hour", "power", "flower", "tower",
          "fire", "desire")  # fmt: skip


def test_orange_and_month_rhyme_with_nothing_common() -> None:
    perfect = [(a, b) for a in ("orange", "month") for b in COMMON if rhyme(a, b) == "perfect"]
    assert perfect == []


def test_perfect_rhymes_share_a_key() -> None:
    """And what shares one without being perfect has one sound, or one word in it."""
    for a, b in itertools.combinations(COMMON, 2):
        shared = bool(rhyme_keys(a) & rhyme_keys(b))
        assert (rhyme(a, b) == "perfect") == (shared and (a, b) != ("the", "thee")), (a, b)


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("us", "bless", None),  # not U.S.
        ("am", "gem", None),
        ("cod", "sea", None),
        ("fop", "sea", None),
        ("fop", "hop", "perfect"),
        ("good", "did", None),
        ("can", "sun", None),
        ("will", "dull", None),
        ("plough", "go", None),
        ("get", "sit", None),
        ("plough", "brow", "perfect"),
        ("nice", "peace", None),
        ("nestle", "sea", None),
        ("cars", "stars", "perfect"),
        ("enter", "tenor", None),
        ("winter", "dinner", None),
        ("last", "glass", "slant"),
        ("around", "town", "slant"),
        ("friends", "pens", "slant"),
        ("hands", "pans", "slant"),
        ("most", "close", "slant"),
        ("acts", "packs", "slant"),
        ("hands", "lands", "perfect"),
        ("acts", "facts", "perfect"),
        ("been", "seen", "perfect"),
        ("been", "sin", "perfect"),
        ("shone", "gone", "perfect"),
        ("shone", "stone", "perfect"),
        ("bade", "glad", "perfect"),
        ("hither", "thither", "perfect"),
    ],
)
def test_careful_speech_rhymes(a: str, b: str, kind: str | None) -> None:
    assert rhyme(a, b) == kind


@pytest.mark.parametrize("word", ["us", "am", "can", "them", "hands", "friends", "gifts", "tryst"])
def test_hurried_speech_names_no_rhymes(word: str) -> None:
    assert len(rhyme_keys(word)) == 1


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("furled", "world"),
        ("leered", "feared"),
        ("lamentations", "nations"),
        ("exultation", "nation"),
        ("ravished", "lavished"),
        ("slaked", "baked"),
    ],
)
def test_words_by_their_letters_rhyme_too(a: str, b: str) -> None:
    assert rhyme(a, b) == "perfect"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("mood", "solitude"),
        ("rude", "solitude"),
        ("crawl", "waterfall"),
        ("all", "waterfall"),
        ("tale", "nightingale"),
        ("verse", "universe"),
        ("sing", "everything"),
        ("skies", "melodies"),
        ("lies", "melodies"),
        ("sky", "company"),
        ("day", "yesterday"),
        ("shore", "nevermore"),
        ("heav'n", "giv'n"),
        ("spirit", "merit"),
    ],
)
def test_spelling_lowers_no_equal_sound(a: str, b: str) -> None:
    assert rhyme(a, b) == rhyme(b, a) == "slant"


@pytest.mark.parametrize(
    ("a", "b"),
    [("content", "men"), ("behold", "soul"), ("bed", "hid"), ("they", "thee"), ("her", "there")],
)
def test_what_hardly_any_verse_rhymes(a: str, b: str) -> None:
    assert rhyme(a, b) is None
