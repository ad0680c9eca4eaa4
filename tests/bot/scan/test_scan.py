"""How it scans: under a poem, and in the menu of any message."""

import asyncio
import random

import discord
import pytest
from simcord import InteractionResult

from bot import sideline
from bot.i18n import language
from bot.i18n.texts import ENGLISH, Texts
from bot.scan.answer import MAX_LINES, described
from bot.scan.cog import verse_of
from tests.bot.conftest import MakeWorld
from tests.bot.poem.test_bad_input import HIDDEN, LONG, SLUR
from tests.bot.world import World, both

HAIKU = "An old silent pond\nA green frog jumps into the pond\nSplash! Silence again"
GERMAN = language.texts("de")


def sent(result: InteractionResult) -> list[discord.Message]:
    assert result.response is not None
    return [result.response.message, *(follow_up.message for follow_up in result.followups)]


def told(result: InteractionResult) -> str:
    """What a member is told in private, in all its messages."""
    messages = sent(result)
    assert all(message.flags.ephemeral for message in messages)
    assert all(len(message.content) <= 2000 for message in messages)
    return "\n".join(message.content for message in messages)


async def ask_menu(world: World, content: str, menu: str = ENGLISH.menu_scan) -> InteractionResult:
    said = await world.bob.send(world.channel, content)
    return await world.alice.context_menu(world.channel, menu, said)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_haiku_in_any_message(world: World) -> None:
    shown = told(await ask_menu(world, HAIKU))
    assert shown.startswith(
        "**Form:** haiku, but for one syllable too many in line 2 "
        "(3 lines, unrhymed, 5 to 8 syllables)\n"
    )
    assert "\n**2** A green frog jumps into the pond\n-# 8 syllables · `x / / / / x x /`" in shown
    assert world.rows("SELECT count(*) FROM poems") == [(0,)], "nothing is kept"
    assert len(world.messages()) == 1, "and nobody else sees it"


@pytest.mark.asyncio(loop_scope="session")
async def test_the_button_under_a_poem(world: World) -> None:
    message = await world.poem("I sit beside the fire and wait")
    text = "I sit beside the fire and wait\nTo see who knocks upon the gate"
    world.change(f"UPDATE poems SET text = '{text}'")
    shown = told(await world.press(world.bob, message, "scan"))
    assert "**Form:** couplets (2 lines, rhymed AA, 8 syllables)" in shown
    assert "**Metre:** iambic, 4 beats to a line" in shown
    assert (
        "-# 8 to 9 syllables (fire 1 or 2) · `x / x / x / x /` · full rhyme with line 2: wait, gate"
    ) in shown
    await world.restart()
    assert told(await world.press(world.bob, message, "scan")) == shown
    await world.press(world.alice, message, "report")  # who asked for it hides it
    stored = world.env.backend.get_message(message.channel.id, message.id)
    stored.components[0]["components"][0]["custom_id"] = f"poem:scan:{world.poem_id(message)}"
    hidden = await world.press(world.bob, message, "scan")
    assert world.refusal(hidden) == ENGLISH.poem_hidden


@pytest.mark.asyncio(loop_scope="session")
async def test_our_own_message_without_what_stands_under_the_poem(world: World) -> None:
    message = await world.poem("the sea at night")
    shown = told(await world.alice.context_menu(world.channel, ENGLISH.menu_scan, message))
    assert "**1** the sea at night".lower() in shown.lower()
    assert "small model" not in shown


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.usefixtures("german")
async def test_in_german(world: World) -> None:
    shown = told(await ask_menu(world, HAIKU))
    assert "**Form:** Haiku, bis auf eine Silbe zu viel in Zeile 2 (3 Zeilen, ungereimt" in shown


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("content", ["🌙", HIDDEN + "!", "https://a.com/b", "***", "-# small"])
async def test_messages_without_words(world: World, content: str) -> None:
    assert world.refusal(await ask_menu(world, content)) == ENGLISH.scan_nothing


@pytest.mark.asyncio(loop_scope="session")
async def test_slurs_are_not_repeated(world: World) -> None:
    assert world.refusal(await ask_menu(world, f"what a {SLUR}")) == ENGLISH.slur


@pytest.mark.asyncio(loop_scope="session")
async def test_who_asks_too_often_waits_for_that_alone(make_world: MakeWorld) -> None:
    world = await make_world(member_poems=1)
    message = await world.poem()
    for _ in range(10):
        told(await world.press(world.alice, message, "scan"))
    refused = await world.press(world.alice, message, "scan")
    assert world.refusal(refused).startswith(ENGLISH.too_many.partition("{")[0])
    told(await world.press(world.bob, message, "scan"))
    assert (await world.wish(world.bob, seed="the sea")).content, "no poem was counted"
    assert (await world.press(world.alice, message, "picture")).response is not None


