"""What the admins of a server chose, the hour of the daily poem among it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bot import zones
from bot.store.database import Database

SERVER = 0
"""In place of a channel's number: the whole server."""
DEFAULT_LIKES = 3
MOST_LIKES = 1000


@dataclass(frozen=True)
class Defaults:
    """Holds what a poem is to be where who asks for it leaves that open; None: this is open too."""

    form: str | None = None
    manner: str | None = None
    """"" for nobody's, whatever a wider place says."""
    mood: str | None = None

    def over(self, wider: "Defaults") -> "Defaults":
        """Returns these, and what they leave open from those of a `wider` place."""
        chosen = {name: value for name, value in asdict(self).items() if value is not None}
        return Defaults(**asdict(wider) | chosen)


@dataclass(frozen=True)
class GuildSettings:
    """Holds what the admins of a server chose; the fields are columns of the database."""

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
    """The hour from which on it is posted, in `zone`."""
    daily_weekday: int | None = None
    """Only on this day of the week, 0 for Mondays; None: every day."""
    daily_kind: str = "best"
    """best: the best liked of the last week, if there is one; new: always a new one."""
    defaults: Mapping[int, Defaults] = field(default_factory=dict)
    """By channel, and for the whole SERVER."""
    zone: str = zones.DEFAULT
    """IANA's name of the time zone."""
    wall_channel: int | None = None
    """Where the poems are shown that many liked; None: nowhere."""
    wall_likes: int = DEFAULT_LIKES
    """So many members must like one, not counting who asked for it."""

    def defaults_in(self, *channels: int | None) -> Defaults:
        """Returns the defaults of a place: of the first of `channels` that says something, and what
        it leaves open of the next, and at last of the server."""
        found = Defaults()
        for channel in (*channels, SERVER):
            if channel is not None and channel in self.defaults:
                found = found.over(self.defaults[channel])
        return found


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
                f"INSERT OR REPLACE INTO guild_settings (guild_id, {', '.join(COLUMNS)}) "
                f"VALUES (?{', ?' * len(COLUMNS)})",
                (guild_id, *map(_column, (getattr(chosen, name) for name in COLUMNS))),
            )
        return chosen


COLUMNS = tuple(field.name for field in fields(GuildSettings))
CHOSEN = f"SELECT guild_id, {', '.join(COLUMNS)} FROM guild_settings"
"""Selects the servers where something was chosen, and what."""


def settings_of(values: Sequence[Any]) -> GuildSettings:
    """Reads a row of COLUMNS."""
    row = dict(zip(COLUMNS, values, strict=True))
    for name in ("channels", "forms"):
        row[name] = tuple(json.loads(row[name]))
    known = {field.name for field in fields(Defaults)}
    row["defaults"] = {
        int(channel): Defaults(**{k: v for k, v in chosen.items() if k in known})
        for channel, chosen in json.loads(row["defaults"]).items()
    }
    row["reactions"] = bool(row["reactions"])
    return GuildSettings(**row)


def _column(value: object) -> object:
    """A value as its column holds it: lists and tables as JSON."""
    if isinstance(value, tuple):
        return json.dumps(value)
    if isinstance(value, Mapping):
        return json.dumps({str(channel): asdict(chosen) for channel, chosen in value.items()})
    return value
