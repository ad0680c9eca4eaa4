"""A Discord to try the bot in: simcord around the real bot, with the real worker and database."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import discord
from simcord import ChannelHandle, Env, InteractionResult, MemberActor

from bot.app import App
from bot.settings import Settings
from bot.store import NewPoem, Store
from bot.writer.queue import Writer

T = TypeVar("T")

QUEUE_SIZE, CONCURRENT = 5, 2
"""Of the poet that most tests share."""
LOOKING = ["How it scans", "Picture"]
"""Buttons under every poem that say more of it."""


def a_writer(folder: Path, **settings: Any) -> Writer:
    """A poet for a test, not started yet."""
    usual: dict[str, Any] = {"threads": 1, "queue_size": QUEUE_SIZE, "concurrent": CONCURRENT}
    return Writer(folder, **usual | settings)


@dataclass
class World:
    """One server with one channel and two members, and everything behind the bot."""

    env: Env
    store: Store
    writer: Writer
    settings: Settings
    channel: ChannelHandle = field(init=False)
    alice: MemberActor = field(init=False)
    bob: MemberActor = field(init=False)
    kept: int = 0
    """How many poems `keep_poem` has made; their message ids."""
    errors_seen: int = 0
    """How many of the exceptions that simcord caught this test has expected."""

    def __post_init__(self) -> None:
        guild = self.env.create_guild()
        self.channel = guild.create_text_channel("poems")
        self.alice = guild.add_member(self.env.create_user("alice"))
        self.bob = guild.add_member(self.env.create_user("bob"))

    @property
    def bot(self) -> App:
        assert isinstance(self.env.bot, App)
        return self.env.bot

    async def ask(self, seed: str = "the sea at night") -> InteractionResult:
        """Alice types /poem."""
        return await self.alice.slash(self.channel, "poem", seed=seed)

    async def poem(self, seed: str = "the sea at night") -> discord.Message:
        """Alice types /poem, and this is the message that she sees at the end."""
        result = await self.ask(seed)
        assert result.response is not None
        return result.response.message

    async def wish(self, member: MemberActor | None = None, **options: Any) -> discord.Message:
        """A member (Alice, if none is named) types /poem with these options; what they see then."""
        result = await (member or self.alice).slash(self.channel, "poem", **options)
        assert result.response is not None
        return result.response.message

    def moderator(self) -> MemberActor:
        """Somebody who may delete the messages of others."""
        rights = discord.Permissions(
            manage_messages=True, view_channel=True, use_application_commands=True
        )
        role = self.alice.guild.create_role("moderators", permissions=rights)
        return self.alice.guild.add_member(self.env.create_user("mod"), roles=[role])

    async def keep_poem(self, text: str = "the sea\nis wide", votes: int = 0, **known: Any) -> int:
        """Keeps a finished poem of Alice as if it stood in the channel; returns its number."""
        self.kept += 1
        opening = text.split("\n")[0]
        new = NewPoem(
            message_id=self.kept,
            channel_id=self.channel.id,
            guild_id=self.alice.guild.id,
            asker=self.store.member(self.alice.id),
            prompt=opening,
            opening=opening,
            settings={},
            checkpoint="endless",
            seed=7,
        )
        new = replace(new, **known)
        poem_id = await self.store.begin_poem(new)
        await self.store.finish_poem(poem_id, text, new.opening, "end")
        for voter in range(votes):
            await self.store.press(poem_id, voter, 1)
        return poem_id

    async def press(
        self, member: MemberActor, message: discord.Message, action: str
    ) -> InteractionResult:
        """A member presses a button of a poem."""
        return await member.click(message, custom_id=f"poem:{action}:{self.poem_id(message)}")

    async def restart(self) -> None:
        """Stops the bot and starts it again on the same database; Discord goes on."""
        path = self.store.path
        await self.store.close()
        self.store = await Store.open(path)
        await self.env.restart_bot(App(self.settings, self.store, self.writer))

    @contextmanager
    def no_bot(self) -> Iterator[None]:
        """Discord goes on, and meanwhile no bot hears of it."""
        subscribers = self.env.backend.subscribers
        listeners = subscribers.copy()
        subscribers.clear()
        yield
        subscribers.extend(listeners)

    # ------------------------------------------------------- what can be seen

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What the database holds, read from outside of the bot."""
        connection = sqlite3.connect(self.store.path)
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def change(self, sql: str) -> None:
        """Another program writes into the database."""
        with closing(sqlite3.connect(self.store.path)) as connection, connection:
            connection.execute(sql)

    def poem_id(self, message: discord.Message) -> int:
        ((poem_id,),) = self.rows("SELECT id FROM poems WHERE message_id = ?", message.id)
        return int(poem_id)

    def votes(self, message: discord.Message) -> list[int]:
        """The values of all votes on a poem."""
        return [
            value
            for (value,) in self.rows(
                "SELECT value FROM ratings WHERE poem_id = ?", self.poem_id(message)
            )
        ]

    def messages(self) -> list[discord.Message]:
        """What stands in the channel, for everybody to see."""
        return [message for message in self.channel.history() if not message.flags.ephemeral]

    def message(self, message_id: int) -> discord.Message:
        """A message as it looks now."""
        return next(message for message in self.messages() if message.id == message_id)

    def refusal(self, result: InteractionResult, *seen: type[Exception]) -> str:
        """The one sentence that a member was told in private; checks that it is all there is.

        A polite refusal is no failure: simcord must have seen no exception, but for those of
        listeners to other events that are named in `seen`.
        """
        private = [result.response, *result.followups]
        sentences = [message for message in private if message is not None and message.ephemeral]
        assert len(sentences) == 1, private
        assert len(private) - private.count(None) == 1, private
        new = self.env.errors[self.errors_seen :]
        self.errors_seen += len(new)
        assert [type(error) for error in new] == list(seen)
        content = sentences[0].content
        assert content
        assert "Traceback" not in content
        assert "\n" not in content
        return content


async def until(condition: Callable[[], T], seconds: float = 20) -> T:
    """Waits for something that happens in another process, and returns what it then is."""
    async with asyncio.timeout(seconds):
        while not (value := condition()):  # noqa: ASYNC110 - what happens there sets no event here
            await asyncio.sleep(0.005)
        return value


async def both(first: Awaitable[Any], second: Awaitable[Any]) -> Any:
    """Runs the two at once; the result of the first."""
    return (await asyncio.gather(first, second))[0]
