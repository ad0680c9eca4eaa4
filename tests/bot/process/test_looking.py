"""How a poem scans, and its picture, over real sockets: files are sent as Discord takes them."""

from pathlib import Path

from tests.bot.loopback.process import running_bot
from tests.bot.loopback.server import LoopbackDiscord
from tests.bot.process.conftest import connected


async def test_both_buttons(
    discord_server: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    async with running_bot(discord_server.address, tmp_path, environment | {"POEM_SECONDS": "2"}):
        await connected(discord_server, 1)
        asked = await discord_server.slash("poem", seed="the sea at night")
        await discord_server.until(lambda: asked.settled)
        poem = asked.original
        assert poem is not None
        scanned = await discord_server.press(poem, "scan")
        await discord_server.until(lambda: "**Form:**" in scanned.shown)
        assert scanned.original is not None
        assert scanned.original["flags"] & 64, "only for who asked"
        drawn = await discord_server.press(poem, "picture")
        await discord_server.until(lambda: drawn.original and drawn.original["attachments"])
        assert drawn.original is not None
        (file,) = drawn.original["attachments"]
        assert file["filename"] == "poem.png"
        assert file["description"].startswith("The sea at night")
        assert drawn.original["flags"] & 64
