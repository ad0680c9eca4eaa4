"""Who reported which poem, and when that hides it."""

from bot.store.database import Database

REPORTS_TO_HIDE = 3
"""So many different members hide a poem: one who bears a grudge can't, and the first readers of a
bad one soon do."""


class Reports(Database):
    """Hides poems: a part of the store."""

    async def report(self, poem_id: int, user_id: int, *, hide: bool = False) -> bool:
        """Keeps that a member reports a poem; says whether it is hidden now.

        hide: at once, because who reports it may decide that; else when enough members have, each
        counted once, unless somebody who may decide has had it shown again. Of a member who opted
        out nothing is kept, so that their report is not counted.
        """
        member = self.member(user_id)
        async with self.transaction() as database:
            await database.execute(
                "INSERT INTO reports SELECT id, ? FROM poems WHERE id = ? "
                "AND NOT EXISTS (SELECT 1 FROM opted_out WHERE member = ?) ON CONFLICT DO NOTHING",
                (member, poem_id, member),
            )
            cursor = await database.execute(
                "UPDATE poems SET hidden = 1 WHERE id = ? AND (? OR NOT cleared "
                "AND (SELECT count(*) FROM reports WHERE poem_id = id) >= ?)",
                (poem_id, hide, REPORTS_TO_HIDE),
            )
            return cursor.rowcount == 1

    async def show_again(self, poem_id: int) -> None:
        """Keeps that somebody who may decide found nothing wrong with a hidden poem."""
        async with self.transaction() as database:
            await database.execute(
                "UPDATE poems SET hidden = 0, cleared = 1 WHERE id = ?", (poem_id,)
            )
