"""Whether a poem may be asked for here and now; then it goes into the queue."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from bot import display
from bot.errors import Refusal
from bot.i18n import language
from bot.poem.wishes import Wish
from bot.rate_limit import Limiter
from bot.sideline import Sideline
from bot.store import GuildSettings
from bot.writer.in_progress import PoemInProgress
from verse.request.request import PoemRequest

if TYPE_CHECKING:
    from bot.client import PoetInteraction

T = TypeVar("T")


async def settings_for(interaction: "PoetInteraction") -> GuildSettings:
    """Returns what the admins chose where `interaction` comes from."""
    if interaction.guild_id is None:
        return GuildSettings()
    return await interaction.client.store.guild_settings(interaction.guild_id)


def check_wish(interaction: "PoetInteraction", chosen: GuildSettings, wish: Wish) -> None:
    """Raises Refusal where the admins of a server have `chosen` to have no such poem."""
    texts = language.of(interaction)
    channel = interaction.channel
    # The threads of a channel go with it.
    places = {interaction.channel_id, getattr(channel, "parent_id", None)}
    if chosen.channels and not places.intersection(chosen.channels):
        channels = display.channels(chosen.channels, texts.and_more)
        raise Refusal(texts.other_channel.format(channels=channels))
    # To go on from a poem is no form of its own.
    if chosen.forms and not wish.continues and wish.request.form not in chosen.forms:
        forms = ", ".join(texts.form(form) for form in chosen.forms)
        raise Refusal(texts.other_form.format(forms=forms))


def submit(
    interaction: "PoetInteraction", chosen: GuildSettings, request: PoemRequest
) -> PoemInProgress:
    """Puts the poem that `request` asks for into the queue, and counts it.

    Raises Refusal or WriterError.
    """
    check_rate(interaction, chosen.cooldown)
    poem = interaction.client.writer.submit(request)
    count(interaction)  # who was refused a place has lost nothing
    return poem


def check_rate(
    interaction: "PoetInteraction", cooldown: float = 0.0, limiter: Limiter | None = None
) -> None:
    """Raises Refusal where a member, or a server, asks for too much in a short time.

    cooldown: seconds that the server wants between two poems of a member. limiter: that of what is
    asked for; None: that of poems.
    """
    now = time.monotonic()
    limiter = interaction.client.limiter if limiter is None else limiter
    seconds = limiter.seconds_to_wait(*_asker(interaction), now, cooldown)
    if seconds > 0:
        # Rounded up, so that who comes at that second is let in.
        moment = f"<t:{int(time.time() + seconds) + 1}:R>"
        raise Refusal(language.of(interaction).too_many.format(moment=moment))


def count(interaction: "PoetInteraction", limiter: Limiter | None = None) -> None:
    """Counts what this member has just had; limiter: as `check_rate`'s."""
    poems = interaction.client.limiter
    limiter = poems if limiter is None else limiter
    limiter.count(*_asker(interaction), time.monotonic(), poem=limiter is poems)


async def beside_poems(interaction: "PoetInteraction", side: Sideline, work: Callable[[], T]) -> T:
    """Returns the result of `work`, done in `side` while the member, alone, sees that it is.

    Raises Refusal for who asks too often, SideBusy, or ShuttingDown.
    """
    bot = interaction.client
    check_rate(interaction, limiter=side.limiter)
    with side.place():
        # Who was refused a place has lost nothing.
        count(interaction, side.limiter)
        await interaction.response.defer(thinking=True, ephemeral=True)
        return await bot.unless_stopping(side.run(work))


def _asker(interaction: "PoetInteraction") -> tuple[str, int | None]:
    return interaction.client.store.member(interaction.user.id), interaction.guild_id
