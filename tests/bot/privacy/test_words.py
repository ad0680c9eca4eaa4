"""Words belong to who typed them, in whoever's poem they are, and go away with them."""

import random
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from bot.i18n.texts import ENGLISH
from bot.poem.openings import OPENINGS
from bot.poem.wishes import Wish, again, next_stanza
from bot.privacy.typed import without_typed
from bot.store import MIGRATIONS, NewPoem, Store, StoredPoem
from tests.bot.world import World
from verse.request.request import PoemRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALICE, BOB, CAROL = 1, 2, 3


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "poems.sqlite3") as store:
        yield store


def everything(path: Path) -> str:
    """The content of every table, as one text."""
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return "\n".join(
            str(database.execute(f"SELECT * FROM {name}").fetchall()) for (name,) in tables
        )


async def keep(store: Store, asker: int, wish: Wish, text: str, message_id: int) -> StoredPoem:
    """Keeps a finished poem as the bot does."""
    settings = asdict(wish.request)
    del settings["seed_text"], settings["seed"]
    new = NewPoem(
        message_id=message_id,
        channel_id=5,
        guild_id=6,
        asker=store.member(asker),
        prompt=wish.request.seed_text,
        opening=wish.request.seed_text.strip(),
        settings=settings,
        checkpoint="tiny",
        seed=7,
        continues=wish.continues,
        words_of=wish.words_of,
    )
    poem_id = await store.begin_poem(new)
    await store.finish_poem(poem_id, text, new.opening, "end")
    poem = await store.poem(poem_id)
    assert poem is not None
    return poem


def written(wish: Wish, chance: random.Random) -> str:
    """What a poet may make of a wish: it opens with the prompt, speaks of the theme, repeats."""
    request = wish.request
    lines = ["soft falls the evening rain", "and no bird sings", "the hour is late, my love"]
    chance.shuffle(lines)
    if request.acrostic:
        return "\n".join(f"{letter} is a letter" for letter in request.acrostic)
    if request.theme:
        lines[0] = f"O {request.theme}, come home"
    if chance.random() < 0.3 and not wish.continues:
        lines[1] = f"again and again {request.seed_text.split()[-1]}"
    opening = request.seed_text.strip()
    rest = "\n".join(lines)
    return f"{opening}{chance.choice([', ', chr(10), chr(10) * 2])}{rest}"


@pytest.mark.parametrize("history", range(30))
async def test_whatever_happened_nothing_is_left_of_words_once_they_are_forgotten(
    store: Store, history: int
) -> None:
    chance = random.Random(history)
    typed: dict[int, list[str]] = {ALICE: [], BOB: [], CAROL: []}
    poems: list[StoredPoem] = []

    async def live(events: range) -> None:
        for number in events:
            member = chance.choice([ALICE, BOB, CAROL])
            if poems and chance.random() < 0.75:
                make = chance.choice([again, next_stanza])
                wish = make(chance.choice([poem for poem in poems if poem.prompt]))
            else:
                word = (
                    f"{chance.choice(['zephyr', 'quartz', 'wyvern'])}{'abc'[member - 1] * number}"
                )
                typed[member].append(word)
                asked = PoemRequest(f"a {word} of mine", theme=chance.choice(["", f"{word}s"]))
                if chance.random() < 0.15:
                    asked = PoemRequest(chance.choice(OPENINGS), form="acrostic", acrostic=word)
                wish = Wish(asked, words_of=store.member(member))
            poems.append(await keep(store, member, wish, written(wish, chance), number))
            await store.press(poems[-1].id, chance.choice([ALICE, BOB, CAROL]), 1)

    for first, last in ((1, 13), (13, 25)):
        await live(range(first, last))
        for member, words in typed.items():
            kept = str(await store.kept_of(member))
            others = set().union(*typed.values()) - set(words)
            assert [word for word in others if re.search(rf"{word}(?!\w)", kept)] == []
        kept_before = await store.kept_of(ALICE)
        assert await store.forget_member(ALICE) == kept_before
        left = everything(store.path)
        assert store.member(ALICE) not in left
        assert [word for word in typed[ALICE] if word in left] == []
        # Nothing is lost of the others' poems, but where they asked for what Alice typed.
        for poem in poems:
            if store.member(ALICE) not in (poem.asker, poem.words_of):
                assert await store.poem(poem.id) == poem
        survivors = [await store.poem(poem.id) for poem in poems]
        poems = [poem for poem in survivors if poem is not None]


