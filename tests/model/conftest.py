"""A small network, and a decoder for it."""

import pytest

from model.fast.decoder import Decoder
from model.transformer import Transformer
from tests.model.decoding import CONTEXT, network


@pytest.fixture(scope="module")
def model() -> Transformer:
    return network()


@pytest.fixture
def decoder(model: Transformer) -> Decoder:
    return Decoder(model, max_rows=16, max_chars=CONTEXT)
