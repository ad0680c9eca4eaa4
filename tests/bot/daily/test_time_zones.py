"""The poem of the day keeps its hour in the time zone of the server, across daylight saving."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store import Defaults, GuildSettings, Store
from tests.bot.daily.test_daily import ask_for, look
from tests.bot.world import World

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour", "moments"),
    [
        # The clocks of Berlin went on by an hour on 30 March 2025, and back on 26 October.
        ("Europe/Berlin", 9, ("2025-03-29 08:00", "2025-03-30 07:00", "2025-03-31 07:00")),
        ("Europe/Berlin", 9, ("2025-10-25 07:00", "2025-10-26 08:00", "2025-10-27 08:00")),
        # An hour that there was not is followed by the next; one that was there twice counts once.
        ("Europe/Berlin", 2, ("2025-03-29 01:00", "2025-03-30 01:00", "2025-03-31 00:00")),
        ("Europe/Berlin", 2, ("2025-10-25 00:00", "2025-10-26 00:00", "2025-10-27 01:00")),
        ("America/New_York", 23, ("2025-03-09 04:00", "2025-03-10 03:00", "2025-03-11 03:00")),
        ("Asia/Kolkata", 0, ("2025-03-28 18:30", "2025-03-29 18:30", "2025-03-30 18:30")),
        ("Pacific/Kiritimati", 12, ("2025-03-28 22:00", "2025-03-29 22:00", "2025-03-30 22:00")),
        ("Gone/Away", 12, ("2025-03-29 12:00", "2025-03-30 12:00", "2025-03-31 12:00")),
    ],
)
async def test_each_minute_of_three_days(
    tmp_path: Path, zone: str, hour: int, moments: tuple[str, ...]
) -> None:
    chosen = GuildSettings(daily_channel=5, daily_hour=hour, zone=zone)
    posted = []
    async with await Store.open(tmp_path / "poems.sqlite3") as store:
        await store.change_guild_settings(1, lambda _: chosen)
        now = at(moments[0]) - 2 * HOUR
        await had_before(store, now)
        while now < at(moments[-1]) + 3 * HOUR:
            for guild_id, day, _ in await store.guilds_due(now):
                claim = await store.claim_daily(guild_id, day, now)
                assert claim is not None
                await store.end_daily(claim)
                posted.append(now)
            now += 30 * MINUTE if posted and now - posted[-1] < 20 * HOUR else MINUTE
    assert posted == [at(moment) for moment in moments]


async def had_before(store: Store, now: datetime) -> None:
    """The poem of the day that began before the test did was posted."""
    for guild_id, day, _ in await store.guilds_due(now):
        claim = await store.claim_daily(guild_id, day, now)
        assert claim is not None
        await store.end_daily(claim)


async def test_only_on_the_weekday_there(tmp_path: Path) -> None:
    chosen = GuildSettings(daily_channel=5, daily_hour=1, daily_weekday=0, zone="Asia/Tokyo")
    async with await Store.open(tmp_path / "poems.sqlite3") as store:
        await store.change_guild_settings(1, lambda _: chosen)
        assert await store.guilds_due(at("2025-03-30 15:59")) == []
        ((_, day, _),) = await store.guilds_due(at("2025-03-30 16:00"))  # Monday, 1:00
        assert day == "2025-03-31"


@pytest.mark.asyncio(loop_scope="session")
async def test_a_server_that_moves_west_gets_no_second_poem(world: World) -> None:
    await ask_for(world, daily_kind="new", zone="Asia/Tokyo")
    assert len(await look(world, at("2025-03-30 03:00"))) == 1  # noon of the 30th
    await ask_for(world, daily_kind="new", zone="America/Los_Angeles")
    assert len(await look(world, at("2025-03-30 04:00"))) == 1  # the evening of the 29th
    assert len(await look(world, at("2025-03-30 20:00"))) == 1  # noon of the 30th once more
    assert len(await look(world, at("2025-03-31 20:00"))) == 2


@pytest.mark.asyncio(loop_scope="session")
async def test_the_defaults_of_its_channel(world: World) -> None:
    there = {world.channel.id: Defaults(form="haiku", mood="wild")}
    await ask_for(world, daily_kind="new", defaults=there)
    await look(world)
    ((form, temperature),) = world.rows(
        "SELECT settings ->> 'form', settings ->> 'temperature' FROM poems"
    )
    assert (form, temperature) == ("haiku", 1.4)
