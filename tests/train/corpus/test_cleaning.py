"""What is taken off poems, which poems are left out, and that all of it is counted."""

import json
import random
from pathlib import Path

import pytest

from train.__main__ import main
from train.corpus.apparatus import strip_apparatus
from train.corpus.duplicates import near_duplicates
from train.corpus.filters import why_not
from train.corpus.load import load_corpus, read_corpus
from train.corpus.poem import Poem

VERSE = (
    "The mill is silent by the weir,\nThe miller sleeps below,\n"
    "And every spring the swallows hear\nThe water come and go.\n\n"
    "They build above the broken wheel\nAnd under the old beam,\n"
    "And do not know, and do not feel\nThe stopping of the stream."
)
FIRST, SECOND = VERSE.split("\n\n")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("Rydal Mount, May 20th,", "", "dateline"),
        ("", "Cambridge,", "dateline"),
        ("", "London, 4th of July, 1876.", "dateline"),
        ("", "(1818.)", "dateline"),
        ("Thirsting after God.", "", "heading"),
        ("To the memory of my niece", "", "heading"),
        ('"And there was no more sea."--Revelation xxi.', "", "epigraph"),
        ("", "Footnotes:\n\nA weir is a dam.\n\nSo is a mole.", "note"),
        ("", "Published in the Gazette, in May. The edition of\nthat year has a comma.", "note"),
        ("One of the poems of the affections.--ED.", "", "note"),
        ("", "--Goethe.", "source"),
        ("", "W. C. H.", "signature"),
    ],
)  # fmt: skip
def test_apparatus_round_a_poem(before: str, after: str, reason: str) -> None:
    text = "\n\n".join(filter(None, (before, VERSE, after)))
    stripped, removed = strip_apparatus(text)
    assert stripped == VERSE
    assert {line.reason for line in removed} == {reason}
    assert sorted(line.line for line in removed) == sorted((before or after).split("\n"))


@pytest.mark.parametrize("inside", ["Chorus.", "Roger:", "He sings.", "(The shutters close.)"])
def test_labels_between_stanzas(inside: str) -> None:
    stripped, removed = strip_apparatus(f"{FIRST}\n\n{inside}\n\n{SECOND}")
    assert stripped == VERSE
    assert [line.line for line in removed] == [inside]


@pytest.mark.parametrize(
    "text",
    [
        VERSE,
        f"O my mill!\n\n{FIRST}\n\nO my mill!\n\n{SECOND}",  # a refrain opens it
        f"{VERSE}\n\nAnd still the river runs.",  # terza rima ends so
        f"{FIRST}\n\nBut I heard it.\n\n{SECOND}",
        "Alone.\n\nI walk\nby the sea.",
        "Short.",
        "May comes too early to be kept,\nAnd April weeps again.",
        "We sailed in 1805,\nAnd few of us came home alive.",
        "Count one, count 2,\nAnd then count 1.",  # numbers that don't grow
    ],
)
def test_verse_is_left_alone(text: str) -> None:
    assert strip_apparatus(text) == (text, [])


def test_line_numbers() -> None:
    lines = VERSE.split("\n")
    numbered = [f"{line} {at + 1}" if at in (2, 5, 8) else line for at, line in enumerate(lines)]
    stripped, removed = strip_apparatus("\n".join(numbered))
    assert stripped == VERSE
    assert {line.reason for line in removed} == {"line number"}
    assert len(removed) == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (VERSE, None),
        ("Short.", None),
        ("the sun\nis late\ntoday", None),
        ("O gin ye were a wee bit kirk,\nUpon the brae, upon the brae,\n"
         "I'd ring thy bell frae morn till mirk,\nAnd pray a' day, and pray a' day.", None),
        ("Odi et amo. Quare id faciam, fortasse requiris?\n"
         "Nescio, sed fieri sentio et excrucior.\n"
         "Miser Catulle, desinas ineptire,\net quod vides perisse perditum ducas.", "not English"),
        ("The author of these verses was a miller, who wrote them in the evening\n"
         "on the backs of old accounts. They were found in a drawer by his niece,\n"
         "who thought little of them, and who gave them to the present editor with\n"
         "a jar of pickles and a letter that nobody has ever been able to read.", "not verse"),
        ("1 4 9 16\n25 36 49\n64 81 100\nx x 7x 53 11 3", "not verse"),
        ("Be slow to lend.\n\n--Chinese.\n\nBe swift to mend.\n\n--Bacon.", "not verse"),
    ],
)  # fmt: skip
def test_filters(text: str, reason: str | None) -> None:
    assert why_not(text) == reason


