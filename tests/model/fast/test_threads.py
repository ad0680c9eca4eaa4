"""As many threads as are worth it just now, and the same text with any number."""

import contextlib
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from model.config import ModelConfig
from model.fast.decoder import Decoder, SamplingParams
from model.fast.quantized import int8_matmul_is_exact
from model.fast.threads import (
    MAX_BACKOFF,
    MIN_BACKOFF,
    STEPS_BETWEEN_TRIALS,
    TRIAL_ROUNDS,
    Threads,
)
from model.transformer import Transformer
from tests.model.decoding import network


class Machine:
    """A clock, and steps that take as long as its threads need."""

    def __init__(self, alone: float, several: float) -> None:
        self.now = 0.0
        self.seconds = {1: alone, 2: several}
        self.used = 1
        self.threads = Threads(2, 2, clock=lambda: self.now, set_threads=self.use)

    def use(self, count: int) -> None:
        self.used = count

    def steps(self, count: int, rows: int = 8) -> list[int]:
        """The threads that each of so many steps was made with."""
        used = []
        for _ in range(count):
            with self.threads.step(rows):
                self.now += self.seconds[self.used] * (8 + rows) / 16
                used.append(self.used)
        return used


TRIAL = [1, 2] * TRIAL_ROUNDS


def test_several_go_on_where_they_are_faster_and_are_tried_again() -> None:
    quiet = Machine(alone=0.010, several=0.007)
    used = quiet.steps(len(TRIAL) + STEPS_BETWEEN_TRIALS + len(TRIAL) + 1)
    assert used == TRIAL + STEPS_BETWEEN_TRIALS * [2] + TRIAL + [2]


def test_one_goes_on_where_several_gain_little_or_nothing() -> None:
    for several in (0.0095, 0.010, 0.014):
        busy = Machine(alone=0.010, several=several)
        used = busy.steps(len(TRIAL) + 50)
        assert used == TRIAL + 50 * [1]


def test_a_trial_ends_with_the_second_step_that_is_far_too_slow() -> None:
    busy = Machine(alone=0.010, several=0.100)
    assert busy.steps(50) == [1, 2, 1, 2, *(46 * [1])]


@pytest.mark.parametrize("several", [0.0095, 0.100])  # to its end, and cut short
def test_a_trial_that_was_lost_is_not_the_last(several: float) -> None:
    machine = Machine(alone=0.010, several=several)
    machine.steps(len(TRIAL))
    assert machine.used == 1
    machine.seconds = {1: 0.010, 2: 0.007}
    machine.now += MIN_BACKOFF
    assert machine.steps(len(TRIAL) + 1) == [*TRIAL, 2]


def test_one_slow_step_is_chance() -> None:
    machine = Machine(alone=0.010, several=0.007)
    machine.steps(len(TRIAL))
    machine.seconds = {1: 0.010, 2: 0.100}
    assert machine.steps(1) == [2]
    machine.seconds = {1: 0.010, 2: 0.007}
    assert machine.steps(3) == [2, 2, 2]


def test_several_end_at_once_when_another_program_comes_and_return_when_it_goes() -> None:
    machine = Machine(alone=0.010, several=0.007)
    machine.steps(len(TRIAL) + 10)
    machine.seconds = {1: 0.010, 2: 0.100}
    assert machine.steps(4) == [2, 2, 1, 1]
    machine.seconds = {1: 0.010, 2: 0.007}
    machine.now += MIN_BACKOFF
    assert machine.steps(len(TRIAL) + 1) == [*TRIAL, 2]


def test_a_step_of_many_rows_is_no_slow_step() -> None:
    quiet = Machine(alone=0.010, several=0.007)
    quiet.steps(len(TRIAL), rows=1)
    assert quiet.steps(20, rows=64) == 20 * [2]


def test_they_are_tried_ever_more_seldom_on_a_busy_machine() -> None:
    busy = Machine(alone=0.010, several=0.100)
    trials: list[float] = []
    while busy.now < 500:
        began = busy.now
        if busy.steps(1) == [2] and (not trials or began - trials[-1] > 0.9 * MIN_BACKOFF):
            trials.append(began)
    pauses = [round(after - before, 3) for before, after in pairwise(trials)]
    assert pauses == sorted(pauses)
    assert pauses[0] == pytest.approx(MIN_BACKOFF, rel=0.4)
    assert pauses[-1] == pytest.approx(MAX_BACKOFF, rel=0.1)


def test_one_thread_at_most_touches_nothing() -> None:
    used: list[int] = []
    threads = Threads(1, 2, set_threads=used.append)
    for _ in range(20):
        with threads.step(8):
            pass
    assert used == []


def test_a_failed_step_leaves_one_thread() -> None:
    machine = Machine(alone=0.010, several=0.007)
    machine.steps(len(TRIAL) + 3)
    assert machine.used == 2
    with contextlib.suppress(MemoryError), machine.threads.step(8):
        machine.now += 5.0
        raise MemoryError
    assert machine.used == 1
    assert machine.steps(3) == [2, 2, 2]  # its time was not counted


def test_a_branch_is_written_by_the_clock() -> None:
    used: list[int] = []
    decoder = Decoder(network(), threads=Threads(2, 2, set_threads=used.append))
    decoder.branch(decoder.prefix([1]), [SamplingParams(number, 12) for number in range(2)])
    assert used[:4] == [1, 2, 1, 2]


@pytest.mark.parametrize("weights", ["float32", "int8"])
def test_two_threads_write_what_one_writes(weights: str) -> None:
    """Products large enough to be shared: of whole numbers the same to the last bit."""
    if weights == "int8" and not int8_matmul_is_exact():
        pytest.skip("int8 products are not exact on this CPU")
    torch.manual_seed(0)
    model = Transformer(ModelConfig("transformer", 90, 512, n_layer=2, n_head=8, n_embd=512))
    for parameter in model.parameters():  # some matrices begin as zeros
        torch.nn.init.normal_(parameter, std=0.05)
    decoder = Decoder(model, weights, max_rows=24)
    text = torch.randint(90, (100,)).tolist()
    before = torch.get_num_threads()
    written = []
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            params = [SamplingParams(number, 4) for number in range(24)]
            written.append(decoder.branch(decoder.prefix(text), params))
    finally:
        torch.set_num_threads(before)
    one, two = written
    assert [row.tokens for row in one] == [row.tokens for row in two]
    apart = torch.tensor([row.logprobs for row in one]) - torch.tensor(
        [row.logprobs for row in two]
    )
    assert apart.abs().max() <= (0 if weights == "int8" else 1e-4)


SUMS = """
import torch
from model.fast.threads import Threads

Threads(2, cores=2)
torch.manual_seed(0)
rows, weight = torch.randn(20, 512), torch.randn(512, 1536)
sums = []
for threads in (1, 2):
    torch.set_num_threads(threads)
    sums.append([rows[:count] @ weight for count in range(1, 21)])
assert all(map(torch.equal, *sums))
"""


def test_products_are_the_same_to_the_last_bit_with_any_number_of_threads() -> None:
    """In a process of its own, for the first product of a process decides."""
    subprocess.run([sys.executable, "-c", SUMS], check=True, cwd=Path(__file__).parents[3])
