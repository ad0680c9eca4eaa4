"""The bot in a browser, without Discord: simcord's page with this bot, poet and store behind it.

simcord stands in for Discord inside this process. Everything on this side of it is the real thing.
"""

import asyncio
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import discord

from bot.app import App, writer_for
from bot.live_page import serve_live_page
from bot.settings import Settings
from bot.store import Store
from bot.wall.cog import WallCog
from bot.writer.in_progress import PoemInProgress
from bot.writer.poet_process import GRACE_SECONDS

GUIDE = """
The preview is open. Go to

    {url}

and type  /poem the sea at night  into the line at the bottom. Who is chosen at the top writes:
emily and walt are members, harriet runs the server and has /settings. Poems and votes are in
{database} while it is open; Ctrl-C ends it.

{live}To have the bot in your own server:
 1. https://discord.com/developers/applications -> New Application -> Bot -> Reset Token
 2. Put the token into a file named .env in this folder:  DISCORD_TOKEN=...
 3. Installation -> Install Link: open that link and choose your server.
 4. make run
"""
LIVE = """The network itself, to watch and to play with:

    {url}

"""

LOOK_SECONDS = 0.25
GROWTH_SECONDS = 3.0
"""The page shows so often how a poem grows."""


class PreviewError(Exception):
    """Reports that the preview can't run; the message is one sentence with the cure."""


class TrialApp(App):
    """Looks after the walls of fame after each answer, for simcord's clock stands still."""

    @contextmanager
    def answering(self) -> Iterator[None]:
        with super().answering():
            yield
        wall = self.get_cog(WallCog.__name__)
        assert isinstance(wall, WallCog)
        self._looking = asyncio.create_task(wall.update())


async def preview(settings: Settings, port: int = 0) -> None:
    """Serves the page until it is ended there.

    port: on this machine, 0 for any free one. Raises PreviewError.
    """
    # simcord looks discord.py over when it is imported, which makes that warn about a client of
    # simcord's own that nobody ever sees.
    logging.getLogger("discord.state").setLevel(logging.ERROR)
    # What they report of logging in and of servers is about simcord's world, and would only puzzle.
    for name in ("discord.client", "bot.client"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        import simcord
    except ImportError:
        raise PreviewError(
            'The preview needs simcord: install it with  pip install "discord-poet[preview]"  '
            "or  pip install 'simcord[preview]'."
        ) from None
    # A database of its own: simcord's world begins anew each time, with the same message numbers.
    with tempfile.TemporaryDirectory(prefix="poet-preview-") as folder:
        database = Path(folder) / "poems.sqlite3"
        async with (
            await Store.open(database) as store,
            writer_for(settings) as writer,
            serve_live_page() as live_url,
            simcord.run(
                app := TrialApp(settings, store, writer),
                shard_count=1,
                check_errors=False,  # the log has them
                # Waiting for the poet is real time to simcord, which else gives up after 5 s.
                settle_timeout=2 * (settings.poem_seconds + GRACE_SECONDS),
            ) as world,
        ):
            world.backend.edit_bot_profile("Poet")
            wait = partial(world.external_wait, reason="the poet writes")
            PoemInProgress.wait = staticmethod(wait)  # a poem can be stopped meanwhile
            guild = world.create_guild("The Reading Room")
            channel = guild.create_text_channel("poems")
            readers = [guild.add_member(world.create_user(name)) for name in ("emily", "walt")]
            rights = discord.Permissions(
                manage_guild=True, view_channel=True, use_application_commands=True
            )
            hosts = guild.create_role("hosts", permissions=rights)
            readers.append(guild.add_member(world.create_user("harriet"), roles=[hosts]))
            try:
                page = world.preview(channel, viewers=readers, layout="channel", port=port)
                async with page:
                    live = LIVE.format(url=live_url) if live_url else ""
                    print(GUIDE.format(url=page.url, database=database, live=live), flush=True)
                    showing = asyncio.create_task(show_changes(page, channel, app))
                    await page.wait_closed()
                    showing.cancel()
            except (simcord.SetupError, OSError) as error:
                raise PreviewError(f"The preview page can't be served: {error}") from error


async def show_changes(preview: Any, channel: Any, app: App) -> None:
    """Has the open pages show what becomes of poems in `channel` between two actions.

    Of itself simcord's `preview` shows what an action has changed when that is over. No more than
    needed, for a page takes no click on what it has not yet read anew.
    """
    shown: dict[str, Any] = {}
    publish, published_at = preview._publish, 0.0

    def state(page: Any) -> list[tuple[Any, ...]]:
        messages = channel.history(viewer=page.viewer)
        return [(one.id, one.content, *map(str, one.reactions)) for one in messages]

    def publish_and_note(page: Any, **reason: Any) -> None:
        publish(page, **reason)
        shown[page.id] = state(page)

    preview._publish = publish_and_note
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if app.being_written and time.monotonic() < published_at + GROWTH_SECONDS:
            continue
        for page in list(preview._pages.values()):
            if shown.get(page.id) != state(page):
                preview._publish(page, reason="refresh")
                published_at = time.monotonic()
