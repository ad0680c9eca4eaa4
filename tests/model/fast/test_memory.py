"""What a decoder holds in memory is what it says, and slots that are not used cost nothing."""

import os
from pathlib import Path

import pytest
from torch import Tensor

from model.fast.batched_kv_cache import BatchedKVCache
from model.fast.decoder import Batch, Decoder, SamplingParams
from model.fast.forward import StaticDecoding
from model.transformer import Transformer
from tests.model.decoding import CONTEXT, VOCAB


def tensors(batch: Batch) -> dict[int, Tensor]:
    """All tensors that a batch holds, by their address."""
    holders: list[object] = [batch, batch.cache]
    if isinstance(decoding := batch._decoding, StaticDecoding):
        holders += [decoding, decoding._prefix]
    found = [
        value for holder in holders for value in vars(holder).values() if isinstance(value, Tensor)
    ]
    return {value.data_ptr(): value for value in found}


def test_memory_is_what_is_said(model: Transformer) -> None:
    config = model.config
    decoder = Decoder(model, max_rows=4, max_chars=10)
    one_character = 8 * config.n_layer * config.n_embd
    assert decoder.prefix([1]).bytes == one_character * CONTEXT
    batch = decoder._candidates
    before = tensors(batch)
    held = sum(tensor.untyped_storage().nbytes() for tensor in before.values())
    assert batch.bytes == held
    static = isinstance(batch._decoding, StaticDecoding)
    expected = one_character * 4 * 10 + 4 * (12 * 10 + 5 * VOCAB + 24)
    assert held == expected + static * (one_character * CONTEXT + 8 * 4 + 8)
    assert decoder.bytes == decoder.packed.bytes + held
    decoder.branch(decoder.prefix([1, 2]), [SamplingParams(i, 10) for i in range(4)])
    assert tensors(batch).keys() == before.keys()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read on Linux")
def test_slots_that_nothing_was_written_to_cost_nothing(decoder: Decoder) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before = resident()
    cache = BatchedKVCache(decoder.packed, 50_000, CONTEXT)
    assert cache.bytes > 2**28
    assert not cache.keys_values[:, :, ::5000].any()
    assert resident() - before < cache.bytes / 10
