"""/settings and the limits, as members and those who run a server meet them."""

import re
import time

import discord
import pytest
from simcord import MemberActor

from bot.i18n.texts import ENGLISH
from bot.writer.queue import Writer
from tests.bot.conftest import MakeWorld
from tests.bot.world import CONCURRENT, QUEUE_SIZE, World, both, until
from tests.bot.writer.test_queue import LONG

pytestmark = pytest.mark.asyncio(loop_scope="session")


def admin(world: World) -> MemberActor:
    rights = discord.Permissions(
        manage_guild=True, view_channel=True, use_application_commands=True
    )
    role = world.alice.guild.create_role("admins", permissions=rights)
    return world.alice.guild.add_member(world.env.create_user("ada"), roles=[role])


async def set_up(world: World, command: str, **options: object) -> str:
    """An admin uses /settings; what they alone see then."""
    result = await admin(world).slash(world.channel, f"settings {command}", **options)
    assert result.response is not None
    assert result.response.ephemeral
    return str(result.response.content)


async def test_only_those_who_run_the_server_can_change_its_settings(world: World) -> None:
    assert "settings show" in admin(world).available_commands(world.channel)
    assert "settings show" not in world.alice.available_commands(world.channel)


async def test_what_is_set_is_shown_and_survives_a_restart(world: World) -> None:
    await set_up(world, "cooldown", seconds=90)
    await set_up(world, "forms", add="sonnet")
    told = await set_up(world, "forms", add="haiku")
    await world.restart()
    assert await set_up(world, "show") == told
    assert "Forms: sonnet, haiku" in told
    assert "90 s" in told
    assert "Forms: all" in await set_up(world, "forms")
    assert "Poem of the day: none" in told


async def test_poems_in_some_channels_only(world: World) -> None:
    guild = world.alice.guild
    other = guild.create_text_channel("other")
    assert f"<#{other.id}>" in await set_up(world, "channels", add=other)
    assert f"<#{other.id}>" in world.refusal(await world.ask())
    assert world.messages() == []
    result = await world.alice.slash(other, "poem", seed="the sea")
    assert result.response is not None
    assert not result.response.ephemeral
    await set_up(world, "channels", remove=other)
    assert await world.poem()


async def test_some_forms_only(world: World) -> None:
    await set_up(world, "forms", add="haiku")
    sentence = world.refusal(await world.ask())
    assert sentence == ENGLISH.other_form.format(forms="haiku")
    assert await world.wish(seed="the sea", form="haiku")


async def test_without_reactions_there_are_the_buttons(world: World) -> None:
    await set_up(world, "reactions", shown=False)
    message = await world.poem()
    assert message.reactions == []
    await world.press(world.bob, message, "up")
    assert world.votes(message) == [1]


async def test_a_cooldown_says_when_to_come_back(world: World) -> None:
    await set_up(world, "cooldown", seconds=600)
    await world.poem()
    sentence = world.refusal(await world.ask())
    moment = re.search(r"<t:(\d+):R>", sentence)
    assert moment is not None
    assert 590 < int(moment[1]) - time.time() < 602
    assert await world.wish(world.bob, seed="the sea"), "it is Alice's alone"


async def test_limits_of_a_member_and_of_a_server(make_world: MakeWorld) -> None:
    world = await make_world(member_poems=1, guild_poems=2)
    await world.poem()
    assert "<t:" in world.refusal(await world.ask())
    await world.wish(world.bob, seed="the sea")
    carol = world.alice.guild.add_member(world.env.create_user("carol"))
    assert "<t:" in world.refusal(await carol.slash(world.channel, "poem", seed="the sea"))
    assert len(world.messages()) == 2


async def test_who_is_refused_a_place_has_lost_nothing(
    make_world: MakeWorld, writer: Writer
) -> None:
    world = await make_world(member_poems=1)
    busy = [writer.submit(LONG) for _ in range(CONCURRENT + QUEUE_SIZE)]
    assert world.refusal(await world.ask()) == ENGLISH.queue_full
    for poem in busy:
        writer.cancel(poem)
    await writer.drain()
    assert await world.poem()


async def test_who_waits_is_told_their_place(world: World, writer: Writer) -> None:
    busy = [writer.submit(LONG) for _ in range(CONCURRENT + 1)]  # the last one is before Alice
    shown = []

    async def watch() -> None:
        for place in (2, 1):
            told = ENGLISH.waiting.format(place=place)
            await until(lambda told=told: told in [m.content for m in world.messages()])  # type: ignore[misc]
            shown.append(place)
            writer.cancel(busy[-1])
        for poem in busy:
            writer.cancel(poem)

    result = await both(world.ask(), watch())
    assert shown == [2, 1]
    assert result.response.message.content.startswith("The sea at night")


async def test_a_daily_poem_needs_a_channel_where_the_bot_may_write(world: World) -> None:
    assert world.bot.user is not None
    role = world.alice.guild.roles[world.bot.user.name]
    closed = world.alice.guild.create_text_channel(
        "closed", overwrites={role: discord.PermissionOverwrite(send_messages=False)}
    )
    ada = admin(world)
    result = await ada.slash(world.channel, "settings daily", channel=closed)
    assert world.refusal(result) == ENGLISH.cannot_post.format(channel=f"<#{closed.id}>")
    told = await ada.slash(
        world.channel, "settings daily", channel=world.channel, hour=7, day=6, kind="new"
    )
    assert told.response is not None
    assert (
        f"<#{world.channel.id}>, Sundays at 7:00 there; for you that is <t:"
        in told.response.content
    )
    off = await ada.slash(world.channel, "settings daily")
    assert off.response is not None
    assert ENGLISH.set_no_daily in off.response.content


async def test_settings_are_forgotten_with_the_server(world: World) -> None:
    await set_up(world, "cooldown", seconds=5)
    await world.store.forget_guild(world.alice.guild.id)
    assert world.rows("SELECT * FROM guild_settings") == []
