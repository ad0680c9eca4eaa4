"""/settings: how the bot behaves in a server, for those who run it."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot import errors, zones
from bot.choices import matching
from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.language import localised, options
from bot.i18n.texts import ENGLISH
from bot.poem.defaults import manner_named, manners
from bot.poem.wishes import MOODS
from bot.rate_limit import LONGEST_COOLDOWN
from bot.server_settings.overview import overview
from bot.store import SERVER, Defaults, GuildSettings
from bot.store.server_settings import DEFAULT_LIKES, MOST_LIKES
from verse.request.authors import author_named, load_authors
from verse.request.forms import ACROSTIC, FORMS

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
# An acrostic needs a word, which only who asks can give.
DEFAULT_FORMS = [choice for choice in FORM_CHOICES if choice.value != ACROSTIC]
MOOD_CHOICES: list[Choice[str]] = [
    Choice(name=localised(f"mood_{mood}"), value=mood) for mood in MOODS
]


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class SettingsCog(
    commands.GroupCog,
    group_name=localised("command_settings"),
    group_description=localised("about_settings"),
):
    """Answers every command with all that is set, in private."""

    async def cog_load(self) -> None:
        # Reads the names of the time zones, while nobody waits for them yet.
        await asyncio.to_thread(zones.zone_named, zones.DEFAULT)

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

    @app_commands.command(
        name=localised("command_timezone"), description=localised("about_timezone")
    )
    @options("zone")
    async def timezone(self, interaction: "PoetInteraction", zone: str) -> None:
        async with errors.answered(interaction):
            name = zones.zone_named(zone)
            if name is None:
                raise Refusal(language.of(interaction).unknown_zone)
            await _change(interaction, lambda chosen: replace(chosen, zone=name))

    @timezone.autocomplete("zone")
    async def zone_names(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[Choice[str]]:
        names = zones.zone_names() if typed.strip() else zones.MUCH_USED
        return matching(typed, {name: name for name in names})

    @app_commands.command(
        name=localised("command_defaults"), description=localised("about_defaults")
    )
    @options("form", "manner", "mood")
    @app_commands.rename(channel=localised("option_channel"))
    @app_commands.describe(channel=localised("about_channel_of_defaults"))
    @app_commands.choices(form=DEFAULT_FORMS, mood=MOOD_CHOICES)
    async def defaults(
        self,
        interaction: "PoetInteraction",
        channel: discord.TextChannel | discord.VoiceChannel | None = None,
        form: str | None = None,
        manner: str | None = None,
        mood: str | None = None,
    ) -> None:
        async with errors.answered(interaction):
            texts = language.of(interaction)
            forms = {choice.value for choice in DEFAULT_FORMS}
            if form not in {None, *forms} or mood not in {None, *MOODS}:
                raise Refusal(texts.choose_one)
            authors = load_authors(interaction.client.writer.folder)
            manner = manner_named(texts, manner)
            wanted = Defaults(form, manner and author_named(authors, manner), mood)

            def change(chosen: GuildSettings) -> GuildSettings:
                if form and chosen.forms and form not in chosen.forms:
                    allowed = ", ".join(map(texts.form, chosen.forms))
                    raise Refusal(texts.other_form.format(forms=allowed))
                place = channel.id if channel else SERVER
                return _with_defaults(chosen, interaction.guild, place, wanted)

            await _change(interaction, change)

    @defaults.autocomplete("manner")
    async def authors(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        return matching(typed, manners(interaction))

    @app_commands.command(name=localised("command_wall"), description=localised("about_wall"))
    @options("likes")
    @app_commands.rename(channel=localised("option_channel"))
    @app_commands.describe(channel=localised("about_channel_of_wall"))
    async def wall(
        self,
        interaction: "PoetInteraction",
        channel: discord.TextChannel | None = None,
        likes: Range[int, 1, MOST_LIKES] = DEFAULT_LIKES,
    ) -> None:
        async with errors.answered(interaction):
            texts = language.of(interaction)
            if not 1 <= likes <= MOST_LIKES:  # Discord lets no such number through
                raise Refusal(texts.choose_one)
            if channel is not None and not may_post(channel):
                raise Refusal(texts.cannot_post.format(channel=channel.mention))
            place = channel.id if channel else None
            await _change(
                interaction,
                lambda chosen: replace(chosen, wall_channel=place, wall_likes=likes),
            )


def may_post(channel: discord.TextChannel) -> bool:
    """Says whether the bot can see `channel` and write there."""
    allowed = channel.permissions_for(channel.guild.me)
    return allowed.view_channel and allowed.send_messages


def _changed(now: Collection[T], add: T | None, remove: T | None) -> tuple[T, ...]:
    """The list with one more and one less; without either it is emptied."""
    if add is None and remove is None:
        return ()
    left = [entry for entry in now if entry not in (add, remove)]
    return tuple(left if add is None else [*left, add])


def _with_defaults(
    chosen: GuildSettings, guild: discord.Guild | None, place: int, wanted: Defaults
) -> GuildSettings:
    """What was chosen, with other defaults of one place, a channel or the server.

    Those of channels that are gone go too, as nobody could name them any more.
    """
    defaults = {key: value for key, value in chosen.defaults.items() if key != place}
    if guild is not None:
        there = {SERVER, *(channel.id for channel in guild.channels)}
        defaults = {key: value for key, value in defaults.items() if key in there}
    if wanted != Defaults():
        defaults[place] = wanted
    return replace(chosen, defaults=defaults)


async def _change(
    interaction: "PoetInteraction", change: Callable[[GuildSettings], GuildSettings]
) -> None:
    assert interaction.guild_id is not None
    store = interaction.client.store
    await _answer(interaction, await store.change_guild_settings(interaction.guild_id, change))


async def _answer(interaction: "PoetInteraction", chosen: GuildSettings) -> None:
    content = overview(chosen, language.of(interaction), datetime.now(UTC))
    await interaction.response.send_message(content, ephemeral=True)
