"""How the bot ends, stopped or killed: no poem half done, no process left behind."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import torch

from bot.i18n.texts import ENGLISH
from bot.store import ABANDONED_SECONDS
from model.checkpoint import Checkpoint, save_checkpoint
from model.config import ModelConfig
from model.stages import build_model
from model.tokenizer import CharTokenizer
from tests.bot.loopback.process import running_bot
from tests.bot.loopback.server import LoopbackDiscord, Reply
from tests.bot.process.conftest import SECONDS_TO_END, connected, rows, sentences
from tests.bot.world import until


@pytest.fixture(scope="module")
def slow_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A poet so deep that no machine is done with its poem before the test's next step."""
    tokenizer = CharTokenizer.train("\n abcdefghijklmnopqrstuvwxyz")
    config = ModelConfig("transformer", tokenizer.vocab_size, 128, n_layer=32, n_head=2, n_embd=32)
    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("checkpoints") / "slow"
    save_checkpoint(Checkpoint(build_model(config), tokenizer, folder))
    return folder


async def ask_for_poems(server: LoopbackDiscord, number: int) -> list[Reply]:
    """Poems for as many members, all acknowledged and none of them finished."""
    await connected(server)
    replies = [
        await server.slash("poem", f"20000000000000000{member:02}", seed="the sea at night")
        for member in range(number)
    ]
    await server.until(lambda: all(reply.acknowledged for reply in replies), seconds=3)
    assert not any(reply.settled for reply in replies)
    return replies


@pytest.mark.parametrize(
    ("number", "group", "poems"),
    [
        pytest.param(signal.SIGTERM, False, 10, id="docker stop"),
        pytest.param(signal.SIGTERM, True, 2, id="systemctl stop"),
        pytest.param(signal.SIGINT, True, 2, id="Ctrl-C"),
    ],
)
async def test_a_stopped_bot_finishes_its_poems_or_tells_the_members(
    number: signal.Signals,
    group: bool,
    poems: int,
    discord_server: LoopbackDiscord,
    environment: dict[str, str],
    slow_checkpoint: Path,
    tmp_path: Path,
) -> None:
    environment |= {"CHECKPOINT": str(slow_checkpoint), "POEM_SECONDS": "1"}
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        replies = await ask_for_poems(discord_server, poems)
        bot.signal(number, group=group)
        ended = await bot.ended(SECONDS_TO_END)

    assert ended.status == 0
    assert sentences(ended.stderr) == []
    finished = [reply for reply in replies if reply.original]
    assert len(finished) >= 2  # one that was being written, one that waited
    assert all(reply.settled for reply in replies), "somebody was left looking at an empty answer"
    assert rows(tmp_path, "SELECT count(*), count(text) FROM poems") == [(len(finished),) * 2]
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]


async def test_a_killed_bot_leaves_no_poet_behind(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        await connected(discord_server)
        bot.signal(signal.SIGKILL)
        ended = await bot.ended(5)  # of the worker too, which holds the same stderr

    assert ended.status == -signal.SIGKILL
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]


async def test_what_a_killed_bot_left_half_done_is_ended_by_the_next(
    discord_server: LoopbackDiscord,
    environment: dict[str, str],
    slow_checkpoint: Path,
    tmp_path: Path,
) -> None:
    environment |= {"CHECKPOINT": str(slow_checkpoint)}
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        first, second = await ask_for_poems(discord_server, 2)
        await discord_server.until(lambda: ENGLISH.writing in first.shown)
        (waiting,) = await ask_for_poems(discord_server, 1)
        await discord_server.until(lambda: waiting.shown == ENGLISH.waiting.format(place=1))
        await until(lambda: rows(tmp_path, "SELECT count(*) FROM poems") == [(3,)])
        bot.signal(signal.SIGKILL)
        killed = await bot.ended(5)  # and no poet is left behind, though it was writing
    assert killed.status == -signal.SIGKILL
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    half = first.shown.removesuffix(ENGLISH.writing)
    # The second may have a line by then, or none yet.
    other = second.shown.removesuffix(ENGLISH.writing)
    told = other + ENGLISH.cut_short if other else ENGLISH.poet_lost

    with closing(sqlite3.connect(tmp_path / "poems.sqlite3")) as database, database:
        database.execute("UPDATE poems SET created_at = created_at - ?", (ABANDONED_SECONDS,))
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        await discord_server.until(lambda: second.shown == told)
        await discord_server.until(lambda: waiting.shown == ENGLISH.poet_lost)
        await until(lambda: rows(tmp_path, "SELECT * FROM poems") == [])
        bot.signal(signal.SIGTERM)
        ended = await bot.ended(SECONDS_TO_END)

    assert ended.status == 0
    assert half
    assert first.shown == half + ENGLISH.cut_short
