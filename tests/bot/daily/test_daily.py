"""The poem of the day: where it was asked for, once a day, and of nobody who did not share it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import discord
import pytest

from bot.daily.cog import DailyCog
from bot.i18n.texts import ENGLISH
from bot.store import GuildSettings, Store, StoreError
from bot.store.daily import LEASE_SECONDS, day_of
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = ENGLISH.daily_new.format(title=ENGLISH.poem_of_the_day)
BEST = ENGLISH.daily_best.format(title=ENGLISH.poem_of_the_day)
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
TODAY = day_of(NOON)


async def ask_for(world: World, **changes: object) -> None:
    chosen = GuildSettings(daily_channel=world.channel.id)
    await world.store.change_guild_settings(
        world.alice.guild.id,
        lambda _: replace(chosen, **changes),  # type: ignore[arg-type]
    )


def to(place: int, chosen: GuildSettings) -> GuildSettings:
    return replace(chosen, daily_channel=place, daily_kind="new")


async def look(world: World, now: datetime = NOON) -> list[discord.Message]:
    """The bot looks at a moment of the test's choice; what stands in the channel then."""
    cog = world.bot.get_cog("DailyCog")
    assert isinstance(cog, DailyCog)
    await cog.post_due(lambda: now)
    await world.env.settle()
    return world.messages()


async def test_never_unasked(world: World) -> None:
    await world.store.change_guild_settings(
        world.alice.guild.id, lambda _: GuildSettings(cooldown=5)
    )
    assert await look(world) == []


async def test_a_new_poem_can_be_voted_on(world: World) -> None:
    await ask_for(world, daily_kind="new")
    assert await look(world, NOON - timedelta(minutes=1)) == [], "not before its hour"
    (message,) = await look(world)
    assert NEW in message.content
    assert len(message.reactions) == 2
    await world.press(world.bob, message, "up")
    assert world.votes(message) == [1]


async def test_once_a_day(world: World) -> None:
    await ask_for(world, daily_kind="new")
    for hours in (0, 1, 11):
        assert len(await look(world, NOON + timedelta(hours=hours))) == 1
    await world.restart()
    assert len(await look(world)) == 1
    assert len(await look(world, NOON + timedelta(days=1))) == 2
    assert len(await look(world)) == 2, "the clock was put back: that day has had its poem"


async def test_only_on_its_weekday(world: World) -> None:
    await ask_for(world, daily_kind="new", daily_weekday=(NOON.weekday() + 1) % 7)
    assert await look(world) == []
    (message,) = await look(world, NOON + timedelta(days=1))
    assert ENGLISH.daily_new.format(title=ENGLISH.poem_of_the_week) in message.content


async def test_the_best_liked_of_the_week_is_shown_once(world: World) -> None:
    first, second = await world.poem("the sea"), await world.poem("the wind")
    for member in (world.alice, world.bob):
        await world.press(member, second, "up")
    await world.press(world.bob, first, "up")
    await ask_for(world)
    today = (await look(world))[-1]
    assert today.content.startswith("The wind")
    assert BEST in today.content
    (link,) = [child for row in today.components for child in row.children]  # type: ignore[union-attr]
    assert isinstance(link, discord.Button)
    assert link.url is not None
    assert link.url.endswith(f"/{second.id}")
    tomorrow = (await look(world, NOON + timedelta(days=1)))[-1]
    assert tomorrow.content.startswith("The sea")
    after = (await look(world, NOON + timedelta(days=2)))[-1]
    assert NEW in after.content, "nothing is left, so a new one is written"


async def test_nothing_that_not_everybody_may_read(world: World) -> None:
    guild = world.alice.guild
    closed = guild.create_text_channel(
        "closed",
        overwrites={
            guild.default_role: discord.PermissionOverwrite(view_channel=False),
            world.alice: discord.PermissionOverwrite(view_channel=True),
            guild.roles[world.bot.user.name]: discord.PermissionOverwrite(view_channel=True),  # type: ignore[union-attr]
        },
    )
    await world.alice.slash(closed, "poem", seed="a secret")
    private = await world.alice.slash(world.channel, "poem", seed="mine alone", private=True)
    reported = await world.poem("a reported one")
    world.change("UPDATE poems SET up = 9")
    await world.press(world.alice, reported, "report")
    assert private.response is not None
    await ask_for(world)
    (_, today) = await look(world)
    assert NEW in today.content


