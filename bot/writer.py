"""The event loop's side of the poet: a bounded queue before one worker process.

    async with Writer(folder) as writer:
        poem = writer.submit(PoemRequest("the sea at night"))
        async for piece in poem.pieces():
            ...
        print(poem.result.text)

A worker that dies is started again. The poem that it was writing is lost, and its asker told; the
others keep their places. If it dies again before a single poem is finished, everybody is told and
it is given more and more time between attempts: no crash loop, no endless wait.
"""

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from model.verse.request import Poem, PoemRequest, SeedError

log = logging.getLogger(__name__)

START_SECONDS = 120.0
"""A worker that is not ready by then never will be; loading takes a few seconds."""
GRACE_SECONDS = 5.0
"""How much longer than its own deadline a poem may take before the worker counts as hung."""
CLOSE_SECONDS = 5.0
"""How long a worker may take to end by itself."""
LONGEST_PAUSE = 60.0
"""Seconds between the attempts to start a worker that keeps dying; the first pause is one."""


class WriterError(Exception):
    """The poet can't write. `bot.texts` has a sentence for each kind below."""


class QueueFull(WriterError):
    """As many poems wait as may wait."""


class ShuttingDown(WriterError):
    """The bot is about to stop and takes no more work."""


class PoetLost(WriterError):
    """The worker died, hung or failed while it wrote this poem."""


class PoetAway(WriterError):
    """There is no worker, and it may take a while until there is one."""


class WriterStartError(WriterError):
    """A worker did not start; the message is one sentence with the cure."""


@dataclass
class Health:
    """Figures of one writer since it was started."""

    written: int = 0
    characters: int = 0
    writing_seconds: float = 0.0
    restarts: int = 0


class PoemInProgress:
    """A poem that was asked for: its pieces as they come, then `result`."""

    def __init__(self, request: PoemRequest) -> None:
        self.request = request
        self.result: Poem | None = None
        self._messages: asyncio.Queue[str | Poem | Exception] = asyncio.Queue()

    async def pieces(self) -> AsyncIterator[str]:
        """The poem piece by piece. Raises WriterError or SeedError if it comes to nothing."""
        while self.result is None:
            message = await self._messages.get()
            if isinstance(message, Exception):
                raise message
            if isinstance(message, Poem):
                self.result = message
            else:
                yield message

    def put(self, message: str | Poem | Exception) -> None:
        """The writer's end: a piece, the finished poem, or why there is none."""
        self._messages.put_nowait(message)


