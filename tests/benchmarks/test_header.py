"""How the benchmark of the header counts bits, and how it tells authors."""

import math
from pathlib import Path

import pytest
import torch

from benchmarks.header import ALL, SAYINGS, Saying, bits, classifier
from model.checkpoint import Checkpoint
from model.config import ModelConfig
from model.stages import build_model
from model.tokenizer import POEM_END, CharTokenizer
from tests.conftest import LETTERS
from train.dataset import encode
from train.loop import evaluate
from train.verse.annotate import Part
from verse.request.format import MARKS, read

PART = Part(
    lines=("The sea at night", "Is deep and bright", "", "A bell, a bell!", "Who rang it well?"),
    syllables=(4, 4, 0, 4, 4),
    scheme="AA",
    stanzas=2,
    author="Anna Bell",
    themes=("night", "bell"),
)


@pytest.fixture
def checkpoint() -> Checkpoint:
    torch.manual_seed(1)
    tokenizer = CharTokenizer.train(LETTERS + MARKS)
    shape = ModelConfig("transformer", tokenizer.vocab_size, 256, n_layer=1, n_head=2, n_embd=16)
    model = build_model(shape).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return Checkpoint(model, tokenizer, Path())


@pytest.mark.parametrize("saying", SAYINGS.values())
def test_every_saying_writes_the_same_poem(saying: Saying) -> None:
    written, head = saying.write(PART)
    assert read(written) == PART.text
    assert ("Anna" in written[:head]) == saying.author
    assert written[head - 1] in "\f\n"


def test_saying_nothing_costs_what_evaluate_says(checkpoint: Checkpoint) -> None:
    text, marks = bits(checkpoint, *SAYINGS["nothing"].write(PART))
    tokenizer = checkpoint.tokenizer
    end = tokenizer.stoi[POEM_END]
    whole = evaluate(checkpoint.model, [encode(PART.text, tokenizer)], end)
    assert (text + marks) * math.log(2) == pytest.approx(whole.loss * whole.chars, rel=1e-5)
    assert marks == 0


def test_text_costs_the_same_count_of_characters_whatever_is_said(checkpoint: Checkpoint) -> None:
    # A network that finds everything equally likely needs log2 V bits for each character.
    for parameter in checkpoint.model.parameters():
        torch.nn.init.zeros_(parameter)
    each = math.log2(checkpoint.tokenizer.vocab_size)
    for saying in (Saying(), ALL):
        text, marks = bits(checkpoint, *saying.write(PART))
        assert text / each == pytest.approx(len(PART.text) + 1)
        signs = len(saying.write(PART)[0]) - 1 - len(PART.text)
        assert marks / each == pytest.approx(signs, rel=1e-4)


def test_authors_are_told_by_their_words() -> None:
    guess = classifier({"sailor": ["the sea, the salt sea"], "farmer": ["the corn in the field"]})
    assert guess("O salt and foam of the sea") == "sailor"
    assert guess("a field, a field of corn") == "farmer"
