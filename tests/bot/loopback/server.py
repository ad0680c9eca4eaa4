"""A Discord small enough to read: REST and gateway over one real socket on 127.0.0.1.

For tests of the bot as a process. Everything that can be tested inside one process is simcord's.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web

from tests.bot.loopback import payloads
from tests.bot.loopback.gateway import Gateway
from tests.bot.loopback.openapi import DESCRIPTION, OpenApi
from tests.bot.loopback.payloads import Json

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

API = "/api/v10"
SECONDS_TO_ACKNOWLEDGE = 3.0
EPHEMERAL, LOADING = 1 << 6, 1 << 7
BODY: web.RequestKey[Any] = web.RequestKey("body", object)
"""Where a request keeps what it says, once that was read."""


@dataclass(frozen=True)
class Request:
    """One REST request of the bot, as it came; `path` begins after /api/v10."""

    method: str
    path: str
    body: Any
    at: float  # time.monotonic()


@dataclass
class Reply:
    """What the bot has made of one command or button so far, as the member sees it."""

    payload: Json
    asked: float = field(default_factory=time.monotonic)
    acknowledged: float | None = None
    original: Json | None = None  # the message that answers; None before, and once deleted
    followups: list[Json] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """All text that stands in Discord for this command now."""
        messages = [message for message in (self.original, *self.followups) if message]
        return "\n".join(_text(message) for message in messages)

    @property
    def settled(self) -> bool:
        """The answer is there, with its buttons; or the member was told why there is none."""
        if self.original:
            return is_finished(self.original["components"])
        return bool(self.followups)


class LoopbackDiscord(Gateway):
    """Plays Discord for one bot, in one process or in several; `faults` lists all that Discord
    would not have taken."""

    def __init__(self) -> None:
        super().__init__()
        self.gateway_status = 200  # of the answer that tells where the gateway is
        self.guilds = [payloads.own_guild()]  # as the bot is told over REST
        self.requests: list[Request] = []
        self.commands: list[Json] = []
        self.messages: dict[str, Json] = {}
        self._reactors: dict[tuple[str, str], Json] = {}  # by message and emoji
        self._openapi = OpenApi() if DESCRIPTION.exists() else None
        self._replies: dict[str, Reply] = {}  # by interaction token
        self.failing_final_edits: list[int] = []  # statuses with which the next ones are refused

    @asynccontextmanager
    async def running(self) -> AsyncIterator["LoopbackDiscord"]:
        app = web.Application(middlewares=[self._judge])
        message = API + "/webhooks/{application}/{token}/messages/{message}"
        in_channel = API + "/channels/{channel}/messages/{message}"
        reaction = in_channel + "/reactions/{emoji}/@me"
        app.router.add_routes(
            [
                web.get("/gateway", self._gateway),
                web.get(API + "/gateway/bot", self._gateway_bot),
                web.get(API + "/users/@me", _answer_with(payloads.current_user)),
                web.get(API + "/users/@me/guilds", _answer_with(lambda: self.guilds)),
                web.get(API + "/oauth2/applications/@me", _answer_with(payloads.application)),
                web.get(API + "/applications/{application}/commands", self._list_commands),
                web.put(API + "/applications/{application}/commands", self._put_commands),
                web.post(API + "/interactions/{id}/{token}/callback", self._callback),
                web.post(API + "/webhooks/{application}/{token}", self._follow_up),
                *(web.get(path, self._get_message) for path in (message, in_channel)),
                *(web.patch(path, self._edit_message) for path in (message, in_channel)),
                *(web.delete(path, self._delete_message) for path in (message, in_channel)),
                web.put(reaction, _no_content),
                web.delete(reaction, _no_content),
                web.get(in_channel + "/reactions/{emoji}", self._get_reactors),
            ]
        )
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0]
            self.address = f"{host}:{port}"
            yield self
        finally:
            await runner.cleanup()

    # What a test does ---------------------------------------------------------------------

    async def slash(
        self,
        name: str,
        user_id: str = payloads.MEMBER_ID,
        guild_id: str = payloads.GUILD_ID,
        **options: Any,
    ) -> Reply:
        """A member uses a command that the bot has registered."""
        command = next((known for known in self.commands if known["name"] == name), None)
        assert command is not None, f"the bot has not registered /{name}"
        kinds = {option["name"]: option["type"] for option in command.get("options", [])}
        data = {
            "id": command["id"],
            "name": name,
            "type": 1,
            "options": [
                {"name": option, "type": kinds[option], "value": value}
                for option, value in options.items()
            ],
        }
        reply = Reply(payloads.interaction(2, user_id, data, guild_id))
        self._replies[reply.payload["token"]] = reply
        await self.send("INTERACTION_CREATE", reply.payload)
        return reply

    async def press(self, message: Json, action: str, user_id: str = payloads.MEMBER_ID) -> Reply:
        """A member presses a button of a poem."""
        buttons = [button for row in message["components"] for button in row["components"]]
        custom_id = next(b["custom_id"] for b in buttons if b["custom_id"].split(":")[1] == action)
        return await self._act(3, message, user_id, {"custom_id": custom_id, "component_type": 2})

    async def send_form(self, message: Json, custom_id: str, user_id: str, **typed: str) -> Reply:
        """A member sends a form that was opened by a button under a message."""
        fields = [{"type": 4, "id": 2, "custom_id": k, "value": v} for k, v in typed.items()]
        labels = [{"type": 18, "id": 1, "component": field} for field in fields]
        return await self._act(5, message, user_id, {"custom_id": custom_id, "components": labels})

    async def _act(self, kind: int, message: Json, user_id: str, data: Json) -> Reply:
        reply = Reply(payloads.interaction(kind, user_id, data) | {"message": message})
        self._replies[reply.payload["token"]] = reply
        await self.send("INTERACTION_CREATE", reply.payload)
        return reply

    async def react(self, message: Json, emoji: str, user_id: str = payloads.MEMBER_ID) -> None:
        """A member adds a reaction to a message; the first with its emoji, to keep it simple."""
        self._reactors[message["id"], emoji] = payloads.user(user_id)
        message["reactions"] = [*message.get("reactions", []), payloads.reaction(emoji)]
        reaction = {
            "user_id": user_id,
            "channel_id": message["channel_id"],
            "message_id": message["id"],
            "guild_id": payloads.GUILD_ID,
            "member": payloads.member(user_id),
            "emoji": {"id": None, "name": emoji},
            "message_author_id": message["author"]["id"],
            "burst": False,
            "type": 0,
        }
        await self.send("MESSAGE_REACTION_ADD", reaction)

    async def until(self, condition: Callable[[], T], seconds: float = 20.0) -> T:
        """Waits until `condition` is true of what the bot has sent, and returns its value."""
        try:
            async with asyncio.timeout(seconds):
                while not (value := condition()):
                    await self._news.wait()
                return value
        except TimeoutError:
            last = "\n".join(f"{r.method} {r.path} {r.body}"[:200] for r in self.requests[-12:])
            raise AssertionError(f"not within {seconds} s; last requests:\n{last}") from None

    def sent(self, method: str, ending: str) -> list[Request]:
        """The bot's requests of this kind so far."""
        return [r for r in self.requests if r.method == method and r.path.endswith(ending)]

    # REST ---------------------------------------------------------------------------------

    @web.middleware
    async def _judge(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Records every request, holds it and its answer against Discord's description."""
        if not request.path.startswith(API):
            return await handler(request)
        method, path = request.method, request.path.removeprefix(API)
        body = request[BODY] = await _body(request)
        self.requests.append(Request(method, path, body, time.monotonic()))
        self._tell()

        token_in_path = path.startswith(("/interactions/", "/webhooks/"))
        if not token_in_path and request.headers.get("Authorization") != f"Bot {self.token}":
            answer: web.StreamResponse = _error(401, 0, "401: Unauthorized")
        elif fault := self._openapi and self._openapi.fault_of_request(method, path, body):
            self.faults.append(fault)
            answer = _error(400, 50035, "Invalid Form Body")
        elif (
            self.failing_final_edits
            and method == "PATCH"
            and is_finished((body or {}).get("components"))
        ):
            return _failure(self.failing_final_edits.pop(0))
        else:
            try:
                answer = await handler(request)
            except web.HTTPException as error:
                self.faults.append(f"{method} {path}: {error.status}, not in this server")
                answer = _error(error.status, 0, error.reason)
            if self._openapi and (fault := self._fault_of(method, path, answer)):
                self.faults.append(fault)
        self._tell()
        return answer

    def _fault_of(self, method: str, path: str, answer: web.StreamResponse) -> str | None:
        assert self._openapi is not None
        assert isinstance(answer, web.Response)
        body = json.loads(answer.text) if answer.text else None
        return self._openapi.fault_of_answer(method, path, answer.status, body)

    async def _gateway_bot(self, _: web.Request) -> web.Response:
        if self.gateway_status != 200:
            return _error(self.gateway_status, 0, "no gateway today")
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return _json({"url": self._gateway_url, "shards": 1, "session_start_limit": limit})

    async def _list_commands(self, _: web.Request) -> web.Response:
        return _json(self.commands)

    async def _put_commands(self, request: web.Request) -> web.Response:
        blank = {
            "application_id": payloads.APPLICATION_ID,
            "default_member_permissions": None,
            "type": 1,
            "description": "",
        }
        self.commands = []
        for command in request[BODY]:
            given = {key: value for key, value in command.items() if value is not None}
            if "default_member_permissions" in given:  # taken as a number, told as text
                given["default_member_permissions"] = str(given["default_member_permissions"])
            named = {"id": payloads.new_id(), "version": payloads.new_id()}
            self.commands.append(blank | given | named)
        return _json(self.commands)

    async def _callback(self, request: web.Request) -> web.Response:
        reply = self._replies.get(request.match_info["token"])
        if reply is None or time.monotonic() - reply.asked > SECONDS_TO_ACKNOWLEDGE:
            return _error(404, 10062, "Unknown interaction")
        if reply.acknowledged is not None:
            return _error(400, 40060, "Interaction has already been acknowledged.")
        reply.acknowledged = time.monotonic()
        body = request[BODY]
        flags = (body.get("data") or {}).get("flags") or 0
        answer: Json = {"interaction": {"id": reply.payload["id"], "type": reply.payload["type"]}}
        if body["type"] in (4, 5):  # a message; a message that is still being thought about
            loading = body["type"] == 5
            content = {} if loading else body["data"]
            reply.original = self._post(content, flags & EPHEMERAL | LOADING * loading)
            answer["interaction"] |= {
                "response_message_id": reply.original["id"],
                "response_message_loading": loading,
                "response_message_ephemeral": bool(flags & EPHEMERAL),
            }
            if not loading:
                answer["resource"] = {"type": 4, "message": reply.original}
        return _json(answer)

    async def _follow_up(self, request: web.Request) -> web.Response:
        reply = self._replies.get(request.match_info["token"])
        if reply is None or reply.acknowledged is None:
            return _error(404, 10015, "Unknown Webhook")
        body = request[BODY]
        if reply.original and reply.original["flags"] & LOADING:
            # The first follow-up takes the placeholder's place, and is as public as that was.
            self._edit(reply.original, body)
            return _json(reply.original)
        reply.followups.append(self._post(body, (body.get("flags") or 0) & EPHEMERAL))
        return _json(reply.followups[-1])

    async def _get_message(self, request: web.Request) -> web.Response:
        message = self._find(request)
        return _json(message) if message else _error(404, 10008, "Unknown Message")

    async def _edit_message(self, request: web.Request) -> web.Response:
        if (message := self._find(request)) is None:
            return _error(404, 10008, "Unknown Message")
        self._edit(message, request[BODY])
        return _json(message)

    async def _get_reactors(self, request: web.Request) -> web.Response:
        reactor = self._reactors.get((request.match_info["message"], request.match_info["emoji"]))
        return _json([reactor] if reactor and "after" not in request.query else [])

    async def _delete_message(self, request: web.Request) -> web.Response:
        if (message := self._find(request)) is None:
            return _error(404, 10008, "Unknown Message")
        del self.messages[message["id"]]
        for reply in self._replies.values():
            if reply.original is message:
                reply.original = None
        return await _no_content(request)

    def _find(self, request: web.Request) -> Json | None:
        if request.match_info["message"] == "@original":
            reply = self._replies.get(request.match_info["token"])
            return reply.original if reply else None
        return self.messages.get(request.match_info["message"])

    def _post(self, body: Json, flags: int) -> Json:
        message = payloads.message(body, flags)
        self.messages[message["id"]] = message
        return message

    def _edit(self, message: Json, body: Json) -> None:
        message.update(payloads.edited(message, body))  # in place: a Reply holds it too
        message["flags"] &= ~LOADING


def is_finished(components: list[Json] | None) -> bool:
    """Whether these are the buttons of a finished answer; a poem being written has "Stop" alone."""
    buttons = [button for row in components or [] for button in row["components"]]
    return any(not button.get("custom_id", "").startswith("poem:stop:") for button in buttons)


async def _body(request: web.Request) -> Any:
    """What a request says; of one with files, the part that is no file."""
    if not request.body_exists:
        return None
    if request.content_type == "multipart/form-data":
        body = json.loads(str((await request.post())["payload_json"]))
        for file in body.get("attachments") or []:
            file["id"] = str(file["id"])  # discord.py numbers them as Discord's examples do
        return body
    return json.loads(await request.read())


def _text(message: Json) -> str:
    """All that can be read in a message: content, embeds, components."""
    parts = [message["content"]]
    for embed in message["embeds"]:
        parts += [embed.get("title", ""), embed.get("description", "")]
    waiting = list(message["components"])
    while waiting:
        component = waiting.pop(0)
        parts.append(component.get("content", ""))
        waiting = component.get("components", []) + waiting
    return "\n".join(part for part in parts if part)


def _json(body: Any) -> web.Response:
    # discord.py compares the whole header: a charset in it would make the body plain text.
    return web.Response(body=json.dumps(body).encode(), content_type="application/json")


def _error(status: int, code: int, message: str) -> web.Response:
    answer = _json({"code": code, "message": message})
    answer.set_status(status)
    return answer


def _failure(status: int) -> web.Response:
    """A trouble of Discord's own; with the header by which discord.py knows its rate limits."""
    answer = _error(status, 0, "trouble")
    if status == 429:
        answer.headers["Via"] = "1.1 loopback"
        answer.text = json.dumps({"message": "slowly", "retry_after": 0.2, "global": False})
        answer.content_type = "application/json"
        answer.charset = None
    return answer


async def _no_content(_: web.Request) -> web.Response:
    return web.Response(status=204)


def _answer_with(document: Callable[[], Any]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(_: web.Request) -> web.Response:
        return _json(document())

    return handler
