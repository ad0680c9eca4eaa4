"""Fixtures of the bot's tests. All of them share one event loop, and so one worker process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import simcord.interactions
import torch
from simcord import Env

from bot.app import App
from bot.settings import Settings
from bot.store import Store
from bot.writer.queue import Writer
from model.checkpoint import save_checkpoint
from model.tokenizer import POEM_END
from tests.bot.forks import fork
from tests.bot.world import World, a_writer
from tests.conftest import tiny

MakeWorld = Callable[..., Awaitable[World]]


@pytest.fixture(autouse=True, scope="session")
def _forks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "create_subprocess_exec", fork)
        yield


@pytest.fixture(scope="session")
def endless_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny poet that never ends a poem by itself, so that a test can count on its being busy."""
    poet = tiny(tmp_path_factory.mktemp("checkpoints") / "endless", n_layer=1)
    with torch.no_grad():
        poet.model.get_parameter("unembed.weight")[poet.tokenizer.stoi[POEM_END]] = 0.0
    # A score of nought is never among the three highest.
    save_checkpoint(replace(poet, sampling={**poet.sampling, "top_k": 3}))
    return poet.folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def writer(endless_checkpoint: Path) -> AsyncIterator[Writer]:
    """The poet that most tests share; a test that breaks its poet starts one of its own."""
    async with a_writer(endless_checkpoint) as writer:
        yield writer


@pytest.fixture
def settings(endless_checkpoint: Path, tmp_path: Path) -> Settings:
    # Poems end early, because the tiny poet's lines are long and nobody reads them.
    return Settings(
        checkpoint=endless_checkpoint,
        database=tmp_path / "poems.sqlite3",
        poem_seconds=0.05,
        # A test asks for more poems in a minute than anybody else does.
        member_poems=1000,
        guild_poems=1000,
    )


@pytest_asyncio.fixture(loop_scope="session")
async def make_world(settings: Settings, writer: Writer) -> AsyncIterator[MakeWorld]:
    """Makes a world, with a poet of its own or other settings if asked."""
    async with AsyncExitStack() as stack:

        async def make(poet: Writer | None = None, **changes: Any) -> World:
            changed = replace(settings, **changes)
            store = await Store.open(changed.database, busy_seconds=0.2)
            poet = poet or writer
            env = Env(App(changed, store, poet), shard_count=1, settle_timeout=30)
            await env.start()
            world = World(env, store, poet, changed)
            stack.push_async_callback(end, world)
            return world

        yield make


@pytest_asyncio.fixture(loop_scope="session")
async def world(make_world: MakeWorld) -> World:
    return await make_world()


async def end(world: World) -> None:
    await world.env.shutdown()
    await world.store.close()
    unexpected = world.env.errors[world.errors_seen :]
    assert unexpected == []


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody uses Discord in German; simcord's members have no language of their own."""
    payload = simcord.interactions.base_payload

    def in_german(*arguments: Any, **named: Any) -> Any:
        record, event = payload(*arguments, **named)
        return record, event | {"locale": "de"}

    monkeypatch.setattr(simcord.interactions, "base_payload", in_german)