async def test_of_a_poem_of_others_only_the_words_go(store: Store) -> None:
    asked = PoemRequest("my Marigold", theme="garden", form="quatrain")
    mine = await keep(store, ALICE, Wish(asked), "my Marigold\nis gone", 1)
    text = "my Marigold, so bright\nthe night is here\n\nall gardens sleep\nthe hour is late"
    theirs = await keep(store, BOB, again(mine), text, 2)
    assert theirs.words_of == store.member(ALICE)
    await store.press(theirs.id, CAROL, 1)

    (listed,) = (await store.kept_of(ALICE)).words
    assert (listed["you_typed"], listed["settings"]) == ("my Marigold", {"theme": "garden"})
    (listed,) = (await store.kept_of(BOB)).poems
    assert (listed["you_typed"], listed["text"]) == (
        None,
        "so bright\nthe night is here\n\nthe hour is late",
    )
    assert "garden" not in str(listed)

    await store.forget_member(ALICE)
    left = await store.poem(theirs.id)
    assert left is not None
    assert (left.text, left.prompt, left.opening, left.asker, left.words_of) == (
        *("so bright\nthe night is here\n\nthe hour is late", "", ""),
        *(store.member(BOB), ""),
    )
    assert left.settings["form"] == "quatrain"
    assert (await store.tally(theirs.id)).up == 1
    goes_on = next_stanza(left)
    assert (goes_on.words_of, goes_on.request.theme) == ("", "")


async def test_what_is_nothing_but_words_goes_and_what_nobody_typed_stays(store: Store) -> None:
    word = Wish(PoemRequest(OPENINGS[0], form="acrostic", acrostic="Anna"))
    theirs = [Wish(word.request, words_of=store.member(ALICE))]
    theirs.append(Wish(PoemRequest("the sea"), words_of=store.member(ALICE)))
    theirs.append(Wish(PoemRequest(OPENINGS[0]), words_of=store.member(ALICE)))
    texts = ["All\nnight\nno\nair", "the sea", f"{OPENINGS[0]}\nburns"]
    poems = [
        await keep(store, BOB, *poem, n) for n, poem in enumerate(zip(theirs, texts, strict=True))
    ]
    await store.forget_member(ALICE)
    assert [await store.poem(poem.id) for poem in poems] == [
        None,
        None,
        replace(poems[2], words_of="", settings=_without(poems[2].settings)),
    ]


def _without(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in ("theme", "acrostic")}


async def test_words_that_are_being_written_do_not_come_back(store: Store) -> None:
    wish = Wish(PoemRequest("my secret"), words_of=store.member(ALICE))
    unfinished = NewPoem(
        message_id=1, channel_id=5, guild_id=6, asker=store.member(BOB), prompt="my secret",
        opening="my secret", settings={}, checkpoint="tiny", seed=7, words_of=wish.words_of,
    )  # fmt: skip
    poem_id = await store.begin_poem(unfinished)
    await store.forget_member(ALICE)
    await store.finish_poem(poem_id, "my secret\nis out", "my secret", "end")
    assert "secret" not in everything(store.path)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("the sea at night", ""),
        ("the sea at night, and dark\nthe waves", "and dark\nthe waves"),
        ("the sea at night\n\nall is dark\nNight, come\nit ends", "all is dark\nit ends"),
        ("the sea at night\na nightingale\nseas\nthe searing sun", "the searing sun"),
        ("the sea at night\nit rained\nraining\ndrain it\nand then", "and then"),
        ("something else", ""),
    ],
)
async def test_what_is_left_of_a_poem(text: str, left: str) -> None:
    opening, settings = "the sea at night", {"theme": "the rain"}
    assert without_typed(text, opening, opening, settings, continues=False) == left


