"""Whose words a poem has, and how they are taken out of it on request."""

import json
from typing import Any

import aiosqlite

from bot.privacy.typed import is_surprise, without_typed
from bot.store.database import named_rows

TYPED = ("theme", "acrostic", "typed")
"""What of a poem's settings was typed."""


async def take_out_words(database: aiosqlite.Connection, member: str) -> None:
    """Takes the words of a member, given as their hash, out of all poems.

    What is left of a poem stays, with its votes. One goes if nothing is left but these words; or if
    it is still being written, as it would bring them back.
    """
    poems = await named_rows(database, "SELECT * FROM poems WHERE words_of = ?", member)
    for poem in poems:
        if left := poem["text"] and without_words(poem):
            await _keep_without_words(database, poem, left)
        else:
            await database.execute("DELETE FROM poems WHERE id = ?", (poem["id"],))


def without_words(poem: dict[str, Any]) -> str:
    """Returns the text of a finished `poem`, a row, without what was typed for it."""
    return without_typed(
        poem["text"],
        poem["opening"],
        poem["prompt"],
        json.loads(poem["settings"]),
        continues=bool(poem["continues"]),
    )


async def _keep_without_words(
    database: aiosqlite.Connection, poem: dict[str, Any], text: str
) -> None:
    beginning = ("prompt", "opening", "continues")
    bare = dict(zip(beginning, ("", "", False), strict=True))
    if is_surprise(poem["prompt"]):
        bare = {name: poem[name] for name in beginning}
    settings = json.loads(poem["settings"])
    bare["settings"] = json.dumps({k: v for k, v in settings.items() if k not in TYPED})
    await database.execute(
        # The notes speak of words, and of lines by their numbers.
        "UPDATE poems SET words_of = '', notes = '[]', text = :text, prompt = :prompt, "
        "opening = :opening, continues = :continues, settings = :settings WHERE id = :id",
        bare | {"text": text, "id": poem["id"]},
    )
