"""When Discord is told which commands there are."""

import pytest
from discord import app_commands

from bot.app import App
from tests.bot.conftest import MakeWorld
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


def registrations(world: World) -> list[str]:
    return [
        entry.path
        for entry in world.env.http_requests
        if entry.method == "PUT" and entry.path.endswith("/commands")
    ]


async def test_once_and_then_only_when_something_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(registrations(world)) == 1
    await world.restart()
    assert len(registrations(world)) == 1

    setup_hook = App.setup_hook

    async def with_one_more(bot: App) -> None:
        @bot.tree.command(description="one more")
        async def more(interaction: object) -> None:
            pass

        await setup_hook(bot)

    monkeypatch.setattr(App, "setup_hook", with_one_more)
    await world.restart()
    assert len(registrations(world)) == 2
    await world.restart()
    assert len(registrations(world)) == 2


async def test_always_when_asked_to(world: World) -> None:
    bot = App(world.settings, world.store, world.writer, always_register=True)
    await world.env.restart_bot(bot)
    assert len(registrations(world)) == 2


async def test_in_one_server_for_development(make_world: MakeWorld) -> None:
    world = await make_world()
    guild_id = world.alice.guild.id
    world.settings = type(world.settings)(**{**vars(world.settings), "dev_guild": guild_id})
    await world.restart()
    assert registrations(world)[1:] == [
        f"/applications/{world.bot.application_id}/guilds/{guild_id}/commands"
    ]
    await world.restart()
    assert len(registrations(world)) == 2
    command = world.bot.tree.get_command("poem")
    assert isinstance(command, app_commands.Command)
