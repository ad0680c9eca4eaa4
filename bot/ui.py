"""The buttons under a poem.

What a button does and to which poem stands in its custom_id, and one pattern catches them all. So
nothing is kept in memory for any message, and every button works for ever, restarts included.
"""

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import ButtonStyle, ui

from bot import errors, texts
from bot.errors import Refusal
from bot.store import StoredPoem, Tally

if TYPE_CHECKING:
    from bot.client import PoetBot

    PoetInteraction = discord.Interaction[PoetBot]


class PoemButton(ui.DynamicItem[ui.Button[Any]], template=r"poem:(\w*):(\d{0,18})"):
    """Any button under a poem: `poem:ACTION:POEM_ID`."""

    def __init__(self, action: str, poem_id: int, label: str | None = None) -> None:
        super().__init__(
            ui.Button(
                label=label,
                style=ButtonStyle.danger if action == "delete" else ButtonStyle.secondary,
                custom_id=f"poem:{action}:{poem_id}",
            )
        )
        self.action = action
        self.poem_id = poem_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match[1], int(match[2] or 0))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        # discord.py only logs what a dynamic item raises; the member would wait in vain.
        try:
            await self._act(interaction)
        except Exception as error:
            await errors.answer(interaction, error)

    async def _act(self, interaction: "PoetInteraction") -> None:
        poem = await interaction.client.store.poem(self.poem_id)
        # An id can be forged or older than the database; a vote must be for the poem it is under.
        if poem is None or interaction.message is None or poem.message_id != interaction.message.id:
            raise Refusal(texts.POEM_GONE)
        match self.action:
            case "up":
                await vote(interaction, poem, 1)
            case "down":
                await vote(interaction, poem, -1)
            case "another":
                await interaction.client.recite(interaction, poem.prompt)
            case "delete":
                await delete(interaction, poem)
            case _:
                raise Refusal(texts.POEM_GONE)


def poem_buttons(poem_id: int, tally: Tally) -> ui.View:
    """The row of buttons under a poem."""
    view = ui.View(timeout=None)
    view.add_item(PoemButton("up", poem_id, texts.up(tally)))
    view.add_item(PoemButton("down", poem_id, texts.down(tally)))
    view.add_item(PoemButton("another", poem_id, texts.ANOTHER))
    view.add_item(PoemButton("delete", poem_id, texts.DELETE))
    return view


async def vote(interaction: "PoetInteraction", poem: StoredPoem, value: int) -> None:
    """Keeps the vote and shows the new tally on the buttons: an answer without a new message."""
    tally = await interaction.client.store.press(poem.id, interaction.user.id, value)
    await interaction.response.edit_message(view=poem_buttons(poem.id, tally))


async def delete(interaction: "PoetInteraction", poem: StoredPoem) -> None:
    """Deletes message, poem and votes, for the one who asked for the poem."""
    store = interaction.client.store
    if store.member(interaction.user.id) != poem.asker:
        raise Refusal(texts.NOT_YOURS)
    # Through the interaction, which works also where the bot itself can't see the channel.
    await interaction.response.defer()
    with suppress(discord.NotFound):  # somebody was quicker
        await interaction.delete_original_response()
    await store.forget_poem(poem.id)
