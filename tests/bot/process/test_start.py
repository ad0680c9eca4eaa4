"""How the bot starts, and what it says when it can't."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import discord
import pytest

from bot.writer.poet_process import CLOSE_SECONDS
from tests.bot.loopback.process import running_bot
from tests.bot.loopback.server import LoopbackDiscord
from tests.bot.process.conftest import SECONDS_TO_END, connected, sentences
from tests.bot.world import until


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


def pipe_to_reader(path: Path) -> int:
    """The writing end of a named pipe that somebody waits to read from; 0 before anybody does."""
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return 0


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
