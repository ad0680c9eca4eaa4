"""A bot that is killed with -9 between any two statements of a vote: no half vote."""

import subprocess
import sys
from pathlib import Path

# Forks a child for each place where it can die, and looks at the database after each.
SCRIPT = """
import asyncio, itertools, os, signal, sqlite3, sys
from pathlib import Path
from bot.store import NewPoem, Store

path = Path(sys.argv[1])

async def prepare():
    async with await Store.open(path) as store:
        poem = NewPoem(
            message_id=1, channel_id=5, guild_id=6, asker=store.member(42), prompt="the sea",
            opening="the sea", settings={}, checkpoint="tiny", seed=7,
        )
        assert await store.begin_poem(poem) == 1
        await store.press(1, 1, 1)
        await store.add_reaction(1, 2, "\N{THUMBS UP SIGN}")

async def vote_and_die(after):
    async with await Store.open(path) as store:
        calls = itertools.count()
        for name in ("execute", "execute_fetchall"):
            def dying(*arguments, call=getattr(store._database, name)):
                if next(calls) == after:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments)
            setattr(store._database, name, dying)
        await store.press(1, 2, -1)   # a vote that changes
        await store.press(1, 3, 1)    # a new one
        await store.press(1, 1, 1)    # one that is taken back

asyncio.run(prepare())
before = path.read_bytes()
deaths = 0
for after in itertools.count():
    for file in path.parent.glob(path.name + "-*"):
        file.unlink()
    path.write_bytes(before)
    child = os.fork()
    if child == 0:
        asyncio.run(vote_and_die(after))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    votes = database.execute("SELECT value FROM ratings ORDER BY member").fetchall()
    counted = database.execute("SELECT up, down FROM poems").fetchall()
    database.close()
    values = [value for (value,) in votes]
    assert counted == [(values.count(1), values.count(-1))], (after, votes, counted)
    print(sorted(values))
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL
    deaths += 1
print(deaths)
"""


def test_no_half_vote(tmp_path: Path) -> None:
    path = tmp_path / "poems.sqlite3"
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    *states, deaths = ended.stdout.splitlines()
    assert int(deaths) >= 12, "three votes of at least BEGIN, read, write and COMMIT"
    # The votes before, after the first, the second, the third: nothing in between, none twice.
    assert list(dict.fromkeys(states)) == ["[1, 1]", "[-1, 1]", "[-1, 1, 1]", "[-1, 1]"][:3]
    assert states[0] == "[1, 1]"
    assert states[-1] == "[-1, 1]"
