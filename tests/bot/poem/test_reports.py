"""Reports of bad poems: who is heard, who hides, who decides."""

from pathlib import Path

import pytest

from bot.i18n.texts import ENGLISH
from bot.store import REPORTS_TO_HIDE, Store
from tests.bot.poem.test_poem import buttons
from tests.bot.store.test_store import new_poem
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_who_asked_hides_a_poem_until_a_moderator_looked(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    message = await world.poem("the unmistakable sea")
    poem_id = world.poem_id(message)
    await world.press(world.alice, message, "report")
    hidden = world.message(message.id)
    assert hidden.content == f"-# {ENGLISH.hidden}"
    assert buttons(hidden) == ["Show again", "Delete"]
    assert f"Reported and hidden: poem {poem_id} by endless" in caplog.text
    assert "unmistakable" not in caplog.text
    assert str(world.alice.id) not in caplog.text

    refused = await world.press(world.alice, message, "show")
    assert refused.response is not None
    assert (refused.response.content, refused.response.ephemeral) == (
        ENGLISH.only_moderators,
        True,
    )
    await world.press(world.moderator(), message, "show")
    assert world.message(message.id).content == message.content
    assert buttons(world.message(message.id)) == buttons(message)


async def test_one_member_is_heard_by_the_owner_and_hides_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    message = await world.poem()
    for _ in range(REPORTS_TO_HIDE):
        result = await world.press(world.bob, message, "report")
        assert result.response is not None
        assert (result.response.content, result.response.ephemeral) == (ENGLISH.reported, True)
    assert f"Reported: poem {world.poem_id(message)} by endless" in caplog.text
    assert world.message(message.id).content == message.content
    assert world.rows("SELECT count(*) FROM reports") == [(1,)]


async def test_several_members_hide_a_poem_and_a_moderator_decides(world: World) -> None:
    guild, message = world.alice.guild, await world.poem()
    readers = [
        guild.add_member(world.env.create_user(f"reader{number}"))
        for number in range(REPORTS_TO_HIDE)
    ]
    for number, reader in enumerate(readers, start=1):
        await world.press(reader, message, "report")
        is_hidden = world.message(message.id).content == f"-# {ENGLISH.hidden}"
        assert is_hidden == (number == REPORTS_TO_HIDE)

    moderator = world.moderator()
    await world.press(moderator, message, "show")
    await world.press(world.bob, message, "report")
    assert world.message(message.id).content == message.content, "that was decided"
    await world.press(moderator, message, "report")
    assert world.message(message.id).content == f"-# {ENGLISH.hidden}"


async def test_the_owner_of_the_bot_decides_too(world: World) -> None:
    message = await world.poem()
    world.bot.owner_id = world.bob.id
    await world.press(world.bob, message, "report")
    assert world.message(message.id).content == f"-# {ENGLISH.hidden}"
    await world.press(world.bob, message, "show")
    assert world.message(message.id).content == message.content


async def test_who_opted_out_is_heard_and_not_counted(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    message = await world.poem()
    await world.store.opt_out(world.bob.id)
    await world.press(world.bob, message, "report")
    assert "Reported: poem" in caplog.text
    assert world.rows("SELECT * FROM reports") == []


async def test_reports_leave_with_the_poem_and_with_the_member(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "poems.sqlite3") as store:
        poems = [await store.begin_poem(new_poem(store, number)) for number in (1, 2)]
        for poem_id in poems:
            assert not await store.report(poem_id, 42)
        assert (await store.kept_of(42)).reported == poems
        await store.forget_poem(poems[0])
        assert (await store.kept_of(42)).reported == poems[1:]
        await store.forget_member(42)
        assert (await store.kept_of(42)).reported == []
        assert not await store.report(999, 42), "of no poem at all"