@pytest.mark.parametrize(
    ("typed", "found", "other"),
    [
        ("mouse", "the mice are here", "the moss is here"),
        ("mice", "a mousetrap", "a moose"),
        ("sing", "a song that was sung", "since then a song"),
        ("sung", "they sang", "the sun"),
        ("died", "and dying, slow", "the day is dim"),
        ("dying", "he dies", "a day goes by"),
        ("die", "all have died", "a diet of air"),
        ("running", "and so I run", "a rung of gold"),
        ("cried", "do not cry", "a crisp white leaf"),
        ("leaves", "a single leaf", "a lea, a field"),
        ("gone", "they went away", "and so they go"),
        ("darker", "it is dark", "a bark, a boat"),
        ("happiest", "so happy now", "what may happen now"),
        ("children", "one child", "the chill of night"),
        ("Mary", "O m.a.r.y, come", "a r, a y"),
        ("M-a-r-y", "and Mary came", "marigold"),
        ("Amy", "O a m y is here", "a may morning"),
        ("Jo", "come, Jo, come", "the joy of it"),
        ("my friend Will", "and Will came home", "what will you say"),
        ("my brother May's garden", "and May is here", "it may be so"),
        ("letter", "letters of old", "let me go"),
    ],
)
async def test_a_typed_word_is_found_in_any_form(typed: str, found: str, other: str) -> None:
    text = f"{typed}\n{found}\n{other}"
    assert without_typed(text, typed, typed, {}, continues=False) == other
    assert without_typed(f"x\n{found}", "x", "x", {"theme": typed}, continues=False) == ""


async def test_small_words_count_when_three_of_them_are_repeated() -> None:
    text = "to be or not to be\nwho can have been\nto be\nor not\nif it is to be,\nbe it so"
    left = without_typed(text, "to be or not to be", "to be or not to be", {}, continues=True)
    assert left == "who can have been\nif it is to be,\nbe it so"


# ----------------------------------------------------------------- in Discord


async def words_of_alice(world: World) -> tuple[Any, Any]:
    """(Alice's answer to /privacy, the message of Bob's other poem of her words)."""
    mine = await world.wish(seed="my Marigold", theme="garden")
    other = await world.press(world.bob, mine, "another")
    assert other.response is not None
    about = await world.alice.slash(world.channel, "privacy")
    assert about.response is not None
    assert "poems 1, votes 0, reports 0, your words in poems of others 1" in about.response.content
    return about, other.response.message


async def test_deleting_mine_takes_my_words_out_of_what_others_made_of_them(world: World) -> None:
    about, theirs = await words_of_alice(world)
    await world.alice.click(about.response.message, label="Delete mine")
    await world.alice.click(about.response.message, label=ENGLISH.yes_delete)
    assert about.response.content == ENGLISH.deleted_mine.format(poems=1, votes=0, words=1)
    left = everything(world.store.path).casefold()
    assert "marigold" not in left
    assert "garden" not in left

    refused = await world.press(world.bob, theirs, "another")
    assert world.refusal(refused) == ENGLISH.words_gone
    # Nor by way of the message, which Discord still shows with them.
    anew = await world.bob.context_menu(world.channel, ENGLISH.menu_make_poem, theirs)
    assert world.refusal(anew) == ENGLISH.words_gone
    goes_on = await world.press(world.bob, theirs, "continue")
    assert goes_on.response is not None
    assert not goes_on.response.ephemeral
    found = await world.bob.slash(world.channel, "poems find", words="marigold")
    assert world.refusal(found) == ENGLISH.none_found


async def test_what_was_typed_is_known_along_a_chain(world: World) -> None:
    """The lines of a poem that goes on may speak of what was typed for the first one."""
    mine = await world.wish(seed="my Marigold")
    on = await world.press(world.bob, mine, "continue")
    assert on.response is not None
    further = await world.press(world.bob, on.response.message, "continue")
    assert further.response is not None
    typed = world.rows("SELECT settings ->> 'typed' FROM poems ORDER BY id")
    assert typed == [(None,), ("my Marigold",), ("my Marigold",)]
    settings = {"typed": "my Marigold"}
    left = without_typed("a\nmy marigolds\nb", "", "the end of it", settings, continues=True)
    assert left == "a\nb"


