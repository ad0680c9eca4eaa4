"""/poems: what is listed, for whom, page by page."""

import re

import discord
import pytest
from simcord import InteractionResult

from bot.i18n.texts import ENGLISH
from bot.lists.cog import DAY, PAGE
from tests.bot.poem.test_poem import buttons, unescaped
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


def listed(result: InteractionResult) -> list[str]:
    """How the poems of a page begin."""
    assert result.response is not None
    assert result.response.ephemeral, "a list is for who asked"
    lines = unescaped(result.response.content).split("\n")
    return [match[1] for line in lines if (match := re.match(r"\d+\. (.*)", line))]


async def test_the_best_liked(world: World) -> None:
    await world.keep_poem("nobody voted")
    await world.keep_poem("liked", votes=1)
    await world.keep_poem("loved\nby two\nand more", votes=2)
    unloved = await world.keep_poem("unloved", votes=1)
    for voter in (90, 91):
        await world.store.press(unloved, voter, -1)
    result = await world.alice.slash(world.channel, "poems top")
    assert listed(result) == ["loved / by two ...", "liked"]
    assert result.response is not None
    content = result.response.content
    assert content.startswith(f"### {ENGLISH.top_title} · page 1\n")
    link = f"https://discord.com/channels/{world.alice.guild.id}/{world.channel.id}/3"
    assert re.search(rf"-# 👍 2 · <t:\d+:R> · \[to the poem\]\({link}\)\n", content)
    assert buttons(result.response.message) == [], "one page needs no buttons"


async def test_the_best_liked_of_a_period(world: World) -> None:
    for days, votes in ((0, 1), (6, 2), (8, 3), (29, 4), (31, 5)):
        number = await world.keep_poem(f"{days} days old", votes=votes)
        world.change(f"UPDATE poems SET created_at = created_at - {days * DAY} WHERE id = {number}")

    async def top(period: str | None) -> InteractionResult:
        return await world.alice.slash(
            world.channel, "poems top", **{"period": period} if period else {}
        )

    week, month = ["6 days old", "0 days old"], ["29 days old", "8 days old"]
    assert listed(await top("week")) == week
    assert listed(await top("month")) == [*month, *week]
    assert listed(await top("all")) == ["31 days old", *month, *week]
    assert listed(await top(None)) == ["31 days old", *month, *week]
    result = await top("month")
    assert result.response is not None
    assert result.response.content.startswith(f"### {ENGLISH.top_title_month} · page 1\n")
    world.change(f"UPDATE poems SET created_at = created_at - {31 * DAY}")
    assert world.refusal(await top("week")) == ENGLISH.none_top_of_period


async def test_the_pages_of_a_period(world: World) -> None:
    for number in range(PAGE + 1):
        await world.keep_poem(f"poem {number}", votes=1)
    await world.keep_poem("old", votes=9)
    world.change(f"UPDATE poems SET created_at = 5 WHERE message_id = {world.kept}")
    result = await world.alice.slash(world.channel, "poems top", period="week")
    assert result.response is not None
    await world.alice.click(result.response.message, label="Next")
    assert listed(result) == ["poem 0"], "it goes on with the same period"


async def test_pages(world: World) -> None:
    for number in range(2 * PAGE + 1):
        await world.keep_poem(f"poem {number}", private=True)
    newest = [f"poem {number}" for number in reversed(range(2 * PAGE + 1))]
    result = await world.alice.slash(world.channel, "poems mine")
    assert listed(result) == newest[:PAGE]
    await world.restart()
    for page, label in ((2, "Next"), (3, "Next"), (2, "Back")):
        assert result.response is not None
        await world.alice.click(result.response.message, label=label)
        assert listed(result) == newest[(page - 1) * PAGE : page * PAGE]
        assert result.response is not None
        assert f"page {page}" in result.response.content
        assert f"\n{(page - 1) * PAGE + 1}\\. " in result.response.content, "numbers go on"


async def test_mine_are_mine_alone_but_everywhere(world: World) -> None:
    await world.keep_poem("here")
    await world.keep_poem("elsewhere", guild_id=None, channel_id=5)
    await world.keep_poem("secret", private=True)
    await world.store.report(await world.keep_poem("reported"), 1, hide=True)
    mine = await world.alice.slash(world.channel, "poems mine")
    assert listed(mine) == ["secret", "elsewhere", "here"]
    assert mine.response is not None
    assert mine.response.content.count(ENGLISH.only_for_you) == 1
    assert "https://discord.com/channels/@me/5/2" in mine.response.content
    theirs = await world.bob.slash(world.channel, "poems mine")
    assert world.refusal(theirs) == ENGLISH.none_mine


async def test_only_ones_own_poems_are_read_whole(world: World) -> None:
    await world.keep_poem("mine, all *mine*\nand whole", private=True)
    result = await world.alice.slash(world.channel, "poems mine")
    assert result.response is not None
    read = await world.alice.click(result.response.message, label="1")
    assert read.response is not None
    assert read.response.ephemeral
    assert read.response.content.startswith("mine, all \\*mine\\*\nand whole\n\n-# ")

    await world.keep_poem("of Bob", asker=world.store.member(world.bob.id))
    theirs = await world.bob.slash(world.channel, "poems mine")
    assert theirs.response is not None
    message = world.env.backend.get_message(world.channel.id, theirs.response.id)
    for forged in ("poems:read:1", "poems:read:99"):
        message.components[0]["components"][0]["custom_id"] = forged
        refused = await world.bob.click(theirs.response.message, custom_id=forged)
        assert world.refusal(refused) == ENGLISH.poem_gone


