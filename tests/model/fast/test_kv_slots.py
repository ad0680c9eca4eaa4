"""What a decoder holds in memory is what it says, and room that is not used costs nothing."""

import os
from pathlib import Path

import pytest
from torch import Tensor

from model.fast.decoder import Decoder, Draw
from model.fast.kv_slots import Slots
from model.transformer import Transformer
from tests.model.decoding import CONTEXT, VOCAB


def test_memory_is_what_is_said(model: Transformer) -> None:
    config = model.config
    decoder = Decoder(model, max_rows=4, max_chars=10)
    one_character = 8 * config.n_layer * config.n_embd
    assert decoder.trunk([1]).bytes == one_character * CONTEXT
    tensors = [
        value for holder in (decoder._lines, decoder._lines.slots)
        for value in vars(holder).values() if isinstance(value, Tensor)
    ]  # fmt: skip
    held = sum(tensor.untyped_storage().nbytes() for tensor in tensors)
    assert decoder._lines.bytes == held
    assert held == one_character * 4 * 10 + 4 * (12 * 10 + 5 * VOCAB + 32) + 8
    assert decoder.bytes == decoder.packed.bytes + held
    pointers = {tensor.data_ptr() for tensor in tensors}
    decoder.branch(decoder.trunk([1, 2]), [Draw(i, 10) for i in range(4)])
    assert {
        value.data_ptr() for holder in (decoder._lines, decoder._lines.slots)
        for value in vars(holder).values() if isinstance(value, Tensor)
    } == pointers  # fmt: skip


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read on Linux")
def test_room_that_nobody_has_written_to_costs_nothing(decoder: Decoder) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before = resident()
    slots = Slots(decoder.packed, 50_000, CONTEXT)
    assert slots.bytes > 2**28
    assert not slots.held[:, :, ::5000].any()
    assert resident() - before < slots.bytes / 10
