"""What happened while no bot was there: votes that nobody heard, poems that nobody finished."""

import logging
from collections.abc import AsyncIterator

import discord
from discord.ext import commands, tasks

from bot.background import surviving
from bot.errors import UNKNOWN_MESSAGE
from bot.i18n import language
from bot.i18n.texts import Texts
from bot.poem.message import shown_labels, vote_labels
from bot.store import ABANDONED_SECONDS, Reaction, ShownPoem, Store
from bot.votes.counts import CountsCog
from bot.votes.rules import reaction_value

log = logging.getLogger(__name__)

RECENT_POEMS = 20
"""How many poems are asked after at a start; most get their votes in the first hour."""


class CatchingUpCog(commands.Cog):
    """Looks poems up in Discord, where the bot may see them."""

    def __init__(self, bot: commands.AutoShardedBot, store: Store, counts: CountsCog) -> None:
        self.bot = bot
        self.store = store
        self.counts = counts

    async def cog_load(self) -> None:
        self.mend_abandoned.start()

    async def cog_unload(self) -> None:
        self.mend_abandoned.cancel()
        self.recount.cancel()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        # Not only once: it means a new session, and what came between two sessions is lost.
        if not self.recount.is_running():
            self.recount.start()

    @tasks.loop(count=1)
    async def recount(self) -> None:
        """Brings the reactions to the last poems in line with what Discord shows."""
        with surviving("The recount of votes"):
            for poem in await self.store.latest_poems(RECENT_POEMS):
                with surviving("The recount of the votes on one poem"):
                    await self._recount_one(poem)

    async def _recount_one(self, poem: ShownPoem) -> None:
        known = await self.store.reactions(poem.id)
        try:
            message = await self._message(poem).fetch()
            actual = [reaction async for reaction in self._reactions(message)]
        except discord.HTTPException as error:
            log.info("Not recounted: status %s, code %s", error.status, error.code)
            if error.code == UNKNOWN_MESSAGE:  # deleted while nobody was there
                await self.store.forget_poem(poem.id)
            return
        await self.store.amend_reactions(poem.message_id, known, actual)
        shown, true = shown_labels(message), vote_labels(await self.store.tally(poem.id))
        if any(shown.get(action, label) != label for action, label in true.items()):
            self.counts.change(poem.channel_id, poem.message_id)

    async def _reactions(self, message: discord.Message) -> AsyncIterator[Reaction]:
        """The votes that Discord shows under a poem."""
        for reaction in message.reactions:
            emoji = reaction.emoji
            if not isinstance(emoji, str) or reaction_value(emoji) is None:
                continue
            kinds = {
                discord.ReactionType.normal: reaction.normal_count - reaction.me,
                discord.ReactionType.burst: reaction.burst_count - reaction.me_burst,
            }
            for kind, count in kinds.items():
                if count:  # those of others; most poems have the bot's own alone
                    async for user in reaction.users(type=kind):
                        if not user.bot:
                            yield self.store.member(user.id), emoji

    @tasks.loop(seconds=ABANDONED_SECONDS)
    async def mend_abandoned(self) -> None:
        """Ends the answers that a killed bot left unfinished, and forgets their poems."""
        with surviving("The mending of abandoned poems"):
            for poem in await self.store.abandoned_poems():
                with surviving("The mending of one abandoned poem"):
                    try:
                        message = await self._message(poem).fetch()
                        await _mend(message, language.texts(poem.language))
                    except discord.HTTPException as error:
                        log.info("Not mended: status %s, code %s", error.status, error.code)
                    await self.store.forget_poem(poem.id)

    @mend_abandoned.before_loop
    async def _connected(self) -> None:
        await self.bot.wait_until_ready()

    def _message(self, poem: ShownPoem) -> discord.PartialMessage:
        channel = self.bot.get_partial_messageable(poem.channel_id)
        return channel.get_partial_message(poem.message_id)


async def _mend(message: discord.Message, texts: Texts) -> None:
    """Says under half a poem that there will be no more, or that there is none."""
    if message.content.endswith(texts.writing):
        half = message.content.removesuffix(texts.writing)
        await message.edit(content=half + texts.cut_short, view=None)
    elif shown_labels(message).keys() <= {"stop"}:  # what waits; a finished one has its buttons
        await message.edit(content=texts.poet_lost, view=None)
