"""Hostile interactions with /settings, lists and walls: each is answered in private, by a
sentence or with what is set, and none is a fault.

HOSTILE=2000 in the environment makes as many of them; that takes a few minutes.
"""

import os
import random

import pytest
from discord import InteractionType
from simcord import InteractionResult

from bot.i18n.texts import ENGLISH
from bot.server_settings import cog as settings_cog
from bot.wall.cog import WallCog
from tests.bot.poem.test_bad_input import send_raw
from tests.bot.server_settings.test_admins import admin
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

COUNT = int(os.environ.get("HOSTILE", "200"))
NASTY = (
    *("", " ", "\0", "\u202e\u200b\u2066", "\ud800", "x" * 6000, "🌙" * 200, "' OR 1=1; --", "%_%"),
    *(
        "@everyone",
        "<@1>",
        "../../../etc/passwd",
        "/etc/passwd",
        "Europe/../Europe/Berlin",
        "nobody",
    ),
    *("[1]", '{"a": 1}', "week", "all", "decade", "poems:top:1:week", "n1gg3r", "Etc/GMT+5", "utc"),
    *("acrostic", "sonnet", "free", "calm", "-1", "99999999999999999999", "nan", "𝓔𝓾𝓻𝓸𝓹𝓮/𝓑𝓮𝓻𝓵𝓲𝓷"),
)
NUMBERS = (-1, 0, 1, 7, 1000, 1001, 2**53, -(2**53))
TEXT, WHOLE, CHANNEL = 3, 4, 7
COMMANDS: dict[tuple[str, str], dict[str, int]] = {
    ("settings", "timezone"): {"zone": TEXT},
    ("settings", "defaults"): {"form": TEXT, "manner": TEXT, "mood": TEXT, "channel": CHANNEL},
    ("settings", "wall"): {"channel": CHANNEL, "likes": WHOLE},
    ("settings", "daily"): {"hour": WHOLE, "day": WHOLE, "kind": TEXT, "channel": CHANNEL},
    ("settings", "show"): {},
    ("poems", "top"): {"period": TEXT},
    ("poems", "worst"): {"period": TEXT},
}


async def test_none_is_unanswered_and_none_a_fault(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_cog, "load_authors", lambda folder: ("Emily Dickinson",))
    dice = random.Random(21)
    ada = admin(world)
    for number in range(12):
        await world.keep_poem(f"poem {number}", votes=number)
    listed = await world.bob.slash(world.channel, "poems top", period="week")
    assert listed.response is not None
    cog = world.bot.cogs["WallCog"]
    assert isinstance(cog, WallCog)
    kinds = dict.fromkeys(("command", "autocomplete", "button"), 0)
    for number in range(COUNT):
        kind = dice.choices(tuple(kinds), (6, 3, 1))[0]
        kinds[kind] += 1
        if kind == "button":
            result = await pressed(world, listed, dice)
        else:
            result = await sent(world, ada, dice, typing=kind == "autocomplete")
        if kind == "autocomplete":
            assert result.autocomplete_choices is not None
            assert len(result.autocomplete_choices) <= 25
        else:
            told = [m for m in (result.response, *result.followups) if m is not None]
            assert len(told) == 1, (number, told)
            assert told[0].ephemeral
            assert 0 < len(told[0].content) <= 2000
            assert "not your fault" not in told[0].content
            assert "Traceback" not in told[0].content
        if number % 100 == 0:
            await cog.update()
    assert min(kinds.values()) > COUNT // 20
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
    world.errors_seen = len(world.env.errors)  # commands that there are not, or not so
    assert {type(error).__name__ for error in world.env.errors} <= {
        *("CommandNotFound", "CommandSignatureMismatch", "TransformerError"),
    }
    ((zone, likes),) = world.rows("SELECT zone, wall_likes FROM guild_settings")
    assert zone in ("UTC", "Etc/GMT+5", "Europe/Berlin")
    assert 1 <= likes <= 1000
    assert ENGLISH.settings_title in str(
        (await ada.slash(world.channel, "settings show")).response.content  # type: ignore[union-attr]
    )


async def sent(
    world: World, ada: object, dice: random.Random, *, typing: bool
) -> InteractionResult:
    """A command, or an autocomplete, with options as no Discord sends them."""
    (group, name), options = dice.choice(list(COMMANDS.items()))
    given = []
    for option, kind in options.items():
        if dice.random() < 0.3:
            continue
        value: object = dice.choice(NASTY)
        if kind == WHOLE:
            value = dice.choice(NUMBERS)
        elif kind == CHANNEL:
            value = str(dice.choice((world.channel.id, 5, 2**63)))
        given.append({"type": kind, "name": option, "value": value})
    if typing:
        texts = [option for option in given if option["type"] == TEXT]
        given = [dice.choice(texts) | {"focused": True}] if texts else []
        if not given:
            name, given = (
                "timezone",
                [{"type": TEXT, "name": "zone", "value": dice.choice(NASTY), "focused": True}],
            )
    data = {
        **{"id": "1", "type": 1, "name": group},
        "options": [{"type": 1, "name": name, "options": given}],
    }
    channel = world.env.backend.channels[world.channel.id]
    data["resolved"] = {
        "channels": {
            str(world.channel.id): {
                **{"id": str(world.channel.id), "name": channel.name, "type": 0},
                "permissions": "0",
            }
        }
    }
    kind_of = InteractionType.autocomplete if typing else InteractionType.application_command
    return await send_raw(world, kind_of, data)


async def pressed(
    world: World, listed: InteractionResult, dice: random.Random
) -> InteractionResult:
    """A button of a list with a forged page, period or kind; under a list, or under nothing."""
    assert listed.response is not None
    words = "".join(c for c in dice.choice(NASTY) if c != "\0")[:60]
    kind = dice.choice(("top", "mine", "find", "wall", "read"))
    forged = f"poems:{kind}:{dice.choice(NUMBERS)}:{words}"[:100]
    data = {"component_type": 2, "custom_id": forged}
    return await send_raw(
        world, InteractionType.component, data, dice.choice((None, listed.response.message))
    )