async def test_find(world: World) -> None:
    await world.keep_poem("The Sea\nis wide")
    await world.keep_poem("100% of_it")
    await world.keep_poem("sea", private=True)
    await world.keep_poem("sea", guild_id=77, channel_id=78)
    await world.store.report(await world.keep_poem("sea"), 1, hide=True)

    async def find(words: str) -> InteractionResult:
        return await world.bob.slash(world.channel, "poems find", words=words)

    assert listed(await find("sEA")) == ["The Sea / is wide"]
    assert listed(await find("0% of_")) == ["100% of_it"]
    for words in ("s_a", "%%", "' OR 1 --", "x" * 6000, "\u200b"):
        assert world.refusal(await find(words)) == ENGLISH.none_found
    result = await find("of_it")
    assert result.response is not None
    assert "“of\\_it”" in result.response.content


@pytest.mark.parametrize(
    "words",
    [
        "don’t cry",  # a curly apostrophe, as a telephone types it
        "dont cry",
        "DON'T",
        "cry for me my zoë",  # across a comma and a line end
        "Zoe’s river",
        "river -- the night",  # across two
        "ᴛʜᴇ ɴɪɢʜᴛ",
        "“the night”",
        "thе nіght",  # Cyrillic letters
        "ry, for",  # a part of a word is enough
    ],
)
async def test_what_is_looked_for_is_read_like_what_is_kept(world: World, words: str) -> None:
    await world.keep_poem("don't cry for me,\nmy Zoe's river;\n\nthe night is here")
    await world.keep_poem("the knight is here, my don")
    result = await world.bob.slash(world.channel, "poems find", words=words)
    assert len(listed(result)) == 1


async def test_a_poem_that_goes_on_is_listed_by_its_own_lines(world: World) -> None:
    await world.keep_poem("the sea\n\nand the shore", continues=True)
    assert listed(await world.alice.slash(world.channel, "poems mine")) == ["and the shore"]


async def test_words_to_find_are_carried_by_the_buttons(world: World) -> None:
    for number in range(PAGE + 1):
        await world.keep_poem(f"wide: the {number}")
    result = await world.alice.slash(world.channel, "poems find", words=" wide:  the ")
    assert result.response is not None
    await world.alice.click(result.response.message, label="Next")
    assert listed(result) == ["wide: the 0"]


async def test_any(world: World) -> None:
    empty = await world.bob.slash(world.channel, "poems random")
    assert world.refusal(empty) == ENGLISH.none_random
    await world.keep_poem("*one*\nand only")
    result = await world.bob.slash(world.channel, "poems random")
    assert result.response is not None
    assert result.response.ephemeral
    assert result.response.content.startswith("\\*one\\*\nand only\n\n-# <t:")
    assert ENGLISH.to_the_poem in result.response.content


async def test_closed_channels_stay_closed(world: World) -> None:
    guild = world.alice.guild
    staff = guild.create_role("staff", permissions=discord.Permissions(view_channel=True))
    hidden = discord.PermissionOverwrite(view_channel=False)
    shown = discord.PermissionOverwrite(view_channel=True)
    closed = guild.create_text_channel(
        "staff", overwrites={guild.default_role: hidden, staff: shown}
    )
    insider = guild.add_member(world.env.create_user("insider"), roles=[staff])
    await world.keep_poem("open", votes=1)
    await world.keep_poem("closed", votes=2, channel_id=closed.id)
    assert listed(await world.bob.slash(world.channel, "poems top")) == ["open"]
    assert listed(await insider.slash(world.channel, "poems top")) == ["closed", "open"]
    found = await world.bob.slash(world.channel, "poems find", words="closed")
    assert world.refusal(found) == ENGLISH.none_found


async def test_in_a_direct_message_only_what_was_written_there(world: World) -> None:
    await world.keep_poem("in the server", votes=1)
    carol = world.env.create_user("carol")
    await carol.slash("poem", seed="the sea")
    ((message_id,),) = world.rows("SELECT message_id FROM poems WHERE guild_id IS NULL")
    await world.store.add_reaction(message_id, 1, "👍")
    result = await carol.slash("poems top")
    assert len(listed(result)) == 1
    assert listed(result)[0].startswith("The sea")


@pytest.mark.parametrize(
    "custom_id",
    [
        "poems:top:00:",
        "poems:top:9999:",
        "poems:top:1:decade",
        "poems:mine:9999:",
        "poems:find:00:\ud800poem\u202e",
    ],
)
async def test_forged_pages(world: World, custom_id: str) -> None:
    for number in range(PAGE + 1):
        await world.keep_poem(f"poem {number}", votes=1)
    result = await world.alice.slash(world.channel, "poems top")
    assert result.response is not None
    message = world.env.backend.get_message(world.channel.id, result.response.id)
    message.components[0]["components"][1]["custom_id"] = custom_id
    turned = await world.alice.click(result.response.message, custom_id=custom_id)
    assert turned.followups == []
    assert len(listed(result)) == (0 if "9999" in custom_id else PAGE)
    assert f"page {9998 if '9999' in custom_id else 1}\n" in f"{result.response.content}\n"
