"""The words and names that a poet is given."""

import json
from pathlib import Path

import pytest

from train.corpus.poem import Poem
from train.verse import assets
from train.verse.assets import MANNERS, SEEN, Assets, authors, fit, word_list_of
from verse.judge.files import CorpusError
from verse.judge.known_runs import KnownRuns
from verse.write.word_list import WordList

LINE = "The evening star is low above the western hill,"


def test_words_that_the_corpus_and_english_share() -> None:
    text = "The moon-light\nThe night,\nThe o'er xqzzt b\nThe moon\n"
    word_list = word_list_of([Poem(text * SEEN + "rare once\n" * (SEEN - 1))])
    assert word_list.words[0] == "the"
    assert {"moon", "light", "night"} <= set(word_list.words)
    assert not {"moon-light", "xqzzt", "b", "rare", "once"} & set(word_list.words)
    assert set(word_list.keys[word_list.places["light"]]) & set(
        word_list.keys[word_list.places["night"]]
    )
    assert not set(word_list.keys[word_list.places["light"]]) & set(
        word_list.keys[word_list.places["moon"]]
    )


def test_a_word_that_ends_no_line_rhymes_with_nothing() -> None:
    seldom = "night my golden light " * SEEN
    word_list = word_list_of([Poem("And the golden sky\nIs light\n" * SEEN + seldom)])
    ends = {word for word, _ in word_list.ends}
    assert ends == {"sky", "light"}
    assert {"golden", "my", "night"} <= set(word_list.words)
    assert word_list.rhyming(["high"]) == ["sky"]


def test_slurs_are_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "is_slur", lambda word: word == "night")
    assert set(word_list_of([Poem("light night " * SEEN)]).words) == {"light"}


def test_without_the_list_of_english_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "english_words", lambda: None)
    with pytest.raises(CorpusError, match="The list of English words is missing: pip install"):
        word_list_of([Poem("light")])


@pytest.mark.parametrize(
    ("word", "fits"), [("sea", True), ("i", True), ("b", False), ("", False), ("naïve", False),
                       ("o'er", True), ("2nd", False), ("st", False), ("th'", True)]
)  # fmt: skip
def test_fit(word: str, fits: bool) -> None:
    assert fit(word) == fits


def test_authors_with_a_manner() -> None:
    much, more = Poem("a" * MANNERS, "Much"), Poem("a" * MANNERS, "More")
    poems = [much, more, more, Poem("a" * (MANNERS - 1), "Little"), Poem("a" * 2 * MANNERS, "")]
    assert authors(poems) == ["More", "Much"]
    old = Poem("Thou art the wind that doth blow.")
    assert authors([*poems, old]) == ["old verse", "More", "Much"]


def test_written_beside_the_weights(tmp_path: Path) -> None:
    word_list = word_list_of([Poem("light night " * SEEN)])
    Assets(word_list, ["John Keats"], KnownRuns.of([LINE])).write(tmp_path)
    assert WordList.load(tmp_path / "words.tsv") == word_list
    assert json.loads((tmp_path / "authors.json").read_text()) == ["John Keats"]
    runs = KnownRuns.load(tmp_path)
    assert runs is not None
    assert runs.holds(LINE)
