"""Rounded weights foresee as well as exact ones, and are chosen by what is measured."""

import math

import pytest
import torch
from torch import Tensor

from model.config import ModelConfig
from model.fast import packed
from model.fast.decoder import Decoder, SamplingParams
from model.fast.packed import MIN_INT8_PARAMETERS, choose_kind
from model.fast.quantized import KINDS
from model.transformer import Transformer
from tests.model.decoding import VOCAB


@pytest.mark.parametrize("kind", KINDS)
def test_rounded_weights_foresee_as_well(kind: str) -> None:
    """Bits per character within 0.5 %, on what the float32 network itself writes."""
    torch.manual_seed(1)
    config = ModelConfig("transformer", VOCAB, 256, n_layer=2, n_head=2, n_embd=64)
    model = Transformer(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.08)
    exact, rounded = Decoder(model, max_rows=8, max_chars=200), Decoder(model, kind, 8, 200)
    prefix = exact.prefix([1])
    rows = exact.branch(prefix, [SamplingParams(i, 200) for i in range(8)])
    params = [SamplingParams(i, 200, forced=tuple(row.tokens)) for i, row in enumerate(rows)]
    again = rounded.branch(rounded.prefix([1]), params)
    assert [row.tokens for row in again] == [row.tokens for row in rows]
    loss = -sum(sum(row.logprobs) for row in rows)
    assert 0.5 < loss / 1600 < 0.98 * math.log(VOCAB)  # it foresees something
    assert abs(-sum(sum(row.logprobs) for row in again) / loss - 1) < 0.005
    # The last places of float32 differ with the company, and now and then that rounds otherwise.
    alone = rounded.branch(rounded.prefix([1]), params[:1])[0]
    apart = torch.tensor(alone.logprobs) - torch.tensor(again[0].logprobs)
    assert apart.abs().max() < 0.05


def large_network() -> Transformer:
    """Large enough for "auto" to round it."""
    model = Transformer(ModelConfig("transformer", VOCAB, 32, n_layer=2, n_head=4, n_embd=704))
    assert model.parameter_count() > MIN_INT8_PARAMETERS
    return model


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("fast", [True, False])
def test_auto_depends_on_the_kind_of_machine_alone(
    monkeypatch: pytest.MonkeyPatch, exact: bool, fast: bool
) -> None:
    """The same seed number gives the same poem after every start: no stopwatch decides. And int8
    is for CPUs that have instructions for it: without them a poem takes minutes."""
    monkeypatch.setattr(packed, "int8_matmul_is_exact", lambda: exact)
    monkeypatch.setattr(packed, "int8_matmul_is_fast", lambda: fast)
    kind, reason = choose_kind(large_network())
    assert kind == ("int8" if exact and fast else "float32")
    assert reason.startswith(kind)


def test_auto_leaves_a_small_network_as_it_is(model: Transformer) -> None:
    kind, reason = choose_kind(model)
    assert kind == "float32"
    assert f"{model.parameter_count():,}" in reason


def test_int8_is_refused_where_its_product_is_wrong_or_missing(
    model: Transformer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_16_bits(x: Tensor, weight: Tensor) -> Tensor:
        """As older instructions do it: one side made positive, pairs of products saturated."""
        products = (x.float()[:, :, None] + 128) * weight.float()  # (M, in, out)
        pairs = products.view(len(x), -1, 2, weight.shape[1]).sum(2).clamp(-(2**15), 2**15 - 1)
        whole: Tensor = (pairs.sum(1) - 128 * weight.float().sum(0)).int()
        return whole

    monkeypatch.setattr(torch, "_int_mm", in_16_bits)
    with pytest.raises(ValueError, match="choose float32"):
        Decoder(model, "int8")
    monkeypatch.delattr(torch, "_int_mm")
    with pytest.raises(ValueError, match="choose float32"):
        Decoder(model, "int8")
    kind, reason = choose_kind(large_network())
    assert kind == "float32"
    assert "does not multiply int8 fast and exactly" in reason
