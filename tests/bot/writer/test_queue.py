import asyncio
import os
import shutil
import signal
from pathlib import Path

import pytest

from bot.writer.errors import PoetAway, PoetLost, QueueFull, ShuttingDown, WriterStartError
from bot.writer.in_progress import PoemInProgress
from bot.writer.queue import Writer
from tests.bot.world import CONCURRENT, QUEUE_SIZE, a_writer, until
from verse.request.messages import Message, RequestError
from verse.request.request import Poem, PoemRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")

REQUEST = PoemRequest("the sea at night", seed=7, max_chars=200)
LONG = PoemRequest("the sea", max_lines=100_000, max_chars=1_000_000, max_seconds=60)


async def read(poem: PoemInProgress) -> tuple[str, Poem]:
    text = "".join([piece async for piece in poem.pieces()])
    assert poem.result is not None
    return text, poem.result


async def begun(poem: PoemInProgress) -> None:
    """Waits until the worker is writing this one."""
    async for _ in poem.pieces():
        return


async def test_pieces_add_up_to_the_poem(writer: Writer) -> None:
    text, result = await read(writer.submit(REQUEST))
    assert text == result.text
    assert text.startswith("The sea at night")
    assert (await read(writer.submit(REQUEST)))[0] == text, "same request, same poem"


async def test_a_seed_that_only_the_poet_can_refuse(writer: Writer) -> None:
    with pytest.raises(RequestError, match="Give me") as refused:
        await read(writer.submit(PoemRequest("1\n2\n" * 4 + "a")))
    assert refused.value.message == Message("seed_of_many_lines", {"lines": 9, "most": 6})


async def test_cancelling(writer: Writer) -> None:
    long, waiting, after = (writer.submit(request) for request in (LONG, LONG, REQUEST))
    await begun(long)
    writer.cancel(waiting)
    writer.cancel(long)
    assert (await read(long))[1].stopped_by == "cancelled"
    assert (await read(after))[1].stopped_by in ("lines", "characters")
    writer.cancel(after)  # finished: nothing happens
    assert writer.waiting == 0


async def test_the_deadline_of_a_poem(writer: Writer) -> None:
    request = PoemRequest("sea", max_lines=100_000, max_chars=1_000_000, max_seconds=0.2)
    result = (await read(writer.submit(request)))[1]
    assert result.stopped_by == "time"
    assert result.seconds < 2


async def test_a_full_queue_refuses(writer: Writer) -> None:
    written = writer.health.written
    active = [writer.submit(LONG) for _ in range(CONCURRENT)]
    waiting = [writer.submit(REQUEST) for _ in range(QUEUE_SIZE)]
    assert (writer.active, writer.waiting) == (CONCURRENT, QUEUE_SIZE)
    with pytest.raises(QueueFull):
        writer.submit(REQUEST)
    writer.cancel(waiting[0])
    writer.submit(REQUEST)
    for poem in (*active, *waiting):
        writer.cancel(poem)
    await writer.drain()
    assert writer.health.written == written + CONCURRENT + 1
    assert (writer.active, writer.waiting) == (0, 0)


async def test_who_waits_knows_their_place(writer: Writer) -> None:
    first, other, second, third, fourth = (
        writer.submit(request) for request in (*[LONG] * CONCURRENT, LONG, REQUEST, LONG)
    )
    await begun(first)
    assert [poem.place for poem in (first, other, second, third, fourth)] == [None, None, 1, 2, 3]
    places = []
    async for place in third.places():
        places.append(place)
        writer.cancel(second if len(places) == 1 else first)
    assert places == [2, 1]
    assert fourth.place == 1
    writer.cancel(other)
    assert (await read(third))[1].text
    await until(lambda: fourth.place is None)
    writer.cancel(fourth)
    await writer.drain()


async def test_a_dead_poet_loses_what_it_had_begun_and_nothing_else(
    endless_checkpoint: Path,
) -> None:
    async with a_writer(endless_checkpoint, concurrent=3) as writer:
        poems = [writer.submit(request) for request in (LONG, REQUEST, REQUEST, REQUEST)]
        await begun(poems[0])
        assert writer.active == 3
        assert writer.worker_pid is not None
        os.kill(writer.worker_pid, signal.SIGSTOP)
        await asyncio.sleep(0.1)  # what it said before is heard by now
        lost = [poem.begun for poem in poems]
        os.kill(writer.worker_pid, signal.SIGKILL)
        results = await asyncio.gather(*map(read, poems), return_exceptions=True)
        assert [isinstance(result, PoetLost) for result in results] == lost
        assert lost[0]
        assert not lost[3]
        assert all(isinstance(result, tuple | PoetLost) for result in results)
        assert writer.health.restarts == 1

        os.kill(writer.worker_pid, signal.SIGKILL)  # while it has nothing to do
        await until(lambda: writer.health.restarts == 2)
        assert (await read(writer.submit(REQUEST)))[1].text


