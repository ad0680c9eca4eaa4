"""Every text that a member can see, in one place.

Short, kind, plain. Discord's Markdown applies to them.
"""

from bot.store import Tally
from bot.votes import DOWN, UP

# ----------------------------------------------------------------- commands

POEM_DESCRIPTION = "A poem that begins with your words, written by a small network."
SEED_DESCRIPTION = "How the poem begins: a few words in English, for example: the sea at night"

# -------------------------------------------------------------------- poems

WRITING = "still writing ..."
CUT_SHORT = "cut short, sorry"  # no longer than WRITING, in whose place it is put


def signature(checkpoint: str, seed: int) -> str:
    """The line in small type under a poem: what it is."""
    return f"a small model wrote this · {checkpoint} · seed number {seed}"


# ------------------------------------------------------------------ buttons

ANOTHER = "Another"
DELETE = "Delete"


def up(tally: Tally) -> str:
    return f"{UP} {tally.up}" if tally.up else UP


def down(tally: Tally) -> str:
    return f"{DOWN} {tally.down}" if tally.down else DOWN


# ----------------------------------------------------------------- refusals

QUEUE_FULL = "Many people are waiting for a poem just now. Please ask again in a minute."
SHUTTING_DOWN = "I am just being restarted. Please ask again in a minute."
POET_LOST = "Something broke while I was writing, and the poem is lost. Please ask again."
POET_AWAY = "I can't write just now. Please ask again in a few minutes."
NOT_KEPT = "I could not keep that just now. Please try again in a few minutes."
NOT_LASTING = "Your poem is here, but I could not keep it: votes on it may get lost."
NOT_SHOWN = "Your poem is finished and I keep it, but Discord did not let me show it here."
AUTOMOD = "The rules of this server's AutoMod did not let the poem through."
NOT_ALLOWED = "I may not do that here. Somebody who runs this server can give me the right."
POEM_GONE = "I don't know this poem any more."
NOT_YOURS = "Only the member who asked for this poem can delete it."


def unexpected(reference: str) -> str:
    return f"Something went wrong, and that is not your fault. Please try again. ({reference})"
