"""The book's own command, ``python -m model``: what it prints, and its mistakes."""

from pathlib import Path

import pytest

from model.__main__ import main as plain
from tests.refused import Refused
from verse.request.format import SIGNS

ROOT = Path(__file__).parents[2]


def test_any_stage_writes_on_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """The book's own command: the network alone, the same text for the same seed number."""
    texts = []
    for stage in ("bigram", "multihead", "transformer", "transformer"):
        folder = str(ROOT / "checkpoints" / "ladder" / stage)
        assert plain(["the sea", "--seed", "1", "--chars", "40", "--checkpoint", folder]) == 0
        texts.append(capsys.readouterr().out)
    assert all(text.startswith("the sea") and 10 < len(text) <= 48 for text in texts)
    assert len(set(texts)) == 3
    assert texts[2] == texts[3]


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_new_poem_of_the_plain_network_has_no_marks(
    capsys: pytest.CaptureFixture[str], seed: str
) -> None:
    """The poet that ships was taught to write headers and numbers of syllables, too."""
    assert plain(["", "--seed", seed, "--chars", "60"]) == 0
    text = capsys.readouterr().out
    assert text[0].isalpha()
    assert SIGNS.isdisjoint(text)


def test_mistakes_of_the_plain_network(refused: Refused) -> None:
    folder = str(ROOT / "checkpoints" / "ladder" / "bigram")
    refused(plain, "x", "--chars", "0", says="--chars must be 1 or more, not 0")
    refused(plain, "x", "--checkpoint", "nowhere", says="no checkpoint at nowhere: name another")
    wild = ("--checkpoint", folder, "--temperature", "99")
    refused(plain, "x", *wild, says="temperature must be from 0")
    refused(plain, "x", "--seed", "-1", "--checkpoint", folder, says="--seed must be from 0")
