"""python -m bot check: a line for each thing, with the cure."""

import re
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import discord
import pytest

from bot.owner import check
from bot.owner.check import NEEDED
from tests.bot.loopback import payloads
from tests.bot.loopback.process import Ended, running_bot
from tests.bot.loopback.server import LoopbackDiscord
from tests.bot.process.conftest import SECONDS_TO_END, connected
from tests.bot.process.test_start import contents

THINGS = ["token", "intents", "permissions", "database", "checkpoint", "disk"]
PROGRAM = ("-m", "tests.bot.loopback.launch", "check")


async def checked(address: str, folder: Path, environment: dict[str, str]) -> Ended:
    async with running_bot(address, folder, environment, PROGRAM) as bot:
        return await bot.ended(SECONDS_TO_END)


def wrong(ended: Ended) -> dict[str, str]:
    """What is wrong, by thing; checks that there is one line for each thing, and no trace."""
    lines = [re.fullmatch(r"(ok   |WRONG) (\w+) +(\S.*)", x) for x in ended.stdout.splitlines()]
    assert all(lines), ended.stdout
    assert [line[2] for line in lines if line] == THINGS
    assert ended.stderr == ""
    found = {line[2]: line[3] for line in lines if line and line[1] == "WRONG"}
    assert ended.status == (1 if found else 0)
    return found


async def test_all_is_right_and_nothing_is_changed(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    ended = await checked(discord_server.address, tmp_path, environment)
    assert wrong(ended) == {}
    assert "the bot will make it" in ended.stdout
    assert "Discord knows this bot as poet" in ended.stdout
    assert contents(tmp_path) == {}
    assert {request.method for request in discord_server.requests} == {"GET"}
    assert discord_server.identifies == []


async def test_beside_a_bot_that_runs(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    async with running_bot(discord_server.address, tmp_path, environment) as bot:
        await connected(discord_server)
        reply = await discord_server.slash("poem", seed="the sea at night")
        await discord_server.until(lambda: reply.settled)
        looked = await checked(discord_server.address, tmp_path, environment)
        bot.signal(signal.SIGTERM)
        ended = await bot.ended(SECONDS_TO_END)
    assert wrong(looked) == {}
    assert "poems.sqlite3 can be written and holds 1 poems." in looked.stdout
    assert ended.status == 0


def no_token(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    environment["DISCORD_TOKEN"] = ""
    return "token intents permissions"


def refused_token(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    environment["DISCORD_TOKEN"] = "not-the-token"
    return "token intents permissions"


def no_server(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    server.guilds = []
    return "permissions"


def few_permissions(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    few = discord.Permissions(NEEDED.value)
    few.update(add_reactions=False, send_messages=False)
    server.guilds += [payloads.own_guild(f"room {n}", str(few.value)) for n in range(5)]
    return "permissions"


def no_checkpoint(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    environment["CHECKPOINT"] = "nowhere"
    return "checkpoint"


def truncated_checkpoint(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    copy = shutil.copytree(environment["CHECKPOINT"], folder / "truncated")
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    environment["CHECKPOINT"] = str(copy)
    return "checkpoint"


def file_in_the_way(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    (folder / "file").write_text("in the way")
    environment["DATABASE"] = str(folder / "file" / "poems.sqlite3")
    return "database"


def foreign_database(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    (folder / "poems.sqlite3").write_text("not a database, but something dear\n" * 100)
    return "database"


def of_another_program(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    with closing(sqlite3.connect(folder / "poems.sqlite3")) as database:
        database.execute("CREATE TABLE history (url)")
    (folder / "poems.sqlite3").chmod(0o600)
    return "database"


def without_its_key(environment: dict[str, str], folder: Path, server: LoopbackDiscord) -> str:
    with closing(sqlite3.connect(folder / "poems.sqlite3")) as database:
        database.execute("CREATE TABLE poems (text)")
        database.execute("INSERT INTO poems VALUES ('the sea')")
        database.commit()
    (folder / "poems.sqlite3").chmod(0o600)
    return "database"


CURES = {
    "no_token": "put the token of your bot into .env",
    "refused_token": "copy the token again",
    "no_server": "https://discord.com/oauth2/authorize?client_id=",
    "few_permissions": "In 5 of 6 servers ('room 0', 'room 1', 'room 2' and 2 more) the bot lacks: "
    "add reactions, send messages. Give its role there the right to",
    "no_checkpoint": "There is no checkpoint at nowhere",
    "truncated_checkpoint": "model.safetensors",
    "file_in_the_way": "set DATABASE to another place",
    "foreign_database": "move the file away to begin anew",
    "of_another_program": "set DATABASE to another file",
    "without_its_key": "put it back from your backup",
}


@pytest.mark.parametrize(
    "spoil",
    [
        *(no_token, refused_token, no_server, few_permissions, no_checkpoint),
        *(truncated_checkpoint, file_in_the_way, foreign_database, of_another_program),
        without_its_key,
    ],
)
async def test_what_is_wrong_is_told_with_its_cure(
    spoil: Callable[[dict[str, str], Path, LoopbackDiscord], str],
    discord_server: LoopbackDiscord,
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    things = spoil(environment, tmp_path, discord_server).split()
    before = contents(tmp_path)
    found = wrong(await checked(discord_server.address, tmp_path, environment))
    assert list(found) == things
    assert CURES[spoil.__name__] in found[things[0]]
    assert all("mend the line above" in found[x] or "set DISC" in found[x] for x in things[1:])
    assert contents(tmp_path) == before


async def test_discord_out_of_reach(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = wrong(await checked("127.0.0.1:9", tmp_path, environment))
    assert list(found) == ["token", "intents", "permissions"]
    assert "check the network connection" in found["token"]


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(check, "LEAST_FREE", 2**60)
    finding = check._disk(tmp_path / "not" / "there" / "poems.sqlite3")
    assert not finding.right
    assert "make room until there are" in str(finding)
