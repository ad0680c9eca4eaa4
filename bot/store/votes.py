"""The votes: one row for each member and poem, whatever they press or react with."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import aiosqlite

from bot.store.database import Database
from bot.votes import rules as votes

TALLY = "SELECT up, down FROM poems WHERE id = ?"
Reaction = tuple[str, str]
"""A member's hash and an emoji."""


@dataclass(frozen=True)
class Tally:
    """Holds the votes on one poem."""

    up: int = 0
    down: int = 0


class Votes(Database):
    """Keeps votes: a part of the store."""

    # Each of these returns whether the votes of a poem add up to something else now.

    async def add_reaction(self, message_id: int, user_id: int, emoji: str) -> bool:
        """Keeps that a member reacted with a vote to a message that may or may not be a poem."""
        return await self._change_reactions(message_id, self.member(user_id), emoji, votes.add)

    async def remove_reaction(self, message_id: int, user_id: int, emoji: str) -> bool:
        """Keeps that a member took such a reaction back."""
        return await self._change_reactions(message_id, self.member(user_id), emoji, votes.remove)

    async def clear_reactions(self, message_id: int, emoji: str | None = None) -> bool:
        """Keeps that somebody cleared all reactions of a message, or all with the one `emoji`."""
        async with self.transaction() as database:
            before = await _counts(database, message_id)
            for poem_id in await _poem_of(database, message_id):
                rows = await database.execute_fetchall(
                    "SELECT member, standing FROM ratings WHERE poem_id = ?", (poem_id,)
                )
                for member, standing in rows:
                    left = [
                        mark
                        for mark in json.loads(standing)
                        if mark.startswith("button:") or emoji not in (None, mark)
                    ]
                    await _keep_standing(database, poem_id, member, left)
            return await _counts(database, message_id) != before

    async def reactions(self, poem_id: int) -> list[Reaction]:
        """Returns all reactions that stand on a poem, as far as is known here."""
        rows = await self.rows("SELECT member, standing FROM ratings WHERE poem_id = ?", poem_id)
        return [
            (member, mark)
            for member, standing in rows
            for mark in json.loads(standing)
            if not mark.startswith("button:")
        ]

    async def amend_reactions(
        self, message_id: int, known: Sequence[Reaction], actual: Sequence[Reaction]
    ) -> bool:
        """Brings the reactions in line with Discord.

        known: what `reactions` said before; actual: what Discord shows. Only the differences are
        applied, so that what happens meanwhile is not undone.
        """
        changes = [(*one, votes.remove) for one in known if one not in actual]
        changes += [(*one, votes.add) for one in actual if one not in known]
        return bool(changes) and await self._apply(message_id, changes)

    async def press(self, poem_id: int, user_id: int, value: int) -> Tally:
        """Keeps that a member pressed a vote button of an existing poem; returns the new tally.

        value: of the button, 1 or -1.
        """
        member = self.member(user_id)
        async with self.transaction() as database:
            standing = await _standing(database, poem_id, member)
            await _keep_standing(database, poem_id, member, votes.press(standing, value))
            rows = await database.execute_fetchall(TALLY, (poem_id,))
            return Tally(*next(iter(rows)))

    async def tally(self, poem_id: int) -> Tally:
        """Returns the votes on a poem; none where it is gone."""
        rows = await self.rows(TALLY, poem_id)
        return Tally(*rows[0]) if rows else Tally()

    async def _change_reactions(
        self, message_id: int, member: str, emoji: str, change: votes.Change
    ) -> bool:
        # Most reactions are to other people's messages: those must not cost a write.
        if not await self.rows("SELECT 1 FROM poems WHERE message_id = ?", message_id):
            return False
        return await self._apply(message_id, [(member, emoji, change)])

    async def _apply(
        self, message_id: int, changes: Sequence[tuple[str, str, votes.Change]]
    ) -> bool:
        async with self.transaction() as database:
            before = await _counts(database, message_id)
            for member, emoji, change in changes:
                await _mark(database, message_id, member, emoji, change)
            return await _counts(database, message_id) != before


async def _poem_of(database: aiosqlite.Connection, message_id: int) -> list[int]:
    rows = await database.execute_fetchall(
        "SELECT id FROM poems WHERE message_id = ?", (message_id,)
    )
    return [row[0] for row in rows]


async def _mark(
    database: aiosqlite.Connection, message_id: int, member: str, emoji: str, change: votes.Change
) -> None:
    """Sets or takes away a member's reaction; of members who opted out nothing is kept."""
    if await database.execute_fetchall("SELECT 1 FROM opted_out WHERE member = ?", (member,)):
        return
    for poem_id in await _poem_of(database, message_id):
        standing = await _standing(database, poem_id, member)
        await _keep_standing(database, poem_id, member, change(standing, emoji))


async def _counts(database: aiosqlite.Connection, message_id: int) -> list[tuple[int, int]]:
    rows = await database.execute_fetchall(
        "SELECT up, down FROM poems WHERE message_id = ?", (message_id,)
    )
    return [(up, down) for up, down in rows]


async def _standing(database: aiosqlite.Connection, poem_id: int, member: str) -> list[str]:
    rows = await database.execute_fetchall(
        "SELECT standing FROM ratings WHERE poem_id = ? AND member = ?", (poem_id, member)
    )
    return [mark for row in rows for mark in json.loads(row[0])]


async def _keep_standing(
    database: aiosqlite.Connection, poem_id: int, member: str, standing: Sequence[str]
) -> None:
    if standing:
        await database.execute(
            "INSERT INTO ratings (poem_id, member, value, standing) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (poem_id, member) "
            "DO UPDATE SET value = excluded.value, standing = excluded.standing",
            (poem_id, member, votes.mark_value(standing[-1]), json.dumps(standing)),
        )
    else:
        await database.execute(
            "DELETE FROM ratings WHERE poem_id = ? AND member = ?", (poem_id, member)
        )
