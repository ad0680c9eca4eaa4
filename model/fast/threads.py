"""One thread or several, whichever is faster at the moment.

On an idle machine two threads write a poem in three quarters of one thread's time. Where another
program holds a core, they wait for each other at every product and take five to ten times as long
(docs/log.md). So it is measured, again and again: in a trial, steps with one thread and with
several alternate, and what was faster goes on until the next trial. The text is the same either
way: with int8 weights to the last bit, in float32 up to its rounding.
"""

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import torch

DEFAULT_THREADS = 2
"""Most threads by default: how fast more are was not measured."""
TRIAL_ROUNDS = 5
"""Steps of a trial with one thread, and as many with several; their medians count."""
MIN_SPEEDUP = 1.1
"""Least speed-up at which several threads are worth a second core."""
STEPS_BETWEEN_TRIALS = 100
"""Steps with several threads after which they are tried anew."""
MAX_SLOWDOWN = 1.5
"""Two consecutive steps this much slower than one thread's end the multi-threaded phase."""
MIN_BACKOFF, MAX_BACKOFF = 1.0, 60.0
"""Seconds from a lost trial to the next, doubled with each that is lost."""
FIXED_COST_ROWS = 8
"""Fixed cost of a step, about, expressed in rows; normalises timings of different batch sizes."""


class Threads:
    """Sets the number of torch's threads, which is the whole process's, step by step."""

    def __init__(
        self,
        max_threads: int,
        cores: int | None = None,
        clock: Callable[[], float] = time.perf_counter,
        set_threads: Callable[[int], None] = torch.set_num_threads,
    ) -> None:
        """max_threads: also limited by the cores; with 1 nothing is ever set. cores: of this
        process, None for as many as torch has threads now."""
        self.max_threads = max(1, min(max_threads, cores or torch.get_num_threads()))
        # MKL sums in one order whatever the number of threads, so that float32 texts are the same
        # to the last bit (its strict conditional numerical reproducibility). It costs some 5 %, and
        # is read at the first product of a process.
        os.environ.setdefault("MKL_CBWR", "AUTO,STRICT")
        self._clock, self._set_threads = clock, set_threads
        self._trial: list[float] = []
        """Seconds per row of the trial's steps so far, with one thread and several alternating."""
        self._multi = False
        """Whether several threads were faster at the last trial."""
        self._single_time = 0.0
        """Seconds per row with one thread at the last trial."""
        self._slow_steps = 0
        """Consecutive steps with several threads that were too slow."""
        self._steps_left = 0
        """Steps with several threads until the next trial."""
        self._backoff = MIN_BACKOFF
        self._next_trial = -math.inf
        """Time of the next trial after a lost one."""

    @contextmanager
    def step(self, rows: int) -> Iterator[None]:
        """Times what is done within, a step of `rows` rows, and sets its threads.

        A step that fails is not timed, and leaves the process with one thread.
        """
        if self.max_threads == 1:
            yield
            return
        in_trial = self._steps_left == 0 if self._multi else self._clock() >= self._next_trial
        multi = len(self._trial) % 2 == 1 if in_trial else self._multi
        self._set_threads(self.max_threads if multi else 1)
        start = self._clock()
        try:
            yield
        except BaseException:
            self._set_threads(1)  # for whoever handles it
            raise
        seconds = self._clock() - start
        self._note(seconds / (FIXED_COST_ROWS + rows), in_trial, multi)

    def _note(self, row_time: float, in_trial: bool, multi: bool) -> None:
        if in_trial:
            self._trial.append(row_time)
            self._single_time = median(self._trial[::2])
        if multi:
            slow = row_time > MAX_SLOWDOWN * self._single_time
            self._slow_steps = self._slow_steps + 1 if slow else 0
        if self._slow_steps == 2:
            self._back_off()
        elif in_trial and len(self._trial) == 2 * TRIAL_ROUNDS:
            self._decide()
        elif multi and not in_trial:
            self._steps_left -= 1

    def _decide(self) -> None:
        if median(self._trial[1::2]) * MIN_SPEEDUP <= self._single_time:
            self._multi, self._steps_left = True, STEPS_BETWEEN_TRIALS
            self._backoff = MIN_BACKOFF
            self._trial = []
        else:
            self._back_off()

    def _back_off(self) -> None:
        self._set_threads(1)  # for whatever else is done before the next step
        self._multi, self._slow_steps = False, 0
        self._trial = []
        self._next_trial = self._clock() + self._backoff
        self._backoff = min(2 * self._backoff, MAX_BACKOFF)
