"""What the admins of a server chose, the hour of the daily poem among it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.store.database import Database


@dataclass(frozen=True)
class GuildSettings:
    """Holds what the admins of a server chose."""

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
    """The hour from which on it is posted, in UTC."""
    daily_weekday: int | None = None
    """Only on this day of the week, 0 for Mondays; None: every day."""
    daily_kind: str = "best"
    """best: the best liked of the last week, if there is one; new: always a new one."""


class ServerSettings(Database):
    """Keeps what admins chose: a part of the store."""

    async def guild_settings(self, guild_id: int) -> GuildSettings:
        """Returns what was chosen in a server, or what holds where nothing was."""
        rows = await self.rows(f"{CHOSEN} WHERE guild_id = ?", guild_id)
        return settings_of(rows[0][1:]) if rows else GuildSettings()

    async def change_guild_settings(
        self, guild_id: int, change: Callable[[GuildSettings], GuildSettings]
    ) -> GuildSettings:
        """Replaces what was chosen in a server by what `change` makes of it, and returns that.

        Read and written in one transaction: of two admins who change something at the same moment
        none undoes what the other did.
        """
        async with self.transaction() as database:
            rows = await database.execute_fetchall(f"{CHOSEN} WHERE guild_id = ?", (guild_id,))
            chosen = change(next((settings_of(row[1:]) for row in rows), GuildSettings()))
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


_COLUMNS = (
    "channels, forms, cooldown, reactions, daily_channel, daily_hour, daily_weekday, daily_kind"
)
CHOSEN = f"SELECT guild_id, {_COLUMNS} FROM guild_settings"
"""Selects the servers where something was chosen, and what."""


def settings_of(values: Sequence[object]) -> GuildSettings:
    """Reads a row of CHOSEN, without the number of its server."""
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
