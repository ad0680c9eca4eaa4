"""Poems from files, and a sentence for every file that has none."""

import gzip
import json
import lzma
from pathlib import Path

import pytest

from train.corpus.load import load_corpus
from train.corpus.poem import Poem, tidy_author
from train.corpus.primer import read_primer
from train.corpus.sources import read_source
from verse.judge.files import CorpusError, read_records
from verse.request.plain_text import tidy

POEMS = ["The sea is wide,\nThe sea is deep.\n\nI heard the tide\nTalk in its sleep.", "Short."]

LAST_BUS = """\
The last bus shut its doors and went.
I stood there with my bag of bread
And all the coins I hadn't spent,
And walked the four miles home instead."""
ROOT = Path(__file__).parents[3]

JSON = b"".join(b'{"text": "poem %d"}\n' % number for number in range(5000))


def damaged(content: bytes) -> bytes:
    """As if a disk had lost a piece of it, behind the first bytes that tell its kind."""
    return content[:12] + b"\xff" * 40 + content[52:]


def texts(*sources: Path | str, lyric_only: bool = False) -> list[str]:
    return [poem.text for poem in load_corpus([str(source) for source in sources], lyric_only)]


def jsonl(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.xz", ".jsonl.gz"])
def test_json_lines(tmp_path: Path, suffix: str) -> None:
    text = jsonl(*({"author": "A", "title": "T", "text": poem} for poem in POEMS))
    content = text.encode()
    if suffix.endswith("xz"):
        content = lzma.compress(content)
    if suffix.endswith("gz"):
        content = gzip.compress(content)
    (tmp_path / f"poems{suffix}").write_bytes(content)
    poems = load_corpus([str(tmp_path / f"poems{suffix}")])
    assert poems == [Poem(text, "A", "T") for text in POEMS]


def test_plain_text_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text("\n\n\n".join(POEMS))
    (tmp_path / "two.jsonl").write_text(jsonl({"text": "Another."}))
    (tmp_path / "notes.md").write_text("Not verse.")
    assert texts(tmp_path) == [*POEMS, "Another."]


def test_repetitions_are_dropped_whatever_their_punctuation(tmp_path: Path) -> None:
    file = tmp_path / "poems.txt"
    file.write_text("O rose!\n\n\nAnother\n\n\no  ROSE,\n")
    assert texts(file) == ["O rose!", "Another"]


def test_lyric_only_and_votes(tmp_path: Path) -> None:
    file = tmp_path / "poems.jsonl"
    file.write_text(
        jsonl(
            {"text": "song", "lyric": True},
            {"text": "epic", "lyric": False},
            {"text": "liked", "up": 3, "down": 1},
            {"text": "disliked", "up": 1, "down": 3},
        )
    )
    assert texts(file) == ["song", "epic", "liked"]
    assert texts(file, lyric_only=True) == ["song", "liked"]


def test_votes_that_are_no_numbers_count_for_nothing(tmp_path: Path) -> None:
    file = tmp_path / "poems.jsonl"
    file.write_text(
        jsonl(
            {"text": "unrated", "up": None, "down": None},
            {"text": "liked", "up": 1, "down": None},
            {"text": "disliked", "up": None, "down": 1},
            {"text": "foreign", "up": [], "down": "three"},
        )
    )
    assert texts(file) == ["unrated", "liked", "foreign"]


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.xz", ".txt", ".txt.gz"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, suffix: str) -> None:
    content = (jsonl({"text": "Another."}) if "json" in suffix else "Another.").encode("utf-8-sig")
    if suffix.endswith("xz"):
        content = lzma.compress(content)
    if suffix.endswith("gz"):
        content = gzip.compress(content)
    file = tmp_path / f"poems{suffix}"
    file.write_bytes(content)
    assert [record["text"] for record in read_records(str(file))] == ["Another."]
    assert texts(file) == ["Another."]


def test_tidy() -> None:
    assert tidy("  “One”  two\r\n\t three \n\n\n\n  four ") == '"One" two\nthree\n\nfour'


@pytest.mark.parametrize(
    ("name", "tidied"),
    [
        ("Sir W. S. Gilbert", "Sir W. S. Gilbert"),
        ("Alfred, Lord  Tennyson", "Alfred, Lord Tennyson"),
        ("Charlotte Brontë", "Charlotte Bronte"),
        ("Katherine Philips (‘Orinda’)", "Katherine Philips"),
        ("fl. 1596 William Smith", "William Smith"),
        ("Fanny Greville. 18th Cent", "Fanny Greville"),
        ("Various", ""),
        ("Anon", ""),
        ("Anonymous", ""),
        ("Unknown", ""),
    ],
)
def test_tidy_author(name: str, tidied: str) -> None:
    assert tidy_author(name) == tidied


@pytest.mark.parametrize("joint", ["\n\n", "\n"])
def test_a_text_of_book_length_is_cut_where_it_can_be(joint: str, tmp_path: Path) -> None:
    """tiny Shakespeare is such a text: a megabyte with hardly a poem break."""
    stanza = "\n".join(["All work and no play"] * 10)
    text = joint.join([stanza] * 150)
    file = tmp_path / "play.txt"
    file.write_text("An epigraph.\n\n\n" + text, encoding="utf-8")
    sections = [poem.text for poem in read_source(str(file), lyric_only=False)]
    assert len(sections) > 5
    assert joint.join(sections[1:]) == text
    assert max(map(len, sections)) < 6000


def test_other_alphabets_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "poems.txt"
    file.write_text("I\nРоза\n\n\nI\nМоре\n", encoding="utf-8")
    assert len(load_corpus([str(file)])) == 2
    assert len(load_corpus([str(file), str(file)])) == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", "empty.txt is empty"),
        ("blank.txt", b"\n \n\n", "blank.txt holds no poems"),
        ("poem.pdf", b"%PDF", "poem.pdf is of no kind I read"),
        ("binary.txt", bytes(range(128, 256)), "binary.txt: this is not UTF-8"),
        ("latin.jsonl", '{"text": "café"}'.encode("latin-1"), "latin.jsonl.*not UTF-8"),
        ("broken.jsonl", b'{"text": "a"}\n{"text": "b"\n', "broken.jsonl, line 2: .*valid JSON"),
        ("list.jsonl", b"[1, 2]\n", "list.jsonl, line 1: .*needs a \"text\""),
        ("number.jsonl", b'{"text": 5}\n', "number.jsonl, line 1: .*needs a \"text\""),
        ("cut.jsonl.xz", lzma.compress(b'{"text": "a"}' * 99)[:-20], "cut.jsonl.xz can't be read"),
        ("fake.jsonl.gz", b"not gzip", "fake.jsonl.gz can't be read"),
        ("hurt.jsonl.gz", damaged(gzip.compress(JSON)), "hurt.jsonl.gz can't be read .*whole"),
        ("hurt.txt.gz", damaged(gzip.compress(JSON)), "hurt.txt.gz can't be read .*whole"),
        ("hurt.jsonl.xz", damaged(lzma.compress(JSON)), "hurt.jsonl.xz can't be read .*whole"),
        ("deep.jsonl", b"[" * 200_000, "deep.jsonl, line 1: .*valid JSON. Mend the line"),
        ("inner.jsonl", b'{"text": ' + b"[" * 200_000, "inner.jsonl, line 1: .*valid JSON"),
        ("word.jsonl", b'{"text": "so ' + b"a" * 3_000_000 + b'"}',
         "word.jsonl, line 1: a word of 3,000,000 characters is none. Put spaces"),
        ("word.txt", b"I see\n" + b"a-" * 1_500_000, "word.txt: a word of 3,000,000 characters"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError, match=message) as caught:
        load_corpus([str(tmp_path / name)])
    assert "\n" not in str(caught.value)


def test_missing_sources(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no corpus .*nowhere"):
        load_corpus([str(tmp_path / "nowhere")])
    with pytest.raises(CorpusError, match="has no file ending in"):
        load_corpus([str(tmp_path)])


def test_a_heading_is_no_part_of_the_poem(tmp_path: Path) -> None:
    """The primer's format; what only looks like a heading stays."""
    verse, other = POEMS[0], "# a sharp\nis no heading | here"
    headed = f"# The tide | stanzas\n{verse}\n\n\n\n# Alone | free\n\n\n{other}\n"
    (tmp_path / "poems.txt").write_text(headed)
    assert list(read_records(str(tmp_path / "poems.txt"))) == [
        {"title": "The tide", "form": "stanzas", "text": verse},
        {"title": "Alone", "form": "free", "text": ""},
        {"text": other + "\n"},
    ]
    assert load_corpus([str(tmp_path)]) == [
        Poem(verse, "", "The tide", prompt="The tide"),
        Poem(other),
    ]


def test_the_primer() -> None:
    """Its poems come whole and without their headings; its stories only to who names them."""
    poems = load_corpus(["primer"])
    assert sum(len(poem.text) for poem in poems) > 900_000
    assert Poem(LAST_BUS, title="The last bus", prompt="The last bus") in poems
    assert not any(poem.text.startswith("#") or poem.printed for poem in poems)
    assert all(poem.text.count("\n") for poem in poems)
    stories = texts(ROOT / "train" / "primer" / "stories")
    assert sum(map(len, stories)) > 400_000
    assert not any("\n" in story for story in stories)


def test_the_seed_diet() -> None:
    poems = texts("seed")
    assert 222_500 < sum(map(len, poems)) <= 223_000
    assert set(poems) < {tidy(record["text"]) for record in read_primer()}
    assert not any("\n\n\n" in poem or poem != poem.strip() for poem in poems)


def test_prose_is_read_as_prose(tmp_path: Path) -> None:
    story = " ".join(30 * ["and the long line of the story went on to the edge of the page"])
    (tmp_path / "tales.txt").write_text(story)
    (poem,) = load_corpus([f"prose:{tmp_path / 'tales.txt'}"])
    assert poem.prose
    assert poem.text == story
    stories = load_corpus(["stories"])
    assert len(stories) > 1000
    assert all(story.prose and story.prompt for story in stories)
    assert not any(poem.prose for poem in load_corpus(["seed"]))


def test_blank_lines_at_the_end_are_no_poem(tmp_path: Path) -> None:
    (tmp_path / "poems.txt").write_text(f"{POEMS[0]}\n\n\n\n\n")
    assert [record["text"] for record in read_records(str(tmp_path / "poems.txt"))] == [POEMS[0]]
