"""The gateway of the loopback Discord: the sessions of the bot's shards, and what they are told."""

import asyncio
import json
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.bot.loopback import payloads
from tests.bot.loopback.payloads import Json

TOKEN = "loopback-token"
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID, HELLO, ACK = 0, 1, 2, 6, 9, 10, 11
PRESENCE = 3
AUTHENTICATION_FAILED = 4004


@dataclass
class Session:
    """What the gateway knows of one shard of the bot."""

    id: str
    socket: web.WebSocketResponse | None
    transport: asyncio.Transport | None
    events: list[Json] = field(default_factory=list)  # the place in the list is the sequence


class Gateway:
    """Plays the gateway: one socket for each shard of the bot."""

    def __init__(self) -> None:
        self.token = TOKEN
        self.address = ""  # host:port, once it runs
        self.faults: list[str] = []
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self._sessions: dict[int, Session] = {}  # by shard
        self._news = asyncio.Event()

    async def send(self, event: str, data: Json) -> None:
        """Dispatches an event: now, or at the RESUME while the bot is away."""
        shard = (int(data.get("guild_id", "0")) >> 22) % len(self._sessions)
        await self._dispatch(self._sessions[shard], event, data)

    def drop_connection(self) -> None:
        """Cuts the gateway's socket without a word, as a failing network does."""
        session = self._sessions[0]
        assert session.transport is not None, "the bot is not connected"
        session.socket = None
        session.transport.abort()

    async def invalidate_session(self) -> None:
        """Tells the bot that its session is over and can't be resumed."""
        session = self._sessions[0]
        assert session.socket is not None, "the bot is not connected"
        await session.socket.send_json({"op": INVALID, "d": False})
        session.socket, session.id = None, "over"

    def revoke_token(self) -> None:
        """The owner of the bot has its token replaced by another."""
        self.token = "another-token"

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    @property
    def _gateway_url(self) -> str:
        return f"ws://{self.address}/gateway"

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": 500}})
        session: Session | None = None
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            payload = json.loads(frame.data)
            operation, data = payload["op"], payload["d"]
            revoked = session is not None and session.socket is socket and self.token != TOKEN
            if revoked or (operation in (IDENTIFY, RESUME) and data["token"] != self.token):
                # Here, in the socket's own task, close() waits for the bot's goodbye. A socket
                # gone before that would look to discord.py like a failing network.
                await socket.close(code=AUTHENTICATION_FAILED)
            elif operation == HEARTBEAT:
                await socket.send_json({"op": ACK})
            elif operation == IDENTIFY:
                session = Session(payloads.new_id(), socket, request.transport)
                await self._begin_session(session, data)
            elif operation == RESUME and (session := self._session(data["session_id"])):
                session.socket, session.transport = socket, request.transport
                for event in session.events[data["seq"] :]:
                    await socket.send_json(event)
                self.resumes.append(data)
                await self._dispatch(session, "RESUMED", {})
            elif operation == RESUME:
                await socket.send_json({"op": INVALID, "d": False})
            elif operation != PRESENCE:
                self.faults.append(f"gateway operation {operation} is not in this server")
            self._tell()
        if session is not None and session.socket is socket:
            session.socket = None
            self._tell()
        return socket

    def _session(self, session_id: str) -> Session | None:
        known = self._sessions.values()
        return next((session for session in known if session.id == session_id), None)

    async def _dispatch(self, session: Session, event: str, data: Json) -> None:
        session.events.append({"op": DISPATCH, "t": event, "s": len(session.events) + 1, "d": data})
        if session.socket is not None:
            await session.socket.send_json(session.events[-1])

    async def _begin_session(self, session: Session, identify: Json) -> None:
        shard, count = identify.get("shard", [0, 1])
        self._sessions[shard] = session
        here = (int(payloads.GUILD_ID) >> 22) % count == shard
        ready = {
            "v": 10,
            "user": payloads.current_user(),
            "guilds": [{"id": payloads.GUILD_ID, "unavailable": True}] if here else [],
            "session_id": session.id,
            "resume_gateway_url": self._gateway_url,
            "shard": [shard, count],
            "application": {"id": payloads.APPLICATION_ID, "flags": 0},
        }
        await self._dispatch(session, "READY", ready)
        if here:
            await self._dispatch(session, "GUILD_CREATE", payloads.guild())
        self.identifies.append(identify)
