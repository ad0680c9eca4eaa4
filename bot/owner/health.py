"""How the bot does: figures for its owner."""

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.client import PoetBot


async def report(bot: "PoetBot") -> str:
    """Returns figures of how `bot` does, a line each."""
    return "\n".join(f"- {name}: {figure}" for name, figure in (await figures(bot)).items())


async def figures(bot: "PoetBot") -> dict[str, str]:
    """Returns figures of how `bot` does, by their names."""
    writer, health = bot.writer, bot.writer.health
    rate = health.characters / health.writing_seconds if health.writing_seconds else 0.0
    poems, votes = await bot.store.counts()
    latencies = ", ".join(f"shard {shard} {1000 * s:.0f} ms" for shard, s in bot.latencies)
    return {
        "Latency": latencies,
        "Queue": f"{writer.active} active, {writer.waiting} queued",
        "Written": f"{health.written} poems, {rate:.0f} characters a second each",
        "Poet": f"{writer.checkpoint} in {writer.folder}, started again {health.restarts} times",
        "Memory": f"bot {memory('self')}, poet {memory(writer.worker_pid)}",
        "Database": f"{database_size(bot.store.path)}, {poems} poems, {votes} votes",
        "Disk": f"{shutil.disk_usage(bot.store.path.parent).free / 2**20:.0f} MiB free",
        "Servers": str(len(bot.guilds)),
        "Up": f"{(time.monotonic() - bot.started) / 3600:.1f} h",
    }


def memory(process: int | str | None) -> str:
    """Says what a process holds in memory; Linux tells, elsewhere it stays unknown."""
    pages = memory_bytes(process)
    return "unknown" if pages is None else f"{pages / 2**20:.0f} MiB"


def memory_bytes(process: int | str | None) -> int | None:
    """Returns the resident bytes of `process`, a number or "self"; None where nobody tells."""
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return 1024 * int(line.split()[1])
    except OSError:
        pass
    return None


def database_size(path: Path) -> str:
    """Returns the size of the file at `path` and of what SQLite has yet to move into it."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return f"{sum(file.stat().st_size for file in files if file.exists()) / 2**20:.1f} MiB"
