"""Starts the real bot against a loopback server: launch.py HOST:PORT

Discord's two addresses are all that differs from `python -m bot`.
"""

import sys


def main() -> None:
    # Imported here, so that a worker process, which imports this file too, stays light.
    import discord.gateway
    import discord.http
    import yarl

    import bot.__main__

    address = sys.argv[1]
    discord.http.Route.BASE = f"http://{address}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://{address}/gateway")
    sys.exit(bot.__main__.main([]))


if __name__ == "__main__":
    main()
