"""A server's own defaults, its time zone, and all that is set at one look."""

import json
import re
from datetime import UTC, datetime

import discord
import pytest
from simcord import InteractionResult

from bot import zones
from bot.i18n.texts import ENGLISH
from bot.poem import defaults
from bot.poem.wishes import MOODS
from bot.server_settings import cog as settings_cog
from bot.server_settings.overview import next_time
from bot.store import GuildSettings
from tests.bot.server_settings.test_admins import admin, set_up
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


def settings(world: World) -> dict[str, object]:
    """Of the last poem."""
    kept = world.rows("SELECT settings FROM poems ORDER BY id DESC LIMIT 1")
    return dict(json.loads(kept[0][0]))


AUTHORS = ("Emily Dickinson", "John Keats")


@pytest.fixture(autouse=True)
def _authors(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (defaults, settings_cog):
        monkeypatch.setattr(module, "load_authors", lambda folder: AUTHORS)


async def test_what_who_asks_leaves_open(world: World) -> None:
    told = await set_up(world, "defaults", form="haiku", manner="emily dickinson", mood="calm")
    assert "- Unless asked otherwise: haiku, in the manner of Emily Dickinson, calm" in told
    await world.restart()
    await world.wish(seed="the sea")
    poem = {"form": "haiku", "manner": "Emily Dickinson", "temperature": MOODS["calm"]}
    assert settings(world).items() >= poem.items()
    await world.wish(seed="the sea", form="ballad", manner="keats", mood="wild")
    poem = {"form": "ballad", "manner": "John Keats", "temperature": MOODS["wild"]}
    assert settings(world).items() >= poem.items()
    await world.wish(seed="the sea", form="free", manner="Nobody", mood="even")
    assert settings(world).items() >= {"form": "free", "manner": "", "temperature": None}.items()
    await world.alice.slash(world.channel, "acrostic", word="Emily")
    assert settings(world).items() >= {"form": "acrostic", "manner": "Emily Dickinson"}.items()
    said = await world.bob.send(world.channel, "the rain has stopped")
    await world.alice.context_menu(world.channel, ENGLISH.menu_make_poem, said)
    assert settings(world).items() >= {"form": "haiku", "manner": "Emily Dickinson"}.items()
    assert f": {ENGLISH.nothing_special}" in await set_up(world, "defaults")
    await world.wish(seed="the sea")
    assert settings(world).items() >= {"form": "free", "manner": ""}.items()


async def test_a_channel_of_its_own(world: World) -> None:
    other = world.alice.guild.create_text_channel("haiku")
    await set_up(world, "defaults", form="ballad", mood="lively", manner="keats")
    told = await set_up(world, "defaults", channel=other, form="haiku", manner="nobody")
    assert f"\n  - in <#{other.id}>: haiku, in the manner of nobody" in told
    await world.alice.slash(other, "poem", seed="the sea")
    haiku = {"form": "haiku", "manner": "", "temperature": MOODS["lively"]}
    assert settings(world).items() >= haiku.items(), "what it leaves open is the server's"
    await world.wish(seed="the sea")
    assert settings(world)["form"] == "ballad"
    told = await set_up(world, "defaults", channel=other)
    assert f"<#{other.id}>" not in told
    await world.alice.slash(other, "poem", seed="the sea")
    assert settings(world)["form"] == "ballad"


async def test_in_a_thread_what_holds_in_its_channel(world: World) -> None:
    await set_up(world, "defaults", channel=world.channel, form="haiku")
    channel = world.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="below", type=discord.ChannelType.public_thread)
    (thread,) = world.channel.threads
    await world.alice.slash(thread, "poem", seed="the sea")
    assert settings(world)["form"] == "haiku"


async def test_no_default_stands_in_the_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await set_up(world, "defaults", form="sonnet", manner="keats")
    await world.wish(seed="the sea", lines=5)
    assert settings(world).items() >= {"form": "free", "lines": 5}.items(), "no sonnet has five"
    monkeypatch.setattr(defaults, "load_authors", lambda folder: ("Christina Rossetti",))
    await world.wish(seed="the sea")
    assert settings(world).items() >= {"form": "sonnet", "manner": ""}.items(), "another poet"
    await set_up(world, "forms", add="free")
    await world.wish(seed="the sea")
    assert settings(world)["form"] == "free", "sonnets are not allowed any more"
    world.change("""UPDATE guild_settings SET defaults = '{"0": {"form": "villanelle", "x": 1}}'""")
    await world.wish(seed="the sea")
    assert settings(world)["form"] == "free", "another version's"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"manner": "Shakespere"}, ENGLISH.no_such_author),
        ({"manner": "emily dickinsn"}, ENGLISH.author_like_another.format(author=AUTHORS[0])),
        ({"manner": "x" * 6000}, ENGLISH.no_such_author),
    ],
)
async def test_defaults_that_can_not_be(
    world: World, options: dict[str, str], sentence: str
) -> None:
    result = await admin(world).slash(world.channel, "settings defaults", **options)
    assert world.refusal(result) == sentence
    assert world.rows("SELECT * FROM guild_settings") == []


