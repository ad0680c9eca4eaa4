"""Which poems hang on the walls of fame, which may be due there, and which must come down.

The database itself notes what may be due and what must come down, by triggers: whatever changes a
vote or a poem, and however the bot ends, nothing is missed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.database import Database
from bot.store.lists import LISTED, ListedPoem
from bot.store.server_settings import GuildSettings

LEASE_SECONDS = 300
"""Who has been sending a poem to the wall for so long was killed over it."""
RETRY_SECONDS = 600
"""Until a message is tried again that could not be taken down."""


@dataclass(frozen=True)
class WallPlace:
    """Holds where a poem hangs, or may come to hang."""

    poem_id: int
    guild_id: int
    channel_id: int
    """Of the wall's message; of one that is due, where the poem stands."""
    message_id: int | None
    """On the wall; None: it is not there yet."""


class Wall(Database):
    """Has each poem shown on the wall once: a part of the store."""

    async def due_on_wall(self) -> list[WallPlace]:
        """Returns the poems whose likes have changed since `claim_wall` last counted them."""
        rows = await self.rows(
            "SELECT id, guild_id, channel_id, NULL FROM wall_due JOIN poems ON id = poem_id"
        )
        return [WallPlace(*row) for row in rows]

    async def claim_wall(
        self, poem_id: int, chosen: GuildSettings, readable: Sequence[int], now: int
    ) -> ListedPoem | None:
        """Takes the place of a poem on the wall of its server, and returns the poem.

        Returns None where it is not liked enough, not open to all, or was there already. Counted
        here and now, so that what was pressed and taken back does not count. chosen: by the admins
        of its server; readable: the channels from which poems may be shown there.
        """
        async with self.transaction() as database:
            await database.execute(
                "DELETE FROM wall_due WHERE poem_id = ? "
                "AND NOT EXISTS (SELECT 1 FROM wall WHERE wall.poem_id = ? AND going)",
                (poem_id, poem_id),
            )
            if chosen.wall_channel is None:
                return None
            cursor = await database.execute(
                "INSERT INTO wall (poem_id, guild_id, channel_id, since) "
                "SELECT id, guild_id, ?, ? FROM poems WHERE id = ? AND text IS NOT NULL "
                "AND NOT private AND NOT hidden AND words_of != '' "
                "AND channel_id IN (SELECT value FROM json_each(?)) "
                "AND id NOT IN (SELECT poem_id FROM wall) "
                "AND (SELECT count(*) FROM ratings "
                "WHERE poem_id = id AND value > 0 AND member != asker) >= ?",
                (chosen.wall_channel, now, poem_id, json.dumps(readable), chosen.wall_likes),
            )
            if not cursor.rowcount:
                return None
            rows = await database.execute_fetchall(
                f"SELECT {', '.join(LISTED)} FROM poems WHERE id = ?", (poem_id,)
            )
            return ListedPoem(*next(iter(rows)))

    async def hang(self, poem_id: int, message_id: int) -> None:
        """Keeps in which message on the wall a poem stands."""
        async with self.transaction() as database:
            await database.execute(
                "UPDATE wall SET message_id = ? WHERE poem_id = ?", (message_id, poem_id)
            )

    async def coming_down(self, now: int) -> list[WallPlace]:
        """Returns the messages whose poems were deleted, reported or robbed of their words."""
        rows = await self.rows(
            "SELECT poem_id, guild_id, channel_id, message_id FROM wall WHERE going "
            "AND not_before <= ? AND (message_id IS NOT NULL OR since <= ?)",
            *(now, now - LEASE_SECONDS),
        )
        return [WallPlace(*row) for row in rows]

    async def leave_wall(self, poem_id: int) -> None:
        """Keeps that a poem is not on the wall: it never came there, or was taken down."""
        async with self.transaction() as database:
            await database.execute("DELETE FROM wall WHERE poem_id = ?", (poem_id,))

    async def leave_wall_later(self, poem_id: int, now: int) -> None:
        """Keeps that a message could not be taken down now."""
        async with self.transaction() as database:
            await database.execute(
                "UPDATE wall SET not_before = ? WHERE poem_id = ?", (now + RETRY_SECONDS, poem_id)
            )
