"""The wall of fame: who gets there, once, and what comes down again."""

import asyncio

import discord
import pytest
from simcord import ChannelHandle, MemberActor

from bot.i18n.texts import ENGLISH
from bot.store.wall import LEASE_SECONDS, RETRY_SECONDS
from bot.votes.rules import UP
from bot.wall.cog import WallCog
from tests.bot.poem.test_poem import unescaped
from tests.bot.server_settings.test_admins import admin
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def wall_of(world: World, likes: int = 2) -> ChannelHandle:
    """An admin has chosen a channel; poems of before are none of its business."""
    channel = world.alice.guild.create_text_channel("wall")
    told = await admin(world).slash(world.channel, "settings wall", channel=channel, likes=likes)
    assert told.response is not None
    assert ENGLISH.set_wall.format(channel=f"<#{channel.id}>", likes=likes) in told.response.content
    return channel


def readers(world: World, count: int) -> list[MemberActor]:
    return [
        world.alice.guild.add_member(world.env.create_user(f"reader{number}"))
        for number in range(count)
    ]


async def look(world: World, wall: ChannelHandle) -> list[discord.Message]:
    """The bot looks after its walls; what hangs on this one then."""
    cog = world.bot.cogs["WallCog"]
    assert isinstance(cog, WallCog)
    assert cog.look.is_running()
    await cog.update()
    await world.env.settle()
    return list(wall.history())


async def test_a_poem_that_enough_like_hangs_there_once(world: World) -> None:
    wall = await wall_of(world)
    message = await world.poem()
    one, two, three = readers(world, 3)
    await world.press(one, message, "up")
    await world.press(world.alice, message, "up")
    assert await look(world, wall) == [], "who asked for it does not count"
    await two.react(message, UP)
    (shown,) = await look(world, wall)
    text = unescaped(message.content).split("\n\n-#")[0]
    assert unescaped(shown.content).startswith(text)
    assert ENGLISH.on_the_wall in shown.content
    (link,) = [child for row in shown.components for child in row.children]  # type: ignore[union-attr]
    assert isinstance(link, discord.Button)
    assert link.url is not None
    assert link.url.endswith(f"/{message.channel.id}/{message.id}")
    await world.press(three, message, "up")
    await two.unreact(message, UP)
    await two.react(message, UP)
    assert await look(world, wall) == [shown]


async def test_rapid_pressing(world: World) -> None:
    wall = await wall_of(world, likes=3)
    message = await world.poem()
    number, press = world.poem_id(message), world.store.press
    cog = world.bot.cogs["WallCog"]
    assert isinstance(cog, WallCog)
    # Nine press twelve times each, all at once: none of them has a vote in the end.
    await asyncio.gather(*(press(number, person, 1) for _ in range(12) for person in range(9)))
    await press(number, 9, 1)
    await press(number, 10, 1)
    assert await look(world, wall) == [], "two likes are left"
    # And while some go on pressing, the third like comes and the wall looks, many times at once.
    presses = (press(number, person, 1) for _ in range(12) for person in range(8))
    await asyncio.gather(*presses, press(number, 11, 1), *(cog.update() for _ in range(20)))
    assert len(await look(world, wall)) == 1


async def test_after_a_restart(world: World) -> None:
    wall = await wall_of(world)
    first, second = await world.poem(), await world.poem()
    one, two = readers(world, 2)
    for person in (one, two):
        await world.press(person, first, "up")
    await world.press(one, second, "up")
    with world.no_bot():
        await two.react(second, UP)  # nobody hears of it
    await world.restart()  # before the wall has looked
    await world.env.settle()
    assert len(await look(world, wall)) == 2
    await world.restart()
    assert len(await look(world, wall)) == 2


@pytest.mark.parametrize("how", ["delete", "report", "message", "words"])
async def test_what_is_deleted_or_reported_comes_down(world: World, how: str) -> None:
    wall = await wall_of(world, likes=1)
    message = await world.poem()
    await world.press(world.bob, message, "up")
    assert len(await look(world, wall)) == 1
    match how:
        case "delete" | "report":
            await world.press(world.alice, message, how)
        case "message":
            world.env.backend.delete_message(message.channel.id, message.id)
            await world.env.settle()
        case "words":  # of another member, who takes them back
            world.change(f"UPDATE poems SET words_of = '{world.store.member(world.bob.id)}'")
            await world.store.forget_member(world.bob.id)
    assert await look(world, wall) == []
    assert world.rows("SELECT * FROM wall") == []
    if how == "report":
        await world.press(world.moderator(), message, "show")
        assert len(await look(world, wall)) == 1, "nothing was wrong with it"


