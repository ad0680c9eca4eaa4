"""Which poems of the day a server has had. Their hour is among `bot.store.server_settings`."""

from dataclasses import dataclass
from datetime import datetime

from bot.store.database import Database
from bot.store.server_settings import CHOSEN, GuildSettings, settings_of

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

    async def guilds_due(self, now: datetime) -> list[tuple[int, GuildSettings]]:
        """Returns the servers whose poem of this day, in UTC, is due and has not been posted."""
        rows = await self.rows(
            f"{CHOSEN} WHERE daily_channel IS NOT NULL AND daily_hour <= ? "
            "AND coalesce(daily_weekday, ?) = ? AND guild_id NOT IN "
            "(SELECT guild_id FROM daily_poems WHERE day = ? AND stage != 'preparing')",
            *(now.hour, now.weekday(), now.weekday(), day_of(now)),
        )
        return [(guild_id, settings_of(rest)) for guild_id, *rest in rows]

    async def claim_daily(self, guild_id: int, now: datetime) -> Claim | None:
        """Begins to prepare a poem of the day; None if somebody else does, or has posted it."""
        claim = Claim(guild_id, day_of(now), int(now.timestamp()))
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
