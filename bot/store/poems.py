"""The poems: what is kept of each from its first line to its deletion."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.store.database import Database
from verse.request.messages import SENTENCES, Message

UNKEPT = 0
"""In place of the number of a poem of which nothing is kept."""
ABANDONED_SECONDS = 15 * 60
"""A poem that has been "being written" for so long belongs to a bot that was killed: a living one
could not show it any more, because Discord closes an answer after 15 minutes."""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Holds what is known of a poem when its writing begins, and stays known."""

    message_id: int
    asker: str
    """The member's hash, from `Store.member`."""
    prompt: str
    opening: str
    settings: dict[str, Any]
    checkpoint: str
    seed: int
    language: str = "en"
    """In which its buttons speak."""
    continues: bool = False
    """Whether its opening stands in the message before, and not in its own."""
    private: bool = False
    """Whether only its asker can see it."""


@dataclass(frozen=True, kw_only=True)
class NewPoem(_Asked):
    """Holds a poem that is about to be written, and where it will stand."""

    channel_id: int
    guild_id: int | None
    words_of: str | None = None
    """The hash of who typed its words, which others may ask for once more; None: its asker."""
    source: int | None = None
    """The poem that has these words, where they were not typed anew."""


@dataclass(frozen=True, kw_only=True)
class StoredPoem(_Asked):
    """Holds a poem as it is kept."""

    id: int
    text: str | None
    """None while it is being written."""
    notes: tuple[Message, ...]
    hidden: bool
    """Whether reports have hidden it; then no list shows it either."""
    words_of: str = ""
    """The hash of who typed its words; empty once they have been taken out."""


_STORED = tuple(field.name for field in fields(StoredPoem))


@dataclass(frozen=True)
class ShownPoem:
    """Holds where a poem stands in Discord."""

    id: int
    channel_id: int
    message_id: int
    language: str


@dataclass(frozen=True)
class VotedPoem:
    """Holds a poem with its votes, and without who asked for it, where and when."""

    text: str
    opening: str
    prompt: str
    settings: dict[str, Any]
    continues: bool
    checkpoint: str
    up: int
    down: int


