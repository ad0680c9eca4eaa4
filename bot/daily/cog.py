"""The poem of the day, where the admins of a server asked for one; never unasked.

The database remembers which day has had its poem, so neither a restart nor a second process nor a
clock that goes back posts another.
"""

import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import discord
from discord import ui
from discord.ext import commands, tasks

from bot import display
from bot.background import log_fault, surviving
from bot.i18n import language
from bot.places import open_to_all
from bot.poem.defaults import possible
from bot.poem.message import poem_buttons, signature
from bot.poem.openings import surprise
from bot.poem.wishes import MOODS, new_seed
from bot.store import Claim, GuildSettings, ListedPoem, NewPoem, StoreError, Tally
from bot.votes.rules import DOWN, UP
from bot.writer.errors import WriterError
from verse.request.authors import load_authors
from verse.request.forms import ACROSTIC, FORMS
from verse.request.request import PoemRequest

if TYPE_CHECKING:
    from bot.client import PoetBot

log = logging.getLogger(__name__)

BEST_OF = timedelta(days=7)


class DailyCog(commands.Cog):
    """Looks once a minute whether a poem is due somewhere."""

    def __init__(self, bot: "PoetBot") -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.look.start()

    async def cog_unload(self) -> None:
        self.look.cancel()

    @tasks.loop(minutes=1)
    async def look(self) -> None:
        with surviving("The poem of the day"):
            await self.post_due(lambda: datetime.now(UTC))

    @look.before_loop
    async def _connected(self) -> None:
        await self.bot.wait_until_ready()

    async def post_due(self, clock: Callable[[], datetime]) -> None:
        """Posts every poem that is due now in a server that this process has, one by one.

        clock: says what time it is, which it does anew for each server: a claim that was made with
        the time of the first would soon look abandoned to another process.
        """
        for guild_id, day, chosen in await self.bot.store.guilds_due(clock()):
            now = clock()
            guild = self.bot.get_guild(guild_id)
            if guild is None:  # of another process; or Discord has an outage
                continue
            with surviving("The poem of the day in one server"):
                claim = await self.bot.store.claim_daily(guild_id, day, now)
                if claim is not None:
                    await self._post(guild, chosen, claim, now)

    async def _post(
        self, guild: discord.Guild, chosen: GuildSettings, claim: Claim, now: datetime
    ) -> None:
        store = self.bot.store
        channel = guild.get_channel(chosen.daily_channel or 0)
        if not isinstance(channel, discord.TextChannel):
            log.info("No poem of the day: its channel is gone.")
            await store.end_daily(claim)
            return
        poem = None
        if chosen.daily_kind == "best":
            since = int((now - BEST_OF).timestamp())
            poem = await store.best_poem(open_to_all(guild, channel), since)
        try:
            if poem is not None:
                await self._show_again(channel, chosen, poem, claim)
            else:
                await self._show_new(channel, chosen, claim)
        except WriterError as error:
            log.info("No poem of the day yet: %s", type(error).__name__)
            await store.give_up_claim(claim)
            return
        except discord.HTTPException as error:
            log.warning("No poem of the day: status %s, code %s", error.status, error.code)
        except StoreError:
            raise  # the claim ends by itself, and it is tried again
        except Exception as error:
            log_fault("The poem of the day in one server", error)
        await store.end_daily(claim)

    async def _show_again(
        self, channel: discord.TextChannel, chosen: GuildSettings, poem: ListedPoem, claim: Claim
    ) -> None:
        """Posts a poem that members liked, with the way to where it stands."""
        texts = language.texts(language.code(channel.guild.preferred_locale))
        if await self.bot.store.send_daily(claim, poem.message_id):
            link = display.permalink(poem.guild_id, poem.channel_id, poem.message_id)
            view = ui.View()
            view.add_item(ui.Button(label=texts.to_the_poem, url=link))
            headline = texts.daily_best.format(title=texts.daily_title(chosen.daily_weekday))
            await channel.send(display.message(poem.text, headline, texts.small_model), view=view)

    async def _show_new(
        self, channel: discord.TextChannel, chosen: GuildSettings, claim: Claim
    ) -> None:
        """Has a poem written and posts it, to be voted on like any other."""
        bot, store = self.bot, self.bot.store
        code = language.code(channel.guild.preferred_locale)
        # Another version may have kept forms that this one does not have.
        forms = [form for form in chosen.forms if form in FORMS and form != ACROSTIC]
        wanted = possible(chosen, load_authors(bot.writer.folder), None, channel.id)
        request = PoemRequest(
            surprise(),
            seed=new_seed(),
            form=wanted.form or (random.choice(forms) if forms else PoemRequest.form),
            manner=wanted.manner or "",
            temperature=MOODS[wanted.mood or "even"],
            max_seconds=bot.settings.poem_seconds,
        )
        in_progress = bot.writer.submit(request)
        async for _ in in_progress.pieces():
            pass
        result = in_progress.result
        assert result is not None
        if not await store.send_daily(claim, None):
            return
        assert bot.user is not None
        texts = language.texts(code)
        headline = texts.daily_new.format(title=texts.daily_title(chosen.daily_weekday))
        message = await channel.send(display.message(result.text, headline))
        new = NewPoem(
            message_id=message.id,
            channel_id=channel.id,
            guild_id=channel.guild.id,
            asker=store.member(bot.user.id),
            prompt=request.seed_text,
            opening=result.opening,
            settings={
                "form": request.form,
                "manner": request.manner,
                "temperature": request.temperature,
            },
            checkpoint=in_progress.checkpoint,
            seed=request.seed,
            language=code,
        )
        poem_id = await store.begin_poem(new)
        await store.finish_poem(
            poem_id,
            result.text,
            result.opening,
            result.stopped_by,
            result.notes,
            weights=result.weights,
        )
        poem = await store.poem(poem_id)
        assert poem is not None
        content = display.message(result.text, headline, signature(poem, texts))
        await message.edit(content=content, view=poem_buttons(poem, Tally()))
        for emoji in (UP, DOWN) if chosen.reactions else ():
            await message.add_reaction(emoji)
