"""Has a poem written by any checkpoint: held to a form where it was taught verse, else freehand."""

import time
from collections.abc import Callable, Generator
from functools import partial

from model.checkpoint import Checkpoint
from model.fast.threads import Threads
from verse.request.request import Poem, PoemRequest
from verse.write import composer, freehand
from verse.write.poet import Poet, writes_verse

Steps = Generator[str, None, Poem]
"""A poem being written, step by step: yields text, which may be none, and returns the poem, whose
text may go on from there. So one thread can write several poems in turns."""
Begin = Callable[[PoemRequest, Callable[[], bool], float], Steps]
"""(request, whether it was cancelled, the `time.monotonic()` from which its time counts) -> the
poem's steps. Raises RequestError or ValueError."""


def begin_with(
    checkpoint: Checkpoint, threads: Threads | None = None, weights: str = "auto"
) -> Begin:
    """How `checkpoint` begins a poem; what that needs is made ready now. threads,
    weights: as `Poet`'s; freehand does without."""
    if writes_verse(checkpoint):
        return partial(composer.composing, Poet(checkpoint, weights=weights, threads=threads))
    return partial(freehand.composing, checkpoint)


def write(
    begin: Begin,
    request: PoemRequest,
    on_text: Callable[[str], None] = lambda text: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Poem:
    """Writes one poem in one go. on_text: receives its text piece by piece."""
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
