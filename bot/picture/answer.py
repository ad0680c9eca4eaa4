"""The answer to who wants a poem as a picture."""

from io import BytesIO
from typing import TYPE_CHECKING

import discord

from bot.i18n import language
from bot.i18n.texts import Texts
from bot.picture.card import draw_card
from bot.poem.admission import beside_poems
from bot.poem.message import shown_lines
from bot.store import StoredPoem

if TYPE_CHECKING:
    from bot.client import PoetInteraction

ALTERNATIVE_CHARS = 1024
"""Characters of an alternative text, as Discord has it."""


async def show_picture(interaction: "PoetInteraction", poem: StoredPoem) -> None:
    """Gives who asked, alone, the `poem` as a picture with an alternative text.

    Raises Refusal for who asks too often, SideBusy, or ShuttingDown.
    """
    lines = shown_lines(poem)
    note = note_under(poem, language.texts(poem.language))
    png = await beside_poems(
        interaction, interaction.client.pictures, lambda: draw_card(lines, note)
    )
    file = discord.File(BytesIO(png), "poem.png", description=alternative(lines, note))
    await interaction.edit_original_response(
        content=language.of(interaction).picture_ready, attachments=[file]
    )


def note_under(poem: StoredPoem, texts: Texts) -> str:
    """Returns what `poem` is: who looks at its picture elsewhere must know that no person wrote it.

    Without the network and the seed number, which say something only where it can be asked again.
    """
    form, manner = poem.settings.get("form", "free"), poem.settings.get("manner")
    parts = [
        "" if form == "free" else texts.form(form),
        texts.in_the_manner_of.format(author=manner) if manner else "",
        texts.small_model,
    ]
    return " · ".join(filter(None, parts))


def alternative(lines: str, note: str) -> str:
    """Returns the text of the picture, for who does not see it: the `lines` and the `note`."""
    rest = f"\n({note})"
    room = ALTERNATIVE_CHARS - len(rest)
    shown = lines if len(lines) <= room else lines[: room - 3] + "..."
    return shown + rest
