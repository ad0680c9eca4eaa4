"""The words and names that a poet is given."""

import json
from pathlib import Path

import pytest

from train.corpus.poem import Poem
from train.verse import assets
from train.verse.assets import MANNERS, SEEN, Assets, authors, fit, word_stock
from verse.judge.files import CorpusError
from verse.judge.known_runs import KnownRuns
from verse.write.word_list import WordStock

LINE = "The evening star is low above the western hill,"


def test_words_that_corpus_and_dictionary_share() -> None:
    text = "The moon-light\nThe night,\nThe o'er xqzzt b\nThe moon\n"
    stock = word_stock([Poem(text * SEEN + "rare once\n" * (SEEN - 1))])
    assert stock.words[0] == "the"
    assert {"moon", "light", "night"} <= set(stock.words)
    assert not {"moon-light", "xqzzt", "b", "rare", "once"} & set(stock.words)
    assert set(stock.keys[stock.places["light"]]) & set(stock.keys[stock.places["night"]])
    assert not set(stock.keys[stock.places["light"]]) & set(stock.keys[stock.places["moon"]])


def test_a_word_that_ends_no_line_rhymes_with_nothing() -> None:
    seldom = "night my golden light " * SEEN
    stock = word_stock([Poem("And the golden sky\nIs light\n" * SEEN + seldom)])
    ends = {word for word, _ in stock.ends}
    assert ends == {"sky", "light"}
    assert {"golden", "my", "night"} <= set(stock.words)
    assert stock.rhyming(["high"]) == ["sky"]


def test_slurs_are_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "is_slur", lambda word: word == "night")
    assert set(word_stock([Poem("light night " * SEEN)]).words) == {"light"}


def test_without_a_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "dictionary", lambda: None)
    with pytest.raises(CorpusError, match="pip install pyspellchecker"):
        word_stock([Poem("light")])


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


def test_written_beside_the_weights(tmp_path: Path) -> None:
    stock = word_stock([Poem("light night " * SEEN)])
    Assets(stock, ["John Keats"], KnownRuns.of([LINE])).write(tmp_path)
    assert WordStock.load(tmp_path / "lexicon.tsv") == stock
    assert json.loads((tmp_path / "authors.json").read_text()) == ["John Keats"]
    runs = KnownRuns.load(tmp_path)
    assert runs is not None
    assert runs.holds(LINE)
