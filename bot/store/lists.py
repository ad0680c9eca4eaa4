"""Lists of poems, for /poems: only what who asks could also see in the channels."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields

from bot.store.database import Database
from verse.request.lookup import lookup_key

# What everybody may see who sees the channels.
_OPEN = (
    "text IS NOT NULL AND NOT private AND NOT hidden AND guild_id IS ? "
    "AND channel_id IN (SELECT value FROM json_each(?))"
)


@dataclass(frozen=True)
class Scope:
    """Holds where who asks can read."""

    guild_id: int | None
    channel_ids: Sequence[int]


@dataclass(frozen=True)
class ListedPoem:
    """Holds a finished poem in a list."""

    id: int
    guild_id: int | None
    channel_id: int
    message_id: int
    text: str
    up: int
    down: int
    created_at: int
    """Unix time."""
    private: bool
    continues: bool
    """Whether its opening stands in the message before, and not in its own."""
    opening: str


LISTED = tuple(field.name for field in fields(ListedPoem))


class Lists(Database):
    """Finds poems again: a part of the store. `limit` and `offset` cut out a page."""

    async def top_poems(
        self, scope: Scope, limit: int, offset: int = 0, since: int = 0
    ) -> list[ListedPoem]:
        """Returns poems with more 👍 than 👎 since a Unix time, the best liked first."""
        return await self._open_poems(
            "AND score > 0 AND created_at >= ? ORDER BY score DESC, id DESC LIMIT ? OFFSET ?",
            *(scope, since, limit, offset),
        )

    async def counts(self) -> tuple[int, int]:
        """Counts the poems and the votes."""
        ((poems, votes),) = await self.scan(
            "SELECT (SELECT count(*) FROM poems), (SELECT count(*) FROM ratings)"
        )
        return poems, votes

    async def best_poem(self, scope: Scope, since: int) -> ListedPoem | None:
        """Returns the best liked poem since a Unix time that no daily post has shown yet."""
        poems = await self._open_poems(
            "AND score > 0 AND created_at >= ? AND message_id NOT IN "
            "(SELECT shown FROM daily_poems WHERE guild_id = poems.guild_id AND shown NOT NULL) "
            "ORDER BY score DESC, id DESC LIMIT 1",
            scope,
            since,
        )
        return poems[0] if poems else None

    async def found_poems(
        self, scope: Scope, words: str, limit: int, offset: int = 0
    ) -> list[ListedPoem]:
        """Returns poems in which `words` occur, the newest first.

        Capitals, accents and punctuation make no difference, and a line end may stand between.
        """
        wanted = lookup_key(words)
        if not wanted:
            return []
        return await self._open_poems(
            "AND instr(lookup_key(coalesce(text, '')), ?) ORDER BY id DESC LIMIT ? OFFSET ?",
            *(scope, wanted, limit, offset),
        )

    async def random_poem(self, scope: Scope) -> ListedPoem | None:
        # Numbers are shuffled, not whole poems.
        """Returns any poem; None where there is none."""
        poems = await self._listed(
            f"id = (SELECT id FROM poems WHERE {_OPEN} ORDER BY random() LIMIT 1)",
            *(scope.guild_id, json.dumps(scope.channel_ids)),
        )
        return poems[0] if poems else None

    async def poems_of(self, user_id: int, limit: int, offset: int = 0) -> list[ListedPoem]:
        """Returns the poems that a member asked for, everywhere, the newest first."""
        return await self._listed(
            "asker = ? AND text IS NOT NULL AND NOT hidden ORDER BY id DESC LIMIT ? OFFSET ?",
            *(self.member(user_id), limit, offset),
        )

    async def last_poem(self, channel_id: int, user_id: int) -> str | None:
        """Returns the text of the last poem in a channel that this member can see."""
        poems = await self._listed(
            "channel_id = ? AND (NOT private OR asker = ?) AND text IS NOT NULL AND NOT hidden "
            "ORDER BY id DESC LIMIT 1",
            *(channel_id, self.member(user_id)),
        )
        return poems[0].text if poems else None

    async def _open_poems(self, rest: str, scope: Scope, *parameters: object) -> list[ListedPoem]:
        return await self._listed(
            f"{_OPEN} {rest}", scope.guild_id, json.dumps(scope.channel_ids), *parameters
        )

    async def _listed(self, condition: str, *parameters: object) -> list[ListedPoem]:
        rows = await self.scan(
            f"SELECT {', '.join(LISTED)} FROM poems WHERE {condition}", *parameters
        )
        return [ListedPoem(*row) for row in rows]
