"""Letters that are typed for their looks."""

import pytest

from verse.judge.slurs import has_slur
from verse.request.lookalikes import plain
from verse.request.request import acrostic_of, opening_of


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("thе sеа аt night", "the sea at night"),  # Cyrillic
        ("Тhе Sеа, ΟΝΕ οf us", "The Sea, ONE of us"),  # Cyrillic and Greek
        ("the sea, море и Он, θάλασσα", "the sea, море и Он, θαλασσα"),
        ("сосна", "сосна"),
        ("сосо", "сосо"),
        ("ᴛʜᴇ sᴇᴀ", "the sea"),
    ],
)
def test_words_of_lookalikes_become_ours(typed: str, text: str) -> None:
    assert plain(typed) == text
    assert plain(text) == text


def test_they_are_read_wherever_somebody_types() -> None:
    assert opening_of("thе sеа") == "The sea"
    assert acrostic_of("Аnna") == "Anna"
    assert has_slur("nіggеr sаys")