class Writer:
    """One poet in its own process, and the queue before it."""

    def __init__(
        self,
        checkpoint: Path,
        *,
        threads: int = 1,
        queue_size: int = 20,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self.health = Health()
        self._folder = checkpoint
        self._threads = threads
        self._queue_size = queue_size
        self._grace_seconds = grace_seconds
        self._queue: deque[PoemInProgress] = deque()
        self._writing: PoemInProgress | None = None
        self._worker: Worker | None = None
        self._away = False
        self._stopping = False
        self._wake = asyncio.Event()  # there is something to write, or the worker died
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts the worker. Raises WriterStartError."""
        self._worker = await self._start_worker()
        self._task = asyncio.create_task(self._run(), name="writer")

    @property
    def checkpoint(self) -> str:
        """Name of the checkpoint that writes."""
        return self._worker.checkpoint if self._worker else self._folder.resolve().name

    @property
    def waiting(self) -> int:
        """How many poems wait for the one that is being written."""
        return len(self._queue)

    @property
    def worker_pid(self) -> int | None:
        return self._worker.process.pid if self._worker else None

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
        self._wake.set()
        return poem

    def cancel(self, poem: PoemInProgress) -> None:
        """Nobody wants this poem any more: it leaves the queue, or ends where it is."""
        if poem in self._queue:
            self._queue.remove(poem)
            self._note_idle()
        elif poem is self._writing and self._worker is not None:
            self._worker.cancel()

    def stop_taking(self) -> None:
        """From now on `submit` raises ShuttingDown; what was asked before is still written."""
        self._stopping = True

    async def drain(self) -> None:
        """Waits until no poem is waiting or being written."""
        await self._idle.wait()

    async def close(self) -> None:
        """Ends the worker. Who still waits for a poem gets ShuttingDown."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._fail_all(ShuttingDown())
        if self._worker is not None:
            await self._worker.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    # -------------------------------------------------------------- inside

    async def _run(self) -> None:
        """Keeps a worker alive and gives it work, until cancelled."""
        pause = 0.0
        while True:
            if self._worker is None:
                self._away = pause > 0
                if self._away:
                    self._fail_all(PoetAway())
                await asyncio.sleep(pause)
                pause = min(max(1.0, 2 * pause), LONGEST_PAUSE)
                self.health.restarts += 1
                try:
                    self._worker = await self._start_worker()
                except WriterStartError as error:
                    log.error("The poet did not start again. %s", error)
                    continue
                self._away = False
            written = self.health.written
            await self._serve(self._worker)
            status = await self._worker.close()
            log.error("The poet's process ended with status %s; it is started again.", status)
            self._worker = None
            if self.health.written > written:
                pause = 0.0

    async def _serve(self, worker: "Worker") -> None:
        """Has one poem written after the other, until the worker is dead."""
        while not worker.dead:
            self._wake.clear()
            if not self._queue:
                await self._wake.wait()
                continue
            poem = self._writing = self._queue.popleft()
            try:
                poem.put(await self._write(worker, poem))
            except PoetLost as error:
                poem.put(error)
                return
            except Exception as error:  # a worker that does not speak as it should
                log.error(
                    "The poet said something strange (%s) and is ended.", type(error).__name__
                )
                worker.process.kill()
                poem.put(PoetLost())
                return
            except asyncio.CancelledError:
                poem.put(ShuttingDown())
                raise
            finally:
                self._writing = None
                self._note_idle()

    async def _write(self, worker: "Worker", poem: PoemInProgress) -> Poem | Exception:
        """The finished poem or why there is none. Raises PoetLost when the worker is of no use."""
        worker.ask(poem.request)
        seconds = poem.request.max_seconds + self._grace_seconds
        try:
            async with asyncio.timeout(seconds):
                while True:
                    match await worker.answer():
                        case {"text": text}:
                            poem.put(text)
                        case {"done": fields}:
                            result = Poem(**fields)
                            self.health.written += 1
                            self.health.characters += len(result.text)
                            self.health.writing_seconds += result.seconds
                            return result
                        case {"refused": sentence}:
                            return SeedError(sentence)
                        case {"broke": trace}:
                            log.error("The poet failed at a poem:\n%s", trace)
                            return PoetLost()
        except TimeoutError:
            log.error("The poet was silent for %g seconds and is ended.", seconds)
            worker.process.kill()
            raise PoetLost from None

    def _fail_all(self, error: WriterError) -> None:
        while self._queue:
            self._queue.popleft().put(error)
        self._note_idle()

    def _note_idle(self) -> None:
        if not self._queue and self._writing is None:
            self._idle.set()

    async def _start_worker(self) -> "Worker":
        return await Worker.start(self._folder, self._threads, on_death=self._wake.set)


class Worker:
    """A running worker process; `bot.worker` describes what is said."""

    def __init__(self, process: Process, on_death: Callable[[], None]) -> None:
        """Use `Worker.start`."""
        self.process = process
        self.checkpoint = ""
        self.dead = False
        self._number = 0
        self._on_death = on_death
        self._watch = asyncio.create_task(self._until_death(), name="writer-watch")

    @classmethod
    async def start(cls, folder: Path, threads: int, on_death: Callable[[], None]) -> "Worker":
        """A worker that has loaded its network. Raises WriterStartError."""
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.worker", "--checkpoint", folder),
                *("--threads", str(threads)),
                stdin=PIPE,
                stdout=PIPE,
                env=os.environ | {"PYTHONPATH": path_with_this_package()},
            )
        except OSError as error:
            raise WriterStartError(
                f"The poet's process can't be started ({error.strerror}): "
                "this machine needs more memory or room for processes."
            ) from error
        worker = cls(process, on_death)
        try:
            async with asyncio.timeout(START_SECONDS):
                greeting = await worker.answer()
            if "failed" in greeting:
                raise WriterStartError(greeting["failed"])
            worker.checkpoint = greeting["ready"]
        except (PoetLost, TimeoutError):
            await worker.close()
            raise WriterStartError(
                "The poet's process ended before it was ready: the lines above say why."
            ) from None
        except BaseException:
            with suppress(ProcessLookupError):
                process.kill()  # while it loads it would not notice that nobody wants it
            await worker.close()
            raise
        return worker

    def ask(self, request: PoemRequest) -> None:
        """Asks for a poem; then `answer` until it is done."""
        self._number += 1
        self._say({"write": self._number, "request": asdict(request)})

    def cancel(self) -> None:
        """The poem last asked for should end where it is; it is still answered."""
        self._say({"cancel": self._number})

    async def answer(self) -> dict[str, Any]:
        """The next message. Raises PoetLost when there will be none."""
        assert self.process.stdout is not None
        try:
            line = await self.process.stdout.readline()
            message: dict[str, Any] = json.loads(line)
        except ValueError:  # the end, half a line, or something that is no answer
            raise PoetLost from None
        return message

    async def close(self) -> int:
        """Ends the process, by force if need be; returns its status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
        await self._watch
        return await self.process.wait()

    def _say(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    async def _until_death(self) -> None:
        await self.process.wait()
        self.dead = True
        self._on_death()


def path_with_this_package() -> str:
    """The worker must find this code even where only the bot's process knows the way to it."""
    root = str(Path(__file__).parents[1])
    return os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
