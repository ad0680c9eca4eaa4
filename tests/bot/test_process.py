"""The bot as a process: its start, its end, and its two connections to Discord.

The real program runs against a loopback Discord over real sockets (tests/bot/loopback). What
the bot does between start and end is tested inside one process, with simcord.
"""

import os
import re
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import discord
import pytest
import torch

from bot.store import ABANDONED_SECONDS
from bot.texts import ENGLISH
from bot.writer import CLOSE_SECONDS
from model.checkpoint import Checkpoint, save_checkpoint
from model.config import ModelConfig
from model.language_model import build_model
from model.tokenizer import CharTokenizer
from tests.bot.loopback import payloads
from tests.bot.loopback.process import running_bot
from tests.bot.loopback.server import TOKEN, LoopbackDiscord, Reply
from tests.bot.world import until

SECONDS_TO_END = 25.0  # as `PoetBot.drain` promises; a busy machine starts slowly, too


@pytest.fixture
async def discord_server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord().running() as server:
        yield server
    assert server.faults == []


@pytest.fixture
def environment(tiny_checkpoint: Path) -> dict[str, str]:
    """The settings of the bot, as its process gets them."""
    return {
        "DISCORD_TOKEN": TOKEN,
        "CHECKPOINT": str(tiny_checkpoint),
        "DATABASE": "poems.sqlite3",
    }


@pytest.fixture(scope="session")
def slow_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A poet so deep that no machine is done with its poem before the test's next step."""
    tokenizer = CharTokenizer.train("\n abcdefghijklmnopqrstuvwxyz")
    config = ModelConfig("transformer", tokenizer.vocab_size, 128, n_layer=32, n_head=2, n_embd=32)
    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("checkpoints") / "slow"
    save_checkpoint(Checkpoint(build_model(config), tokenizer, folder))
    return folder


# The start -------------------------------------------------------------------------------


