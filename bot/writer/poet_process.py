"""One running worker process, as the bot holds it; `bot.writer.protocol` says what they say.

A poet has several active poems at once. Each ends by itself when its time is over, or as soon as
it has its turn then; so on a busy machine a poem may be late. A poet that is late is not hung: hung
is one that says nothing at all when every poem's time is over.
"""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Self

from bot.writer.errors import PoetLost, WriterStartError
from bot.writer.in_progress import PoemInProgress
from bot.writer.protocol import (
    Answer,
    Begun,
    Broke,
    Cancel,
    Done,
    Failed,
    ProtocolError,
    Question,
    Ready,
    Refused,
    Text,
    Write,
    decode,
    encode,
)
from verse.request.request import Poem

log = logging.getLogger(__name__)

WORKER = "bot.writer.worker"
START_SECONDS = 120.0
"""A worker that is not ready by then never will be; loading takes a few seconds."""
GRACE_SECONDS = 5.0
"""How long the worker may be silent once the time of all poems that it has begun is over."""
CLOSE_SECONDS = 5.0
"""How long a worker may take to end by itself."""
AUTO = "auto"
"""The kind of weights that suits the machine."""
GIVE_BACK = {"MALLOC_MMAP_THRESHOLD_": "1000000"}
"""Has Linux's allocator give back what is larger than this, bytes, once it is free. Of a poet with
25 M parameters some 100 MB would stay that only loading needed (docs/log.md)."""


@dataclass
class Health:
    """Holds figures of all poets since the bot was started."""

    written: int = 0
    characters: int = 0
    writing_seconds: float = 0.0
    restarts: int = 0

    def count(self, poem: Poem) -> None:
        self.written += 1
        self.characters += len(poem.text)
        self.writing_seconds += poem.seconds