async def test_a_single_report_takes_nothing_down(world: World) -> None:
    wall = await wall_of(world, likes=1)
    message = await world.poem()
    await world.press(world.bob, message, "up")
    (shown,) = await look(world, wall)
    await world.press(world.bob, message, "report")
    assert await look(world, wall) == [shown]


async def test_what_not_everybody_may_read_stays_where_it_is(world: World) -> None:
    wall = await wall_of(world, likes=1)
    guild = world.alice.guild
    closed = guild.create_text_channel(
        "closed",
        overwrites={
            guild.default_role: discord.PermissionOverwrite(view_channel=False),
            world.alice: discord.PermissionOverwrite(view_channel=True),
            world.bob: discord.PermissionOverwrite(view_channel=True),
            guild.roles[world.bot.user.name]: discord.PermissionOverwrite(view_channel=True),  # type: ignore[union-attr]
        },
    )
    for options in ({"seed": "a secret"}, {"seed": "mine", "private": True}):
        result = await world.alice.slash(closed, "poem", **options)
        assert result.response is not None
        await world.store.press(world.poem_id(result.response.message), world.bob.id, 1)
    assert await look(world, wall) == []


async def test_only_what_is_liked_from_now_on(world: World) -> None:
    message = await world.poem()
    await world.press(world.bob, message, "up")
    wall = await wall_of(world, likes=1)
    assert await look(world, wall) == [], "no flood of all that was ever liked"
    (reader,) = readers(world, 1)
    await world.press(reader, message, "up")
    assert len(await look(world, wall)) == 1
    await admin(world).slash(world.channel, "settings wall")
    other = await world.poem()
    await world.press(reader, other, "up")
    assert len(await look(world, wall)) == 1, "it was given up"
    await world.press(world.alice, message, "delete")
    assert await look(world, wall) == [], "but what hangs there still comes down"


async def test_a_wall_that_was_closed_is_no_crash(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    wall = await wall_of(world, likes=1)
    message = await world.poem()
    world.env.inject_error("POST", f"/channels/{wall.id}/messages", status=403, code=50013)
    await world.press(world.bob, message, "up")
    assert await look(world, wall) == []
    assert await look(world, wall) == [], "nor is it tried every five seconds"
    (reader,) = readers(world, 1)
    await world.press(reader, message, "up")
    assert len(await look(world, wall)) == 1

    world.env.inject_error("DELETE", f"/channels/{wall.id}/messages/*", status=403, code=50013)
    await world.press(world.alice, message, "delete")
    assert len(await look(world, wall)) == 1
    assert len(await look(world, wall)) == 1, "not yet"
    world.change(f"UPDATE wall SET not_before = not_before - {RETRY_SECONDS}")
    assert await look(world, wall) == []
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_one_taken_down_by_hand_is_not_shown_again(world: World) -> None:
    wall = await wall_of(world, likes=1)
    message = await world.poem()
    await world.press(world.bob, message, "up")
    (shown,) = await look(world, wall)
    world.env.backend.delete_message(wall.id, shown.id)
    (reader,) = readers(world, 1)
    await world.press(reader, message, "up")
    assert await look(world, wall) == []
    await world.press(world.alice, message, "delete")
    assert await look(world, wall) == []
    assert world.rows("SELECT * FROM wall") == []


async def test_who_is_killed_while_sending_sends_no_second(world: World) -> None:
    wall = await wall_of(world, likes=1)
    message = await world.poem()
    await world.press(world.bob, message, "up")
    chosen = await world.store.guild_settings(world.alice.guild.id)
    place = await world.store.claim_wall(world.poem_id(message), chosen, [world.channel.id], 5)
    assert place is not None
    (reader,) = readers(world, 1)
    await world.press(reader, message, "up")
    assert await look(world, wall) == [], "it may have been sent"
    await world.press(world.alice, message, "delete")
    await look(world, wall)
    assert world.rows("SELECT * FROM wall") == [], f"{LEASE_SECONDS} seconds are over since then"


async def test_a_channel_where_the_bot_may_not_write_is_no_wall(world: World) -> None:
    assert world.bot.user is not None
    role = world.alice.guild.roles[world.bot.user.name]
    closed = world.alice.guild.create_text_channel(
        "closed", overwrites={role: discord.PermissionOverwrite(send_messages=False)}
    )
    result = await admin(world).slash(world.channel, "settings wall", channel=closed)
    assert world.refusal(result) == ENGLISH.cannot_post.format(channel=f"<#{closed.id}>")


async def test_it_is_forgotten_with_the_server(world: World) -> None:
    wall = await wall_of(world, likes=1)
    first, second = await world.poem(), await world.poem()
    await world.press(world.bob, first, "up")
    await look(world, wall)
    await world.press(world.bob, second, "up")
    await world.store.forget_guild(world.alice.guild.id)
    assert world.rows("SELECT * FROM wall") == world.rows("SELECT * FROM wall_due") == []
