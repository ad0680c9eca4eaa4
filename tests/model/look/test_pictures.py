"""What the pictures of a network show."""

from pathlib import Path

import pytest

from model.checkpoint import load_checkpoint
from model.config import STAGES
from model.look.pictures import WRITTEN_CHARS, continued
from model.tokenizer import POEM_END

LADDER = Path(__file__).parents[3] / "checkpoints" / "ladder"


@pytest.mark.parametrize("stage", STAGES)
def test_an_ancestor_fills_its_panel(stage: str) -> None:
    """Also where it ends its poem at once."""
    text = continued(load_checkpoint(LADDER / stage), "my cat is fat")
    assert text.startswith("my cat is fat")
    assert len(text) >= len("my cat is fat") + WRITTEN_CHARS
    assert POEM_END not in text
