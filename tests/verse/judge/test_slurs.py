"""What the list catches, and what it must leave alone. The words stand here in rot13, too."""

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest

from verse.judge import slurs
from verse.judge.slurs import has_slur, is_slur


def plain(hidden: str) -> str:
    return codecs.decode(hidden, "rot13")


@pytest.mark.parametrize("hidden", ["xvxr", "jrgonpx", "snttbg", "snttbgel", "tbbxf", "avttnu"])
def test_words_of_the_list(hidden: str) -> None:
    word = plain(hidden)
    for form in (word, word.upper(), word.title() + ",", f'"{word}!', f"{word}'s"):
        assert is_slur(form)
        assert has_slur(f"I met one on the road,\nThey called him {form} and he went.")


@pytest.mark.parametrize("change", [
    lambda word: ".".join(word),
    lambda word: "-".join(word),
    lambda word: " ".join(word),
    lambda word: "_".join(word),
    lambda word: word.replace("o", "0").replace("i", "1"),
    lambda word: word.replace("i", "!"),
    lambda word: word.replace("a", "@").replace("e", "3"),
    lambda word: word[0] + word[1] * 4 + word[2:],
    lambda word: word[:2] + "́" + word[2:],
    lambda word: word[:2] + "​" + word[2:],
    lambda word: f"bell--{word}--tower",
    lambda word: f"{word}-like",
])  # fmt: skip
@pytest.mark.parametrize("hidden", ["xvxr", "snttbg", "jrgonpx"])
def test_disguises(hidden: str, change: Callable[[str], str]) -> None:
    disguised = change(plain(hidden))
    assert is_slur(disguised)
    assert has_slur(f"The {disguised} sang.")


def test_innocent_words() -> None:
    text = """
    A cockle, Scunthorpe and the niggard, sniggering, niggling Niger; Essex, Sussex, Dick,
    spick-and-span; spices, a spigot; the raccoon in his cocoon, tycoon; Hebe, the Yiddish song;
    a chink of light in the dyke; the queer, gay, merry company; Japan, japanned; a pansy;
    woops, whoop, swoop; paking; retard the flow; Negro spirituals; lesbian Sappho; kraut;
    a dagger, dagon; mongol; Lesbos; sambuca; homo sum; fagged out; I a m b i c; o o o
    """
    assert [word for word in text.split() if is_slur(word)] == []
    assert not has_slur(text)


@pytest.mark.parametrize("nothing", ["", " ", "...", "- - -", "1 0 1 0", "\n\n"])
def test_nothing(nothing: str) -> None:
    assert not has_slur(nothing)
    assert not is_slur(nothing)


def test_the_file_does_not_shout() -> None:
    """No word of the list stands in its own file as it is spoken."""
    source = Path(slurs.__file__).read_text(encoding="utf-8")
    assert not has_slur(source.partition("_WORDS = ")[2])