class PoetProcess:
    """Holds a worker process and its active poems."""

    def __init__(
        self, process: Process, health: Health, grace_seconds: float, on_change: Callable[[], None]
    ) -> None:
        """Use `PoetProcess.start`."""
        self.process = process
        self.checkpoint = ""
        self.finished = 0
        self.retired = False
        self.poems: dict[int, PoemInProgress] = {}
        self._health = health
        self._grace_seconds = grace_seconds
        self._on_change = on_change
        self._numbers = count(1)
        self._deadlines: dict[int, float] = {}  # of the poems that have begun
        self._heard_at = 0.0  # when the worker last spoke, or was given work after a rest
        self._limit: asyncio.Timeout | None = None  # until the worker must have said something

    @classmethod
    async def start(
        cls,
        folder: Path,
        threads: int,
        health: Health,
        *,
        weights: str = AUTO,
        grace_seconds: float = GRACE_SECONDS,
        on_change: Callable[[], None],
    ) -> Self:
        """Returns a poet whose worker has loaded the network in `folder`. Raises WriterStartError.

        weights: their kind, as `verse.write.poet.Poet`'s; on_change: called whenever a poem begins
        or is over.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", WORKER, f"--checkpoint={folder}"),
                *("--threads", str(threads), "--weights", weights),
                stdin=PIPE,
                stdout=PIPE,
                env=GIVE_BACK | os.environ | {"PYTHONPATH": path_with_this_package()},
            )
        except OSError as error:
            raise WriterStartError(
                f"The poet's process can't be started ({error.strerror}): "
                "this machine needs more memory or room for processes."
            ) from error
        poet = cls(process, health, grace_seconds, on_change)
        try:
            async with asyncio.timeout(START_SECONDS):
                greeting = await poet._answer()
            if isinstance(greeting, Failed):
                raise WriterStartError(greeting.reason)
            if not isinstance(greeting, Ready):
                raise ProtocolError
            poet.checkpoint = greeting.checkpoint
        except (PoetLost, TimeoutError, ProtocolError):
            await poet.close()
            raise WriterStartError(
                "The poet's process ended before it was ready: the lines above say why."
            ) from None
        except BaseException:
            poet._kill()  # while it loads it would not notice that nobody wants it
            await poet.close()
            raise
        return poet

    def write(self, poem: PoemInProgress) -> None:
        """Puts a poem into the worker's hands."""
        if not self.poems:
            self._heard_at = asyncio.get_running_loop().time()
        number = next(self._numbers)
        self.poems[number] = poem
        self._ask(Write(number, asdict(poem.request)))
        self._rearm_watchdog()

    def cancel(self, poem: PoemInProgress) -> None:
        """Asks the poem to end where it is; does nothing if this poet does not have it."""
        for number, active in self.poems.items():
            if active is poem:
                poem.cancelled = True
                self._ask(Cancel(number))

    def retire(self) -> None:
        """Finishes the active poems, then ends."""
        self.retired = True
        self._go_when_done()

    async def serve(self) -> None:
        """Passes on what the worker says, until it is dead or of no use and therefore killed.

        Then who waits for a poem that had begun has been told PoetLost; in `poems` are left those
        that had not, and that somebody still wants.
        """
        try:
            async with asyncio.timeout(None) as self._limit:
                self._rearm_watchdog()
                while True:
                    answer = await self._answer()
                    self._heard_at = asyncio.get_running_loop().time()
                    self._take(answer)
                    self._rearm_watchdog()
        except PoetLost:
            pass
        except TimeoutError:
            log.error("The poet was silent for too long and is ended.")
            self._kill()
        except Exception as error:  # a worker that does not speak as it should
            log.error("The poet said something strange (%s) and is ended.", type(error).__name__)
            self._kill()
        finally:
            self._limit = None
        for number, poem in list(self.poems.items()):
            if poem.begun or poem.cancelled:
                self._end(number, PoetLost())

    def fail(self, error: Exception) -> None:
        """Tells everybody whose poem is active that it comes to nothing, because of `error`."""
        for number in list(self.poems):
            self._end(number, error)

    async def close(self) -> int:
        """Ends the process, by force if need be; returns its status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self._kill()
        return await self.process.wait()

    # -------------------------------------------------------------- inside

    def _take(self, answer: Question | Answer) -> None:
        match answer:
            case Begun(number):
                poem = self.poems[number]
                self._deadlines[number] = self._heard_at + poem.request.max_seconds
                poem.begin(self.checkpoint)
                self._on_change()
            case Text(number, text):
                self.poems[number].put(text)
            case Done(number):
                written = answer.result()
                self.finished += 1
                self._health.count(written)
                self._end(number, written)
            case Refused(number):
                self._end(number, answer.result())
            case Broke(number, trace):
                log.error("The poet failed at a poem:\n%s", trace)
                self._end(number, PoetLost())
            case _:
                raise ProtocolError

    def _end(self, number: int, result: Poem | Exception) -> None:
        self._deadlines.pop(number, None)
        self.poems.pop(number).put(result)
        self._go_when_done()
        self._on_change()

    def _go_when_done(self) -> None:
        assert self.process.stdin is not None
        if self.retired and not self.poems:
            self.process.stdin.close()
            self._rearm_watchdog()

    def _rearm_watchdog(self) -> None:
        """Sets the time by which the worker must have said something more."""
        if self._limit is None:
            return
        limit = None
        if self.poems:
            limit = max([self._heard_at, *self._deadlines.values()]) + self._grace_seconds
        elif self.retired:
            limit = asyncio.get_running_loop().time() + CLOSE_SECONDS
        self._limit.reschedule(limit)

    async def _answer(self) -> Question | Answer:
        """The next message. Raises PoetLost when there will be none, or ProtocolError."""
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line.endswith(b"\n"):  # the end, perhaps in the middle of a line
            raise PoetLost
        return decode(line)

    def _ask(self, question: Question) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode(question).encode())

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()


def path_with_this_package() -> str:
    """Returns PYTHONPATH for a worker.

    It must find this code even where only the bot's process knows the way to it.
    """
    root = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