class Poems(Database):
    """Keeps poems: a part of the store."""

    async def begin_poem(self, poem: NewPoem) -> int:
        """Keeps a poem that is being written, so that it can be voted on; returns its number.

        Returns UNKEPT, and keeps nothing, where its asker or who typed its words opted out, or
        where these words were taken out of the poem that they come from. From here on it is gone
        when one of the two deletes what is kept of them, in whatever message it will stand.
        """
        words_of = poem.asker if poem.words_of is None else poem.words_of
        async with self.transaction() as database:
            cursor = await database.execute(
                "INSERT INTO poems (message_id, channel_id, guild_id, asker, prompt, opening, "
                "settings, checkpoint, seed, language, continues, private, words_of) "
                "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
                "WHERE NOT EXISTS (SELECT 1 FROM opted_out WHERE member IN (?, ?)) "
                "AND (? IS NULL OR EXISTS (SELECT 1 FROM poems WHERE id = ? AND words_of = ?))",
                (
                    poem.message_id,
                    poem.channel_id,
                    poem.guild_id,
                    poem.asker,
                    poem.prompt,
                    poem.opening,
                    json.dumps(poem.settings),
                    poem.checkpoint,
                    poem.seed,
                    poem.language,
                    poem.continues,
                    poem.private,
                    words_of,
                    *(poem.asker, words_of),
                    *(poem.source, poem.source, words_of),
                ),
            )
            if not cursor.rowcount:
                return UNKEPT
            poem_id = cursor.lastrowid
            assert poem_id is not None
        self._under_way.add(poem_id)
        return poem_id

    async def place_poem(self, poem_id: int, message_id: int) -> None:
        """Keeps in which message a poem stands; one that was deleted meanwhile stays deleted."""
        async with self.transaction() as database:
            await database.execute(
                "UPDATE poems SET message_id = ? WHERE id = ?", (message_id, poem_id)
            )

    async def finish_poem(
        self,
        poem_id: int,
        text: str,
        opening: str,
        stopped_by: str,
        notes: Sequence[Message] = (),
        checkpoint: str | None = None,
        weights: str = "",
    ) -> None:
        """Keeps the finished text and what is known of the poem only now.

        stopped_by, notes, weights: of the `verse.request.request.Poem`; the weights are kept among
        its settings. checkpoint: None if it has not changed since the beginning. A poem that was
        deleted meanwhile stays deleted.
        """
        kept = json.dumps([asdict(note) for note in notes])
        async with self.transaction() as database:
            await database.execute(
                "UPDATE poems SET text = ?, opening = ?, stopped_by = ?, notes = ?, "
                "checkpoint = coalesce(?, checkpoint), "
                "settings = json_set(settings, '$.weights', ?) "
                "WHERE id = ?",
                (text, opening, stopped_by, kept, checkpoint, weights, poem_id),
            )
        self._under_way.discard(poem_id)

    async def poem(self, poem_id: int) -> StoredPoem | None:
        """Returns the poem of that number; None where it is gone."""
        return await self._stored("id = ?", poem_id)

    async def poem_in(self, message_id: int) -> StoredPoem | None:
        """Returns the poem that a message shows; None where it shows none."""
        return await self._stored("message_id = ?", message_id)

    async def _stored(self, condition: str, value: int) -> StoredPoem | None:
        rows = await self.rows(f"SELECT {', '.join(_STORED)} FROM poems WHERE {condition}", value)
        if not rows:
            return None
        values = dict(zip(_STORED, rows[0], strict=True))
        values["settings"] = json.loads(values["settings"])
        notes = (Message(**note) for note in json.loads(values["notes"]))
        # What another version kept and this one can't say is left out.
        values["notes"] = tuple(note for note in notes if note.name in SENTENCES)
        for name in ("continues", "private", "hidden"):
            values[name] = bool(values[name])
        return StoredPoem(**values)

    async def share_poem(self, poem_id: int, message_id: int) -> bool:
        """Opens a private poem to everybody, in another message of the same channel.

        Returns False if it was shared or deleted already.
        """
        async with self.transaction() as database:
            cursor = await database.execute(
                "UPDATE poems SET message_id = ?, private = 0 WHERE id = ? AND private",
                (message_id, poem_id),
            )
            return cursor.rowcount == 1

    async def abandoned_poems(self) -> list[ShownPoem]:
        """Returns poems whose writing has ended, because their bot was killed."""
        poems = await self._shown_poems(
            "text IS NULL AND created_at <= CAST(strftime('%s', 'now') AS INTEGER) - ?",
            ABANDONED_SECONDS,
        )
        # When the clock is put forward, poems that are just being written look old.
        return [poem for poem in poems if poem.id not in self._under_way]

    async def latest_poems(self, count: int) -> list[ShownPoem]:
        """Returns the last `count` finished poems, the newest first.

        Without private ones: those have no votes of others, and nobody can ask Discord for their
        messages.
        """
        return await self._shown_poems(
            "text IS NOT NULL AND private = 0 ORDER BY id DESC LIMIT ?", count
        )

    async def shown_poems(self, poem_ids: Sequence[int]) -> list[ShownPoem]:
        """Returns those of the poems `poem_ids` that are finished and open to others."""
        numbers = json.dumps(list(poem_ids))
        return await self._shown_poems(
            "text IS NOT NULL AND private = 0 AND id IN (SELECT value FROM json_each(?))", numbers
        )

    async def voted_poems(self) -> list[VotedPoem]:
        """Returns finished poems that somebody voted on, in the order of their making.

        Without those that are private or were reported.
        """
        rows = await self.scan(
            "SELECT text, opening, prompt, settings, continues, checkpoint, up, down "
            "FROM poems WHERE up + down > 0 "
            "AND text IS NOT NULL AND NOT private AND NOT hidden ORDER BY id"
        )
        return [
            VotedPoem(text, opening, prompt, json.loads(settings), bool(continues), *rest)
            for text, opening, prompt, settings, continues, *rest in rows
        ]

    async def forget_poem(self, poem_id: int) -> None:
        """Deletes a poem and the votes on it."""
        self._under_way.discard(poem_id)
        await self._forget_where("id = ?", poem_id)

    async def forget_messages(self, message_ids: Iterable[int]) -> None:
        """Deletes the poems that these messages showed, and the votes on them."""
        async with self.transaction() as database:
            await database.executemany(
                "DELETE FROM poems WHERE message_id = ?", [(number,) for number in message_ids]
            )

    async def forget_channel(self, channel_id: int) -> None:
        """Deletes the poems of a channel or thread, and the votes on them."""
        await self._forget_where("channel_id = ?", channel_id)

    async def forget_guild(self, guild_id: int) -> None:
        """Deletes the poems of a server, the votes on them, and what its admins chose."""
        async with self.transaction() as database:
            for table in ("poems", "guild_settings", "daily_poems", "wall"):
                await database.execute(f"DELETE FROM {table} WHERE guild_id = ?", (guild_id,))

    async def _shown_poems(self, condition: str, value: object) -> list[ShownPoem]:
        rows = await self.rows(
            f"SELECT id, channel_id, message_id, language FROM poems WHERE {condition}", value
        )
        return [ShownPoem(*row) for row in rows]

    async def _forget_where(self, condition: str, value: int) -> None:
        async with self.transaction() as database:
            await database.execute(f"DELETE FROM poems WHERE {condition}", (value,))