async def test_a_default_form_must_be_allowed(world: World) -> None:
    await set_up(world, "forms", add="haiku")
    result = await admin(world).slash(world.channel, "settings defaults", form="sonnet")
    assert world.refusal(result) == ENGLISH.other_form.format(forms="haiku")
    assert "in the manner of" not in await set_up(world, "show")


async def test_a_channel_that_is_gone_is_left_out(world: World) -> None:
    other = world.alice.guild.create_text_channel("haiku")
    await set_up(world, "defaults", channel=other, form="haiku")
    guild = world.bot.get_guild(world.alice.guild.id)
    assert guild is not None
    del guild._channels[other.id]
    assert f"<#{other.id}>" not in await set_up(world, "defaults", form="ballad")


async def test_all_settings_at_one_look_however_many(world: World) -> None:
    ada = admin(world)
    for number in range(60):
        channel = world.alice.guild.create_text_channel(f"channel-{number}")
        await ada.slash(world.channel, "settings channels", add=channel)
        await ada.slash(world.channel, "settings defaults", channel=channel, form="haiku")
    told = await set_up(world, "timezone", zone="Europe/Berlin")
    assert 1500 < len(told) <= 2000
    assert ENGLISH.and_more.format(count=40) in told
    left = re.search(r"\n  - and (\d+) more$", told)
    assert left is not None
    assert told.count("haiku") + int(left[1]) == 60
    for name in ("set_channels", "set_forms", "set_reactions", "set_zone", "set_defaults"):
        assert getattr(ENGLISH, name).split("{")[0] in told
    refused = world.refusal(await world.ask())
    assert ENGLISH.and_more.format(count=40) in refused


async def test_the_time_zone(world: World) -> None:
    async def offered(typed: str) -> list[str]:
        choices = await admin(world).autocomplete(world.channel, "settings timezone", "zone", typed)
        return [choice["value"] for choice in choices]

    assert await offered("") == list(zones.MUCH_USED)
    assert await offered("berl") == ["Europe/Berlin"]
    assert (await offered("new york"))[0] == "America/New_York"
    assert len(await offered("a")) == 25
    assert await offered("x" * 6000) == []
    for typed, name in (
        ("Europe/Berlin", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("são paulo", "America/Sao_Paulo"),
        ("UTC", "UTC"),
        ("US/Pacific", "US/Pacific"),
    ):
        shown = discord.utils.escape_markdown(name)
        assert f"- Time zone: {name}" in re.sub(
            r"\\(.)", r"\1", await set_up(world, "timezone", zone=typed)
        ), shown
    for wrong in ("Mars/Olympus", "../../etc/passwd", "", "Europe", "x" * 6000, "localtime"):
        result = await admin(world).slash(world.channel, "settings timezone", zone=wrong)
        assert world.refusal(result) == ENGLISH.unknown_zone
    ((kept,),) = world.rows("SELECT zone FROM guild_settings")
    assert kept == "US/Pacific"


async def test_every_zone_that_is_offered_is_known() -> None:
    for name in zones.zone_names():
        assert str(zones.zone(name)) == name
        assert zones.zone_named(name) == name
    assert set(zones.MUCH_USED) <= set(zones.zone_names())
    assert len(zones.MUCH_USED) <= 25
    assert zones.zone("gone/for ever") == zones.zone("/etc/passwd") == UTC


async def test_the_next_time_is_that_of_the_wall_clock() -> None:
    chosen = GuildSettings(daily_channel=1, daily_hour=9, daily_weekday=0, zone="Europe/Berlin")
    # The clocks go back on Sunday, 26 October 2025.
    now = datetime(2025, 10, 20, 7, 0, tzinfo=UTC)
    assert next_time(chosen, now).astimezone(UTC) == datetime(2025, 10, 27, 8, 0, tzinfo=UTC)


@pytest.mark.usefixtures("german")
async def test_in_german(world: World) -> None:
    result: InteractionResult = await admin(world).slash(
        world.channel, "settings defaults", form="haiku", manner="niemand"
    )
    assert result.response is not None
    assert (
        "Wenn nichts anderes gewünscht ist: Haiku, in der Manier von niemand"
        in result.response.content
    )
