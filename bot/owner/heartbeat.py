"""How the bot does, in a line of the log each hour: for who reads only that, or has it watched."""

import logging
from typing import TYPE_CHECKING

from discord.ext import commands, tasks

from bot.background import surviving
from bot.owner.health import figures

if TYPE_CHECKING:
    from bot.client import PoetBot

log = logging.getLogger(__name__)


class HeartbeatCog(commands.Cog):
    """Logs the figures of /owner health once the bot is ready, and each hour after that."""

    def __init__(self, bot: "PoetBot") -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.beat.start()

    async def cog_unload(self) -> None:
        self.beat.cancel()

    @tasks.loop(hours=1)
    async def beat(self) -> None:
        with surviving("The health line"):
            shown = (await figures(self.bot)).items()
            log.info("Health: %s", "; ".join(f"{name.lower()} {value}" for name, value in shown))

    @beat.before_loop
    async def _connected(self) -> None:
        await self.bot.wait_until_ready()
