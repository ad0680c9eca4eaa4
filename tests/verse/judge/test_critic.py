"""Controls whose order must come out right, and the command."""

import json
import random
import string
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from train.corpus.primer import read_primer
from verse.judge import critic, english_words
from verse.judge.__main__ import main
from verse.judge.critic import Figures, measure
from verse.judge.measures import lines_of
from verse.request.plain_text import tidy


@pytest.fixture(scope="module")
def sonnets() -> list[str]:
    """Those of the primer that are printed in one block."""
    texts = [tidy(record["text"]) for record in read_primer() if record["form"] == "sonnet"]
    return [text for text in texts if "\n\n" not in text]


def by_line(change: Callable[[list[str]], list[str]], poems: list[str]) -> list[str]:
    return ["\n".join(" ".join(change(line.split())) for line in lines_of(p)) for p in poems]


def shuffled_lines(poems: list[str], rng: random.Random) -> list[str]:
    lines = [line for poem in poems for line in lines_of(poem)]
    rng.shuffle(lines)
    return ["\n".join(lines[start : start + 14]) for start in range(0, len(lines), 14)]


def shuffled_words(poems: list[str], rng: random.Random) -> list[str]:
    return by_line(lambda words: rng.sample(words, len(words)), poems)


def misspelt(poems: list[str], rng: random.Random) -> list[str]:
    """Every word with one letter of it replaced, sometimes by itself."""

    def change(word: str) -> str:
        place = rng.choice([i for i, letter in enumerate(word) if letter.isalpha()] or [0])
        return word[:place] + rng.choice(string.ascii_lowercase) + word[place + 1 :]

    return by_line(lambda words: list(map(change, words)), poems)


def sampled(poems: list[str], rng: random.Random, n: int = 5) -> list[str]:
    """What a character n-gram model writes that has learned the poems by heart."""
    text = "\f".join(poems) + "\f"
    following = defaultdict(list)
    for place in range(len(text) - n + 1):
        following[text[place : place + n - 1]].append(text[place + n - 1])
    written = text[: n - 1]
    while len(written) < len(text) // 2:
        written += rng.choice(following.get(written[1 - n :], ["\f"]))
    return [poem for poem in written.split("\f") if poem.strip()]


def random_letters(poems: list[str], rng: random.Random) -> list[str]:
    letters = string.ascii_lowercase + 5 * " "
    return ["\n".join("".join(rng.choices(letters, k=42)) for _ in range(14)) for _ in poems[:60]]


@pytest.fixture(scope="module")
def figures(sonnets: list[str]) -> dict[str, Figures]:
    controls = (shuffled_lines, shuffled_words, misspelt, sampled, random_letters)
    some = sonnets[::2]
    made = {make.__name__: make(some, random.Random(0)) for make in controls}
    return {name: measure(poems) for name, poems in {"real": some, **made}.items()}


def test_real_words(figures: dict[str, Figures]) -> None:
    share = {name: figures[name].real_words.share or 0 for name in figures}
    assert share["real"] > 0.99
    assert share["shuffled_lines"] == share["shuffled_words"] == share["real"]
    assert share["real"] > share["sampled"] + 0.03
    assert share["sampled"] > 0.9
    assert share["misspelt"] < 0.15
    assert share["random_letters"] < 0.03


def test_rhyme(figures: dict[str, Figures]) -> None:
    assert figures["real"].rhymes.perfect > 0.95
    assert figures["real"].rhymes.any > 0.98
    for control in ("shuffled_lines", "shuffled_words", "sampled", "random_letters"):
        assert figures[control].rhymes.any < 0.25


def test_metre(figures: dict[str, Figures]) -> None:
    assert figures["real"].iambic == pytest.approx(figures["shuffled_lines"].iambic)
    assert figures["real"].iambic > 0.95
    assert figures["real"].iambic > figures["sampled"].iambic + 0.15
    assert figures["sampled"].iambic > figures["shuffled_words"].iambic
    assert figures["shuffled_words"].iambic < 0.6
    assert figures["random_letters"].iambic < 0.6


def test_evenness(figures: dict[str, Figures]) -> None:
    assert figures["real"].syllables.mean == pytest.approx(10, abs=0.1)
    assert figures["real"].syllables.deviation < 0.2
    assert figures["sampled"].syllables.deviation > 5
    assert figures["random_letters"].syllables.deviation > 2.5


