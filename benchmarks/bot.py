"""Load test of the whole bot: 200 members want something within 10 seconds, nine in ten a poem,
the others to see how one scans, or its picture, to edit one, or to stop one.

    python benchmarks/bot.py

Runs the real program with the real checkpoint, worker and database, in processes of their own,
against the loopback Discord of tests/bot/loopback over real sockets. Measures, from outside, the
time until each member is acknowledged, whether each gets a poem or a refusal, and memory before and
after; from inside, by a probe task, the lag of the event loop. The ceiling comes first: a poem when
nobody else asks. The loopback Discord takes its share of the same cores.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

if TYPE_CHECKING:
    from tests.bot.loopback.server import LoopbackDiscord, Reply

LAG_FILE = "BENCHMARK_LAG_FILE"
"""Environment variable: if set, this file runs the bot and writes the event loop's lags there."""
PROBE_SECONDS = 0.01
"""Seconds between two measurements of the event loop's lag."""
SEED = "The sea at night"
REFUSAL = 1 << 6
"""Discord's flag of ephemeral messages, which one member alone can see."""
LOADING = 1 << 7
"""Discord's flag of an answer that is still being thought about."""
ACTS = 10
"""One member in so many asks for no poem, but does one of ACTIONS, in turns."""
ACTIONS = ("scan", "edit", "form", "picture", "stop")
UNANSWERED = ("edit", "stop")
"""Those that no message answers: the one opens a form, the other ends a poem."""


def main() -> None:
    if LAG_FILE in os.environ:
        be_the_bot()
    from benchmarks.report import bar, finish, machine

    parser = argparse.ArgumentParser("python benchmarks/bot.py", description=__doc__)
    parser.add_argument("--members", type=int, default=200, help="who ask for a poem each")
    parser.add_argument("--seconds", type=float, default=10, help="within which they ask")
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/poet"), help="writes")
    arguments = parser.parse_args()
    facts = machine()
    facts["load"] = [round(load, 1) for load in os.getloadavg()]
    print(f"load of this machine before: {facts['load']}")
    figures = asyncio.run(
        measure(arguments.members, arguments.seconds, arguments.checkpoint.absolute())
    )
    for name, value in figures.items():
        print(f"{name:34} {value:>10}")
    upper = [
        ("milliseconds until acknowledged, 99th percentile", "acknowledged_p99_ms", 500),
        ("milliseconds until acknowledged, the slowest", "acknowledged_max_ms", 2500),
        ("milliseconds that the event loop was late, 99th percentile", "lag_p99_ms", 50),
        ("members without poem or refusal", "unanswered", 0),
        ("memory afterwards, in parts of that before", "memory_ratio", 1.1),
        ("seconds until a quiet poem begins to be seen", "first_words_s", 0.2),
        ("seconds until its first line", "first_line_s", 1.5),
        ("requests that Discord would not have taken", "faults", 0),
    ]
    bars = [bar(what, figures[name], limit, at_least=False) for what, name, limit in upper]
    finish("bot", facts, figures, bars)