@pytest.mark.asyncio(loop_scope="session")
async def test_no_place_at_the_bench(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await world.poem()
    monkeypatch.setattr(sideline, "PLACES", 1)
    with world.bot.pictures.place():
        for action in ("scan", "picture"):
            refused = await world.press(world.bob, message, action)
            assert world.refusal(refused) == ENGLISH.side_busy
    for _ in range(10):
        told(await world.press(world.bob, message, "scan"))


@pytest.mark.asyncio(loop_scope="session")
async def test_who_asks_while_the_bot_stops_is_told(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await make_world()
    begun = asyncio.Event()

    async def slow(self: object, work: object) -> None:
        begun.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(sideline.Bench, "run", slow)
    monkeypatch.setattr(world.bot.writer, "stop_taking", lambda: None)
    monkeypatch.setattr(world.bot.writer, "close", lambda: asyncio.sleep(0))

    async def stop() -> None:
        await begun.wait()
        await world.bot.drain()

    assert world.refusal(await both(ask_menu(world, HAIKU), stop())) == ENGLISH.shutting_down


def test_what_counts_as_verse() -> None:
    assert verse_of("```\nthe sea\nthe sky\n```\n-# small type") == "the sea\nthe sky"
    assert verse_of("> **the sea** <@1> :wave:\n> \\*and\\* sky") == "the sea :wave:\nand sky"


def test_long_texts_come_in_several_messages_and_end() -> None:
    for text in (LONG, "every fire in the family\n\n" * 500, "x" * 4000, "1609 bbc\n" * 400):
        pages = described(text, ENGLISH)
        assert 1 <= len(pages) <= 5
        assert max(map(len, pages)) <= 2000
    pages = described("fire\n" * 500, ENGLISH)
    assert ENGLISH.scan_cut.format(lines=MAX_LINES) in pages[-1]


@pytest.mark.parametrize("texts", [ENGLISH, GERMAN])
@pytest.mark.parametrize(
    "text",
    ["love\nprove", "a cat\na cat", "the sea", "the sea\nthe tree\nthe dog", "one\n" * 5,
     "I sat beside the wall\nwhen all were in the hall\nthe light went up the stair\n"
     "and found the table bare", "x\ny\n\nz\nw\n", "the a\nthe an"],
)  # fmt: skip
def test_every_kind_of_answer_is_whole(texts: Texts, text: str) -> None:
    (page,) = described(text, texts)
    assert "{" not in page
    assert "()" not in page
    assert "None" not in page


WILD = ["\u202e", "\x00", "🌙", "```", "||", "<@1>", "@everyone", "# ", "\n", "\n\n", "o'", "'",
        "-", "1609", "fire", "every", "é", "ſ", "你好", "x" * 50, "\\", "{line}",
        "%s", "-# "]  # fmt: skip


async def hostile(world: World, times: int) -> None:
    """Presses and chooses wildly; each time there is one answer, and no fault in it."""
    chance = random.Random(21)
    message = await world.poem()
    members = [world.alice, world.bob]
    own = world.poem_id(message)
    button = world.env.backend.get_message(message.channel.id, message.id).components[1]
    button = button["components"][0]
    for _ in range(times):
        member = chance.choice(members)
        if chance.random() < 0.5:
            text = "".join(chance.choices([*WILD, " "], k=chance.randint(1, 60)))[:2000]
            said = await world.bob.send(world.channel, text.strip("\n ") or ".")
            result = await member.context_menu(world.channel, ENGLISH.menu_scan, said)
        else:
            action = chance.choice(["scan", "picture", "scann", "picture_", "SCAN"])
            number = chance.choice([own, own, 0, 999999])
            forged = f"poem:{action}:{number}"
            stored = world.env.backend.get_message(message.channel.id, message.id)
            stored.components[1]["components"] = [button | {"custom_id": forged}]
            result = await member.click(message, custom_id=forged)
        assert result.response is not None
        content = result.response.content
        assert result.response.ephemeral
        assert content
        assert "not your fault" not in content
        assert all(len(message.content) <= 2000 for message in sent(result))
    assert world.env.errors[world.errors_seen :] == []


@pytest.mark.asyncio(loop_scope="session")
async def test_hostile_presses(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.bot.scans.limiter._members._most = world.bot.scans.limiter._guilds._most = 10**6
    await hostile(world, 100)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
