"""The commands as a person types them: what they print, and one sentence for every mistake."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from bot.__main__ import main as bot
from model.__main__ import main as plain
from tests.refused import Refused
from train import device
from train.__main__ import main as train
from train.loop import Run
from train.report import Reporter
from verse.__main__ import main as write
from verse.judge.__main__ import main as critic
from verse.judge.known_runs import KnownRuns
from verse.write.word_list import WordList

ROOT = Path(__file__).parents[1]
TINY = "Roses that sleep\nWake in the deep,\nSo says the sea\nSinging to me.\n"
WORDS = ["rose", "sea", "moon", "wind", "lark", "rain", "bell", "tree", "star", "sand"]


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=cwd, env=environment(), timeout=120,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def environment() -> dict[str, str]:
    # One thread: the networks here are too small to share, and the machine may be busy.
    return os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("corpus") / "poems.txt"
    poems = [
        TINY.replace("sea", one).replace("Roses", two.title()) for one in WORDS for two in WORDS
    ]
    file.write_text("\n\n\n".join(poems))
    return file


@pytest.fixture(scope="module")
def trained(corpus: Path) -> Path:
    """A run made by the command."""
    folder = corpus.parent / "run"
    with redirect_stdout(io.StringIO()) as stdout, redirect_stderr(io.StringIO()) as stderr:
        assert train(["--preset", "tiny", "--corpus", str(corpus), "--out", str(folder)]) == 0
    figures = json.loads(stdout.getvalue().splitlines()[-1])["figures"]
    assert figures["iterations"] == 100
    assert figures["val_loss"] < figures["first_loss"] - 1
    assert "Device: CPU with" in stderr.getvalue()
    assert "bits per character" in stderr.getvalue()
    assert f"CHECKPOINT={folder}" in stderr.getvalue()
    return folder


def test_a_runs_folder(trained: Path) -> None:
    assert {path.name for path in trained.iterdir()} == {
        "model.safetensors", "config.json", "metrics.json", "provenance.json",
        "training.safetensors", "training.json", "loss.png",
    }  # fmt: skip
    assert (trained / "loss.png").read_bytes().startswith(b"\x89PNG")
    provenance = json.loads((trained / "provenance.json").read_text())
    assert provenance["corpus"]["poems"] == 100
    assert provenance["recipe"]["n_embd"] == 32


def test_a_poem_twice(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By one process; by two: tests/test_readme.py."""
    printed = []
    for _ in range(2):
        here = ["--checkpoint", str(trained)]
        assert write(["the sea at night", "--seed", "7", "--json", *here]) == 0
        printed.append(capsys.readouterr().out)
    document = json.loads(printed[0].splitlines()[-1])
    assert document["text"] == json.loads(printed[1].splitlines()[-1])["text"]
    assert document["seed"] == 7
    assert printed[0].startswith(document["text"])
    assert document["text"].startswith("The sea at night")
    assert document["weights"] == "float32"


