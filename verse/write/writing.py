"""Writes a poem with any checkpoint: composed if it was trained on verse, else freehand."""

import time
from collections.abc import Callable, Generator
from functools import partial

from model.checkpoint import Checkpoint
from model.fast.threads import Threads
from verse.request.request import Poem, PoemRequest
from verse.write import composer, freehand
from verse.write.poet import Poet, writes_verse

Steps = Generator[str, None, Poem]
"""A poem being written step by step, so that one thread can write several in turns.

Yields pieces of its text, maybe "", and returns the poem, whose text begins with these pieces."""
Begin = Callable[[PoemRequest, Callable[[], bool], float], Steps]
"""(request, cancelled, started) -> the poem's steps.

`cancelled()` says whether to stop: then the step under way ends soon, and those after it up to the
poem, which ends with its last whole line, compute nothing. `started` is the `time.monotonic()` from
which its time counts. Raises RequestError or ValueError."""


def begin_with(
    checkpoint: Checkpoint, threads: Threads | None = None, weights: str = "auto"
) -> Begin:
    """Loads what writing with `checkpoint` needs; returns the function that begins a poem.

    threads, weights: as `Poet`'s; ignored freehand.
    """
    if writes_verse(checkpoint):
        return partial(composer.composing, Poet(checkpoint, weights=weights, threads=threads))
    return partial(freehand.composing, checkpoint)


def write(
    begin: Begin,
    request: PoemRequest,
    on_text: Callable[[str], None] = lambda text: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Poem:
    """Writes the whole poem of `request`, begun by `begin`, and returns it.

    on_text: receives its text piece by piece. cancelled: says whether to stop.
    """
    steps = begin(request, cancelled, time.monotonic())
    shown = 0
    while True:
        try:
            piece = next(steps)
        except StopIteration as end:
            poem: Poem = end.value
            on_text(poem.text[shown:])
            return poem
        shown += len(piece)
        on_text(piece)
