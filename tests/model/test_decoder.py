"""Writing many rows at once says what writing each alone, the slow way, says."""

import math
import os
import random
import time
from itertools import islice
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.config import ModelConfig
from model.decoder import Batch, Decoder, Draw, Row
from model.draws import pick
from model.generate import generate
from model.matrix import KINDS
from model.packed import SMALL, choose_kind
from model.sampling import keep_top_k, keep_top_p
from model.slots import Slots
from model.transformer import Transformer

VOCAB, CONTEXT = 20, 48
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no CUDA device here"))]  # fmt: skip
# Float32 sums in another order: logits of a few units differ in their last places.
CLOSE = 1e-4


def network(device: str = "cpu") -> Transformer:
    torch.manual_seed(3)
    config = ModelConfig("transformer", VOCAB, CONTEXT, n_layer=2, n_head=2, n_embd=16)
    model = Transformer(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model.to(device).eval()


@pytest.fixture(scope="module")
def model() -> Transformer:
    return network()


@pytest.fixture
def decoder(model: Transformer) -> Decoder:
    return Decoder(model, max_rows=16, max_chars=CONTEXT)


def finish(batch: Batch) -> None:
    while batch.rows:
        batch.step()


@torch.inference_mode()
def reference(model: Transformer, prompt: list[int], row: Row) -> Tensor:
    """The log-probabilities of the row's tokens by one pass of the network over the whole text."""
    text = torch.tensor([prompt + row.tokens], device=model.device)
    scores = model(text)[0, len(prompt) - 1 : -1].log_softmax(1)
    chosen: Tensor = scores.gather(1, text[0, len(prompt) :, None])[:, 0]
    return chosen.cpu()


def check(model: Transformer, prompt: list[int], row: Row) -> None:
    expected = reference(model, prompt, row)
    torch.testing.assert_close(torch.tensor(row.logprobs), expected, rtol=CLOSE, atol=CLOSE)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("prompt", [[1], [4, 1, 7, 7, 2], list(range(20)) * 2])
def test_greedy_text_is_that_of_generate(device: str, prompt: list[int]) -> None:
    model = network(device)
    decoder = Decoder(model, max_rows=3, max_chars=CONTEXT)
    room = CONTEXT - len(prompt)
    expected = list(islice(generate(model, prompt, torch.Generator(), temperature=0), room))
    assert len(set(expected)) > 1
    draw = Draw(seed=1, max_chars=100, temperature=0)
    alone = decoder.batch(1).join(draw, prompt)
    finish(alone.batch)
    branched = decoder.branch(decoder.trunk(prompt), [draw] * 3)
    for row in [alone, *branched]:
        assert row.tokens == expected
        assert row.reason == "full"


def test_a_row_is_the_same_in_any_company_whoever_joins_or_leaves(model: Transformer) -> None:
    decoder = Decoder(model)
    chance = random.Random(5)
    batch = decoder.batch(6)
    prompts: dict[Row, list[int]] = {}
    left: set[Row] = set()
    streamed: dict[Row, list[int]] = {}
    for _ in range(200):
        if len(batch.rows) < 6 and chance.random() < 0.5:
            prompt = [chance.randrange(VOCAB) for _ in range(chance.randint(1, 20))]
            draw = Draw(
                seed=chance.randrange(2**31),
                max_chars=chance.randint(1, 40),
                temperature=chance.choice([0.0, 0.7, 1.0, 1.3]),
                top_k=chance.choice([0, 3]),
                top_p=chance.choice([1.0, 0.8]),
                min_p=chance.choice([0.0, 0.1]),
                no_repeat=chance.choice([0, 0, 3]),
                stops=frozenset(chance.choice([[], [2, 5]])),
                forbidden=frozenset(chance.choice([[], [7]])),
                forced=tuple(chance.choice([[], [3, 7, 1]])),
            )
            row = batch.join(draw, prompt)
            prompts[row], streamed[row] = prompt, []
        if batch.rows and chance.random() < 0.1:
            row = chance.choice(batch.rows)
            batch.leave(row)
            left.add(row)
        for row, token in batch.step():
            streamed[row].append(token)
    finish_early = list(batch.rows)
    for row in finish_early:
        batch.leave(row)
        left.add(row)
    reasons = {row.reason for row in prompts}
    assert {"stop", "length", "full", "cancelled"} <= reasons
    for row, prompt in prompts.items():
        assert streamed[row] == row.tokens
        if row.tokens:
            check(model, prompt, row)
        alone = decoder.batch(1).join(row.draw, prompt)
        while alone.batch.rows and len(alone.tokens) < len(row.tokens):
            alone.batch.step()
        assert alone.tokens == row.tokens
        if row not in left:
            finish(alone.batch)
            assert alone.reason == row.reason


def test_the_same_calls_give_the_same_bits(decoder: Decoder) -> None:
    def write() -> list[tuple[list[int], list[float]]]:
        rows = decoder.branch(decoder.trunk([1, 2, 3]), [Draw(i, 30) for i in range(16)])
        return [(row.tokens, row.logprobs) for row in rows]

    assert write() == write()


def test_rows_of_one_trunk_differ_by_seed_alone(model: Transformer, decoder: Decoder) -> None:
    prompt = [3, 1, 4, 1, 5]
    rows = decoder.branch(decoder.trunk(prompt), [Draw(i % 8, 20 + i) for i in range(16)])
    for row in rows:
        assert len(row.tokens) == row.draw.max_chars
        check(model, prompt, row)
    for first, second in zip(rows[:8], rows[8:], strict=True):
        assert second.tokens[: len(first.tokens)] == first.tokens
    assert len({tuple(row.tokens[:10]) for row in rows}) == 8


def test_a_trunk_grows_and_shrinks_like_one_read_anew(model: Transformer, decoder: Decoder) -> None:
    chance = random.Random(2)
    trunk = decoder.trunk([1, 2])
    for round_ in range(60):
        draws = [Draw(round_ * 8 + i, chance.randint(1, 12)) for i in range(8)]
        what = chance.choice(["adopt", "part", "rollback", "extend"])
        if what == "rollback" or trunk.room < 13:
            trunk.rollback(chance.randint(1, len(trunk.tokens)))
        elif what == "extend":
            trunk.extend([chance.randrange(VOCAB) for _ in range(chance.randint(1, 3))])
        else:
            before = list(trunk.tokens)
            rows = decoder.branch(trunk, draws)
            assert trunk.tokens == before
            for row in rows:
                check(model, before, row)
            row = chance.choice(rows)
            chars = None if what == "adopt" else chance.randint(1, len(row.tokens))
            trunk.adopt(row, chars)
            assert trunk.tokens == before + row.tokens[:chars]
        if chance.random() < 0.7:  # else several changes are read together
            fresh = decoder.trunk(trunk.tokens)
            torch.testing.assert_close(trunk.logits, fresh.logits, rtol=CLOSE, atol=CLOSE)


def test_rows_that_no_longer_belong_are_not_adopted(decoder: Decoder) -> None:
    trunk, other = decoder.trunk([1, 2, 3]), decoder.trunk([1, 2, 3])
    first = decoder.branch(trunk, [Draw(1, 5), Draw(2, 5)])
    with pytest.raises(ValueError, match="another text"):
        other.adopt(first[0])
    trunk.adopt(first[0])
    with pytest.raises(ValueError, match="another text"):
        trunk.adopt(first[1])
    trunk.rollback(3)
    trunk.adopt(first[1])  # the text it continues is there again
    decoder.branch(other, [Draw(1, 5)])
    trunk.rollback(3)
    with pytest.raises(ValueError, match="given to another"):
        trunk.adopt(first[0])


def test_a_forked_row_is_as_if_it_had_drawn_all_itself(
    model: Transformer, decoder: Decoder
) -> None:
    chance = random.Random(3)
    prompt = [3, 1, 4]
    for _ in range(20):
        trunk = decoder.trunk(prompt)
        first = decoder.branch(trunk, [Draw(i, chance.randint(3, 20)) for i in range(5)])
        origins = [(row, chance.randint(1, len(row.tokens))) for row in chance.choices(first, k=11)]
        # With its origin's random numbers it goes the same way, and further.
        draws = [Draw(row.draw.seed, 21 + place) for place, (row, _) in enumerate(origins)]
        forked = decoder.fork(origins, draws)
        again = decoder.fork([(forked[0], 20)], [Draw(99, 30)])
        for (origin, _), row in zip(origins, forked, strict=True):
            assert len(row.tokens) == row.draw.max_chars
            assert row.tokens[: len(origin.tokens)] == origin.tokens
            check(model, prompt, row)
        assert again[0].tokens[:20] == forked[0].tokens[:20]
        check(model, prompt, again[0])
        # All that are still held can be adopted.
        row = chance.choice([*first, *forked])
        trunk.adopt(row)
        fresh = decoder.trunk(prompt + row.tokens)
        torch.testing.assert_close(trunk.logits, fresh.logits, rtol=CLOSE, atol=CLOSE)


def test_forked_rows_differ_from_their_origin_on(model: Transformer, decoder: Decoder) -> None:
    trunk = decoder.trunk([1])
    (origin,) = decoder.branch(trunk, [Draw(1, 12, no_repeat=3)])
    rows = decoder.fork([(origin, 4)] * 8, [Draw(9 + i, 30, no_repeat=3) for i in range(8)])
    assert {tuple(row.tokens[:4]) for row in rows} == {tuple(origin.tokens[:4])}
    assert len({tuple(row.tokens) for row in rows}) == 8
    for row in rows:
        text = [1, *row.tokens]
        runs = [tuple(text[at : at + 3]) for at in range(len(text) - 2)]
        assert len(set(runs)) == len(runs)


def test_ends_are_begun_beside_rows_that_are_unfinished(
    model: Transformer, decoder: Decoder
) -> None:
    trunk = decoder.trunk([1, 2, 3])
    draws = [Draw(seed, max_chars=6 + 3 * seed) for seed in range(6)]
    more = [Draw(seed, max_chars=20) for seed in range(10, 14)]
    plain = decoder.branch(trunk, draws)
    origins = [0, 2, 4, 5]  # of these, two are finished when the ends are begun
    ends = decoder.fork([(plain[at], 4) for at in origins], more)
    expected = [row.tokens for row in plain + ends]

    rows = decoder.branch(trunk, draws, unfinished=3)
    assert [bool(row.reason) for row in rows] == 3 * [True] + 3 * [False]
    rows += decoder.fork([(rows[at], 4) for at in origins], more)
    assert [row.tokens for row in rows] == expected
    for row in rows:
        assert row.reason == "length"
        check(model, [1, 2, 3], row)
    trunk.adopt(rows[5])
    torch.testing.assert_close(
        trunk.logits, decoder.trunk([1, 2, 3, *expected[5]]).logits, rtol=CLOSE, atol=CLOSE
    )


def test_a_fork_beyond_what_there_is(decoder: Decoder) -> None:
    trunk = decoder.trunk([1, 2])
    first = decoder.branch(trunk, [Draw(i, 6) for i in range(16)])
    with pytest.raises(ValueError, match="more than the 16 rows"):
        decoder.fork([(row, 3) for row in first], [Draw(i, 9) for i in range(16)])
    decoder.fork([(first[0], 3)] * 15, [Draw(i, 9) for i in range(15)])
    with pytest.raises(ValueError, match="given to another"):
        decoder.fork([(first[1], 3)], [Draw(1, 9)])
    for count in (0, 7):
        with pytest.raises(ValueError, match=f"no first {count}"):
            decoder.fork([(first[0], count)], [Draw(1, 9)])
    with pytest.raises(ValueError, match="no room to write"):
        decoder.fork([(first[0], 6)], [Draw(1, 6)])
    alone = decoder.batch(2).join(Draw(1, 5), [1])
    with pytest.raises(ValueError, match="off a trunk"):
        alone.batch.fork([(alone, 1)], [Draw(2, 5)])


class Turns:
    """Allows what differs from the last token by less than `state[1]`, which counts down."""

    def allowed(self, state: Tensor) -> Tensor:
        return (torch.arange(VOCAB) - state[:, :1]).abs() < state[:, 1:]

    def advance(self, state: Tensor, tokens: Tensor) -> Tensor:
        return torch.stack((tokens, state[:, 1] - 1), 1)


def test_constraints_hold_and_a_row_without_a_way_on_is_stuck(decoder: Decoder) -> None:
    draws = [Draw(i, 40, state=(5, 6 + i), temperature=2.0) for i in range(8)]
    rows = decoder.branch(decoder.trunk([5]), draws, Turns())
    for row in rows:
        assert row.reason == "stuck"
        assert len(row.tokens) == row.draw.state[1]
        last = 5
        for step, token in enumerate(row.tokens):
            assert abs(token - last) < row.draw.state[1] - step
            last = token
        assert row.state == (last, 0)
        assert all(math.isfinite(logprob) for logprob in row.logprobs)
    forked = decoder.fork([(rows[3], 4)] * 4, [Draw(20 + i, 40, temperature=2.0) for i in range(4)])
    for row in forked:
        assert row.tokens[:4] == rows[3].tokens[:4]
        assert len(row.tokens) == rows[3].draw.state[1]
        assert row.state == (row.tokens[-1], 0)


def test_forced_forbidden_and_stop_characters(model: Transformer, decoder: Decoder) -> None:
    draws = [
        Draw(i, 30, forced=(9, 2, i), forbidden=frozenset({4, 9}), stops=frozenset({1, 11}))
        for i in range(12, 20)
    ]
    rows = decoder.branch(decoder.trunk([8, 8]), draws)
    assert {row.reason for row in rows} <= {"stop", "length"}
    for row in rows:
        assert tuple(row.tokens[:3]) == row.draw.forced
        assert not {4, 9} & set(row.tokens[3:])
        assert not {1, 11} & set(row.tokens[:-1])
        assert (row.tokens[-1] in (1, 11)) == (row.reason == "stop")
        check(model, [8, 8], row)


@pytest.mark.parametrize("limit", [2, 4])
def test_no_run_comes_twice_that_may_not(decoder: Decoder, limit: int) -> None:
    prompt = [1, 2, 3, 4, 5, 1, 2, 3]
    draws = [Draw(i, 30, no_repeat=limit, temperature=0.3) for i in range(8)]
    free = decoder.branch(decoder.trunk(prompt), [Draw(i, 30, temperature=0.3) for i in range(8)])
    held = decoder.branch(decoder.trunk(prompt), draws)

    def repeats(row: Row) -> int:
        text = prompt + row.tokens
        runs = [tuple(text[at : at + limit]) for at in range(len(text) - limit + 1)]
        new = runs[len(prompt) - limit + 1 :]
        return sum(run in runs[: len(prompt) - limit + 1 + at] for at, run in enumerate(new))

    assert sum(map(repeats, free)) > 0
    assert [repeats(row) for row in held] == [0] * 8


def test_cancelled_and_late_rows_end_within_one_step(decoder: Decoder) -> None:
    batch, stop = decoder.batch(4), False
    cancelled = batch.join(Draw(1, 40, cancelled=lambda: stop), [1])
    late = batch.join(Draw(2, 40, deadline=time.monotonic() + 3600), [1])
    over = batch.join(Draw(3, 40, deadline=time.monotonic()), [1])
    goes_on = batch.join(Draw(4, 40), [1])
    assert {row for row, _ in batch.step()} == {cancelled, late, goes_on}
    assert (over.reason, over.tokens) == ("deadline", [])
    stop = True
    batch.leave(late)
    assert [row for row, _ in batch.step()] == [goes_on]
    assert cancelled.reason == late.reason == "cancelled"
    assert len(cancelled.tokens) == len(late.tokens) == 1
    finish(batch)
    assert goes_on.reason == "length"


def test_a_full_context_ends_the_row_and_takes_no_other(decoder: Decoder) -> None:
    trunk = decoder.trunk([1] * (CONTEXT - 2))
    row = decoder.branch(trunk, [Draw(1, 10)])[0]
    assert (len(row.tokens), row.reason) == (2, "full")
    trunk.adopt(row)
    assert trunk.room == 0
    with pytest.raises(ValueError, match="no room"):
        decoder.branch(trunk, [Draw(1, 10)])
    with pytest.raises(ValueError, match="room for 0 more"):
        trunk.extend([1])
    trunk.rollback(5)
    assert len(decoder.branch(trunk, [Draw(1, 10)])[0].tokens) == 10


def test_mistakes_are_told(model: Transformer, decoder: Decoder) -> None:
    with pytest.raises(ValueError, match="at least one token"):
        decoder.trunk([])
    with pytest.raises(ValueError, match="go back"):
        decoder.trunk([1, 2]).rollback(0)
    with pytest.raises(ValueError, match="rows are taken"):
        decoder.branch(decoder.trunk([1]), [Draw(1, 1)] * 17)
    with pytest.raises(ValueError, match="give one"):
        decoder.batch(1).join(Draw(1, 1))
    with pytest.raises(ValueError, match="weights must be"):
        Decoder(model, weights="int4")
    for wrong in ({"min_p": 2.0}, {"max_chars": 0}, {"no_repeat": 1}, {"temperature": -1.0}):
        with pytest.raises(ValueError, match="must be"):
            Draw(**({"seed": 1, "max_chars": 5} | wrong))
    trunk = decoder.trunk([1])
    batch = decoder.batch(1, trunk=trunk)
    batch.join(Draw(1, 5))
    trunk.extend([2])
    with pytest.raises(ValueError, match="changed under its rows"):
        batch.step()


def test_pick_draws_what_the_plain_functions_leave_at_its_rate() -> None:
    """The distribution over a fine grid of uniforms is that of `model.sampling`, exactly."""
    torch.manual_seed(0)
    logits = torch.randn(1, 12) * 2
    logits[0, 3] = logits[0, 5]  # equal scores, of which top-k may keep one
    grid = (torch.arange(4000) + 0.5) / 4000
    for temperature, top_k, top_p, min_p in (
        (1.0, 0, 1.0, 0.0), (0.6, 5, 1.0, 0.0), (1.5, 0, 0.7, 0.0), (1.2, 6, 0.8, 0.0),
        (1.0, 0, 1.0, 0.2), (0.0, 0, 1.0, 0.0),
    ):  # fmt: skip
        draw = Draw(1, 1, temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p)
        drawn = pick(
            logits.expand(4000, -1),
            torch.ones(4000, 12, dtype=torch.bool),
            torch.tensor([draw.knobs()]).expand(4000, -1),
            grid,
        )
        left = logits / (temperature or 1)
        if temperature == 0:
            left = keep_top_k(left, 1)
        if top_k:
            left = keep_top_k(left, top_k)
        if top_p < 1:
            left = keep_top_p(left, top_p)
        expected = left.softmax(1)[0]
        if min_p:
            expected = expected * (expected >= min_p * expected.max())
            expected = expected / expected.sum()
        share = drawn.bincount(minlength=12) / 4000
        torch.testing.assert_close(share, expected, rtol=0, atol=6e-4)


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
    assert held == one_character * 4 * 10 + 4 * (12 * 10 + 5 * VOCAB + 24)
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


@pytest.mark.parametrize("kind", KINDS)
def test_rounded_weights_foresee_as_well(kind: str) -> None:
    """Bits per character within 0.5 %, on what the float32 network itself writes."""
    torch.manual_seed(1)
    config = ModelConfig("transformer", VOCAB, 256, n_layer=2, n_head=2, n_embd=64)
    model = Transformer(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.08)
    exact, rounded = Decoder(model, max_rows=8, max_chars=200), Decoder(model, kind, 8, 200)
    trunk = exact.trunk([1])
    rows = exact.branch(trunk, [Draw(i, 200) for i in range(8)])
    draws = [Draw(i, 200, forced=tuple(row.tokens)) for i, row in enumerate(rows)]
    again = rounded.branch(rounded.trunk([1]), draws)
    assert [row.tokens for row in again] == [row.tokens for row in rows]
    loss = -sum(sum(row.logprobs) for row in rows)
    assert 0.5 < loss / 1600 < 0.98 * math.log(VOCAB)  # it foresees something
    assert abs(-sum(sum(row.logprobs) for row in again) / loss - 1) < 0.005
    # The last places of float32 differ with the company, and now and then that rounds otherwise.
    alone = rounded.branch(rounded.trunk([1]), draws[:1])[0]
    apart = torch.tensor(alone.logprobs) - torch.tensor(again[0].logprobs)
    assert apart.abs().max() < 0.05


def large_network() -> Transformer:
    """Large enough for "auto" to measure it."""
    model = Transformer(ModelConfig("transformer", VOCAB, 32, n_layer=2, n_head=4, n_embd=704))
    assert model.parameter_count() > SMALL
    return model


def test_auto_measures_and_says_so() -> None:
    decoder = Decoder(large_network(), "auto", max_rows=4)
    assert decoder.weights in KINDS
    assert decoder.reason.startswith(decoder.weights)
    assert "2 rows" in decoder.reason
    for kind in KINDS[1:]:
        assert kind in decoder.reason


def test_auto_leaves_a_small_network_as_it_is(model: Transformer) -> None:
    kind, reason = choose_kind(model, 4)
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
    kind, reason = choose_kind(large_network(), 2)
    assert kind != "int8"
    assert "int8" not in reason
