"""Ending in good order on SIGTERM and Ctrl-C."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def _nothing() -> None:
    pass


async def until_stopped(
    work: Coroutine[Any, Any, None], before_end: Callable[[], Awaitable[None]] = _nothing
) -> None:
    """Runs `work` to its end, or until the first signal: then awaits `before_end` and cancels it.

    A second signal ends the process at once.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def first_signal() -> None:
        stop.set()
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    for number in SIGNALS:
        with suppress(NotImplementedError):  # Windows: Ctrl-C ends the process at once
            loop.add_signal_handler(number, first_signal)
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            await before_end()
    finally:
        stopped.cancel()
        if not working.done():
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
    if not working.cancelled():
        await working