async def test_who_typed_the_words_may_delete_the_message_too(world: World) -> None:
    _, theirs = await words_of_alice(world)
    await world.press(world.alice, theirs, "delete")
    assert theirs.id not in [message.id for message in world.messages()]


async def test_a_message_that_becomes_a_poem_is_its_authors(world: World) -> None:
    said = await world.alice.send(world.channel, "my Marigold garden")
    made = await world.bob.context_menu(world.channel, ENGLISH.menu_make_poem, said)
    assert made.response is not None
    ((asker, words_of),) = world.rows("SELECT asker, words_of FROM poems")
    assert (asker, words_of) == (
        world.store.member(world.bob.id),
        world.store.member(world.alice.id),
    )
    # And from one of the bot's own messages, its words are of who typed them.
    again = await world.bob.context_menu(
        world.channel, ENGLISH.menu_make_poem, made.response.message
    )
    assert again.response is not None
    assert world.rows("SELECT DISTINCT words_of FROM poems") == [(words_of,)]
    await world.store.forget_member(world.alice.id)
    await world.store.forget_member(world.bob.id)
    unknown = await world.bob.context_menu(
        world.channel, ENGLISH.menu_make_poem, again.response.message
    )
    assert world.refusal(unknown) == ENGLISH.poem_gone
    assert "marigold" not in everything(world.store.path).casefold()


async def test_of_who_opted_out_nothing_is_kept_that_others_make_of_their_words(
    world: World,
) -> None:
    mine = await world.wish(seed="my Marigold")
    await world.store.opt_out(world.alice.id)
    other = await world.press(world.bob, mine, "another")
    assert other.response is not None
    assert other.response.content.startswith("My Marigold")
    assert world.rows("SELECT count(*) FROM poems") == [(1,)]


# --------------------------------------------------- databases from before


def of_version_4(path: Path, poems: list[tuple[str, int, str, str, str, int]]) -> None:
    """A database as it was before words had an owner; poems: (asker, channel, prompt, settings,
    text, continues)."""
    with closing(sqlite3.connect(path)) as database, database:
        for file in sorted(MIGRATIONS.glob("000[1-4]_*.sql")):
            database.executescript(file.read_text(encoding="utf-8"))
        for number, poem in enumerate(poems, start=1):
            database.execute(
                "INSERT INTO poems (message_id, asker, channel_id, prompt, settings, text, "
                "continues, opening, checkpoint, seed, stopped_by) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, '', 'tiny', 7, 'end')",
                (number, *poem),
            )
        database.execute("PRAGMA user_version = 4")


async def test_older_poems_tell_whose_words_they_have(tmp_path: Path) -> None:
    path = tmp_path / "poems.sqlite3"
    rain, none = '{"form": "free", "theme": "rain"}', '{"form": "free"}'
    of_version_4(
        path,
        [
            ("alice", 5, "the sea", rain, "the sea\nis wide\n\nand deep\n\nit is", 0),
            ("bob", 5, "the sea", rain, "the sea\nis dark", 0),  # Another
            (
                "carol",
                5,
                "is wide\nand deep\nit is\n",
                rain,
                "is wide\nand deep\nit is\nand old",
                1,
            ),
            ("bob", 5, "is wide\nand deep\nit is\n", rain, "is wide\nand deep\nit is\nso", 1),
            ("dora", 5, "and deep\nit is\nand old\n", rain, "and deep\nit is\nand old\nyet", 1),
            ("bob", 5, "the sea", none, "the sea\nfor me", 0),  # with no theme: typed by himself
            ("bob", 6, "the sea", rain, "the sea\nfor us", 0),  # in another channel
            ("bob", 5, "long gone\n", rain, "long gone\nand lost", 1),
        ],
    )
    async with await Store.open(path):
        pass
    with closing(sqlite3.connect(path)) as database:
        owners = [row[0] for row in database.execute("SELECT words_of FROM poems ORDER BY id")]
    assert owners == ["alice"] * 5 + ["bob"] * 3
