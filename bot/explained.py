"""What went wrong with Discord, for somebody at a terminal."""

import aiohttp
import discord

BAD_TOKEN = (
    "Discord refused DISCORD_TOKEN: copy the token again from the Bot page of "
    "https://discord.com/developers/applications into .env."
)
AUTHENTICATION_FAILED = 4004
DISCORD_ERRORS = (
    discord.LoginFailure,
    discord.ConnectionClosed,
    discord.HTTPException,
    discord.GatewayNotFound,
    aiohttp.ClientError,
    TimeoutError,
)
"""What may be wrong with Discord, or with the way there."""


def explained(error: Exception) -> str:
    """Returns one sentence on `error`: what is wrong, and the cure."""
    if isinstance(error, discord.GatewayNotFound) and isinstance(error.__cause__, Exception):
        error = error.__cause__  # the answer that discord.py got instead of an address
    if isinstance(error, discord.ConnectionClosed):
        if error.code == AUTHENTICATION_FAILED:
            return BAD_TOKEN
        return (
            f"Discord ended the connection for good (code {error.code}): look the code up at "
            "https://discord.com/developers/docs/topics/opcodes-and-status-codes."
        )
    if isinstance(error, discord.LoginFailure):
        return BAD_TOKEN
    if isinstance(error, discord.HTTPException):
        return (
            f"Discord answered with an error (status {error.status}, code {error.code}): "
            "try again in a few minutes."
        )
    if isinstance(error, aiohttp.ClientError | TimeoutError):
        return f"Discord can't be reached ({type(error).__name__}): check the network connection."
    return str(error)