async def test_a_channel_that_was_closed_is_no_crash(world: World) -> None:
    await ask_for(world, daily_kind="new")
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    assert await look(world) == []
    assert await look(world) == [], "nor is it tried every minute"
    assert len(await look(world, NOON + timedelta(days=1))) == 1


async def test_a_form_that_this_version_lacks_is_passed_over(world: World) -> None:
    gone = tuple(f"villanelle-{number}" for number in range(30))  # one of which would be drawn
    await ask_for(world, daily_kind="new", forms=(*gone, "haiku"))
    (message,) = await look(world)
    assert ENGLISH.form("haiku") in message.content


async def test_a_server_with_a_fault_keeps_no_other_from_its_poem(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = world.env.create_guild()
    channel = other.create_text_channel("poems")
    for guild_id, place in ((world.alice.guild.id, world.channel.id), (other.id, channel.id)):
        await world.store.change_guild_settings(guild_id, partial(to, place))
    faults = [ZeroDivisionError("1 / 0")]

    def shown() -> list[int]:
        return sorted(len(list(place.history())) for place in (world.channel, channel))

    def surprise() -> str:
        if faults:
            raise faults.pop()
        return "The sea"

    monkeypatch.setattr("bot.daily.cog.surprise", surprise)
    await look(world)
    assert shown() == [0, 1]
    assert re.search(r"The poem of the day in one server failed. Reference \w{6}\n", caplog.text)
    assert "1 / 0" not in caplog.text, "a message could hold somebody's words"
    await look(world, NOON + timedelta(seconds=LEASE_SECONDS))
    assert shown() == [0, 1], "nor is it tried again on that day"


async def test_a_server_whose_claim_fails_keeps_no_other_from_its_poem(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.env.create_guild()
    channel = other.create_text_channel("poems")
    for guild_id, place in ((world.alice.guild.id, world.channel.id), (other.id, channel.id)):
        await world.store.change_guild_settings(guild_id, partial(to, place))
    claim = Store.claim_daily

    async def fails_here(store: Store, guild_id: int, day: str, now: datetime) -> object:
        if guild_id == world.alice.guild.id:
            raise StoreError("the database is locked")
        return await claim(store, guild_id, day, now)

    monkeypatch.setattr(Store, "claim_daily", fails_here)
    assert await look(world) == []
    assert len(list(channel.history())) == 1
    monkeypatch.undo()
    assert len(await look(world)) == 1, "it is tried again"


async def test_each_server_has_a_time_of_its_own(world: World) -> None:
    other = world.env.create_guild()
    chosen = GuildSettings(daily_channel=other.create_text_channel("poems").id)
    await world.store.change_guild_settings(other.id, lambda _: chosen)
    await ask_for(world)
    times = [NOON + timedelta(seconds=seconds) for seconds in (0, 1, 400)]
    cog = world.bot.get_cog("DailyCog")
    assert isinstance(cog, DailyCog)
    await cog.post_due(iter(times).__next__)
    since = world.rows("SELECT since FROM daily_poems ORDER BY since")
    assert since == [(int(moment.timestamp()),) for moment in times[1:]]


async def test_two_processes_claim_a_day_once(tmp_path: Path) -> None:
    path = tmp_path / "poems.sqlite3"
    tomorrow = NOON + timedelta(days=1)
    async with await Store.open(path) as one, await Store.open(path) as two:
        await one.change_guild_settings(1, lambda _: GuildSettings(daily_channel=5))
        claim = await one.claim_daily(1, TODAY, NOON)
        assert claim is not None
        assert await two.claim_daily(1, TODAY, NOON) is None
        # The first is killed over it; after a while the other takes over, and the first, should
        # it still live, has lost its right.
        later = NOON + timedelta(seconds=LEASE_SECONDS)
        second = await two.claim_daily(1, TODAY, later)
        assert second is not None
        assert not await one.send_daily(claim, None)
        assert await two.send_daily(second, None)
        # From here on it may have been posted: nobody tries again.
        assert await one.claim_daily(1, TODAY, later + timedelta(hours=1)) is None
        assert await one.guilds_due(later) == []
        assert await one.claim_daily(1, day_of(tomorrow), tomorrow) is not None
