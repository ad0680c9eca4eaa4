"""The same texts wherever they are written, and however the network is told to."""

import pytest
import torch

from model.transformer import Transformer
from tests.model.decoding import network


@pytest.fixture(params=["ragged", "static", pytest.param("cuda", marks=pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no CUDA device here"))])  # fmt: skip
def model(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Transformer:
    """On the CPU; there in shapes that never change, as they are on a GPU; and on a GPU."""
    if request.param == "static":
        monkeypatch.setattr("model.fast.batch.uses_cuda_graph", lambda device: True)
    return network("cuda" if request.param == "cuda" else "cpu")