async def test_what_nobody_wants_any_more_is_not_written_by_the_next_poet(
    endless_checkpoint: Path,
) -> None:
    async with a_writer(endless_checkpoint) as writer:
        assert writer.worker_pid is not None
        os.kill(writer.worker_pid, signal.SIGSTOP)
        unwanted, wanted = writer.submit(LONG), writer.submit(REQUEST)
        writer.cancel(unwanted)
        os.kill(writer.worker_pid, signal.SIGKILL)
        assert (await read(wanted))[1].text
        with pytest.raises(PoetLost):
            await asyncio.wait_for(read(unwanted), 1)
        await writer.drain()
        assert writer.health.written == 1


async def test_switching_lets_the_old_poet_finish(endless_checkpoint: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(endless_checkpoint, other)
    async with a_writer(endless_checkpoint, concurrent=1) as writer:
        old, waiting = writer.submit(LONG), writer.submit(REQUEST)
        await begun(old)
        pid = writer.worker_pid
        assert pid is not None
        await writer.switch(other)
        assert writer.checkpoint == "other"
        assert (await read(waiting))[1].text, "the new one writes while the old one does"
        assert waiting.checkpoint == "other"
        writer.cancel(old)
        assert (await read(old))[1].stopped_by == "cancelled"
        assert old.checkpoint == "endless"
        await until(lambda: not Path(f"/proc/{pid}").exists())
        assert writer.health.restarts == 0


async def test_switching_to_a_bad_folder_changes_nothing(writer: Writer, tmp_path: Path) -> None:
    pid = writer.worker_pid
    with pytest.raises(WriterStartError, match="There is no checkpoint at"):
        await writer.switch(tmp_path / "nowhere")
    assert (writer.worker_pid, writer.checkpoint) == (pid, "endless")
    assert (await read(writer.submit(REQUEST)))[1].text


async def test_a_hung_worker_is_replaced(endless_checkpoint: Path) -> None:
    async with a_writer(endless_checkpoint, grace_seconds=0.5) as writer:
        poem = writer.submit(PoemRequest("the sea", max_chars=1_000_000, max_seconds=0.5))
        await begun(poem)
        assert writer.worker_pid is not None
        os.kill(writer.worker_pid, signal.SIGSTOP)
        with pytest.raises(PoetLost):
            await read(poem)
        assert (await read(writer.submit(REQUEST)))[1].text


async def test_a_worker_that_cannot_come_back(endless_checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "poet"
    folder.symlink_to(endless_checkpoint)
    async with a_writer(folder, concurrent=1) as writer:
        lost, waiting = writer.submit(LONG), writer.submit(REQUEST)
        await begun(lost)
        folder.unlink()
        assert writer.worker_pid is not None
        os.kill(writer.worker_pid, signal.SIGKILL)
        for poem, error in ((lost, PoetLost), (waiting, PoetAway)):
            with pytest.raises(error):
                await read(poem)
        with pytest.raises(PoetAway):
            writer.submit(REQUEST)
        folder.symlink_to(endless_checkpoint)
        await until(lambda: writer.worker_pid)
        await read(writer.submit(REQUEST))

        # Nor does the next one; and this time the owner helps.
        folder.unlink()
        restarts = writer.health.restarts
        os.kill(writer.worker_pid, signal.SIGKILL)
        await until(lambda: writer.health.restarts > restarts)
        await writer.switch(endless_checkpoint)
        assert (await read(writer.submit(REQUEST)))[1].text


async def test_closing_tells_those_who_wait(endless_checkpoint: Path) -> None:
    async with a_writer(endless_checkpoint) as writer:
        poems = [writer.submit(LONG), writer.submit(REQUEST)]
        await begun(poems[0])
        pid = writer.worker_pid
    for poem in poems:
        with pytest.raises(ShuttingDown):
            await read(poem)
    with pytest.raises(ShuttingDown):
        writer.submit(REQUEST)
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_checkpoint_that_is_no_good(endless_checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "poet"
    shutil.copytree(endless_checkpoint, folder)
    (folder / "config.json").write_bytes((folder / "config.json").read_bytes()[:100])
    with pytest.raises(WriterStartError) as caught:
        async with a_writer(folder):
            pass
    sentence = str(caught.value)
    assert str(folder) in sentence
    assert "\n" not in sentence
