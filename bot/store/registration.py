"""Which commands were last registered with Discord."""

from bot.store.database import Database


class RegisteredCommands(Database):
    """Remembers registrations: a part of the store."""

    async def registered_commands(self, scope: str) -> str | None:
        """Returns the hash of the commands last registered in `scope`; None where none were."""
        rows = await self.rows("SELECT hash FROM registered_commands WHERE scope = ?", scope)
        return str(rows[0][0]) if rows else None

    async def remember_commands(self, scope: str, digest: str) -> None:
        """Keeps the hash `digest` of the commands that were registered in `scope`."""
        async with self.transaction() as database:
            await database.execute(
                "INSERT INTO registered_commands (scope, hash) VALUES (?, ?) "
                "ON CONFLICT (scope) DO UPDATE SET hash = excluded.hash",
                (scope, digest),
            )
