import asyncio
import multiprocessing
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import ANSWER_SECONDS
from bot.store import (
    ABANDONED_SECONDS,
    MIGRATIONS,
    NewPoem,
    Scope,
    Store,
    StoreError,
    Tally,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "poems.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with await Store.open(path) as store:
        yield store


def new_poem(store: Store, message_id: int = 1, channel_id: int = 5, guild_id: int = 6) -> NewPoem:
    return NewPoem(
        message_id=message_id,
        channel_id=channel_id,
        guild_id=guild_id,
        asker=store.member(42),
        prompt="the sea",
        opening="the sea",
        settings={"max_lines": 12},
        checkpoint="tiny",
        seed=7,
    )


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


async def test_a_poem_is_kept_with_everything_that_made_it(store: Store, path: Path) -> None:
    poem_id = await store.begin_poem(new_poem(store))
    await store.finish_poem(poem_id, "the sea\nis wide", "the sea", "end", weights="int8")
    columns = "prompt, settings, checkpoint, seed, text, stopped_by, message_id"
    assert rows(path, f"SELECT {columns} FROM poems") == [
        (
            "the sea",
            '{"max_lines":12,"weights":"int8"}',
            "tiny",
            7,
            "the sea\nis wide",
            "end",
            1,
        )
    ]


async def test_members_are_known_by_keyed_hashes_only(store: Store, path: Path) -> None:
    poem_id = await store.begin_poem(new_poem(store))
    await store.press(poem_id, 1234567890123456789, 1)
    await store.close()
    content = b"".join(file.read_bytes() for file in path.parent.glob("poems.sqlite3*"))
    assert b"1234567890123456789" not in content
    assert (1234567890123456789).to_bytes(8, "big") not in content
    key = path.with_name("poems.sqlite3.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_bytes()) == 32
    async with await Store.open(path) as again:
        assert again.member(42) == store.member(42) != again.member(43)


async def test_another_key_gives_other_names(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "a") as a, await Store.open(tmp_path / "b") as b:
        assert a.member(42) != b.member(42)


async def test_a_message_shows_one_poem(store: Store) -> None:
    await store.begin_poem(new_poem(store))
    with pytest.raises(StoreError):
        await store.begin_poem(new_poem(store))


async def test_ids_are_never_used_twice(store: Store) -> None:
    first = await store.begin_poem(new_poem(store))
    await store.forget_poem(first)
    assert await store.begin_poem(new_poem(store)) > first


async def test_votes_on_unknown_messages_leave_nothing(store: Store, path: Path) -> None:
    await store.add_reaction(99, 42, "👍")
    await store.clear_reactions(99)
    assert rows(path, "SELECT * FROM ratings") == []


async def test_votes_of_fifty_at_once_end_in_one_row_each(store: Store, path: Path) -> None:
    poem_id = await store.begin_poem(new_poem(store))

    async def change_their_mind(user_id: int) -> None:
        await store.add_reaction(1, user_id, "👍")
        await store.add_reaction(1, user_id, "👎")

    await asyncio.gather(*(change_their_mind(task % 25) for task in range(50)))
    assert rows(path, "SELECT count(*), count(DISTINCT member) FROM ratings") == [(25, 25)]
    assert await store.tally(poem_id) == Tally(up=0, down=25)


async def test_two_admins_at_the_same_moment_undo_nothing_of_each_other(store: Store) -> None:
    await asyncio.gather(
        store.change_guild_settings(6, lambda chosen: replace(chosen, cooldown=90)),
        store.change_guild_settings(6, lambda chosen: replace(chosen, forms=("sonnet",))),
        store.change_guild_settings(6, lambda chosen: replace(chosen, reactions=False)),
    )
    chosen = await store.guild_settings(6)
    assert (chosen.cooldown, chosen.forms, chosen.reactions) == (90, ("sonnet",), False)


async def test_a_recount_is_kept_whole_or_not_at_all(store: Store) -> None:
    poem_id = await store.begin_poem(new_poem(store))
    with pytest.raises(KeyError):  # as if it ended halfway
        await store.amend_reactions(1, [], [("alice", "👍"), ("bob", "no vote")])
    assert await store.tally(poem_id) == Tally()


async def test_a_cancelled_vote_leaves_no_open_transaction(store: Store, path: Path) -> None:
    poem_id = await store.begin_poem(new_poem(store))
    for turns in range(12):
        vote = asyncio.create_task(store.press(poem_id, 42, 1))
        for _ in range(turns):
            await asyncio.sleep(0)
        vote.cancel()
        await asyncio.gather(vote, return_exceptions=True)
    await store.press(poem_id, 43, -1)
    assert (await store.tally(poem_id)).down == 1


async def test_clearing_reactions_leaves_the_buttons(store: Store) -> None:
    poem_id = await store.begin_poem(new_poem(store))
    await store.press(poem_id, 1, 1)
    await store.add_reaction(1, 1, "👎")
    await store.add_reaction(1, 2, "👎")
    await store.add_reaction(1, 3, "👍")
    await store.clear_reactions(1, "👎")
    assert await store.tally(poem_id) == Tally(up=2, down=0)
    await store.clear_reactions(1)
    assert await store.tally(poem_id) == Tally(up=1, down=0)


async def test_what_is_forgotten_takes_its_votes_along(store: Store, path: Path) -> None:
    places = [(1, 5, 6), (2, 5, 6), (3, 7, 6), (4, 8, 9)]
    for message_id, channel_id, guild_id in places:
        await store.begin_poem(new_poem(store, message_id, channel_id, guild_id))
        await store.add_reaction(message_id, 42, "👍")

    def messages_left() -> list[object]:
        messages = [row[0] for row in rows(path, "SELECT message_id FROM poems ORDER BY 1")]
        assert rows(path, "SELECT count(*) FROM ratings") == [(len(messages),)]
        return messages

    await store.forget_messages([1, 1000])
    assert messages_left() == [2, 3, 4]
    await store.forget_channel(5)
    assert messages_left() == [3, 4]
    await store.forget_guild(6)
    assert messages_left() == [4]


async def test_poems_of_a_bot_that_was_killed_are_found_when_nobody_can_be_at_them(
    store: Store, path: Path
) -> None:
    await store.begin_poem(new_poem(store, 1))
    await store.begin_poem(new_poem(store, 2))
    finished = await store.begin_poem(new_poem(store, 3))
    await store.finish_poem(finished, "text", "", "end")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE poems SET created_at = created_at - ? WHERE message_id != 2",
            (ABANDONED_SECONDS,),
        )
    async with await Store.open(path) as after_a_restart:
        assert [poem.message_id for poem in await after_a_restart.abandoned_poems()] == [1]
    # The clock was put forward: this process knows that it is just writing them.
    assert await store.abandoned_poems() == []
    assert ABANDONED_SECONDS > ANSWER_SECONDS


# ------------------------------------------------------------ opening the file


async def test_no_vote_waits_for_a_search(store: Store) -> None:
    poem_id = await store.begin_poem(new_poem(store))
    endless = (
        "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    )
    search = asyncio.create_task(store.scan(endless))
    await asyncio.sleep(0)
    assert await store.press(poem_id, 1, 1) == Tally(up=1)
    assert not search.done()
    while not search.done():  # it may not have begun when it is first interrupted
        await store._reader.interrupt()
        await asyncio.sleep(0.01)
    with pytest.raises(StoreError):
        await search


async def test_what_was_just_kept_is_found(store: Store) -> None:
    for number in range(20):
        poem_id = await store.begin_poem(new_poem(store, number))
        await store.finish_poem(poem_id, f"the sea {number}", "the sea", "end")
        found = await store.found_poems(Scope(6, [5]), f"sea {number}", 1)
        assert [poem.message_id for poem in found] == [number]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_only_its_owner_reads_the_database(
    umask: int, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before, rights_of_folder = os.umask(umask), path.parent.stat().st_mode
    try:
        async with await Store.open(path) as store:
            await store.begin_poem(new_poem(store))
            files = sorted(path.parent.glob("poems.sqlite3*"))
            rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in files}
    finally:
        os.umask(before)
    names = ("poems.sqlite3", "poems.sqlite3-shm", "poems.sqlite3-wal", "poems.sqlite3.key")
    assert rights == dict.fromkeys(sorted(names), 0o600)
    assert path.parent.stat().st_mode == rights_of_folder
    assert caplog.records == []


async def test_a_database_that_others_can_read_is_left_so_and_told(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with await Store.open(path):
        pass
    # By its owner, perhaps for a program that makes backups.
    path.chmod(0o640)  # noqa: ASYNC240
    async with await Store.open(path):
        pass
    assert stat.S_IMODE(path.stat().st_mode) == 0o640  # noqa: ASYNC240
    (record,) = caplog.records
    assert f"{path} can be read by other users" in record.getMessage()


async def test_opening_twice_migrates_once(path: Path) -> None:
    for _ in range(2):
        async with await Store.open(path):
            pass
    assert rows(path, "PRAGMA user_version") == [(len(list(MIGRATIONS.glob("*.sql"))),)]
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


def _open_once(path: Path) -> None:
    async def work() -> None:
        async with await Store.open(path, busy_seconds=20) as store:
            await store.remember_commands("scope", "hash")

    asyncio.run(work())


def test_two_bots_that_start_at_once_agree(path: Path) -> None:
    processes = [
        multiprocessing.get_context("spawn").Process(target=_open_once, args=(path,))
        for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name, f"{path.name}.key"]


def database_of(*statements: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.execute(statement)

    return write


def damage(path: Path) -> None:
    database_of("CREATE TABLE poems (text)")(path)
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 4000)


@pytest.mark.parametrize(
    ("write", "trouble"),
    [
        (
            lambda path: path.write_text("a letter to a friend, longer than a header\n" * 99),
            "no data",
        ),
        (damage, "is damaged"),
        (database_of("CREATE TABLE history (url)", "PRAGMA user_version = 7"), "another program"),
        (database_of("CREATE TABLE poems (text)", "PRAGMA user_version = 99"), "newer version"),
    ],
)
async def test_a_file_that_is_not_for_us_is_left_alone(
    write: Callable[[Path], None], trouble: str, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(path)
    before = path.read_bytes()  # noqa: ASYNC240 - nothing else runs here
    with pytest.raises(StoreError, match=trouble) as caught:
        await Store.open(path)
    assert str(path) in str(caught.value)
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == before  # noqa: ASYNC240
    assert caplog.records == []


async def test_a_locked_database(path: Path) -> None:
    async with await Store.open(path):
        pass
    key = path.with_name(path.name + ".key")
    key.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked by another program"):
            await Store.open(path, busy_seconds=0.1)
    assert not key.exists()


async def test_a_vote_while_the_database_is_locked(path: Path) -> None:
    async with await Store.open(path, busy_seconds=0.1) as store:
        poem_id = await store.begin_poem(new_poem(store))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked"):
                await store.press(poem_id, 42, 1)
        assert await store.press(poem_id, 42, 1) == Tally(up=1, down=0)


async def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "poems.sqlite3", tmp_path / "folder"):
        with pytest.raises(StoreError, match="give this user the right") as caught:
            await Store.open(path)
        assert str(path) in str(caught.value)


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "new" / "folder" / "poems.sqlite3"):
        pass


async def test_a_damaged_key(path: Path) -> None:
    path.with_name(path.name + ".key").write_bytes(b"short")
    with pytest.raises(StoreError, match="key is damaged"):
        await Store.open(path)


async def test_a_lost_key_is_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with await Store.open(path):
        pass
    path.with_name(path.name + ".key").unlink()
    async with await Store.open(path):
        pass
    assert "is missing beside the database" in caplog.text
