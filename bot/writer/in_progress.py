"""A poem that was asked for, from its place in the queue to its last line."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from verse.request.request import Poem, PoemRequest

T = TypeVar("T")


async def plainly(poet: Coroutine[Any, Any, T]) -> T:
    """Awaits what the `poet` will say, as anybody would."""
    return await poet


class PoemInProgress:
    """Holds a poem that was asked for: its places in the queue, its pieces, its result."""

    wait: Callable[[Coroutine[Any, Any, Any]], Awaitable[Any]] = staticmethod(plainly)
    """How it waits for the poet. The preview tells simcord so, whose page else takes no click until
    the poem is finished."""

    def __init__(self, request: PoemRequest) -> None:
        self.request = request
        self.place: int | None = None
        """1 for the next that the poet takes; None once it has, or the poem is over."""
        self.begun = False
        self.cancelled = False
        self.checkpoint = ""
        """Name of the checkpoint that writes it; empty before it has begun."""
        self.result: Poem | None = None
        self._messages: asyncio.Queue[str | Poem | Exception] = asyncio.Queue()
        self._moved = asyncio.Event()

    async def places(self) -> AsyncIterator[int]:
        """Yields its place in the queue, whenever that has changed, while it has one."""
        told = None
        while self.place is not None:
            if self.place != told:
                told = self.place
                yield told
            else:
                self._moved.clear()
                await self.wait(self._moved.wait())

    async def pieces(self) -> AsyncIterator[str]:
        """Yields the poem in pieces. Raises WriterError or RequestError if it comes to nothing."""
        while self.result is None:
            message = await self.wait(self._messages.get())
            if isinstance(message, Exception):
                raise message
            if isinstance(message, Poem):
                self.result = message
            else:
                yield message

    # ----------------------------------------------------- the writer's end

    def begin(self, checkpoint: str) -> None:
        """Notes that the writing begins, by the network called `checkpoint`."""
        self.begun = True
        self.checkpoint = checkpoint

    def put(self, message: str | Poem | Exception) -> None:
        """Passes on a piece, the finished poem, or why there is none."""
        self._messages.put_nowait(message)

    def move(self, place: int | None) -> None:
        """Notes its `place` once others have left the queue; None when it has left it itself."""
        self.place = place
        self._moved.set()
