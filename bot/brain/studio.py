"""Pictures for /brain, drawn by a process of their own: the event loop does not compute."""

import asyncio
import json
import logging
import os
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.brain.artist import NO_MATPLOTLIB
from bot.writer.poet_process import path_with_this_package

log = logging.getLogger(__name__)

SECONDS = 60.0
"""Drawing takes a few; on a busy machine more."""
SHIPPED_LADDER = Path(__file__).parents[2] / "checkpoints" / "ladder"
"""The poet's ancestors, where none lie beside the poet; missing where only the packages are."""


class DrawingError(Exception):
    """Reports that there are no pictures.

    text: the name of the sentence in `bot.i18n.texts` that says why.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Studio:
    """Draws one answer at a time: who comes meanwhile is asked to come again."""

    def __init__(self) -> None:
        self._busy = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Takes the studio for one answer. Raises DrawingError where somebody else has it."""
        if self._busy:
            raise DrawingError("brain_busy")
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    async def draw(self, text: str, checkpoint: Path) -> dict[str, bytes]:
        """Returns the pictures that could be drawn of `text`, by name: attention, next, stages and
        loss. Raises DrawingError.

        checkpoint: the folder of the poet. To be called within a `turn`.
        """
        with tempfile.TemporaryDirectory(prefix="poet-drawing-") as folder:
            ladder = checkpoint.parent / "ladder"
            if not ladder.is_dir():
                ladder = SHIPPED_LADDER
            await _run_artist(
                {
                    "text": text,
                    "checkpoint": str(checkpoint),
                    "ladder": str(ladder),
                    "out": folder,
                }
            )
            return await asyncio.to_thread(_collected, Path(folder), checkpoint)


async def _run_artist(order: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.brain.artist"),
        stdin=PIPE,
        env=os.environ | {"PYTHONPATH": path_with_this_package()},
    )
    try:
        async with asyncio.timeout(SECONDS):
            await process.communicate(json.dumps(order).encode())
    except TimeoutError:
        log.error("Drawing took more than %g seconds and is ended.", SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == NO_MATPLOTLIB:
        raise DrawingError("brain_no_pictures")
    if process.returncode:
        log.error("Drawing ended with status %s.", process.returncode)
        raise DrawingError("brain_lost")


def _collected(folder: Path, checkpoint: Path) -> dict[str, bytes]:
    loss = checkpoint / "loss.png"
    drawn = [*folder.glob("*.png"), *([loss] if loss.exists() else [])]
    return {path.stem: path.read_bytes() for path in drawn}