async def measure(members: int, seconds: float, checkpoint: Path) -> dict[str, float]:
    """Starts the bot with `checkpoint`, lets one member ask, then `members` within `seconds`.

    Returns the figures by name.
    """
    from tests.bot.loopback.gateway import TOKEN
    from tests.bot.loopback.process import running_bot
    from tests.bot.loopback.server import LoopbackDiscord

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lags = folder / "lags.json"
        environment = {
            "DISCORD_TOKEN": TOKEN,
            "CHECKPOINT": str(checkpoint),
            "DATABASE": "poems.sqlite3",
            "GUILD_POEMS": "10000",  # or the limit of one server would turn most of them away
            LAG_FILE: str(lags),
        }
        async with (
            LoopbackDiscord().running() as server,
            running_bot(server.address, folder, environment, (__file__,)) as bot,
        ):
            await server.until(lambda: server.identifies, seconds=120)
            for _ in range(2):  # the first warms up, the second counts
                quiet = await server.slash("poem", "200000000000000000", seed=SEED)
                await server.until(lambda: quiet.shown.startswith(SEED), seconds=60)  # noqa: B023
                first_words_s = time.monotonic() - quiet.asked
                await server.until(partial(shows_a_line, quiet), seconds=60)
                first_line_s = time.monotonic() - quiet.asked
                await server.until(partial(answered, quiet), seconds=60)
            quiet_s = time.monotonic() - quiet.asked
            poem = quiet.original
            assert poem is not None
            await asyncio.sleep(2)
            before = memory_of(bot.pid)
            lags.write_text("")  # discard the lags of the start
            replies: list[Reply] = []
            presses: list[Reply] = []  # of UNANSWERED
            began = time.monotonic()
            for member in range(members):
                await asyncio.sleep(began + member * seconds / members - time.monotonic())
                user_id = f"3000000000000{member:05}"
                if member % ACTS < ACTS - 1:
                    replies.append(await server.slash("poem", user_id, seed=SEED))
                    continue
                action = ACTIONS[member // ACTS % len(ACTIONS)]
                reply = await act(action, server, replies, poem, user_id)
                (presses if action in UNANSWERED else replies).append(reply)
            with suppress(AssertionError):
                await server.until(lambda: all(map(answered, replies)), seconds=300)
            rush_s = time.monotonic() - began
            late = [float(line) for line in lags.read_text().split()]
            await settled(lambda: memory_of(bot.pid) <= 1.1 * before)
            after = memory_of(bot.pid)
    times = sorted(
        1000 * (reply.acknowledged - reply.asked)
        for reply in replies + presses
        if reply.acknowledged
    )
    poems = sum(bool(reply.original) and reply.settled for reply in replies)
    looks = sum(map(looked, replies))
    return {
        "first_words_s": round(first_words_s, 3),
        "first_line_s": round(first_line_s, 2),
        "quiet_poem_s": round(quiet_s, 2),
        "acknowledged": len(times),
        "acknowledged_p50_ms": percentile(times, 50),
        "acknowledged_p99_ms": percentile(times, 99) if len(times) == members else 9999,
        "acknowledged_max_ms": percentile(times, 100) if len(times) == members else 9999,
        "poems": poems,
        "looks": looks,
        "refusals": sum(map(answered, replies)) - poems - looks,
        "unanswered": len(replies) - sum(map(answered, replies)),
        "rush_s": round(rush_s, 1),
        "lag_p50_ms": percentile(late, 50),
        "lag_p99_ms": percentile(late, 99),
        "lag_max_ms": percentile(late, 100),
        "memory_before_mib": round(before / 2**20),
        "memory_after_mib": round(after / 2**20),
        "memory_ratio": round(after / before, 3),
        "faults": len(server.faults),
    }


async def act(
    action: str,
    server: "LoopbackDiscord",
    replies: "list[Reply]",
    poem: dict[str, Any],
    user_id: str,
) -> "Reply":
    """Has a member do an `action` of ACTIONS, under the finished `poem` where nothing else is said.

    form: sends the form that Edit opens. stop: ends the last of `replies` that is being written, by
    who asked for it; presses Edit where there is none.
    """
    if action == "form":
        number = poem["components"][0]["components"][0]["custom_id"].split(":")[2]
        return await server.send_form(poem, f"edit:{number}", user_id, words="the moon")
    if action == "stop":
        for reply in reversed(replies):
            if reply.original and reply.original["components"] and not reply.settled:
                asker = reply.payload["member"]["user"]["id"]
                return await server.press(reply.original, "stop", asker)
        action = "edit"
    return await server.press(poem, action, user_id)


def shows_a_line(reply: "Reply") -> bool:
    """Whether `reply` shows a line of the poem; only whole lines are ever shown."""
    return reply.shown.startswith(SEED) and not reply.shown.startswith(f"{SEED}\n")


def looked(reply: "Reply") -> bool:
    """Whether `reply` says how a poem scans, or is its picture."""
    message = reply.original or {"content": "", "attachments": []}
    return "**Form:**" in message["content"] or bool(message["attachments"])


def answered(reply: "Reply") -> bool:
    """Whether `reply` is a finished poem, a look at one, or a refusal."""
    if reply.original and reply.original["flags"] & LOADING:
        return False
    return bool(reply.settled or (reply.original and reply.original["flags"] & REFUSAL))


async def settled(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Waits for `condition`, `seconds` at most."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:  # noqa: ASYNC110 - a figure of the system
        await asyncio.sleep(0.5)


def memory_of(pid: int) -> int:
    """Returns the resident bytes of the process `pid` and its worker. Linux only."""
    from bot.owner.health import memory_bytes

    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(memory_bytes(process) or 0 for process in (str(pid), *children))


def percentile(values: list[float], percent: int) -> float:
    """Returns a percentile of `values`; nan for none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 2)


# ------------------------------------------------------------- inside the bot's own process


def be_the_bot() -> None:
    """Runs the bot with a probe of its event loop; never returns."""
    import bot.__main__
    from tests.bot.loopback.launch import main as launch

    run = bot.__main__.run

    async def run_probed(settings: Any) -> None:
        probe = asyncio.create_task(log_lags(Path(os.environ[LAG_FILE])))
        try:
            await run(settings)
        finally:
            probe.cancel()

    bot.__main__.run = run_probed
    sys.exit(launch())


async def log_lags(path: Path) -> None:
    """Appends to the file `path`, repeatedly, how many milliseconds late a short sleep ended."""
    with path.open("a", buffering=1) as file:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(PROBE_SECONDS)
            file.write(f"{1000 * (time.perf_counter() - began - PROBE_SECONDS):.2f}\n")


if __name__ == "__main__":
    main()
