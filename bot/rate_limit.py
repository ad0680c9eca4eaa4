"""How often poems, and pictures of the poet, may be asked for: by one member, and in one server.

The time is passed in, in seconds of a clock that never goes back, so that tests need not wait and
a change of the machine's clock changes nothing. Nothing here is kept in the database: a restart
forgives everybody. Of several processes each counts what it sees, and all commands of a server
come to the same one.
"""

from collections import deque
from collections.abc import Hashable

MINUTE = 60.0
LONGEST_COOLDOWN = 86_400.0


class Limiter:
    """Counts the poems of the last minute, and remembers when each member had their last one."""

    def __init__(self, *, member_poems: int, guild_poems: int) -> None:
        """Lets a member have `member_poems`, and a server `guild_poems`, within a minute."""
        self._members = _Minute(member_poems)
        self._guilds = _Minute(guild_poems)
        self._last: dict[tuple[str, int | None], float] = {}
        self._tidied_at = float("-inf")

    def seconds_to_wait(
        self, member: str, guild_id: int | None, now: float, cooldown: float = 0.0
    ) -> float:
        """Returns how long until this member may have another poem there; 0 for at once.

        now: of a clock that never goes back; cooldown: seconds that this server wants between two
        poems of one member.
        """
        last = self._last.get((member, guild_id), float("-inf"))
        waits = [0.0, last + cooldown - now, self._members.seconds_to_wait(member, now)]
        if guild_id is not None:
            waits.append(self._guilds.seconds_to_wait(guild_id, now))
        return max(waits)

    def count(self, member: str, guild_id: int | None, now: float, *, poem: bool = True) -> None:
        """Counts a poem of this member there.

        poem: False for something else that costs as much, which is no poem to the server's
        cooldown.
        """
        self._tidy(now)
        if poem:
            self._last[member, guild_id] = now
        self._members.count(member, now)
        if guild_id is not None:
            self._guilds.count(guild_id, now)

    def __len__(self) -> int:
        """How much is remembered: members, servers, and members in servers."""
        return len(self._members.times) + len(self._guilds.times) + len(self._last)

    def _tidy(self, now: float) -> None:
        """Once a minute, forgets what matters to nobody any more."""
        if now >= self._tidied_at + MINUTE:
            self._tidied_at = now
            self._members.tidy(now)
            self._guilds.tidy(now)
            self._last = {k: at for k, at in self._last.items() if at > now - LONGEST_COOLDOWN}


class _Minute:
    """When something happened to each key, as far as that is less than a minute ago."""

    def __init__(self, most: int) -> None:
        self.times: dict[Hashable, deque[float]] = {}
        self._most = most

    def seconds_to_wait(self, key: Hashable, now: float) -> float:
        recent = [at for at in self.times.get(key, ()) if at > now - MINUTE]
        return recent[-self._most] + MINUTE - now if len(recent) >= self._most else 0.0

    def count(self, key: Hashable, now: float) -> None:
        self.times.setdefault(key, deque(maxlen=self._most)).append(now)

    def tidy(self, now: float) -> None:
        self.times = {key: seen for key, seen in self.times.items() if seen[-1] > now - MINUTE}
