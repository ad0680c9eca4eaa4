"""What several test packages share: a poet small enough to make on the spot."""

from pathlib import Path

import pytest
import torch

from model.checkpoint import Checkpoint, save_checkpoint
from model.config import ModelConfig
from model.stages import build_model
from model.tokenizer import CharTokenizer
from tests.refused import Refused

LETTERS = "\n !\"'(),-.:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an untrained network of a few thousand numbers: its poems are gibberish."""
    checkpoint = tiny(tmp_path_factory.mktemp("checkpoints") / "tiny", n_layer=2)
    save_checkpoint(checkpoint)
    return checkpoint.folder


def tiny(folder: Path, n_layer: int) -> Checkpoint:
    """Makes an untrained network that is to be saved in `folder`."""
    torch.manual_seed(1)
    tokenizer = CharTokenizer.train(LETTERS)
    model = build_model(
        ModelConfig("transformer", tokenizer.vocab_size, 64, n_layer, n_head=2, n_embd=16)
    )
    # An untrained network guesses uniformly; a little noise makes its choices its own.
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return Checkpoint(model, tokenizer, folder)


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    return Refused(capsys)
