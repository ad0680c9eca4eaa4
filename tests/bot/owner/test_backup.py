"""Copies of the database."""

import asyncio
import resource
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.owner.backup import BackupError, backup
from bot.store import Store, StoreError
from tests.bot.store.test_store import new_poem, rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "poems.sqlite3"


async def test_a_backup_while_votes_come_in(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    async with await Store.open(path) as store:
        poem_id = await store.begin_poem(new_poem(store))
        votes = asyncio.create_task(vote(store, poem_id, 400))
        await asyncio.sleep(0.02)
        counted = await asyncio.to_thread(backup, path, copy)
        await votes
    assert counted["poems"] == 1
    assert rows(copy, "SELECT count(*) FROM ratings") == [(counted["ratings"],)]
    assert rows(copy, "SELECT up FROM poems") == [(counted["ratings"],)], "of one moment"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.glob("*copy*")) == [copy.name]  # noqa: ASYNC240
    # A bot can go on from it, given the key.
    path.with_name("poems.sqlite3.key").rename(copy.with_name("copy.sqlite3.key"))
    async with await Store.open(copy) as store:
        assert (await store.tally(poem_id)).up == counted["ratings"]


async def vote(store: Store, poem_id: int, count: int) -> None:
    for member in range(count):
        await store.press(poem_id, member, 1)


async def test_nothing_is_overwritten(path: Path, tmp_path: Path) -> None:
    async with await Store.open(path):
        pass
    diary = tmp_path / "diary.txt"
    diary.write_text("dear diary")
    with pytest.raises(BackupError, match="is there already"):
        backup(path, diary)
    assert diary.read_text() == "dear diary"
    with pytest.raises(BackupError, match="in a folder that exists"):
        backup(path, tmp_path / "nowhere" / "copy.sqlite3")


def test_what_can_not_be_copied_leaves_nothing(path: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no database at"):
        backup(path, tmp_path / "copy.sqlite3")
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE poems (text)")
        database.executemany("INSERT INTO poems VALUES (?)", [("x" * 500,)] * 100)
        database.commit()
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 3 + 2000] = b"\xff" * 2000
    path.write_bytes(content)
    with pytest.raises(StoreError):
        backup(path, tmp_path / "copy.sqlite3")
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_is_full(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE poems (text)")
        database.executemany("INSERT INTO poems VALUES (?)", [("x" * 500,)] * 100)
        database.commit()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(BackupError) as caught:
            backup(path, tmp_path / "copy.sqlite3")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    sentence = str(caught.value)
    assert sentence.startswith(f"{tmp_path / 'copy.sqlite3'} can't be written, the disk is full")
    assert "DATABASE" not in sentence
    assert list(tmp_path.iterdir()) == [path]


def test_the_verb(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("DATABASE", path.name)
    asyncio.run(make(path))
    assert main(["backup", "copy.sqlite3"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("copy.sqlite3 holds 1 poems and 1 votes, and was checked.\n")
    assert "poems.sqlite3.key is not in it" in told
    assert main(["backup", "copy.sqlite3"]) == 1
    assert "is there already" in capsys.readouterr().err


async def make(path: Path) -> None:
    async with await Store.open(path) as store:
        await store.press(await store.begin_poem(new_poem(store)), 1, 1)
