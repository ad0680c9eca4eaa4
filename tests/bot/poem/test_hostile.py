"""Presses and forms that no honest Discord sends, over Stop and Edit.

Each is answered, within Discord's time; none is a fault of ours, and none leaves a trace.
"""

import os
import random
import time
from typing import Any

import pytest
from discord import InteractionType

from bot.i18n.texts import ENGLISH
from tests.bot.poem.test_bad_input import HIDDEN, LONG, SLUR, send_raw
from tests.bot.world import World
from verse.request.forms import FORMS

pytestmark = pytest.mark.asyncio(loop_scope="session")

COUNT = int(os.environ.get("HOSTILE", "200"))
"""How many; two thousand take a minute and a half."""
SECONDS_TO_ANSWER = 3.0
FIELDS = ("words", "form", "theme", "mood", "manner", "edit", "", "poem:up:1", "words" * 20)
VALUES = (
    *("", " ", "x", "the sea", LONG[:4000], HIDDEN, SLUR, f"{HIDDEN}{SLUR}", "\ud800", "\x00" * 9),
    *("@everyone <@1> <#2>", "```py\n```", "’“”—", "🌊" * 50, "a\nb\n" * 40, "%s{place}{0}"),
    *("4 ever", "' OR 1=1 --", "sonnet", "wild", "T_T", *FORMS),
    *(None, 7, -1, True, [], ["haiku", "sonnet"], {"value": "x"}, [None], [["sonnet"]]),
)


def component(rng: random.Random, depth: int = 0) -> Any:
    """Some part of a form, most of them wrong."""
    kind = rng.choice((1, 3, 4, 4, 4, 9, 18, 18))
    field = {"type": kind, "custom_id": rng.choice(FIELDS), "id": 1}
    name = rng.choice(("value", "value", "values"))
    value = rng.choice(VALUES)
    field[name] = [value] if name == "values" and not isinstance(value, list) else value
    if depth < 4 and kind in (1, 18):
        within = component(rng, depth + 1)
        field |= {"component": within} if kind == 18 else {"components": [within]}
    return field


async def test_hostile_presses_and_forms(world: World, caplog: pytest.LogCaptureFixture) -> None:
    rng = random.Random(21)
    poems = [await world.poem("the sea"), await world.wish(world.bob, seed="the moon")]
    poems.append(await world.wish(form="acrostic", seed="Emily"))
    numbers = [world.poem_id(message) for message in poems]
    said = await world.bob.send(world.channel, "hello")
    mod = world.moderator()
    slowest, sentences = 0.0, set()
    for _ in range(COUNT):
        number = rng.choice((*numbers, *numbers, 0, 999_999, 10**17, "", "x", "-1", "1" * 40))
        under = rng.choice((*poems, *poems, said, None))
        member = rng.choice((world.alice, world.bob, mod))
        if rng.random() < 0.5:
            kind, custom_id = InteractionType.modal_submit, f"edit:{number}"
            data: dict[str, Any] = {"components": [component(rng) for _ in range(rng.randrange(6))]}
        else:
            kind = InteractionType.component
            action = rng.choice(("stop", "stop", "edit", "edit", "Edit", "st\u200bop", ""))
            custom_id = f"poem:{action}:{number}"
            data = {"component_type": rng.choice((2, 2, 2, 3))}
            if under in poems:  # as if the message offered it
                stored = world.env.backend.get_message(under.channel.id, under.id)
                stored.components[0]["components"][0]["custom_id"] = custom_id
        began = time.monotonic()
        result = await send_raw(world, kind, data | {"custom_id": custom_id}, under, by=member)
        slowest = max(slowest, time.monotonic() - began)
        callback = f"/interactions/{result._interaction.id}/"
        answers = [r for r in world.env.http_requests if r.path.startswith(callback)]
        assert len(answers) == 1, (custom_id, data)
        if result.response is not None and result.response.ephemeral:
            sentences.add(result.response.content)
            assert "\n" not in (result.response.content or "")
        world.env.http_requests.clear()
    unexpected = ENGLISH.unexpected.partition("(")[0]
    assert not any(sentence and sentence.startswith(unexpected) for sentence in sentences)
    assert sentences >= {ENGLISH.poem_gone, ENGLISH.not_being_written, ENGLISH.slur}
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == []
    assert world.env.errors == []
    assert slowest < SECONDS_TO_ANSWER
    assert "@everyone" not in "".join(m.content.replace("\\@", "") for m in world.messages())
