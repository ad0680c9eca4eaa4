"""python -m bot: run the bot, check its setup, register its commands, preview, export, back up."""

import argparse
import asyncio
import sys
from pathlib import Path

from bot import logs
from bot.app import App, writer_for
from bot.explained import DISCORD_ERRORS, explained
from bot.owner.backup import BackupError, backup
from bot.owner.check import check
from bot.owner.export import ExportError, export
from bot.preview import PreviewError, preview
from bot.settings import Settings, SettingsError, load_settings
from bot.stopping import until_stopped
from bot.store import Store, StoreError
from bot.writer.errors import WriterStartError

NO_TOKEN = (
    "DISCORD_TOKEN is not set: put the token of your bot into the file .env (.env.example says "
    "where to get one), or try the bot without Discord with: python -m bot preview"
)
FORESEEN = (
    StoreError,
    WriterStartError,
    ExportError,
    BackupError,
    PreviewError,
    *DISCORD_ERRORS,
)


def main(argv: list[str] | None = None) -> int:
    """Runs the command that `argv` names; returns the exit status."""
    arguments = parse(argv)
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logs.configure(settings.log_level)
    verb = arguments.verb
    if verb is None and arguments.or_preview and not settings.discord_token:
        verb = "preview"
    if verb in (None, "sync") and not settings.discord_token:
        print(NO_TOKEN, file=sys.stderr)
        return 2
    try:
        if verb == "preview":
            asyncio.run(until_stopped(preview(settings, getattr(arguments, "port", 0))))
        elif verb == "check":
            return asyncio.run(checked(settings))
        elif verb == "sync":
            asyncio.run(sync(settings))
        elif verb == "export":
            if not settings.database.exists():
                raise ExportError(f"There is no database at {settings.database}: set DATABASE.")
            asyncio.run(export_to(settings, arguments.file))
        elif verb == "backup":
            back_up(settings, arguments.file)
        else:
            asyncio.run(run(settings))
    except KeyboardInterrupt:
        return 130
    except FORESEEN as error:
        print(explained(error), file=sys.stderr)
        return 1
    return 0


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Reads the command line `argv`; None: that of this process."""
    parser = argparse.ArgumentParser(
        "python -m bot",
        description="A Discord bot that writes poems. Without a verb it runs until it is stopped; "
        "its settings come from the environment and the file .env (see .env.example).",
    )
    parser.add_argument(
        "--or-preview",
        action="store_true",
        help="when DISCORD_TOKEN is not set, open the preview instead of giving up",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("check", help="see whether the bot could start: a line for each thing")
    verbs.add_parser("sync", help="register the commands with Discord now, then stop")
    verb = verbs.add_parser("preview", help="try the bot in a browser, without Discord")
    verb.add_argument(
        "--port", type=int, default=0, help="of the page on this machine (default: any free one)"
    )
    verb = verbs.add_parser("export", help="write the poems voted on, without what members typed")
    verb.add_argument("file", type=Path, help="where to: JSON Lines, one poem a line")
    verb = verbs.add_parser("backup", help="copy the database, also while the bot runs")
    verb.add_argument("file", type=Path, help="where to: a file that is not there yet")
    return parser.parse_args(argv)


async def run(settings: Settings) -> None:
    """Runs the bot until SIGTERM or Ctrl-C; then it finishes the poems under way."""
    writer = writer_for(settings)
    async with (
        await Store.open(settings.database) as store,
        App(settings, store, writer) as bot,
    ):

        async def work() -> None:
            async with writer:  # which takes seconds to load; a signal is heard by then
                await bot.start(settings.discord_token)

        await until_stopped(work(), before_end=bot.drain)


async def checked(settings: Settings) -> int:
    """Says of each thing that the bot needs whether it is right; returns the exit status."""
    wrong = 0
    async for finding in check(settings, writer_for(settings)):
        print(finding, flush=True)
        wrong += not finding.right
    return 1 if wrong else 0


async def sync(settings: Settings) -> None:
    """Registers the commands, whether they changed or not."""
    async with (
        await Store.open(settings.database) as store,
        App(settings, store, writer_for(settings), always_register=True) as bot,
    ):
        await bot.login(settings.discord_token)
    print("The commands are registered with Discord.")


async def export_to(settings: Settings, path: Path) -> None:
    """Writes the poems voted on to `path` and says how many. Raises ExportError or StoreError."""
    async with await Store.open(settings.database) as store:
        count = await export(store, path)
    print(f"{count} poems with votes in {path}")


def back_up(settings: Settings, path: Path) -> None:
    """Copies the database to `path` and says what the copy holds.

    Raises BackupError or StoreError.
    """
    rows = backup(settings.database, path)
    print(f"{path} holds {rows['poems']} poems and {rows['ratings']} votes, and was checked.")
    key = settings.database.with_name(f"{settings.database.name}.key")
    print(f"The key {key} is not in it: keep a copy of that somewhere else.")


if __name__ == "__main__":
    sys.exit(main())
