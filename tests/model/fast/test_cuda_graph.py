"""A graph's addresses hold for good: a batch captures its step once."""

from collections.abc import Callable

import pytest
import torch

from model.fast.cuda_graph import CudaGraph
from model.fast.decoder import Decoder, SamplingParams
from tests.model.decoding import check, network


def test_two_poems_in_turns_need_one_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    captured: list[CudaGraph] = []

    class Counted(CudaGraph):
        def __init__(self, work: Callable[[], None], device: torch.device) -> None:
            captured.append(self)
            super().__init__(work, device)

    monkeypatch.setattr("model.fast.batch.uses_cuda_graph", lambda device: True)
    monkeypatch.setattr("model.fast.forward.CudaGraph", Counted)
    model = network()
    decoder = Decoder(model, max_rows=3, max_chars=8)
    poems = [decoder.prefix([1, 2, 3]), decoder.prefix([4] * 9)]
    for line in range(6):
        poem = poems[line % 2]
        before = list(poem.tokens)
        rows = decoder.branch(poem, [SamplingParams(line + seed, 4 + seed) for seed in range(3)])
        for row in rows:
            check(model, before, row)
        decoder.adopt(poem, rows[line % 3])
    assert len(captured) == 1
