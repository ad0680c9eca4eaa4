"""What a member deletes, or opts out of, while a poem for them is just being begun."""

from typing import Any

import pytest

from bot.poem import admission, recital
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def world_where_alice_is_quick(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Alice deletes what is kept of her just before the bot's answer to whoever asks begins."""
    defer = recital.defer

    async def late(*arguments: Any, **options: Any) -> int:
        await world.store.forget_member(world.alice.id)
        return await defer(*arguments, **options)

    monkeypatch.setattr(recital, "defer", late)
    return world


async def test_a_poem_that_is_begun_is_deleted_too(world_where_alice_is_quick: World) -> None:
    world = world_where_alice_is_quick
    message = await world.poem("my secret")
    assert message.content.startswith("My secret")
    assert world.rows("SELECT * FROM poems") == []


async def test_words_do_not_come_back_by_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alice deletes hers after Bob's press has found her poem, before his own is begun."""
    mine = await world.wish(seed="my secret")
    theirs = await world.press(world.bob, mine, "another")
    assert theirs.response is not None
    settings_for = admission.settings_for

    async def late(*arguments: Any) -> Any:
        await world.store.forget_member(world.alice.id)
        return await settings_for(*arguments)

    monkeypatch.setattr(recital, "settings_for", late)
    again = await world.press(world.bob, theirs.response.message, "another")
    assert again.response is not None
    assert world.rows("SELECT * FROM poems WHERE prompt || opening || text LIKE '%secret%'") == []


async def test_who_opts_out_meanwhile_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = admission.submit

    def late(*arguments: Any) -> Any:
        world.change(f"INSERT INTO opted_out VALUES ('{world.store.member(world.alice.id)}')")
        return submit(*arguments)

    monkeypatch.setattr(recital, "submit", late)
    message = await world.poem("my secret")
    assert message.content.startswith("My secret")
    assert world.rows("SELECT * FROM poems") == []
