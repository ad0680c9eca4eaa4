"""The real bot in a process of its own, and its end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Ended:
    """How a bot ended, and what it said."""

    status: int
    stdout: str
    stderr: str


class BotProcess:
    """A bot that was started. It leads a process group, to which its worker belongs too."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._output = asyncio.gather(process.stdout.read(), process.stderr.read())

    @property
    def pid(self) -> int:
        return self._process.pid

    def signal(self, number: signal.Signals, *, group: bool = False) -> None:
        """Sends a signal to the bot alone, as Docker does, or to its group, as Ctrl-C does."""
        (os.killpg if group else os.kill)(self._process.pid, number)

    async def ended(self, seconds: float) -> Ended:
        """Waits for the end of the bot and of every process it started: orphans fail the test.

        All of them hold the same stderr, so its end is the end of the last one.
        """
        async with asyncio.timeout(seconds):
            status = await self._process.wait()
            stdout, stderr = await asyncio.shield(self._output)
        return Ended(status, stdout.decode(), stderr.decode())

    async def kill(self) -> None:
        """Ends whatever is left of it. pytest shows what it said when the test failed."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        for said in await self._output:
            print(said.decode())


@asynccontextmanager
async def running_bot(
    address: str,
    folder: Path,
    settings: dict[str, str],
    program: tuple[str, ...] = ("-m", "tests.bot.loopback.launch"),
) -> AsyncIterator[BotProcess]:
    """Starts the bot in `folder` (no developer's .env is there) against the server at `address`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *program, address),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | settings,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    bot = BotProcess(process)
    try:
        yield bot
    finally:
        await bot.kill()
