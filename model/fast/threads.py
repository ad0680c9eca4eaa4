"""One thread or several: whichever is the faster just now.

On a machine with nothing else to do two threads write a poem in three quarters of one thread's
time. Where another program holds a core, they wait for each other at every product and take five
to ten times as long (docs/log.md). So the clock decides, again and again: some steps are made with
one thread and with several in turns, and what was faster goes on until it is asked anew. The text
is the same either way: with 8-bit weights to the last bit, in float32 up to its rounding.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import torch

MOST = 2
"""By default: how fast more are was not measured."""
ROUNDS = 5
"""Steps of a trial with one thread, and as many with several, in turns; their medians count."""
GAIN = 1.1
"""How many times as fast several threads must be to be worth a second core."""
STEPS = 100
"""After so many with several threads they are tried again."""
SLOW = 1.5
"""Two steps running that take so many times what one thread would end them at once."""
SHORTEST, LONGEST = 1.0, 60.0
"""Seconds until they are tried again after a trial that they lost; twice as long each time."""
FIXED = 8
"""A step of no rows would take as long as so many rows take: only about, so that steps of few and
of many rows can be compared."""


class Threads:
    """Sets the number of torch's threads, step by step. They are the whole process's."""

    def __init__(
        self,
        most: int,
        cores: int | None = None,
        clock: Callable[[], float] = time.perf_counter,
        use: Callable[[int], None] = torch.set_num_threads,
    ) -> None:
        """most: threads at most, but no more than cores; with 1 nothing is ever set. cores: of this
        process, as many as torch has threads now by default."""
        self.most = max(1, min(most, cores or torch.get_num_threads()))
        self._clock, self._use = clock, use
        self._trial: list[float] = []
        """Seconds a row of the trial's steps so far, one thread's and several threads' in turns."""
        self._several = False
        """Whether several were the faster at the last trial."""
        self._alone = 0.0
        """Seconds a row that one thread took at it."""
        self._slow = 0
        """How many of their last steps were slow."""
        self._steps_left = 0
        self._wait = SHORTEST
        self._again = -math.inf
        """When several are tried again after a loss."""

    @contextmanager
    def step(self, rows: int) -> Iterator[None]:
        """What is done within is a step of so many rows."""
        if self.most == 1:
            yield
            return
        trying = self._steps_left == 0 if self._several else self._clock() >= self._again
        several = len(self._trial) % 2 == 1 if trying else self._several
        self._use(self.most if several else 1)
        start = self._clock()
        yield
        took = (self._clock() - start) / (FIXED + rows)
        if trying:
            self._trial.append(took)
            self._alone = median(self._trial[::2])
        if several:
            self._slow = self._slow + 1 if took > SLOW * self._alone else 0
        if self._slow == 2:
            self._lose()
        elif trying and len(self._trial) == 2 * ROUNDS:
            self._decide()
        elif several and not trying:
            self._steps_left -= 1

    def _decide(self) -> None:
        if median(self._trial[1::2]) * GAIN <= self._alone:
            self._several, self._steps_left, self._wait = True, STEPS, SHORTEST
            self._trial = []
        else:
            self._lose()

    def _lose(self) -> None:
        self._use(1)  # for whatever else is done before the next step
        self._several, self._slow = False, 0
        self._trial = []
        self._again = self._clock() + self._wait
        self._wait = min(2 * self._wait, LONGEST)
