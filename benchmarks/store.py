"""Latency of the store with 100,000 poems and 1,000,000 votes: votes, lists, concurrent votes.

    python benchmarks/store.py

A vote is one transaction, as a pressed button makes it: it reads the member's marks, writes the
row, updates the counters and returns the new tally. Votes are timed twice, the second time while
another task searches without a pause, for words that no poem has and for a random poem. The
database is new, in a temporary folder; the votes are skewed, most going to a few poems.
"""

import argparse
import asyncio
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.report import bar, finish, machine
from bot.store import Scope, Store

GUILDS, CHANNELS, MEMBERS = 50, 4, 20_000
"""Number of servers, of channels in each, and of members."""
TASKS = 50
"""Number of concurrent votes."""


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/store.py", description=__doc__)
    parser.add_argument("--poems", type=int, default=100_000, help="poems in the database")
    parser.add_argument("--votes", type=int, default=1_000_000, help="votes on them")
    parser.add_argument("--rounds", type=int, default=2000, help="votes that are timed")
    arguments = parser.parse_args()
    facts = machine()
    with tempfile.TemporaryDirectory() as folder:
        facts["write_and_sync_ms"] = round(1000 * sync_seconds(Path(folder)), 2)
        print(f"ceiling: writing 4 KiB to this disk for good: {facts['write_and_sync_ms']} ms")
        figures = asyncio.run(
            measure(
                Path(folder) / "poems.sqlite3", arguments.poems, arguments.votes, arguments.rounds
            )
        )
    for name, value in figures.items():
        print(f"{name:34} {value:>10}")
    finish(
        "store",
        facts,
        figures,
        [
            bar(
                "milliseconds of a vote, 99th percentile",
                figures["vote_p99_ms"],
                10,
                at_least=False,
            ),
            bar(
                "milliseconds of a vote while others search, 99th percentile",
                figures["vote_while_searching_p99_ms"],
                10,
                at_least=False,
            ),
            bar(
                "milliseconds of a top list, the slowest", figures["top_max_ms"], 50, at_least=False
            ),
            bar(
                "rows of each member after votes of 50 tasks",
                figures["rows_a_member"],
                1,
                at_least=False,
            ),
        ],
    )


async def measure(path: Path, poems: int, votes: int, rounds: int) -> dict[str, float]:
    """Fills the database at `path`, then times `rounds` votes and some lists; returns figures."""
    async with await Store.open(path) as store:
        began = time.perf_counter()
        await asyncio.to_thread(fill, path, store, poems, votes)
        filled = time.perf_counter() - began
        die = random.Random(1)

        async def press() -> None:
            await store.press(1 + die.randrange(poems), die.randrange(MEMBERS), die.choice((1, -1)))

        async def react() -> None:
            await store.add_reaction(1 + die.randrange(poems), die.randrange(MEMBERS), "👍")

        async def top() -> None:
            guild = die.randrange(GUILDS)
            await store.top_poems(Scope(guild, [guild * CHANNELS + c for c in range(CHANNELS)]), 6)

        async def top_of_one_channel() -> None:
            guild = die.randrange(GUILDS)
            await store.top_poems(Scope(guild, [guild * CHANNELS]), 6, 10)

        async def find() -> None:
            guild = die.randrange(GUILDS)
            await store.found_poems(
                Scope(guild, [guild * CHANNELS + c for c in range(CHANNELS)]), "moonstruck", 6
            )

        async def any_poem() -> None:
            guild = die.randrange(GUILDS)
            await store.random_poem(Scope(guild, [guild * CHANNELS + c for c in range(CHANNELS)]))

        async def search_on() -> None:
            while True:
                await find()
                await any_poem()

        pressed = await timed(press, rounds)
        reacted = await timed(react, rounds)
        listed = await timed(top, 200) + await timed(top_of_one_channel, 200)
        found, drawn = await timed(find, 50), await timed(any_poem, 50)
        searching = asyncio.create_task(search_on())
        pressed_meanwhile = await timed(press, rounds)
        searching.cancel()
        await asyncio.gather(*(store.press(1, MEMBERS + task % 25, 1) for task in range(TASKS)))
        await asyncio.gather(*(store.add_reaction(1, MEMBERS + t % 25, "👎") for t in range(TASKS)))
    with closing(sqlite3.connect(path)) as database:
        names = [store.member(MEMBERS + number) for number in range(25)]
        counts = [
            database.execute(
                "SELECT count(*) FROM ratings WHERE poem_id = 1 AND member = ?", (name,)
            ).fetchone()[0]
            for name in names
        ]
    return {
        "filled_in_s": round(filled, 1),
        "database_mib": round(path.stat().st_size / 2**20, 1),  # noqa: ASYNC240
        "vote_p50_ms": percentile(pressed, 50),
        "vote_p99_ms": max(percentile(pressed, 99), percentile(reacted, 99)),
        "reaction_p50_ms": percentile(reacted, 50),
        "vote_while_searching_p99_ms": percentile(pressed_meanwhile, 99),
        "find_p50_ms": percentile(found, 50),
        "find_max_ms": percentile(found, 100),
        "random_p50_ms": percentile(drawn, 50),
        "random_max_ms": percentile(drawn, 100),
        "top_p50_ms": percentile(listed, 50),
        "top_max_ms": percentile(listed, 100),
        "rows_a_member": max(counts) if min(counts) == 1 else 0,
    }


def fill(path: Path, store: Store, poems: int, votes: int) -> None:
    """Inserts `poems` poems and `votes` votes as the bot stores them, in one transaction."""
    die = random.Random(0)
    members = [store.member(number) for number in range(MEMBERS)]
    text = "\n".join(["the sea at night is wide and dark and deep"] * 12)
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany(
            "INSERT INTO poems (message_id, channel_id, guild_id, asker, prompt, opening, "
            "settings, checkpoint, seed, text, stopped_by) "
            "VALUES (?, ?, ?, ?, 'the sea', 'the sea', '{}', 'poet', 1, ?, 'end')",
            (
                (number, place, place // CHANNELS, die.choice(members), text)
                for number in range(1, poems + 1)
                for place in [die.randrange(GUILDS * CHANNELS)]
            ),
        )
        left = votes
        while left:
            batch = []
            for _ in range(min(left, 50_000)):
                poem = 1 + int(poems * die.random() ** 3)
                value = 1 if die.random() < 0.7 else -1
                mark = json.dumps(["button:up" if value > 0 else "button:down"])
                batch.append((poem, die.choice(members), value, mark))
            cursor = database.executemany(
                "INSERT OR IGNORE INTO ratings (poem_id, member, value, standing) "
                "VALUES (?, ?, ?, ?)",
                batch,
            )
            left -= cursor.rowcount


async def timed(act: Callable[[], Awaitable[None]], rounds: int) -> list[float]:
    """Returns the milliseconds of each of `rounds` calls of `act`, one after the other."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        await act()
        times.append(1000 * (time.perf_counter() - began))
    return times


def percentile(values: list[float], percent: int) -> float:
    """Returns a percentile of `values`."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 2)


def sync_seconds(folder: Path) -> float:
    """Returns the median seconds to write and sync a page: no durable commit can be faster."""
    times = []
    with (folder / "page").open("wb") as file:
        for _ in range(21):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return sorted(times)[10]


if __name__ == "__main__":
    main()
