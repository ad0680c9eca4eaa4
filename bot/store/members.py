"""What is kept of a member: to be shown, to be forgotten, or not to be kept at all.

A table that comes to know members joins in here; a test looks for them in every table.
"""

import json
from dataclasses import dataclass
from typing import Any

from bot.store.database import Database


@dataclass(frozen=True)
class Kept:
    """Everything that is kept of one member, ready to be written as JSON."""

    poems: list[dict[str, Any]]
    votes: list[dict[str, Any]]
    reported: list[int]
    """The numbers of poems."""
    opted_out: bool


class Members(Database):
    """The part of the store that answers /privacy."""

    async def kept_of(self, user_id: int) -> Kept:
        """All that is kept of a member."""
        member = self.member(user_id)
        poems = await self.rows(
            "SELECT id, guild_id, channel_id, message_id, datetime(created_at, 'unixepoch'), "
            "prompt, settings, checkpoint, seed, text, private, hidden "
            "FROM poems WHERE asker = ? ORDER BY id",
            member,
        )
        votes = await self.rows(
            "SELECT poem_id, value, standing FROM ratings WHERE member = ? ORDER BY poem_id",
            member,
        )
        reports = await self.rows(
            "SELECT poem_id FROM reports WHERE member = ? ORDER BY poem_id", member
        )
        return Kept(
            [
                {
                    "poem": number,
                    # As text: these numbers are larger than many readers of JSON can tell apart.
                    "server": guild_id and str(guild_id),
                    "channel": str(channel_id),
                    "message": str(message_id),
                    "written_at_utc": created,
                    "you_typed": prompt,
                    "settings": json.loads(settings),
                    "model": checkpoint,
                    "seed_number": seed,
                    "text": text,
                    "private": bool(private),
                    "hidden": bool(hidden),
                }
                for (
                    number, guild_id, channel_id, message_id, created, prompt, settings,
                    checkpoint, seed, text, private, hidden,
                ) in poems
            ],
            [
                {"poem": poem_id, "vote": value, "by": json.loads(standing)}
                for poem_id, value, standing in votes
            ],
            [poem_id for (poem_id,) in reports],
            await self.opted_out(user_id),
        )  # fmt: skip

    async def forget_member(self, user_id: int) -> Kept:
        """Deletes a member's poems, with all votes on them, votes and reports; returns what it was.

        That somebody opted out is not forgotten, or else everything would be kept again.
        """
        kept, member = await self.kept_of(user_id), self.member(user_id)
        async with self.transaction() as database:
            await database.execute("DELETE FROM reports WHERE member = ?", (member,))
            await database.execute("DELETE FROM ratings WHERE member = ?", (member,))
            await database.execute("DELETE FROM poems WHERE asker = ?", (member,))
        return kept

    async def opted_out(self, user_id: int) -> bool:
        """Whether nothing is to be kept of a member."""
        return bool(
            await self.rows("SELECT 1 FROM opted_out WHERE member = ?", self.member(user_id))
        )

    async def opt_out(self, user_id: int) -> None:
        """From now on nothing new is kept of a member."""
        async with self.transaction() as database:
            await database.execute(
                "INSERT INTO opted_out VALUES (?) ON CONFLICT DO NOTHING", (self.member(user_id),)
            )

    async def opt_in(self, user_id: int) -> None:
        """Takes that back."""
        async with self.transaction() as database:
            await database.execute(
                "DELETE FROM opted_out WHERE member = ?", (self.member(user_id),)
            )
