"""/poem, as a member sees it and as the database holds it."""

import asyncio
import json
import re
import time
import unicodedata

import discord
import pytest
from simcord import HttpLogEntry

from bot.client import INTENTS
from bot.i18n.texts import ENGLISH
from bot.poem import recital
from tests.bot.conftest import MakeWorld
from tests.bot.world import CONCURRENT, LOOKING, QUEUE_SIZE, World
from verse.request.request import PoemRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIGNATURE = re.compile(r"\n\n-# a small model wrote this · endless · seed number (\d+)$")


def edits(world: World) -> list[HttpLogEntry]:
    return [
        entry
        for entry in world.env.http_requests
        if entry.method == "PATCH" and entry.path.endswith("/messages/@original")
    ]


def unescaped(content: str) -> str:
    """The text that Discord shows for the content of a message with a poem."""
    return re.sub(r"\\(.)", r"\1", content)


def buttons(message: discord.Message) -> list[str | None]:
    return [
        child.label
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button)
    ]


async def test_the_whole_way_of_a_poem(make_world: MakeWorld) -> None:
    world = await make_world(poem_seconds=10)
    result = await world.ask("the sea at night")
    assert world.env.http_requests[2].json == {"type": 5}, "deferred before anything else"
    assert result.response is not None
    message = result.response.message
    signature = SIGNATURE.search(message.content)
    assert signature is not None
    assert buttons(message) == [
        "👍",
        "👎",
        "Another",
        "Edit",
        "Continue",
        *LOOKING,
        "Delete",
        "Report",
    ]
    assert [(str(reaction.emoji), reaction.count) for reaction in message.reactions] == [
        ("👍", 1),
        ("👎", 1),
    ]

    ((prompt, opening, settings, checkpoint, seed, text, stopped_by, channel, guild),) = world.rows(
        "SELECT prompt, opening, settings, checkpoint, seed, text, stopped_by, channel_id, "
        "guild_id FROM poems WHERE message_id = ?",
        message.id,
    )
    assert (prompt, opening, checkpoint) == (
        "the sea at night",
        "The sea at night",
        "endless",
    )
    assert str(seed) == signature[1]
    assert (channel, guild) == (world.channel.id, world.alice.guild.id)
    assert stopped_by in ("lines", "characters")
    asked = json.loads(settings)
    assert asked["max_seconds"] == world.settings.poem_seconds
    assert asked.pop("weights") == "float32"  # with other weights the seed number says nothing
    assert text.startswith("The sea at night")
    shown = message.content[: signature.start()]
    assert unescaped(shown) == text

    # Whoever has the row can have the poem again.
    again = world.writer.submit(PoemRequest(prompt, seed=seed, **asked))
    assert "".join([piece async for piece in again.pieces()]) == text


async def test_lines_and_stanzas_stay_as_they_are(world: World) -> None:
    message = await world.poem("The sea at night\nIs dark and wide\n\nAnd so am I")
    assert message.content.startswith("The sea at night\nIs dark and wide\n\nAnd so am I")


async def test_the_poem_is_edited_in_as_it_grows(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recital, "EDIT_SECONDS", 0.0)
    world = await make_world(poem_seconds=2)
    message = await world.poem()
    *growing, final = [entry.json["content"] for entry in edits(world) if entry.json]
    assert len(growing) >= 2
    assert growing[0] == "The sea at night\n\n-# still writing ..."
    assert final == message.content
    for shorter, longer in zip(growing, [*growing[1:], final], strict=True):
        text, _, note = shorter.rpartition("\n\n-# ")
        assert note == ENGLISH.writing
        if longer == final:  # time may have run out in the middle of a line, which is dropped
            text = text.rpartition("\n")[0]
        assert unescaped(longer).startswith(unescaped(text))


async def test_edits_are_at_most_one_a_second_but_for_the_first(world: World) -> None:
    await world.poem()  # the poet takes less than a second
    assert len(edits(world)) == 3  # the opening at once, and what comes next does not wait for it


async def test_in_a_direct_message(world: World) -> None:
    carol = world.env.create_user("carol")
    result = await carol.slash("poem", seed="the sea")
    assert SIGNATURE.search(result.response.content)
    assert world.rows("SELECT guild_id FROM poems") == [(None,)]
    assert len(result.response.message.reactions) == 2