async def test_commands_are_registered_at_the_first_start_only(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    for start in (1, 2):
        async with running_bot(discord_server.address, tmp_path, environment) as bot:
            await connected(discord_server, start)
            bot.signal(signal.SIGTERM)
            ended = await bot.ended(SECONDS_TO_END)
        assert ended.status == 0
        assert sentences(ended.stderr) == []
        assert len(discord_server.sent("PUT", "/commands")) == 1

    assert "poem" in [command["name"] for command in discord_server.commands]
    intents = discord.Intents.none()
    intents.value = discord_server.identifies[0]["intents"]
    privileged = (intents.members, intents.presences, intents.message_content)
    assert not any(privileged)


def wrong_token(environment: dict[str, str], folder: Path) -> str:
    environment["DISCORD_TOKEN"] = "not-the-token"
    return "DISCORD_TOKEN"


def truncated_checkpoint(environment: dict[str, str], folder: Path) -> str:
    copy = shutil.copytree(environment["CHECKPOINT"], folder / "truncated")
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    environment["CHECKPOINT"] = str(copy)
    return str(weights)


def unwritable_database(environment: dict[str, str], folder: Path) -> str:
    # A file where the folder should be stops even root, who may write anywhere.
    (folder / "file").write_text("in the way")
    environment["DATABASE"] = str(folder / "file" / "poems.sqlite3")
    return environment["DATABASE"]


def foreign_database(environment: dict[str, str], folder: Path) -> str:
    database = folder / "notes.txt"
    database.write_text("not a database, but something dear\n" * 100)
    environment["DATABASE"] = str(database)
    return str(database)


@pytest.mark.parametrize(
    "spoil",
    [
        wrong_token,
        truncated_checkpoint,
        unwritable_database,
        foreign_database,
    ],
)
async def test_a_start_that_fails_says_why_in_one_sentence(
    spoil: Callable[[dict[str, str], Path], str],
    discord_server: LoopbackDiscord,
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    culprit = spoil(environment, tmp_path)
    before = contents(tmp_path)
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        ended = await bot.ended(SECONDS_TO_END)

    assert ended.status != 0
    [sentence] = sentences(ended.stderr)
    assert culprit in sentence
    assert environment["DISCORD_TOKEN"] not in ended.stderr
    after = contents(tmp_path)
    assert after.items() >= before.items(), "something was overwritten"
    assert "database" not in spoil.__name__ or after == before, "something was left beside it"
    assert discord_server.sent("PUT", "/commands") == []


async def test_a_discord_that_names_no_gateway_is_told_in_one_sentence(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    discord_server.gateway_status = 403
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        ended = await bot.ended(SECONDS_TO_END)

    assert ended.status != 0
    [sentence] = sentences(ended.stderr)
    assert "status 403" in sentence


@pytest.mark.parametrize("group", [False, True])
async def test_a_bot_stopped_while_its_poet_loads_ends_in_good_order(
    group: bool, discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    # Who opens a pipe waits for its other end: a poet that takes for ever to load.
    config = tmp_path / "endless" / "config.json"
    config.parent.mkdir()
    os.mkfifo(config)
    environment["CHECKPOINT"] = str(config.parent)

    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        pipe = await until(lambda: pipe_to_reader(config))
        bot.signal(signal.SIGTERM, group=group)
        ended = await bot.ended(CLOSE_SECONDS)  # before anybody's patience is over
        os.close(pipe)

    assert ended.status == 0
    assert sentences(ended.stderr) == []


# A poem ----------------------------------------------------------------------------------


async def test_a_poem_is_acknowledged_in_time_and_shown_as_it_is_kept_though_discord_stumbles(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["LOG_LEVEL"] = "DEBUG"
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        await connected(discord_server)
        discord_server.failing_final_edits = [429, 500]
        reply = await discord_server.slash("poem", seed="the sea at night")
        await discord_server.until(lambda: reply.acknowledged, seconds=3)
        await discord_server.until(lambda: reply.settled)
        assert discord_server.failing_final_edits == []
        assert reply.followups == []
        bot.signal(signal.SIGTERM)
        ended = await bot.ended(SECONDS_TO_END)

    assert ended.status == 0
    [(text, prompt)] = rows(tmp_path, "SELECT text, prompt FROM poems")
    assert prompt == "the sea at night"
    assert text.startswith("the sea at night")
    as_discord_shows_it = re.sub(r"\\([^\w\s])", r"\1", reply.shown)
    assert as_discord_shows_it.startswith(text + "\n")
    assert "rate limited" in ended.stderr, "what discord.py has to say is there"
    assert "the sea at night" not in ended.stderr, "a member's words are in the log"
    assert re.findall(r"\d{15,}", ended.stderr) == [], "somebody's number is in the log"
    assert reply.payload["token"] not in ended.stderr


async def test_after_a_lost_connection_the_bot_resumes_and_misses_nothing(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        await connected(discord_server)
        first = await discord_server.slash("poem", seed="the sea at night")
        await discord_server.until(lambda: first.settled)
        assert first.original is not None

        discord_server.drop_connection()
        await discord_server.react(first.original, "👍")
        await discord_server.until(lambda: discord_server.resumes)
        second = await discord_server.slash("poem", seed="the morning after")
        await discord_server.until(lambda: second.settled)
        bot.signal(signal.SIGTERM)
        ended = await bot.ended(SECONDS_TO_END)

    assert ended.status == 0
    assert sentences(ended.stderr) == []
    assert len(discord_server.identifies) == 1  # of which Discord allows 1000 a day
    assert rows(tmp_path, "SELECT value FROM ratings") == [(1,)]
    assert rows(tmp_path, "SELECT count(*) FROM poems WHERE text IS NOT NULL") == [(2,)]


async def test_after_an_invalid_session_the_bot_begins_anew_and_finds_the_votes(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        await connected(discord_server)
        reply = await discord_server.slash("poem", seed="the sea at night")
        await discord_server.until(lambda: reply.settled)
        assert reply.original is not None

        await discord_server.invalidate_session()
        await discord_server.react(reply.original, "👍")  # nobody hears of it
        await connected(discord_server, 2)
        await until(lambda: rows(tmp_path, "SELECT value FROM ratings") == [(1,)])
        after = await discord_server.slash("poem", seed="the morning after")
        await discord_server.until(lambda: after.settled)
        bot.signal(signal.SIGTERM)
        ended = await bot.ended(SECONDS_TO_END)

    assert ended.status == 0
    assert sentences(ended.stderr) == []
    assert discord_server.resumes == []


async def test_two_processes_share_one_database(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    other_guild = str(int(payloads.GUILD_ID) + (1 << 22))  # of shard 0, as the first is of shard 1
    shards = [environment | {"SHARD_COUNT": "2", "SHARD_IDS": str(shard)} for shard in (0, 1)]
    async with (
        running_bot(discord_server.address, tmp_path, shards[0]) as first,
        running_bot(discord_server.address, tmp_path, shards[1]) as second,
    ):
        await connected(discord_server, 2)
        replies = [
            await discord_server.slash("poem", seed="the sea at night", guild_id=guild_id)
            for guild_id in (payloads.GUILD_ID, other_guild)
        ]
        await discord_server.until(lambda: all(reply.settled for reply in replies))
        assert replies[0].original is not None
        await discord_server.react(replies[0].original, "👍")
        await until(lambda: rows(tmp_path, "SELECT value FROM ratings") == [(1,)])
        # One of them ends; the other goes on.
        first.signal(signal.SIGTERM)
        statuses = [(await first.ended(SECONDS_TO_END)).status]
        third = await discord_server.slash("poem", seed="the morning")
        await discord_server.until(lambda: third.settled)
        second.signal(signal.SIGTERM)
        statuses.append((await second.ended(SECONDS_TO_END)).status)

    assert statuses == [0, 0]
    assert sorted(identify["shard"] for identify in discord_server.identifies) == [[0, 2], [1, 2]]
    guilds = rows(tmp_path, "SELECT guild_id, count(*) FROM poems GROUP BY 1 ORDER BY 1")
    assert guilds == [(int(payloads.GUILD_ID), 2), (int(other_guild), 1)]
    assert rows(tmp_path, "SELECT count(DISTINCT asker) FROM poems") == [(1,)], "of one key"


async def test_a_token_revoked_while_the_bot_runs_is_named(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        await connected(discord_server)
        discord_server.revoke_token()
        ended = await bot.ended(SECONDS_TO_END)

    assert ended.status != 0
    [sentence] = sentences(ended.stderr)
    assert "DISCORD_TOKEN" in sentence


# The end ---------------------------------------------------------------------------------


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


@pytest.mark.parametrize("poems", [0, 1])
async def test_a_killed_bot_leaves_no_poet_behind(
    poems: int,
    discord_server: LoopbackDiscord,
    environment: dict[str, str],
    slow_checkpoint: Path,
    tmp_path: Path,
) -> None:
    environment |= {"CHECKPOINT": str(slow_checkpoint)}
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        await ask_for_poems(discord_server, poems)
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
        await until(lambda: rows(tmp_path, "SELECT count(*) FROM poems") == [(2,)])
        bot.signal(signal.SIGKILL)
        await bot.ended(5)
    half = first.shown.removesuffix(ENGLISH.writing)

    with closing(sqlite3.connect(tmp_path / "poems.sqlite3")) as database, database:
        database.execute("UPDATE poems SET created_at = created_at - ?", (ABANDONED_SECONDS,))
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        await discord_server.until(lambda: ENGLISH.poet_lost in second.shown)
        await until(lambda: rows(tmp_path, "SELECT * FROM poems") == [])
        bot.signal(signal.SIGTERM)
        ended = await bot.ended(SECONDS_TO_END)

    assert ended.status == 0
    assert half
    assert first.shown == half + ENGLISH.cut_short


def sentences(stderr: str) -> list[str]:
    """What was said to a person: all lines but those of the log below the level of an error."""
    log_line = re.compile(r"\d{4}-\d\d-\d\d .* (INFO|WARNING) ")
    return [line for line in stderr.splitlines() if not log_line.match(line)]


async def connected(server: LoopbackDiscord, times: int = 1) -> None:
    """Waits until the bot has begun that many sessions."""
    await server.until(lambda: len(server.identifies) == times)


def pipe_to_reader(path: Path) -> int:
    """The writing end of a named pipe that somebody waits to read from; 0 before anybody does."""
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return 0


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the database in `folder` answers."""
    database = sqlite3.connect(folder / "poems.sqlite3")
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()
