"""A poem as a picture: a PNG with an alternative text, drawn off the event loop."""

import asyncio
import time
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from bot.i18n.texts import ENGLISH
from bot.picture.answer import ALTERNATIVE_CHARS, alternative
from bot.picture.card import PAPER, WIDTH, draw_card, typeset
from bot.scan.answer import described
from bot.sideline import Bench
from tests.bot.conftest import MakeWorld
from tests.bot.world import World

POEM = "I sit beside the fire and wait\nTo see who knocks upon the gate"


@pytest.mark.asyncio(loop_scope="session")
async def test_the_button_under_a_poem(world: World) -> None:
    message = await world.wish(seed="I sit beside the fire", form="couplet")
    world.change(f"UPDATE poems SET text = '{POEM}'")
    result = await world.press(world.bob, message, "picture")
    assert result.response is not None
    assert result.response.ephemeral
    assert result.response.content == ENGLISH.picture_ready
    (file,) = result.response.attachments
    assert file.filename == "poem.png"
    assert file.description == f"{POEM}\n(couplets · a small model wrote this)"
    picture = Image.open(BytesIO(await file.read()))
    assert (picture.format, picture.size[0]) == ("PNG", WIDTH)
    assert [left.id for left in world.messages()] == [message.id], "nobody else sees it"


@pytest.mark.asyncio(loop_scope="session")
async def test_pictures_have_a_limit_of_their_own(make_world: MakeWorld) -> None:
    world = await make_world(member_poems=1)
    message = await world.poem()
    for _ in range(5):
        result = await world.press(world.alice, message, "picture")
        assert result.response is not None
        assert result.response.content == ENGLISH.picture_ready
    refused = await world.press(world.alice, message, "picture")
    assert world.refusal(refused).startswith(ENGLISH.too_many.partition("{")[0])
    assert (await world.wish(world.bob, seed="the sea")).content, "no poem was counted"


@pytest.mark.asyncio(loop_scope="session")
async def test_a_hidden_poem_has_no_picture(world: World) -> None:
    message = await world.poem()
    await world.press(world.alice, message, "report")
    stored = world.env.backend.get_message(message.channel.id, message.id)
    forged = f"poem:picture:{world.poem_id(message)}"
    stored.components[0]["components"][0]["custom_id"] = forged
    refused = await world.bob.click(message, custom_id=forged)
    assert world.refusal(refused) == ENGLISH.poem_hidden


def test_every_line_is_in_the_picture() -> None:
    def ink(poem: str) -> tuple[int, int, int, int]:
        picture = Image.open(BytesIO(draw_card(poem, "")))
        assert picture.mode == "RGB"
        inner = picture.crop((40, 40, picture.width - 40, picture.height - 170))
        box = ImageChops.difference(inner, Image.new("RGB", inner.size, PAPER)).getbbox()
        assert box is not None
        return box

    one, two = ink("the sea"), ink("the sea\nthe sea")
    assert two[3] - two[1] > one[3] - one[1] + 30
    for wide in ("the sea at night " * 30, "x" * 500, "W" * 60):
        left, _, right, _ = ink(wide)
        assert left >= 60
        assert right <= WIDTH - 80 - 60
    assert Image.open(BytesIO(draw_card("line\n" * 900, ""))).height < 5000
    assert draw_card("", "") != draw_card("the sea", "")


def test_the_same_poem_gives_the_same_picture() -> None:
    assert draw_card(POEM, "note") == draw_card(POEM, "note")


def test_marks_of_print() -> None:
    assert typeset('"No," he said -- "I\'ll wait..."') == "“No,” he said — “I’ll wait…”"


def test_an_alternative_text_fits() -> None:
    assert alternative("the sea", "note") == "the sea\n(note)"
    assert len(alternative("x" * 3000, "note")) == ALTERNATIVE_CHARS


async def test_the_event_loop_goes_on_meanwhile() -> None:
    bench = Bench()
    late = []
    done = False

    async def probe() -> None:
        while not done:
            began = time.perf_counter()
            await asyncio.sleep(0.01)
            late.append(time.perf_counter() - began - 0.01)

    probing = asyncio.create_task(probe())
    poem = "\n".join([POEM] * 8)
    works = [lambda: draw_card(poem, "note"), lambda: described(poem, ENGLISH)]
    for work in works:
        for _ in range(5):
            assert await bench.run(work)
    done = True
    await probing
    assert sorted(late)[len(late) * 95 // 100] < 0.05


async def test_one_piece_of_work_at_a_time() -> None:
    bench = Bench()
    running: list[int] = []

    def work() -> int:
        running.append(1)
        time.sleep(0.02)
        now = len(running)
        running.pop()
        return now

    assert await asyncio.gather(*(bench.run(work) for _ in range(5))) == [1] * 5