def test_evaluate(trained: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(["evaluate", str(trained), "--corpus", str(corpus)]) == 0
    whole = capsys.readouterr()
    figures = json.loads(whole.out.splitlines()[-1])
    poems = corpus.read_text().strip().split("\n\n\n")
    assert figures["chars"] == sum(len(poem.strip()) + 1 for poem in poems)
    assert 0.1 < figures["bits_per_char"] < 4
    assert "run has learned from this very corpus, so the figure flatters it" in whole.err
    # What training held back scores what training said.
    assert train(["evaluate", str(trained), "--corpus", str(corpus), "--validation-only"]) == 0
    held = capsys.readouterr()
    metrics = json.loads((trained / "metrics.json").read_text())
    measured = json.loads(held.out.splitlines()[-1])["bits_per_char"]
    assert "flatters" not in held.err
    assert measured == pytest.approx(metrics["bits_per_char"], rel=2e-3)  # saved at 16 bits


def test_words_anew(
    trained: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poet = tmp_path / "poet"
    shutil.copytree(trained, poet)
    assert train(["words", str(poet), "--corpus", str(corpus)]) == 0
    assert "moon" in WordList.load(poet / "words.tsv").words
    known = KnownRuns.load(poet)
    assert known is not None
    assert known.holds(corpus.read_text().split("\n\n\n")[-1], "")
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["poems"] < 100  # none that was held back
    # Of another corpus it would know other words than it learned.
    before = (poet / "words.tsv").read_bytes()
    other = tmp_path / "other.txt"
    other.write_text("Another poem of other words.\n\n\n" * 40)
    assert train(["words", str(poet), "--corpus", str(other)]) == 2
    assert "poet learned from another corpus" in capsys.readouterr().err
    assert (poet / "words.tsv").read_bytes() == before


@pytest.fixture
def sigterm_at_20(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each run gets systemd's signal at its twentieth iteration."""
    shown = Reporter.__call__

    def show(reporter: Reporter, run: Run) -> None:
        shown(reporter, run)
        if run.progress.iteration == 20:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(Reporter, "__call__", show)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # if a run does not hear it
    yield
    assert signal.signal(signal.SIGTERM, before) is signal.default_int_handler


@pytest.fixture
def stopped(
    sigterm_at_20: None, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Path:
    """A run that was stopped as systemd does. Ctrl-C is another signal: tests/test_readme.py."""
    folder = tmp_path / "run"
    command = ("--preset", "tiny", "--iterations", "4000", "--device", "cpu")
    assert train([*command, "--corpus", str(corpus), "--out", str(folder)]) == 0
    printed = capsys.readouterr()
    assert f"--resume {folder}" in printed.err
    assert json.loads(printed.out.splitlines()[-1])["figures"]["iterations"] == 20
    training = json.loads((folder / "training.json").read_text())
    assert len(training["train_losses"]) == 20
    return folder


def test_a_stopped_run_is_a_checkpoint_that_resumes(
    stopped: Path, corpus: Path, refused: Refused, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = stopped
    arguments = ["--corpus", str(corpus), "--device", "cpu"]
    refused(train, "--preset", "tiny", "--out", str(folder), *arguments, says="by --resume")
    other = ("--resume", str(folder), "--stage", "bigram", *arguments)
    refused(train, *other, says="is a run of stage transformer, not bigram")
    changed = ("--resume", str(folder), "--matrix-lr", "0.1", *arguments)
    refused(train, *changed, says="--matrix-lr can't be changed on the way")
    assert write(["the sea", "--lines", "4", "--checkpoint", str(folder)]) == 0

    # It goes on to its end, in the precision it began with even if another is faster now.
    provenance = json.loads((folder / "provenance.json").read_text())
    provenance["recipe"]["iterations"] = 25
    provenance["autocast"] = not provenance["autocast"]
    (folder / "provenance.json").write_text(json.dumps(provenance))
    capsys.readouterr()
    assert train(["--resume", str(folder), *arguments]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out.splitlines()[-1])["figures"]["iterations"] == 25
    assert re.search(r"Device: cpu with b?float\d+, as the run began", printed.err)
    kept = json.loads((folder / "provenance.json").read_text())
    assert kept["autocast"] == provenance["autocast"]
    refused(train, "--resume", str(folder), *arguments, says="nothing left to resume")


def test_the_tail_of_a_text_is_held_back(
    corpus: Path, tmp_path: Path, refused: Refused, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "tail")
    tiny = ("--preset", "tiny", "--iterations", "20", "--device", "cpu", "--out", folder)
    assert train([*tiny, "--corpus", str(corpus), "--split", "tail"]) == 0
    trained = json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]
    chars = sum(len(poem.strip()) for poem in corpus.read_text().strip().split("\n\n\n"))
    assert trained["val_chars"] - trained["val_poems"] == round(0.1 * chars)

    here = ("evaluate", folder, "--validation-only", "--device", "cpu")
    assert train([*here, "--corpus", str(corpus)]) == 0
    held = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert held["bits_per_char"] == pytest.approx(trained["bits_per_char"], rel=2e-3)
    other = tmp_path / "other.txt"
    other.write_text(corpus.read_text() + "\n\n\nOne poem more.")
    refused(train, *here, "--corpus", str(other), says="the tail of another corpus")


def test_mistakes_in_training(corpus: Path, tmp_path: Path, refused: Refused) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"text": "fine"}\n{"text": \n')
    empty = tmp_path / "empty.txt"
    empty.touch()
    out = ("--out", str(tmp_path / "out"))
    for arguments, pattern in [
        (("--corpus", str(broken)), r"broken.jsonl, line 2: .*Mend the line"),
        (("--corpus", str(empty)), r"empty.txt is empty"),
        (("--corpus", "nowhere.txt"), r"no corpus nowhere.txt"),
        (("--corpus", str(corpus), "--device", "tpu"), r"no device 'tpu' here"),
        (("--preset", "huge"), r"invalid choice: 'huge'"),
        (("--stage", "lstm"), r"invalid choice: 'lstm'"),
        (("--split", "head"), r"invalid choice: 'head'"),
        (("--minutes", "0"), r"more than 0"),
        (("--corpus", str(corpus), "--block-size", "100000"), r"too few for a context of 100000"),
        (("--corpus", str(corpus), "--n-embd", "7"), r"multiple of n_head"),
    ]:
        refused(train, *arguments, *out, says=pattern)
    assert not (tmp_path / "out").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "file").touch()
    here = ("--corpus", str(corpus), "--preset", "tiny", "--device", "cpu")
    for folder, pattern in [
        (tmp_path / "mine", "already there: name another folder"),
        (tmp_path / "file", "already there: name another folder"),
        (tmp_path / "file" / "below", "Nothing can be written to"),
        (ROOT / "checkpoints" / "poet", "the poet that ships, which no run replaces"),
    ]:
        refused(train, *here, "--out", str(folder), "--overwrite", says=pattern)
    refused(train, "--resume", str(tmp_path / "none"), says="is missing")
    poet = str(ROOT / "checkpoints" / "poet")
    refused(train, "--resume", poet, says="can't be resumed, for it has no training.safetensors")
    foreign = tmp_path / "foreign.txt"
    foreign.write_text("Роза\nи море\n\n\nИ песок\n")
    strange = ("evaluate", poet, "--corpus", str(foreign))
    refused(train, *strange, says="does not know 15 of this corpus's 18 characters: name another")


def test_mistakes_in_writing(tiny_checkpoint: Path, tmp_path: Path, refused: Refused) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "config.json").write_text('{"architectures": ["GPT2LMHeadModel"]}')
    here = ("--checkpoint", str(tiny_checkpoint))
    for arguments, pattern in [
        (("", *here), "The seed is empty"),
        (("🌙", *here), "Latin alphabet"),
        (("sea", "--temperature", "-1", *here), "temperature must be"),
        (("sea", "--lines", "0", *here), "A poem has 1 to 16 lines"),
        (("sea", "--seed", "-5", *here), "seed number must be"),
        (("sea", "--checkpoint", str(tmp_path / "none")), "no checkpoint at"),
        (("sea", "--checkpoint", str(foreign)), "not a checkpoint of this program"),
    ]:
        refused(write, *arguments, says=pattern)


# Each process times bfloat16 for itself, and on a busy machine they may find different things.
OF_TWO_MINDS = """
import os, pathlib, sys, torch
from train import __main__ as command, device

quicker = torch.float32 if os.environ["RANK"] == "0" else torch.bfloat16
device._seconds = lambda dtype: 1.0 if dtype == quicker else 2.0
agree = device.Processes.one_precision

def tell(processes, own):
    agreed = agree(processes, own)
    # Each to a file of its own: on one output two processes talk into each other's lines.
    note = pathlib.Path(__file__).with_name("said" + os.environ["RANK"])
    note.write_text(f"{own.autocast} then {agreed.autocast}")
    return agreed

device.Processes.one_precision = tell
sys.exit(command.main())
"""


def test_two_processes_learn_what_one_learns(
    corpus: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """torchrun: the same batch shared by two, in the precision of the first, so the same losses up
    to rounding."""
    command = (
        *("--preset", "tiny", "--iterations", "40", "--n-embd", "16"),
        *("--corpus", str(corpus), "--device", "cpu"),
    )
    monkeypatch.setattr(device, "_seconds", lambda dtype: 1.0)  # no gain, so float32
    assert train([*command, "--out", str(tmp_path / "alone")]) == 0
    alone = json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]

    script = tmp_path / "of_two_minds.py"
    script.write_text(OF_TWO_MINDS)
    launcher = ("torch.distributed.run", "--nproc-per-node=2", str(script))
    result = run(*launcher, *command, "--out", str(tmp_path / "together"))
    assert result.returncode == 0, result.stderr
    said = [(tmp_path / f"said{rank}").read_text() for rank in range(2)]  # of bfloat16
    assert said == ["False then False", "True then False"]
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("{")]
    together = json.loads(line)["figures"]
    assert together["val_loss"] < together["first_loss"] - 0.5
    for name in ("first_loss", "train_loss", "val_loss"):
        assert together[name] == pytest.approx(alone[name], abs=2e-3)


@pytest.mark.parametrize(
    ("command", "verbs"),
    [
        (write, [[]]),
        (plain, [[]]),
        (critic, [[]]),
        (train, [[], ["evaluate"], ["ladder"], ["words"], ["corpus"]]),
        (bot, [[], ["check"], ["sync"], ["preview"], ["export"], ["backup"]]),
    ],
    ids=["verse", "model", "critic", "train", "bot"],
)
def test_every_flag_has_help(
    command: Callable[[list[str]], int],
    verbs: list[list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    for verb in verbs:
        with pytest.raises(SystemExit) as ended:
            command([*verb, "--help"])
        assert ended.value.code == 0
        text = capsys.readouterr().out
        entry = r"^  (--[\w-]+|-\w, --[\w-]+|[a-z]\w*)[^\n]*\n?([^\n]*)"
        flags = re.findall(entry, text, re.MULTILINE)
        assert flags
        for flag, following in flags:
            assert following.strip() or re.search(f"{flag}.*  +\\w", text), (verb, flag)
