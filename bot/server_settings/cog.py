"""/settings: how the bot behaves in a server, for those who run it."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot import errors
from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.language import localised, options
from bot.i18n.texts import ENGLISH, Texts
from bot.rate_limit import LONGEST_COOLDOWN
from bot.store import GuildSettings
from verse.request.forms import FORMS

if TYPE_CHECKING:
    from bot.client import PoetInteraction

T = TypeVar("T")
WEEKDAYS: list[Choice[int]] = [
    Choice(name=name, value=number) for number, name in enumerate(ENGLISH.weekdays.split(","))
]
KINDS: list[Choice[str]] = [
    Choice(name=localised(f"kind_{kind}"), value=kind) for kind in ("best", "new")
]
FORM_CHOICES: list[Choice[str]] = [Choice(name=ENGLISH.form(form), value=form) for form in FORMS]


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class SettingsCog(
    commands.GroupCog,
    group_name=localised("command_settings"),
    group_description=localised("about_settings"),
):
    """Answers every command with all that is set, in private."""

    @app_commands.command(name=localised("command_show"), description=localised("about_show"))
    async def show(self, interaction: "PoetInteraction") -> None:
        async with errors.answered(interaction):
            assert interaction.guild_id is not None
            chosen = await interaction.client.store.guild_settings(interaction.guild_id)
            await _answer(interaction, chosen)

    @app_commands.command(
        name=localised("command_channels"), description=localised("about_channels")
    )
    @options("add", "remove")
    async def channels(
        self,
        interaction: "PoetInteraction",
        add: discord.TextChannel | discord.VoiceChannel | None = None,
        remove: discord.TextChannel | discord.VoiceChannel | None = None,
    ) -> None:
        async with errors.answered(interaction):
            added, removed = add.id if add else None, remove.id if remove else None
            await _change(
                interaction,
                lambda chosen: replace(chosen, channels=_changed(chosen.channels, added, removed)),
            )

    @app_commands.command(
        name=localised("command_cooldown"), description=localised("about_cooldown")
    )
    @options("seconds")
    async def cooldown(
        self, interaction: "PoetInteraction", seconds: Range[int, 0, int(LONGEST_COOLDOWN)]
    ) -> None:
        async with errors.answered(interaction):
            if not 0 <= seconds <= LONGEST_COOLDOWN:  # Discord lets no such number through
                raise Refusal(language.of(interaction).choose_one)
            await _change(interaction, lambda chosen: replace(chosen, cooldown=seconds))

    @app_commands.command(name=localised("command_forms"), description=localised("about_forms"))
    @app_commands.rename(add=localised("option_add_form"), remove=localised("option_remove_form"))
    @app_commands.describe(add=localised("about_add_form"), remove=localised("about_remove_form"))
    @app_commands.choices(add=FORM_CHOICES, remove=FORM_CHOICES)
    async def forms(
        self, interaction: "PoetInteraction", add: str | None = None, remove: str | None = None
    ) -> None:
        async with errors.answered(interaction):
            if not {add, remove} <= {None, *FORMS}:
                raise Refusal(language.of(interaction).choose_one)
            await _change(
                interaction,
                lambda chosen: replace(chosen, forms=_changed(chosen.forms, add, remove)),
            )

    @app_commands.command(
        name=localised("command_reactions"), description=localised("about_reactions")
    )
    @options("shown")
    async def reactions(self, interaction: "PoetInteraction", shown: bool) -> None:
        async with errors.answered(interaction):
            await _change(interaction, lambda chosen: replace(chosen, reactions=shown))

    @app_commands.command(name=localised("command_daily"), description=localised("about_daily"))
    @options("channel", "hour", "weekday", "kind")
    @app_commands.choices(weekday=WEEKDAYS)
    @app_commands.choices(kind=KINDS)
    async def daily(
        self,
        interaction: "PoetInteraction",
        channel: discord.TextChannel | None = None,
        hour: Range[int, 0, 23] = GuildSettings.daily_hour,
        weekday: int | None = None,
        kind: str = GuildSettings.daily_kind,
    ) -> None:
        async with errors.answered(interaction):
            texts = language.of(interaction)
            kinds = {choice.value for choice in KINDS}
            if kind not in kinds or hour not in range(24) or weekday not in {None, *range(7)}:
                raise Refusal(texts.choose_one)
            if channel is not None and not may_post(channel):
                raise Refusal(texts.cannot_post.format(channel=channel.mention))
            await _change(
                interaction,
                lambda chosen: replace(
                    chosen,
                    daily_channel=channel.id if channel else None,
                    daily_hour=hour,
                    daily_weekday=weekday,
                    daily_kind=kind,
                ),
            )


def may_post(channel: discord.TextChannel) -> bool:
    """Says whether the bot can see `channel` and write there."""
    allowed = channel.permissions_for(channel.guild.me)
    return allowed.view_channel and allowed.send_messages


def overview(chosen: GuildSettings, texts: Texts) -> str:
    """Returns all that is set, in a list."""
    channels = ", ".join(f"<#{channel_id}>" for channel_id in chosen.channels)
    lines = [
        texts.set_channels.format(channels=channels or texts.everywhere),
        texts.set_forms.format(forms=", ".join(map(texts.form, chosen.forms)) or texts.all_forms),
        texts.set_cooldown.format(seconds=chosen.cooldown),
        texts.set_reactions.format(shown=texts.yes if chosen.reactions else texts.no),
        _daily(chosen, texts),
    ]
    return "\n".join([f"### {texts.settings_title}", *(f"- {line}" for line in lines)])


def _daily(chosen: GuildSettings, texts: Texts) -> str:
    if chosen.daily_channel is None:
        return texts.set_no_daily
    # Discord shows a moment in the time of who reads it.
    moment = datetime.now(UTC).replace(hour=chosen.daily_hour, minute=0, second=0)
    day = chosen.daily_weekday
    return texts.set_daily.format(
        title=texts.daily_title(day),
        kind=texts.kind_new if chosen.daily_kind == "new" else texts.kind_best,
        channel=f"<#{chosen.daily_channel}>",
        days=texts.every_day if day is None else texts.weekdays.split(",")[day],
        time=f"<t:{int(moment.timestamp())}:t>",
    )


def _changed(now: Collection[T], add: T | None, remove: T | None) -> tuple[T, ...]:
    """The list with one more and one less; without either it is emptied."""
    if add is None and remove is None:
        return ()
    left = [entry for entry in now if entry not in (add, remove)]
    return tuple(left if add is None else [*left, add])


async def _change(
    interaction: "PoetInteraction", change: Callable[[GuildSettings], GuildSettings]
) -> None:
    assert interaction.guild_id is not None
    store = interaction.client.store
    await _answer(interaction, await store.change_guild_settings(interaction.guild_id, change))


async def _answer(interaction: "PoetInteraction", chosen: GuildSettings) -> None:
    content = overview(chosen, language.of(interaction))
    await interaction.response.send_message(content, ephemeral=True)