def nonsense(seed: int, lines: int = 8) -> list[str]:
    """Lines that no other seed writes."""
    rng = random.Random(seed)
    syllable = [c + v for c in "bdflmnprst" for v in "aeiou"]
    return [" ".join("".join(rng.choices(syllable, k=2)) for _ in range(6)) for _ in range(lines)]


def test_near_duplicates() -> None:
    poem, other = nonsense(1), nonsense(2)
    longer = "\n".join([*poem, "And then a last line that nobody knew of."])
    respelt = "\n".join(line.upper().replace(" ", "  ") + "!" for line in poem[:5]) + "\nfa la"
    quoting = "\n".join([*other, *poem[:3]])
    texts = ["\n".join(poem), longer, respelt, "\n".join(other[:4]), quoting]
    assert near_duplicates(texts) == [True, False, True, True, False]
    assert near_duplicates(texts[::-1]) == [True, False, True, True, False][::-1]
    assert near_duplicates(["fa la", "fa la la", "Fa, la!"]) == [False, False, True]


def test_each_poem_once_and_each_loss_counted(tmp_path: Path) -> None:
    twin = VERSE.replace("silent", "quiet").replace("old beam", "long beam")
    latin = "Odi et amo. Quare id faciam, fortasse requiris?\n" * 3
    file = tmp_path / "poems.txt"
    file.write_text("\n\n\n".join([f"{VERSE}\n\nParis, 1819.", VERSE.upper(), twin, latin]))
    poems, report = read_corpus([str(file)])
    assert poems == load_corpus([str(file)]) == [Poem(VERSE)]
    assert poems[0].printed == f"{VERSE}\n\nParis, 1819."
    assert report.kept[str(file)] == {"poems": 1, "lines": 8, "chars": len(VERSE)}
    assert report.dropped == {"near-duplicate": 2, "not English": 1}
    assert report.removed == {"dateline": 1}
    assert report.examples["dateline"] == "Paris, 1819."


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "poems.txt"
    poems = ["\n".join(nonsense(seed)) for seed in range(12)]
    file.write_text("\n\n\n".join([f"{VERSE}\n\nParis, 1819.", *poems[1:]]))
    # Sounds without sense are no English, and the command says so.
    assert main(["corpus", "--corpus", str(file)]) == 0
    printed = capsys.readouterr().out
    figures = json.loads(printed.splitlines()[-1])["figures"]
    assert (figures["poems"], figures["lines"], figures["chars"]) == (1, 8, len(VERSE))
    assert figures["dropped"] == {"not English": 11}
    assert figures["removed"] == {"dateline": 1}
    assert VERSE in "\n".join(line.rstrip() for line in printed.splitlines())
    assert "Paris, 1819." in printed

    file.write_text("\n\n\n".join(poems))
    assert main(["corpus", "--corpus", str(file)]) == 2
    assert "12 not English" in capsys.readouterr().err


def test_the_commands_choice_is_by_seed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "poems.txt"
    file.write_text("\n\n\n".join(f"And the {' and the '.join(nonsense(n))}" for n in range(40)))

    def shown(*options: str) -> list[str]:
        assert main(["corpus", "--corpus", str(file), *options]) == 0
        return [line for line in capsys.readouterr().out.split("\n") if line.startswith("And the")]

    assert len(shown()) == 10
    assert shown() == shown("--seed", "0") != shown("--seed", "1")
