"""Which poems of the day a server has had. Their hour is among `bot.store.server_settings`."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import zones
from bot.store.database import Database
from bot.store.server_settings import COLUMNS, GuildSettings, settings_of

LEASE_SECONDS = 300
"""Who has been preparing a poem of the day for so long was killed over it."""


@dataclass(frozen=True)
class Claim:
    """Holds the right of one process to post the poem of one day in one server."""

    guild_id: int
    day: str
    since: int


class DailyPoems(Database):
    """Lets a poem of the day be posted once: a part of the store."""

    async def guilds_due(self, now: datetime) -> list[tuple[int, str, GuildSettings]]:
        """Returns the servers whose poem of this day is due and has not been posted, and the day.

        Each in the time of its own zone. One that moved to the west after its poem of a day has
        that day once more, but no second poem.
        """
        used = await self.rows(
            "SELECT DISTINCT zone FROM guild_settings WHERE daily_channel IS NOT NULL"
        )
        clocks = []
        for (name,) in used:
            there = now.astimezone(zones.zone(name))
            tomorrow = there + timedelta(days=1)
            clocks.append([name, day_of(there), day_of(tomorrow), there.hour, there.weekday()])
        rows = await self.rows(
            f"SELECT guild_id, clock.day, {', '.join(COLUMNS)} FROM guild_settings JOIN ("
            "SELECT json_extract(value, '$[0]') AS zone, json_extract(value, '$[1]') AS day, "
            "json_extract(value, '$[2]') AS tomorrow, json_extract(value, '$[3]') AS hour, "
            "json_extract(value, '$[4]') AS weekday FROM json_each(?)) AS clock USING (zone) "
            "WHERE daily_channel IS NOT NULL AND daily_hour <= hour "
            "AND coalesce(daily_weekday, weekday) = weekday AND NOT EXISTS ("
            "SELECT 1 FROM daily_poems AS had WHERE had.guild_id = guild_settings.guild_id "
            "AND had.day IN (clock.day, tomorrow) AND stage != 'preparing')",
            json.dumps(clocks),
        )
        return [(guild_id, day, settings_of(rest)) for guild_id, day, *rest in rows]

    async def claim_daily(self, guild_id: int, day: str, now: datetime) -> Claim | None:
        """Begins to prepare the poem of a `day`; None if somebody else does, or has posted it."""
        claim = Claim(guild_id, day, int(now.timestamp()))
        async with self.transaction() as database:
            cursor = await database.execute(
                "INSERT INTO daily_poems (guild_id, day, stage, since) "
                "VALUES (?, ?, 'preparing', ?) "
                "ON CONFLICT DO UPDATE SET since = excluded.since "
                "WHERE stage = 'preparing' AND since <= excluded.since - ?",
                (claim.guild_id, claim.day, claim.since, LEASE_SECONDS),
            )
            return claim if cursor.rowcount == 1 else None

    async def send_daily(self, claim: Claim, shown: int | None) -> bool:
        """Keeps that the poem is sent in the next moment; returns False if the claim has been lost.

        shown: the message of an older poem that is shown again; None for a new one. Who is killed
        after this will not send again: better no poem for a day than two.
        """
        return await self._step(claim, "SET stage = 'sending', shown = ?", shown)

    async def end_daily(self, claim: Claim) -> None:
        """Keeps that the poem was posted, or can't be today."""
        await self._step(claim, "SET stage = 'over'")

    async def give_up_claim(self, claim: Claim) -> None:
        """Gives the claim back, for there was no poem to post: it may be tried again."""
        async with self.transaction() as database:
            await database.execute(
                "DELETE FROM daily_poems WHERE guild_id = ? AND day = ? AND since = ?",
                (claim.guild_id, claim.day, claim.since),
            )

    async def _step(self, claim: Claim, change: str, *values: object) -> bool:
        async with self.transaction() as database:
            cursor = await database.execute(
                f"UPDATE daily_poems {change} WHERE guild_id = ? AND day = ? AND since = ?",
                (*values, claim.guild_id, claim.day, claim.since),
            )
            return cursor.rowcount == 1


def day_of(now: datetime) -> str:
    """Returns the day of `now`, as the database writes it."""
    return f"{now:%Y-%m-%d}"
