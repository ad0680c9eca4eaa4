"""/owner: for one person alone."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from bot.i18n.texts import ENGLISH
from bot.owner.heartbeat import HeartbeatCog
from bot.writer.errors import WriterStartError
from bot.writer.queue import Writer
from tests.bot.conftest import MakeWorld
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


class WriterOutside(Writer):
    """A writer that switches in a task from before the bot's time: simcord would count the new
    poet's task to the command that called for it, and wait for its end."""

    async def start(self) -> None:
        await super().start()
        self._wanted: asyncio.Queue[tuple[Path, asyncio.Future[None]]] = asyncio.Queue()
        self._switcher = asyncio.create_task(self._switch_as_wanted())

    async def switch(self, folder: Path) -> None:
        done = asyncio.get_running_loop().create_future()
        self._wanted.put_nowait((folder, done))
        await done

    async def _switch_as_wanted(self) -> None:
        while True:
            folder, done = await self._wanted.get()
            try:
                await super().switch(folder)
                done.set_result(None)
            except WriterStartError as error:
                done.set_exception(error)

    async def close(self) -> None:
        self._switcher.cancel()
        await super().close()


async def test_others_are_turned_down(world: World, tmp_path: Path) -> None:
    carol = world.env.create_user("carol")
    world.bot.owner_id = world.alice.id
    assert world.refusal(await carol.slash("owner health")) == ENGLISH.only_owner
    result = await carol.slash("owner checkpoint", folder=str(tmp_path))
    assert world.refusal(result) == ENGLISH.only_owner
    assert world.writer.checkpoint == "endless"


async def test_health_names_every_figure(world: World) -> None:
    carol = world.env.create_user("carol")
    world.bot.owner_id = carol.id
    message = await world.poem()
    await world.press(world.bob, message, "up")
    result = await carol.slash("owner health")
    assert result.response.ephemeral
    text = result.response.content
    assert "0 active, 0 queued" in text
    assert re.search(r"Written: [1-9]\d* poems, [1-9]\d* characters a second", text)
    assert f"endless in {world.writer.folder}" in text
    assert re.search(r"bot [1-9]\d* MiB, poet [1-9]\d* MiB", text)
    assert re.search(r"Database: \d+\.\d MiB, 1 poems, 1 votes", text)


async def test_a_health_line_each_hour(world: World, caplog: pytest.LogCaptureFixture) -> None:
    cog = world.bot.cogs["HeartbeatCog"]
    assert isinstance(cog, HeartbeatCog)
    assert (cog.beat.hours, cog.beat.is_running()) == (1, True)
    await world.poem("the unmistakable sea")
    caplog.set_level("INFO", "bot.owner.heartbeat")
    caplog.clear()
    await cog.beat()
    (line,) = [record.message for record in caplog.records if "Health" in record.message]
    assert line.startswith("Health: ")
    assert re.search(r"queue 0 active, 0 queued; written [1-9]\d* poems", line)
    for figure in ("latency", "memory bot", "database", "1 poems", "MiB free", "servers 1", "up 0"):
        assert figure in line
    assert "unmistakable" not in line

    world.change("ALTER TABLE poems RENAME TO lost")
    caplog.clear()
    await cog.beat()
    assert "The health line failed" in caplog.text, "and the next hour tries again"
    world.change("ALTER TABLE lost RENAME TO poems")


async def test_switching_the_checkpoint(
    make_world: MakeWorld, endless_checkpoint: Path, tmp_path: Path
) -> None:
    async with WriterOutside(endless_checkpoint, threads=1, queue_size=5, concurrent=2) as poet:
        world = await make_world(poet)
        carol = world.env.create_user("carol")
        world.bot.owner_id = carol.id
        # Neither a flag for the poet's process, nor what no path can hold.
        refused = await carol.slash("owner checkpoint", folder="--nowhere\0")
        assert "There is no checkpoint at --nowhere" in refused.response.content
        assert (await world.poem()).content.count("endless")

        shutil.copytree(endless_checkpoint, tmp_path / "newer")
        told = await carol.slash("owner checkpoint", folder=str(tmp_path / "newer"))
        assert told.response.content.startswith("From now on newer writes")
        assert " · newer · " in (await world.poem()).content
        assert world.rows("SELECT checkpoint FROM poems ORDER BY id") == [("endless",), ("newer",)]
