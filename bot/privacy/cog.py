"""/privacy: what is kept of a member and why; to see it, delete it, or opt out."""

import json
import re
from dataclasses import asdict
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import ButtonStyle, app_commands, ui
from discord.ext import commands

from bot import errors
from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.language import localised
from bot.places import everywhere
from bot.store import Kept
from bot.votes.counts import counts_of

if TYPE_CHECKING:
    from bot.client import PoetInteraction

FILE = "what-the-poet-keeps-of-you.json"


class PrivacyCog(commands.Cog):
    """Answers /privacy, always in private."""

    @app_commands.command(name=localised("command_privacy"), description=localised("about_privacy"))
    @everywhere
    async def privacy(self, interaction: "PoetInteraction") -> None:
        async with errors.answered(interaction):
            content, view = await overview(interaction)
            await interaction.response.send_message(content, view=view, ephemeral=True)


class PrivacyButton(ui.DynamicItem[ui.Button[Any]], template=r"privacy:(\w+)"):
    """Answers a button of /privacy, `privacy:ACTION`, always about who presses it."""

    def __init__(self, action: str, label: str | None = None) -> None:
        danger = action == "forget"
        super().__init__(
            ui.Button(
                label=label,
                style=ButtonStyle.danger if danger else ButtonStyle.secondary,
                custom_id=f"privacy:{action}",
            )
        )
        self.action = action

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match[1])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with errors.answered(interaction):
            await self._act(interaction)

    async def _act(self, interaction: "PoetInteraction") -> None:
        texts, store = language.of(interaction), interaction.client.store
        member = interaction.user.id
        match self.action:
            case "show":
                await show_kept(interaction)
            case "delete":
                kept = await store.kept_of(member)
                view = buttons(("forget", texts.yes_delete), ("keep", texts.no_keep))
                content = _counted(texts.really_delete, kept)
                await interaction.response.edit_message(content=content, view=view)
            case "forget":
                kept = await store.forget_member(member)
                content = _counted(texts.deleted_mine, kept)
                await interaction.response.edit_message(content=content, view=None)
                counts = counts_of(interaction.client)
                for poem in await store.shown_poems([vote["poem"] for vote in kept.votes]):
                    counts.change(poem.channel_id, poem.message_id)
            case "out" | "in" | "keep":
                if self.action == "out":
                    await store.opt_out(member)
                elif self.action == "in":
                    await store.opt_in(member)
                content, view = await overview(interaction)
                await interaction.response.edit_message(content=content, view=view)
            case _:
                raise Refusal(texts.poem_gone)


async def overview(interaction: "PoetInteraction") -> tuple[str, ui.View]:
    """Returns what is kept of who asks, and the buttons for what can be done."""
    texts = language.of(interaction)
    kept = await interaction.client.store.kept_of(interaction.user.id)
    now = _counted(texts.privacy_counts, kept)
    lines = [texts.privacy, now, *([texts.privacy_opted_out] if kept.opted_out else [])]
    change = ("in", texts.opt_in) if kept.opted_out else ("out", texts.opt_out)
    view = buttons(("show", texts.show_mine), ("delete", texts.delete_mine), change)
    settings = interaction.client.settings
    for label, url in (
        (texts.privacy_policy, settings.privacy_url),
        (texts.terms_of_service, settings.terms_url),
    ):
        if url:
            view.add_item(ui.Button(label=label, url=url, row=1))
    return "\n".join(lines), view


async def show_kept(interaction: "PoetInteraction") -> None:
    """Sends all that is kept of who asks, as a file."""
    texts = language.of(interaction)
    kept = await interaction.client.store.kept_of(interaction.user.id)
    document = json.dumps(asdict(kept), indent=2, ensure_ascii=False)
    await interaction.response.send_message(
        texts.here_is_yours, file=discord.File(BytesIO(document.encode()), FILE), ephemeral=True
    )


def buttons(*actions: tuple[str, str]) -> ui.View:
    """Makes a row of buttons, each an (action, label)."""
    view = ui.View(timeout=None)
    for action, label in actions:
        view.add_item(PrivacyButton(action, label))
    return view


def _counted(text: str, kept: Kept) -> str:
    return text.format(
        poems=len(kept.poems),
        words=len(kept.words),
        votes=len(kept.votes),
        reports=len(kept.reported),
    )