@pytest.mark.parametrize(
    "seed",
    [
        "@everyone look at the sea",
        "<@123456789012345678> and <#1> and <t:1:R>",
        "# The *sea* ||at|| `night` [here](https://example.com) > - 1. ~~_x_~~",
        "line one\nline two\r\nline three",
        "the\u200b sea\u202e at\u0000 night\x1b[31m",
        "La mer à l’été — “œuvre”",
        "ﬁrst ＦＵＬＬ width",
        "x" * 300,
    ],
)
async def test_hostile_seeds_become_poems(world: World, seed: str) -> None:
    message = await world.poem(seed)
    assert SIGNATURE.search(message.content)
    assert len(message.content) <= 2000
    assert not message.mention_everyone
    assert not message.mentions
    assert not message.channel_mentions
    for entry in world.env.http_requests:
        if isinstance(entry.json, dict) and "content" in entry.json:
            assert entry.json["allowed_mentions"] == {"parse": []}
    ((prompt,),) = world.rows("SELECT prompt FROM poems")
    assert all(unicodedata.category(c) not in ("Cc", "Cf") or c == "\n" for c in prompt)


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        (" \t\n ", "no words"),
        ("\u200b\u200f\u202e", "no words"),
        ("🌊🌙✨", "alphabet"),
        ("البحر في الليل", "alphabet"),
        ("\u202bשלום\u202c", "alphabet"),
        ("12345 !?", "alphabet"),
        ("the sea " * 750, "at most"),
    ],
)
async def test_seeds_that_are_no_good_get_one_private_sentence(
    world: World, seed: str, expected: str
) -> None:
    sentence = world.refusal(await world.ask(seed))
    assert expected in sentence
    assert world.messages() == []
    assert world.rows("SELECT * FROM poems") == []


async def test_a_seed_that_only_the_poet_can_refuse(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is public by then: it is taken back, and the sentence is still private."""
    monkeypatch.setattr(recital, "opening_of", lambda seed: seed)
    sentence = world.refusal(await world.ask("12345"))
    assert "Give me" in sentence
    assert world.messages() == []
    assert world.rows("SELECT * FROM poems") == []


async def test_a_full_queue_is_told_in_private(world: World) -> None:
    long = PoemRequest("the sea", max_lines=100_000, max_chars=1_000_000, max_seconds=60)
    poems = [world.writer.submit(long)]
    async for _ in poems[0].pieces():
        break
    poems += [world.writer.submit(long) for _ in range(CONCURRENT - 1 + QUEUE_SIZE)]
    assert world.refusal(await world.ask()) == ENGLISH.queue_full
    for poem in poems:
        world.writer.cancel(poem)
    await world.writer.drain()
    assert world.messages() == []


async def test_what_the_bot_asks_of_discord(world: World) -> None:
    assert (
        INTENTS.value
        == discord.Intents(
            guilds=True,
            guild_reactions=True,
            dm_reactions=True,
            guild_messages=True,
            dm_messages=True,
        ).value
    )
    privileged = (INTENTS.members, INTENTS.presences, INTENTS.message_content)
    assert privileged == (False, False, False)
    payloads = [command.to_dict(world.bot.tree) for command in world.bot.tree.get_commands()]
    for_members = {"poem", "acrostic", "poems", "brain", "privacy", "Make a poem of this"}
    assert for_members <= {payload["name"] for payload in payloads}
    for payload in payloads:
        if payload["name"] in for_members:
            assert payload["integration_types"] == [0, 1]
            assert payload["contexts"] == [0, 1, 2]


async def test_the_event_loop_stays_free_while_a_poem_is_written(make_world: MakeWorld) -> None:
    world = await make_world(poem_seconds=10)
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            slept_from = time.perf_counter()
            await asyncio.sleep(0.01)
            longest = max(longest, time.perf_counter() - slept_from - 0.01)

    watching = asyncio.create_task(watch())
    before = world.writer.health.writing_seconds
    await world.poem()
    watching.cancel()
    assert longest < (world.writer.health.writing_seconds - before) / 2
