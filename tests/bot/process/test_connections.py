"""The bot's two connections to Discord, and what it does when they fail."""

import re
import signal
from pathlib import Path

import pytest

from tests.bot.loopback import payloads
from tests.bot.loopback.process import running_bot
from tests.bot.loopback.server import LoopbackDiscord
from tests.bot.process.conftest import SECONDS_TO_END, connected, rows, sentences
from tests.bot.world import until


@pytest.mark.usefixtures("no_forks")
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
    assert text.startswith("The sea at night")
    as_discord_shows_it = re.sub(r"\\([^\w\s])", r"\1", reply.shown)
    assert as_discord_shows_it.startswith(text + "\n")
    assert "rate limited" in ended.stderr, "what discord.py has to say is there"
    assert "sea at night" not in ended.stderr, "a member's words are in the log"
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
