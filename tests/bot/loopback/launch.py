"""Starts the real bot at a loopback server: python -m tests.bot.loopback.launch [VERB] HOST:PORT

Two things differ from `python -m bot`: Discord's addresses; and there are no five seconds between
two sessions, which Discord asks for and which a test would only wait out.
"""

import sys

import discord.gateway
import discord.http
import yarl

import bot.__main__


def main() -> int:
    *verb, address = sys.argv[1:]
    discord.http.Route.BASE = f"http://{address}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://{address}/gateway")
    discord.Client.before_identify_hook = at_once  # type: ignore[assignment]
    return bot.__main__.main(verb)


async def at_once(client: object, shard_id: int | None, *, initial: bool = False) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
