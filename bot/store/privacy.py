"""What is kept of a member: to be shown, to be forgotten, or not to be kept at all.

A table that comes to know members joins in here; a test looks for them in every table. The words
of a poem are a matter of their own: they belong to who typed them, whoever asked for the poem.
"""

import json
from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.store.database import Database, named_rows
from bot.store.typed_words import TYPED, take_out_words, without_words


@dataclass(frozen=True)
class Kept:
    """Holds everything that is kept of one member, ready to be written as JSON."""

    poems: list[dict[str, Any]]
    """The poems that they asked for; without the words, where those are another's."""
    words: list[dict[str, Any]]
    """Their words in poems that others asked for."""
    votes: list[dict[str, Any]]
    reported: list[int]
    """The numbers of poems."""
    opted_out: bool


class Privacy(Database):
    """Answers /privacy: a part of the store."""

    async def kept_of(self, user_id: int) -> Kept:
        """Returns all that is kept of a member."""
        async with self.transaction() as database:
            return await _kept(database, self.member(user_id))

    async def forget_member(self, user_id: int) -> Kept:
        """Deletes a member's poems, with all votes on them, votes and reports, and takes their
        words out of the poems of others; returns what it was.

        That somebody opted out is not forgotten, or else everything would be kept again.
        """
        member = self.member(user_id)
        async with self.transaction() as database:
            kept = await _kept(database, member)
            await database.execute("DELETE FROM reports WHERE member = ?", (member,))
            await database.execute("DELETE FROM ratings WHERE member = ?", (member,))
            await database.execute("DELETE FROM poems WHERE asker = ?", (member,))
            await take_out_words(database, member)
        return kept

    async def opted_out(self, user_id: int) -> bool:
        """Says whether nothing is to be kept of a member."""
        return bool(
            await self.rows("SELECT 1 FROM opted_out WHERE member = ?", self.member(user_id))
        )

    async def opt_out(self, user_id: int) -> None:
        """Has nothing new kept of a member from now on."""
        async with self.transaction() as database:
            await database.execute(
                "INSERT INTO opted_out VALUES (?) ON CONFLICT DO NOTHING", (self.member(user_id),)
            )

    async def opt_in(self, user_id: int) -> None:
        """Takes back that a member opted out."""
        async with self.transaction() as database:
            await database.execute(
                "DELETE FROM opted_out WHERE member = ?", (self.member(user_id),)
            )


async def _kept(database: aiosqlite.Connection, member: str) -> Kept:
    poems = await named_rows(
        database, f"{_POEMS} WHERE asker = ? OR words_of = ? ORDER BY id", member, member
    )
    votes = await named_rows(
        database,
        "SELECT poem_id AS poem, value AS vote, standing AS by FROM ratings "
        "WHERE member = ? ORDER BY poem_id",
        member,
    )
    reports = await named_rows(
        database, "SELECT poem_id FROM reports WHERE member = ? ORDER BY poem_id", member
    )
    opted_out = await named_rows(database, "SELECT 1 FROM opted_out WHERE member = ?", member)
    return Kept(
        poems=[_asked_for(poem) for poem in poems if poem["asker"] == member],
        words=[_place(poem) | _words(poem) for poem in poems if poem["asker"] != member],
        votes=[vote | {"by": json.loads(vote["by"])} for vote in votes],
        reported=[report["poem_id"] for report in reports],
        opted_out=bool(opted_out),
    )


_POEMS = (
    "SELECT id, asker, words_of, poems.guild_id, poems.channel_id, poems.message_id, prompt, "
    "opening, settings, continues, checkpoint, seed, text, private, hidden, "
    "wall.channel_id AS wall, wall.message_id AS wall_message, "
    "datetime(created_at, 'unixepoch') AS created FROM poems LEFT JOIN wall ON poem_id = id"
)


def _place(poem: dict[str, Any]) -> dict[str, Any]:
    """Which poem it is, where it stands, and since when."""
    return {
        "poem": poem["id"],
        # As text: these numbers are larger than many readers of JSON can tell apart.
        "server": poem["guild_id"] and str(poem["guild_id"]),
        "channel": str(poem["channel_id"]),
        "message": str(poem["message_id"]),
        "on_the_wall": poem["wall_message"]
        and {"channel": str(poem["wall"]), "message": str(poem["wall_message"])},
        "written_at_utc": poem["created"],
    }


def _words(poem: dict[str, Any]) -> dict[str, Any]:
    """What was typed for a poem."""
    settings = json.loads(poem["settings"])
    return {
        "you_typed": poem["prompt"],
        "settings": {name: settings[name] for name in TYPED if settings.get(name)},
    }


def _asked_for(poem: dict[str, Any]) -> dict[str, Any]:
    """A poem for who asked for it; what was typed only if they typed it."""
    settings, text = json.loads(poem["settings"]), poem["text"]
    own_words = poem["words_of"] == poem["asker"]
    if not own_words:
        text = text and without_words(poem)
        settings = {name: value for name, value in settings.items() if name not in TYPED}
    return _place(poem) | {
        "you_typed": poem["prompt"] if own_words else None,
        "settings": settings,
        "model": poem["checkpoint"],
        "seed_number": poem["seed"],
        "text": text,
        "private": bool(poem["private"]),
        "hidden": bool(poem["hidden"]),
    }
