"""Whether a poem may be asked for here and now; then it goes into the queue."""

import time
from typing import TYPE_CHECKING

from bot.errors import Refusal
from bot.i18n import language
from bot.poem.wishes import Wish
from bot.store import GuildSettings
from bot.writer.queue import PoemInProgress
from verse.request.request import PoemRequest

if TYPE_CHECKING:
    from bot.client import PoetInteraction


async def settings_for(interaction: "PoetInteraction") -> GuildSettings:
    """What the admins chose where this comes from."""
    if interaction.guild_id is None:
        return GuildSettings()
    return await interaction.client.store.guild_settings(interaction.guild_id)


def check_wish(interaction: "PoetInteraction", chosen: GuildSettings, wish: Wish) -> None:
    """Raises Refusal where the admins of a server do not want such a poem."""
    texts = language.of(interaction)
    channel = interaction.channel
    # The threads of a channel go with it.
    places = {interaction.channel_id, getattr(channel, "parent_id", None)}
    if chosen.channels and not places.intersection(chosen.channels):
        channels = ", ".join(f"<#{channel_id}>" for channel_id in chosen.channels)
        raise Refusal(texts.other_channel.format(channels=channels))
    # To go on from a poem is no form of its own.
    if chosen.forms and not wish.continues and wish.request.form not in chosen.forms:
        forms = ", ".join(texts.form(form) for form in chosen.forms)
        raise Refusal(texts.other_form.format(forms=forms))


def submit(
    interaction: "PoetInteraction", chosen: GuildSettings, request: PoemRequest
) -> PoemInProgress:
    """Puts the poem into the queue, and counts it. Raises Refusal or WriterError."""
    bot, now = interaction.client, time.monotonic()
    asker = bot.store.member(interaction.user.id), interaction.guild_id
    seconds = bot.limiter.seconds_to_wait(*asker, now, chosen.cooldown)
    if seconds > 0:
        # Rounded up, so that who comes at that second is let in.
        moment = f"<t:{int(time.time() + seconds) + 1}:R>"
        raise Refusal(language.of(interaction).too_many.format(moment=moment))
    poem = bot.writer.submit(request)
    bot.limiter.count(*asker, now)  # who was refused a place has lost nothing
    return poem
