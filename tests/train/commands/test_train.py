"""python -m train as a person types it: what is refused, and what a failure leaves behind."""

import json
import random
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from train.__main__ import main as train
from verse.judge.known_runs import KnownRuns

ROOT = Path(__file__).parents[3]
TINY = ("--preset", "tiny", "--iterations", "4", "--device", "cpu")
EPIGRAPH = "ΜΟΙΡΑ κραταιή, Роза и море, 詩"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("corpus") / "poems.txt"
    things = ["rose", "sea", "moon", "wind", "lark", "rain", "bell", "tree", "star", "sand"]
    poems = [
        f"The {one} that sings to every {two},\nAnd I that heard the {one} of night."
        for one in things
        for two in things
    ]
    file.write_text("\n\n\n".join(poems), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def run(corpus: Path) -> Path:
    """A run that was stopped halfway, as far as its recipe knows."""
    folder = corpus.parent / "run"
    assert train([*TINY, "--corpus", str(corpus), "--out", str(folder)]) == 0
    provenance = json.loads((folder / "provenance.json").read_text())
    provenance["recipe"]["iterations"] = 6
    (folder / "provenance.json").write_text(json.dumps(provenance))
    return folder


@pytest.mark.parametrize(
    "given",
    [
        *(["--init", "checkpoints/ladder/bigram"], ["--overwrite"], ["--out", "elsewhere"]),
        *(["--preset", "tiny"], ["--minutes", "1"], ["--iterations", "9"], ["--split", "tail"]),
        *(["--dropout", "0"], ["--seed", "0"], ["--matrix-lr", "0.0"], ["--n-layer", "0"]),
        *(["--compile"], ["--no-compile"]),
    ],
    ids=" ".join,
)
def test_what_a_resumed_run_cannot_change_is_refused(
    run: Path, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    assert train(["--resume", str(run), *given]) == 2
    name = given[0].replace("--no-", "--")
    said = capsys.readouterr().err
    assert said.startswith(f"{name} can't be changed on the way, as --resume goes on with")
    assert said.endswith("leave it out, or start a new run.\n")
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_a_resumed_run_may_be_told_what_it_is_and_where(
    run: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    told = ("--stage", "transformer", "--corpus", str(corpus), "--device", "cpu")
    assert train(["--resume", str(copy), *told]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]["iterations"] == 6


WITHOUT_TORCH = """
import sys
from train.__main__ import VERBS, main

for verb in ([], *([verb] for verb in VERBS)):
    try:
        main([*verb, "--help"])
    except SystemExit as ended:
        assert ended.code == 0
assert main(["--seed", "-1"]) == main(["--resume", "run", "--init", "other"]) == 2
assert main(["prepare", "--out", "."]) == 2
assert "torch" not in sys.modules
"""


def test_help_and_mistakes_are_answered_without_torch() -> None:
    """It takes seconds to import."""
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("usage: python -m train") == 6


@pytest.mark.parametrize("seed", ["-1", "9223372036854775808", "99999999999999999999999"])
def test_a_seed_out_of_range(
    corpus: Path, tmp_path: Path, seed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert train([*TINY, "--corpus", str(corpus), "--out", str(out), "--seed", seed]) == 2
    assert capsys.readouterr().err == (f"seed must be from 0 to 9223372036854775807, not {seed}.\n")
    assert not out.exists()


def test_one_poem_is_divided_by_its_tail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "poem.txt"
    file.write_text("The sea is wide, the sea is deep,\nAnd I that heard it cannot sleep.\n" * 30)
    command = [*TINY, "--corpus", str(file), "--out", str(tmp_path / "run")]
    assert train(command) == 2
    said = capsys.readouterr().err
    assert said.startswith("One poem is too few to hold some back")
    assert "--split tail" in said
    assert train([*command, "--split", "tail"]) == 0


def test_a_full_disk_leaves_nothing_unfinished(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The system refuses to write a file as long as the training's state is."""
    out = tmp_path / "run"
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, usual[1]))
    try:
        status = train([*TINY, "--corpus", str(corpus), "--out", str(out)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    said = capsys.readouterr().err
    assert status == 2, said
    last = said.splitlines()[-1]
    assert last.startswith(f"{out} can't be saved (")
    assert last.endswith("): make room, or name another folder with --out.")
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_an_epigraph_in_greek(tmp_path: Path) -> None:
    """Whatever scripts a corpus has, it is prepared, and its words are made anew."""
    rng = random.Random(0)
    words = [
        "rose",
        "sea",
        "moon",
        "wind",
        "lark",
        "rain",
        "bell",
        "tree",
        "star",
        "sand",
        "that",
        "I",
        "and",
        "of",
        "the",
        "my",
        "sing",
    ]
    poems = [  # enough that one in 200 is held back
        "\n".join(" ".join(rng.choices(words, k=8)).capitalize() for _ in range(4))
        for _ in range(450)
    ]
    file = tmp_path / "poems.txt"
    text = "\n\n\n".join(f"{EPIGRAPH}\n{poem}" for poem in poems)
    file.write_text(text, encoding="utf-8")
    prepared, run = tmp_path / "prepared", tmp_path / "run"
    small = ("--preset", "small", "--corpus", str(file))
    assert train(["prepare", *small, "--out", str(prepared)]) == 0
    known = KnownRuns.load(prepared)
    assert known is not None
    learned = sum(known.holds(poem.split("\n")[1]) for poem in poems)
    assert 0.9 * len(poems) < learned < len(poems)

    shape = ("--n-layer", "1", "--n-head", "1", "--n-embd", "8", "--block-size", "64")
    short = ("--iterations", "1", "--batch-size", "1", "--device", "cpu", "--no-compile")
    assert train([*small, *shape, *short, "--out", str(run)]) == 0
    made = (run / "known_runs.safetensors").read_bytes()
    (run / "known_runs.safetensors").unlink()
    assert train(["words", str(run), "--corpus", str(file)]) == 0
    assert (run / "known_runs.safetensors").read_bytes() == made
