"""What the admins of a server chose, and which poems of the day it has had."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.store.database import Database

LEASE_SECONDS = 300
"""Who has been preparing a poem of the day for so long was killed over it."""


@dataclass(frozen=True)
class GuildSettings:
    """What the admins of a server chose."""

    channels: tuple[int, ...] = ()
    """Where poems may be asked for; empty: everywhere."""
    forms: tuple[str, ...] = ()
    """Which forms may be asked for; empty: all."""
    cooldown: int = 0
    """Seconds between two poems of one member."""
    reactions: bool = True
    """Whether the bot adds its two reactions under each poem."""
    daily_channel: int | None = None
    """Where the poem of the day is posted; None: nowhere."""
    daily_hour: int = 12
    """From which hour on, in UTC."""
    daily_weekday: int | None = None
    """Only on this day of the week, 0 for Mondays; None: every day."""
    daily_kind: str = "best"
    """best: the best liked of the last week, if there is one; new: always a new one."""


@dataclass(frozen=True)
class Claim:
    """The right of one process to post the poem of one day in one server."""

    guild_id: int
    day: str
    since: int


class Guilds(Database):
    """The part of the store that knows servers."""

    async def guild_settings(self, guild_id: int) -> GuildSettings:
        """What was chosen there, or what holds where nothing was."""
        rows = await self.rows(f"{_CHOSEN} WHERE guild_id = ?", guild_id)
        return _settings(rows[0][1:]) if rows else GuildSettings()

    async def change_guild_settings(
        self, guild_id: int, change: Callable[[GuildSettings], GuildSettings]
    ) -> GuildSettings:
        """Replaces what was chosen there by what `change` makes of it, and returns that.

        Read and written in one transaction: of two admins who change something at the same
        moment none undoes what the other did.
        """
        async with self.transaction() as database:
            rows = await database.execute_fetchall(f"{_CHOSEN} WHERE guild_id = ?", (guild_id,))
            chosen = change(next((_settings(row[1:]) for row in rows), GuildSettings()))
            await database.execute(
                f"INSERT OR REPLACE INTO guild_settings (guild_id, {_COLUMNS}) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    guild_id,
                    json.dumps(chosen.channels),
                    json.dumps(chosen.forms),
                    chosen.cooldown,
                    chosen.reactions,
                    chosen.daily_channel,
                    chosen.daily_hour,
                    chosen.daily_weekday,
                    chosen.daily_kind,
                ),
            )
        return chosen

    # ------------------------------------------------------ poems of the day

    async def guilds_due(self, now: datetime) -> list[tuple[int, GuildSettings]]:
        """Servers whose poem of this day (in UTC) is due and has not been posted."""
        rows = await self.rows(
            f"{_CHOSEN} WHERE daily_channel IS NOT NULL AND daily_hour <= ? "
            "AND coalesce(daily_weekday, ?) = ? AND guild_id NOT IN "
            "(SELECT guild_id FROM daily_poems WHERE day = ? AND stage != 'preparing')",
            *(now.hour, now.weekday(), now.weekday(), day_of(now)),
        )
        return [(guild_id, _settings(rest)) for guild_id, *rest in rows]

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
        """The poem is sent in the next moment: `shown` is the message of an older one, if it is
        none that is new. False if the claim has been lost.

        Who is killed after this will not send again: better no poem for a day than two.
        """
        return await self._step(claim, "SET stage = 'sending', shown = ?", shown)

    async def end_daily(self, claim: Claim) -> None:
        """It was posted, or can't be today."""
        await self._step(claim, "SET stage = 'over'")

    async def give_up_claim(self, claim: Claim) -> None:
        """There was no poem to post: it may be tried again."""
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


_COLUMNS = (
    "channels, forms, cooldown, reactions, daily_channel, daily_hour, daily_weekday, daily_kind"
)
_CHOSEN = f"SELECT guild_id, {_COLUMNS} FROM guild_settings"


def day_of(now: datetime) -> str:
    """The day of a moment, as the database writes it."""
    return f"{now:%Y-%m-%d}"


def _settings(values: Sequence[object]) -> GuildSettings:
    channels, forms, cooldown, reactions, *daily = values
    assert isinstance(channels, str)
    assert isinstance(forms, str)
    assert isinstance(cooldown, int)
    return GuildSettings(
        tuple(json.loads(channels)),
        tuple(json.loads(forms)),
        cooldown,
        bool(reactions),
        *daily,  # type: ignore[arg-type]
    )