def test_variety_is_an_alarm_not_a_goal(figures: dict[str, Figures]) -> None:
    assert figures["random_letters"].distinct_2 > figures["sampled"].distinct_2
    assert figures["sampled"].distinct_2 > figures["real"].distinct_2 > 0.9


def test_copying_from_a_corpus(sonnets: list[str], figures: dict[str, Figures]) -> None:
    """Half of them were in the corpus; what learned them by heart recites in short runs."""
    assert figures["real"].copying is None
    copying = measure(sonnets[:60], sonnets[30:]).copying
    assert copying is not None
    assert copying.share == pytest.approx(0.5, abs=0.03)
    assert copying.longest > 500
    recited = measure(sampled(sonnets, random.Random(0), n=8), sonnets).copying
    assert recited is not None
    assert 0.1 < recited.share < 1
    assert recited.longest < 200
    apart = measure(sonnets[:30], sonnets[30:]).copying
    assert apart is not None
    assert apart.share < 0.05


def test_a_second_for_a_hundred_lines(sonnets: list[str]) -> None:
    """0.03 s, measured; a busy machine may need more."""
    started = time.perf_counter()
    lines = measure(sonnets).lines
    assert time.perf_counter() - started < lines / 100


def test_what_the_corpus_often_says_is_a_word() -> None:
    assert measure(["blorp"]).real_words.share == 0
    assert measure(["blorp"], ["Blorp blorp,"] * 9 + ["blorp."]).real_words.share == 0
    assert measure(["blorp"], ["Blorp blorp,"] * 10).real_words.share == 1


def test_nothing_is_claimed_without_a_word_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(package: str) -> Path:
        raise ModuleNotFoundError(package)

    monkeypatch.setattr(english_words, "files", absent)
    monkeypatch.setattr(critic, "english_words", english_words.english_words.__wrapped__)
    poem = tmp_path / "poem.txt"
    poem.write_text("The cat\nsat flat\n")
    assert main([str(poem), "--json"]) == 0
    printed = capsys.readouterr().out
    assert "Real words: not measured" in printed
    document = json.loads(printed.splitlines()[-1])
    assert document["real_words"]["share"] is None
    assert document["rhymes"]["perfect"] == 1


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "The owl has gone away to sea,\nThe grocer took a glass of tea."
    (tmp_path / "a.txt").write_text(f"{text}\n\n\n{text}\n\n{text}\n")
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "A sorr\n\nof cat"}) + "\n")
    files = [str(tmp_path / name) for name in ("a.txt", "b.jsonl")]
    reference = ["--reference", str(tmp_path / "a.txt")]
    assert main([*files, *reference, "--form", "couplet", "--json"]) == 0
    printed = capsys.readouterr().out
    assert "3 poems, 8 lines, 46 words" in printed
    assert "Not words: sorr" in printed
    document = json.loads(printed.splitlines()[-1])
    assert document["poems"] == 3
    assert document["repeated_lines"] == pytest.approx(2 / 8)
    assert document["copying"]["share"] > 0.9
    kept = document["compliance"]
    # The first and the second are couplets, of eight syllables where ten were asked for.
    assert kept["rhymes"]["count"] == 4
    assert kept["rhymes"]["perfect"] == pytest.approx(3 / 4)
    assert kept["stanzas"] == pytest.approx(2 / 3)
    assert kept["syllables_near"] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.txt"], "no file nowhere.txt"),
        ([__file__], "of no kind I read"),
        (["blank.txt"], "blank.txt holds no poems"),
        (["poem.txt", "--reference", "nowhere.txt"], "no file nowhere.txt"),
    ],
)
def test_mistakes(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("blank.txt").write_text("\n\n")
    Path("poem.txt").write_text("A word\n")
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""


def test_verse_of_every_form() -> None:
    """Some of all that the primer has, but for its haiku and free verse, which do not rhyme."""
    rhymed = (record for record in read_primer() if record["form"] not in ("haiku", "free"))
    real = measure([record["text"] for record in islice(rhymed, 0, None, 30)])
    assert real.real_words.share is not None
    assert real.real_words.share > 0.99
    assert 0.7 < real.rhymes.any < 0.85
    assert 0.8 < real.iambic < 0.95
    assert real.syllables.deviation < 1
