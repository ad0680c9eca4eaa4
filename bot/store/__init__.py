"""What the bot remembers, in one SQLite file: poems, votes, what members and admins chose.

Each part lies in a file of its own; `Store` is all of them over one open database.
"""

from bot.store.daily import Claim, DailyPoems
from bot.store.database import MIGRATIONS
from bot.store.errors import StoreError
from bot.store.lists import ListedPoem, Lists, Scope
from bot.store.poems import (
    ABANDONED_SECONDS,
    UNKEPT,
    NewPoem,
    Poems,
    ShownPoem,
    StoredPoem,
    VotedPoem,
)
from bot.store.privacy import Kept, Privacy
from bot.store.registration import RegisteredCommands
from bot.store.reports import REPORTS_TO_HIDE, Reports
from bot.store.server_settings import SERVER, Defaults, GuildSettings, ServerSettings
from bot.store.votes import Reaction, Tally, Votes
from bot.store.wall import Wall, WallPlace

__all__ = [
    "ABANDONED_SECONDS",
    "MIGRATIONS",
    "REPORTS_TO_HIDE",
    "SERVER",
    "UNKEPT",
    "Claim",
    "Defaults",
    "GuildSettings",
    "Kept",
    "ListedPoem",
    "NewPoem",
    "Reaction",
    "Scope",
    "ShownPoem",
    "Store",
    "StoreError",
    "StoredPoem",
    "Tally",
    "VotedPoem",
    "WallPlace",
]


class Store(
    Poems, Votes, Reports, Lists, Privacy, ServerSettings, DailyPoems, Wall, RegisteredCommands
):
    """Holds the database, each part of it in a file of its own.

    Whatever a method changes it changes in one transaction: whole, or not at all; what it only
    reads, and what it returns of the time before, may be of a moment earlier. All raise StoreError.
    """
