"""Words and rhymes by list: kept in a file, looked up by sound, spelt both ways."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.verse.prosody import rhyme
from model.verse.wordstock import LETTERS, RICH, Trie, WordStock

LISTS = st.lists(st.text("abc'", min_size=1, max_size=5), min_size=1, max_size=30, unique=True)


def accepts(trie: Trie, word: str, root: int) -> bool:
    node = root
    for letter in word:
        node = int(trie.table[node, LETTERS.index(letter)])
        if node < 0:
            return False
    return bool(trie.accept[node])


@given(words=LISTS, others=LISTS)
@settings(deadline=None)
def test_a_trie_accepts_its_words_both_ways_and_no_others(
    words: list[str], others: list[str]
) -> None:
    trie = Trie(tuple(words), list(map(len, words)))
    for word in words + others:
        wanted = word in words
        assert accepts(trie, word, trie.forwards_root) == wanted
        assert accepts(trie, word[::-1], trie.backwards_root) == wanted
    assert not trie.accept[trie.forwards_root]
    assert not trie.accept[trie.backwards_root]
    assert (trie.table[:, -1] == -1).all()


@given(words=LISTS)
@settings(deadline=None)
def test_the_fewest_syllables_of_the_words_that_go_on_from_a_node(words: list[str]) -> None:
    trie = Trie(tuple(words), [len(word) % 3 + 1 for word in words])
    for spelt, root in (
        (words, trie.forwards_root),
        ([w[::-1] for w in words], trie.backwards_root),
    ):
        for word in spelt:
            node = root
            for size, letter in enumerate(word, start=1):
                node = int(trie.table[node, LETTERS.index(letter)])
                after = [len(w) % 3 + 1 for w in spelt if w.startswith(word[:size])]
                assert trie.least[node] == min(after)
            assert trie.syllables[node] == len(word) % 3 + 1
    for word in words:
        node = trie.backwards_root
        for size, letter in enumerate(reversed(word[1:]), start=1):
            node = int(trie.table[node, LETTERS.index(letter)])
            led = [w for w in words if w[0] == word[0] and w[1:].endswith(word[-size:])]
            found = trie.least_led[node, LETTERS.index(word[0])]
            assert found == min(len(w) % 3 + 1 for w in led)


@given(words=LISTS, data=st.data())
@settings(deadline=None)
def test_only_some_words_are_live(words: list[str], data: st.DataObject) -> None:
    trie = Trie(tuple(words), list(map(len, words)))
    places = data.draw(st.lists(st.sampled_from(range(len(words))), unique=True))
    live, ends = trie.only(places)
    chosen = [words[place] for place in places]
    for word in words:
        node, alive = trie.backwards_root, True
        for count, letter in enumerate(reversed(word), start=1):
            node = int(trie.table[node, LETTERS.index(letter)])
            alive = bool(live[node])
            assert alive == any(one.endswith(word[-count:]) for one in chosen)
        assert bool(ends[node]) == (word in chosen)


def test_saved_and_loaded(stock: WordStock, tmp_path: Path) -> None:
    stock.save(tmp_path / "lexicon.tsv")
    assert WordStock.load(tmp_path / "lexicon.tsv") == stock
    assert stock.words[stock.places["moon"]] == "moon"


@pytest.mark.parametrize("content", ["two words\tx\n", "\tx\n", "Sea\tx\n", "a\n\nb\n"])
def test_what_is_no_lexicon(tmp_path: Path, content: str) -> None:
    (tmp_path / "lexicon.tsv").write_text(content)
    with pytest.raises(ValueError, match=r"lexicon.tsv is no lexicon"):
        WordStock.load(tmp_path / "lexicon.tsv")


def test_rhymes_come_from_the_stock(stock: WordStock) -> None:
    found = stock.rhyming(["moon"])
    assert {"soon", "noon", "tune", "june"} <= set(found)
    assert "moon" not in found
    assert all(rhyme(word, "moon") for word in found)
    assert found == [word for word in stock.words if word in found]  # most frequent first
    both = stock.rhyming(["night", "bite"])
    assert "night" not in both
    assert "bite" not in both
    assert {"light", "white"} <= set(both)


def test_near_rhymes_where_perfect_ones_are_few() -> None:
    words = ("love", "prove", "above", "grove", "sun", "rough")
    stock = WordStock(words, tuple((word,) for word in words))
    assert all(rhyme("love", word) in ("perfect", "slant") for word in stock.rhyming(["love"]))
    assert stock.rhyming(["xyzzy"]) == [
        word for word in words if rhyme(word, "xyzzy") in ("perfect", "slant")
    ]


def test_rich_words_have_rhymes_enough(stock: WordStock) -> None:
    rich = [word for word, _ in stock.rich]
    assert "night" in rich
    assert "orange" not in rich
    assert not stock.has_rhymes("orange")
    assert stock.has_rhymes("snow")
    for word in rich:
        assert sum(rhyme(word, other) == "perfect" for other in stock.words) > RICH - 3
