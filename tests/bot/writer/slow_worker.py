"""The real worker on a machine that is slow: python -m tests.bot.writer.slow_worker."""

import sys
import time
from collections.abc import Callable

from bot.writer import worker
from model.checkpoint import Checkpoint
from model.fast.threads import Threads
from verse.request.request import Poem, PoemRequest
from verse.write import writing

STEP_SECONDS = 0.4
fast = writing.begin_with


def begin_with(
    checkpoint: Checkpoint, threads: Threads | None = None, weights: str = "auto"
) -> writing.Begin:
    begin = fast(checkpoint, threads, weights)

    def slowly(
        request: PoemRequest, cancelled: Callable[[], bool], started: float
    ) -> writing.Steps:
        steps = begin(request, cancelled, started)
        while True:
            time.sleep(STEP_SECONDS)
            try:
                yield next(steps)
            except StopIteration as end:
                poem: Poem = end.value
                return poem

    return slowly


def main() -> int:
    writing.begin_with = begin_with
    return worker.main()


if __name__ == "__main__":
    sys.exit(main())
