"""The page of docs/live, on which the ladder's networks run, served beside the preview."""

import asyncio
import logging
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

log = logging.getLogger(__name__)

REPOSITORY = Path(__file__).parents[1]
SECONDS = 30.0
"""Building takes a moment; on a busy machine more."""


@asynccontextmanager
async def serve_live_page(repository: Path = REPOSITORY) -> AsyncIterator[str | None]:
    """Builds the page and serves it on this machine; gives its address.

    None where only the packages of the `repository` are installed, or where it can't be built: the
    preview is complete without it.
    """
    with tempfile.TemporaryDirectory(prefix="poet-live-") as name:
        folder = Path(name)
        if not await _build(repository, folder):
            yield None
            return

        async def index(_: web.Request) -> web.FileResponse:
            return web.FileResponse(folder / "index.html")

        app = web.Application()
        app.router.add_get("/", index)
        app.router.add_static("/", folder)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
        finally:
            await runner.cleanup()


async def _build(repository: Path, folder: Path) -> bool:
    """Whether the page could be built, by a process of its own: no package of ours imports docs."""
    if not (repository / "docs" / "live").is_dir():
        return False
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "docs.live", "--out", str(folder)),
        cwd=repository, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            _, said = await process.communicate()
    except TimeoutError:
        said = b"it took too long"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        log.warning("The page of docs/live is left out: %s", said.decode(errors="replace").strip())
    return process.returncode == 0
