"""Words and rhymes by list: kept in a file, looked up by sound, spelt letter by letter."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verse.sound.prosody import rhyme, rhyme_keys
from verse.write.trie import LETTERS, UNREACHABLE, Trie
from verse.write.word_list import RICH_RHYMES, USUAL_LINES, WordList

LISTS = st.lists(st.text("abc'", min_size=1, max_size=5), min_size=1, max_size=30, unique=True)


def count_syllables(word: str) -> int:
    return len(word) % 3 + 1


def node_of(trie: Trie, spelt: str) -> int:
    """-1 where no word goes on so."""
    node = 0
    for letter in spelt:
        node = int(trie.table[node, LETTERS.index(letter)]) if node >= 0 else -1
    return node


@given(words=LISTS, others=LISTS)
@settings(deadline=None)
def test_a_trie_knows_its_words_and_no_others(words: list[str], others: list[str]) -> None:
    trie = Trie(words, list(map(count_syllables, words)))
    for word in words + others:
        node = node_of(trie, word)
        ends = int(trie.all.ends[node]) if node >= 0 else 0
        assert ends == (count_syllables(word) if word in words else 0)
    assert trie.all.ends[0] == 0
    assert (trie.table[:, -1] == -1).all()


@given(words=LISTS, data=st.data())
@settings(deadline=None)
def test_some_of_the_words_by_their_syllables(words: list[str], data: st.DataObject) -> None:
    trie = Trie(words, list(map(count_syllables, words)))
    places = data.draw(st.lists(st.sampled_from(range(len(words))), unique=True))
    some = trie.only(places)
    chosen = [words[place] for place in places]
    assert some.least == min(map(count_syllables, chosen), default=UNREACHABLE)
    for spelt in {word[:size] for word in words for size in range(len(word) + 1)}:
        node = node_of(trie, spelt)
        below = {count_syllables(word) for word in chosen if word.startswith(spelt)}
        assert set(some.below[node].nonzero().flatten().tolist()) == below
        assert some.ends[node] == (count_syllables(spelt) if spelt in chosen else 0)
        after = [count_syllables(word) for word in words if word.startswith(spelt)]
        assert trie.least[node] == min(after)


def test_saved_and_loaded(word_list: WordList, tmp_path: Path) -> None:
    word_list.save(tmp_path / "words.tsv")
    assert WordList.load(tmp_path / "words.tsv") == word_list
    assert word_list.words[word_list.places["moon"]] == "moon"


@pytest.mark.parametrize(
    "content",
    ["two words\t1\tx\n", "\t1\tx\n", "Sea\t1\tx\n", "a\t1\n\nb\t1\n", "sea\tx\n", "sea\n", ""],
)
def test_what_is_no_lexicon(tmp_path: Path, content: str) -> None:
    (tmp_path / "words.tsv").write_text(content)
    with pytest.raises(ValueError, match=r"words.tsv is no word list"):
        WordList.load(tmp_path / "words.tsv")


def test_rhymes_come_from_the_stock(word_list: WordList) -> None:
    found = word_list.rhyming(["moon"])
    assert {"soon", "noon", "tune", "june"} <= set(found)
    assert "moon" not in found
    assert all(rhyme(word, "moon") for word in found)
    assert found == [word for word in word_list.words if word in found]  # most frequent first
    both = word_list.rhyming(["night", "bite"])
    assert "night" not in both
    assert "bite" not in both
    assert {"light", "white"} <= set(both)


def test_near_rhymes_where_perfect_ones_are_few() -> None:
    words = ("love", "prove", "above", "grove", "sun", "rough")
    word_list = WordList(words, tuple((word,) for word in words), len(words) * (USUAL_LINES,))
    assert all(rhyme("love", word) in ("perfect", "slant") for word in word_list.rhyming(["love"]))
    assert word_list.rhyming(["xyzzy"]) == [
        word for word in words if rhyme(word, "xyzzy") in ("perfect", "slant")
    ]


def test_usual_rhymes_where_they_are_enough() -> None:
    words = ("sea", "be", "me", "free", "thee", "tree", "flee", "lee", "knee", "dee", "ye")
    usual = words[:9]
    for count in (9, 8):  # of which one is the partner itself
        lines = tuple(USUAL_LINES * (word in usual[:count]) for word in words)
        word_list = WordList(words, tuple(tuple(rhyme_keys(word)) for word in words), lines)
        found = set(words) - {"sea"} if count == 8 else set(usual) - {"sea"}
        assert set(word_list.rhyming(["sea"])) == found


def test_rich_words_have_rhymes_enough(word_list: WordList) -> None:
    rich = [word for word, _ in word_list.rich]
    assert "night" in rich
    assert "orange" not in rich
    assert not word_list.has_rhymes("orange")
    assert word_list.has_rhymes("snow")
    for word in rich:
        assert sum(rhyme(word, other) == "perfect" for other in word_list.words) > RICH_RHYMES - 3


def test_what_only_hurried_speech_rhymes_is_not_offered() -> None:
    words = ("us", "less", "press", "distress")
    word_list = WordList(
        words, tuple(tuple(rhyme_keys(word)) for word in words), (USUAL_LINES,) * 4
    )
    assert word_list.rhyming(["bless"]) == ["less", "press", "distress"]
