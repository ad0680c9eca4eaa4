"""Work beside the poems, off the event loop: how a text scans, a poem as a picture.

All of it is done by one thread, a piece at a time, so that it takes one core at most whoever asks
for how much; a place to wait in is taken or refused at once.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from bot.rate_limit import Limiter

T = TypeVar("T")

PLACES = 20
"""Pieces of work that may be there at once. Each takes a fraction of a second."""


class SideBusy(Exception):
    """Reports that no place is free: whoever comes now is asked to come again."""


class Bench:
    """Does one piece of work at a time."""

    def __init__(self) -> None:
        self.taken = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bench")

    async def run(self, work: Callable[[], T]) -> T:
        """Returns the result of `work`, done by the thread once its turn has come."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class Sideline:
    """Holds one kind of such work, with limits of its own."""

    def __init__(self, bench: Bench, *, member: int, guild: int) -> None:
        """Lets a member have `member`, and a server `guild`, of it within a minute."""
        self.limiter = Limiter(member_poems=member, guild_poems=guild)
        self._bench = bench

    @contextmanager
    def place(self) -> Iterator[None]:
        """Takes a place at the bench. Raises SideBusy where there is none."""
        if self._bench.taken >= PLACES:
            raise SideBusy
        self._bench.taken += 1
        try:
            yield
        finally:
            self._bench.taken -= 1

    async def run(self, work: Callable[[], T]) -> T:
        """Returns the result of `work`; to be called within a `place`."""
        return await self._bench.run(work)
