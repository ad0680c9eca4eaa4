"""The event loop's side of the poet: a bounded queue before one worker process.

    async with Writer(folder, threads=2, queue_size=20, concurrent=2) as writer:
        poem = writer.submit(PoemRequest("the sea at night"))
        async for piece in poem.pieces():
            ...
        print(poem.result.text)

The worker has a few active poems at once, the others wait here. A worker that dies is started
again: the poems that it had begun are lost and their askers told, the others keep their places. If
it dies again before a single poem is finished, everybody is told and it is given more and more time
between attempts: no crash loop, no endless wait.
"""

import asyncio
import logging
from collections import deque
from pathlib import Path
from typing import Self

from bot.writer.errors import (
    LeftQueue,
    PoetAway,
    QueueFull,
    ShuttingDown,
    WriterError,
    WriterStartError,
)
from bot.writer.in_progress import PoemInProgress
from bot.writer.poet_process import AUTO, GRACE_SECONDS, Health, PoetProcess
from verse.request.request import PoemRequest

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds between the attempts to start a worker that keeps dying; the first pause is one."""


class Writer:
    """Holds one poet in its own process, and the queue before it."""

    def __init__(
        self,
        checkpoint: Path,
        *,
        threads: int,
        queue_size: int,
        concurrent: int,
        weights: str = AUTO,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        """Takes the folder of the `checkpoint` that is to write.

        concurrent: number of poems that are active at once; queue_size: number that may wait
        besides; weights: their kind, as `verse.write.poet.Poet`'s.
        """
        self.health = Health()
        self._folder = checkpoint
        self._threads = threads
        self._weights = weights
        self._queue_size = queue_size
        self._concurrent = concurrent
        self._grace_seconds = grace_seconds
        self._queue: deque[PoemInProgress] = deque()
        self._poet: PoetProcess | None = None
        self._tasks: dict[asyncio.Task[None], PoetProcess] = {}  # of the poet, and of retired ones
        self._away = False
        self._pause = 0.0
        self._stopping = False
        self._switching = asyncio.Lock()
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self) -> None:
        """Starts the worker. Raises WriterStartError."""
        self._engage(await self._start_poet(self._folder))

    @property
    def checkpoint(self) -> str:
        """Name of the checkpoint that writes."""
        return self._poet.checkpoint if self._poet else self._folder.resolve().name

    @property
    def folder(self) -> Path:
        """Where that checkpoint lies."""
        return self._folder

    @property
    def waiting(self) -> int:
        """How many poems wait for the poet."""
        return len(self._queue)

    @property
    def active(self) -> int:
        """How many poems the poet has: those that it writes, and those that it was just given."""
        return sum(len(poet.poems) for poet in self._tasks.values())

    @property
    def worker_pid(self) -> int | None:
        return self._poet.process.pid if self._poet else None

    def submit(self, request: PoemRequest) -> PoemInProgress:
        """Puts a poem into the queue. Raises QueueFull, ShuttingDown or PoetAway at once."""
        if self._stopping:
            raise ShuttingDown
        if self._away:
            raise PoetAway
        if len(self._queue) >= self._queue_size:
            raise QueueFull
        poem = PoemInProgress(request)
        self._queue.append(poem)
        self._idle.clear()
        self._move_on()
        return poem

    def cancel(self, poem: PoemInProgress) -> None:
        """Takes a poem that nobody wants any more out of the queue, or ends it where it is."""
        if poem in self._queue:
            self._queue.remove(poem)
            poem.put(LeftQueue())
            poem.move(None)
            self._move_on()
        else:
            for poet in self._tasks.values():
                poet.cancel(poem)

    async def switch(self, folder: Path) -> None:
        """Has another checkpoint write from now on; what is active is still finished by the old.

        Raises WriterStartError if the folder is no good, and then nothing has changed. Two
        networks are in memory for as long as this and the old one's poems take.
        """
        async with self._switching:
            poet = await self._start_poet(folder)
            if self._stopping:
                await poet.close()
                raise ShuttingDown
            before, self._folder = self._poet, folder
            self._engage(poet)
            if before is not None:
                before.retire()

    def stop_taking(self) -> None:
        """Has `submit` raise ShuttingDown from now on; what was asked before is still written."""
        self._stopping = True

    async def drain(self) -> None:
        """Waits until no poem is waiting or being written."""
        await self._idle.wait()

    async def close(self) -> None:
        """Ends the worker. Who still waits for a poem gets ShuttingDown."""
        self._stopping = True
        attending = dict(self._tasks)
        for task in attending:
            task.cancel()
        await asyncio.gather(*attending, return_exceptions=True)
        self._fail_waiting(ShuttingDown())
        for poet in attending.values():
            poet.fail(ShuttingDown())
        await asyncio.gather(*(poet.close() for poet in attending.values()))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    # -------------------------------------------------------------- inside

    def _engage(self, poet: PoetProcess) -> None:
        """From now on this poet gets the work."""
        self._poet = poet
        self._away = False
        task = asyncio.create_task(self._attend(poet), name="writer")
        self._tasks[task] = poet
        task.add_done_callback(self._tasks.pop)
        self._move_on()

    async def _attend(self, poet: PoetProcess) -> None:
        """Listens to a poet to its end; and finds another if this was the one at work."""
        await poet.serve()
        status = await poet.close()
        # What it had not begun comes first again.
        self._queue.extendleft(reversed(poet.poems.values()))
        poet.poems.clear()
        if poet is not self._poet:
            log.info("The poet of the checkpoint before has ended.")
            self._move_on()
            return
        log.error("The poet's process ended with status %s; it is started again.", status)
        self._poet = None
        if poet.finished:
            self._pause = 0.0
        while self._poet is None:
            await self._try_again()

    async def _try_again(self) -> None:
        self._away = self._pause > 0
        if self._away:
            self._fail_waiting(PoetAway())
        await asyncio.sleep(self._pause)
        self._pause = min(max(1.0, 2 * self._pause), LONGEST_PAUSE)
        async with self._switching:
            if self._poet is not None:  # the owner has switched meanwhile
                return
            self.health.restarts += 1
            try:
                poet = await self._start_poet(self._folder)
            except WriterStartError as error:
                log.error("The poet did not start again. %s", error)
                return
            self._engage(poet)

    def _move_on(self) -> None:
        """Gives the poet what it can take, and everybody who waits their place."""
        poet = self._poet
        while poet and self._queue and len(poet.poems) < self._concurrent:
            poem = self._queue.popleft()
            poem.move(None)
            poet.write(poem)
        for place, poem in enumerate(self._queue, start=1):
            poem.move(place)
        if not self._queue and not self.active:
            self._idle.set()

    def _fail_waiting(self, error: WriterError) -> None:
        while self._queue:
            poem = self._queue.popleft()
            poem.put(error)
            poem.move(None)
        self._move_on()

    async def _start_poet(self, folder: Path) -> PoetProcess:
        return await PoetProcess.start(
            folder,
            self._threads,
            self.health,
            weights=self._weights,
            grace_seconds=self._grace_seconds,
            on_change=self._move_on,
        )
