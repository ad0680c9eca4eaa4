"""A real browser, used as a person uses it: Chromium, with keys and mouse.

It is driven by its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/) over
aiohttp, which discord.py brings along: no driver to install. The browser test and
docs/screenshot.py share it.
"""

import asyncio
import base64
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--remote-debugging-port=0",  # any that is free; it is printed
)
KEYS = {"Enter": ("\r", 13)}
SECONDS = 30.0


class Browser:
    """One page of a running Chromium."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self.errors: list[str] = []  # exceptions that nobody in the page caught

    async def open(self, url: str) -> None:
        await self._call("Runtime.enable")  # reports the exceptions
        await self._call("Page.navigate", url=url)

    async def until(self, expression: str, seconds: float = SECONDS) -> Any:
        """Waits until the JavaScript expression is truthy in the page; returns its value."""
        watch = (
            "new Promise((resolve, reject) => { const begin = Date.now(); const look = () => {"
            f"  const value = ({expression}); if (value) return resolve(value);"
            f"  if (Date.now() - begin > {seconds * 1000}) return reject(document.body.innerText);"
            "  setTimeout(look, 50); }; look(); })"
        )
        answer = await self._call(
            "Runtime.evaluate", expression=watch, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"not within {seconds} s: {expression}\n{answer['result']}")
        return answer["result"].get("value")

    async def text(self, selector: str) -> str:
        """What can be read in the first element that matches, once there is one."""
        return str(await self.until(f"document.querySelector({json.dumps(selector)})?.innerText"))

    async def type(self, text: str) -> None:
        """Types into whatever has the focus, key by key; the name of a key is that key."""
        for key in [text] if text in KEYS else text:
            character, code = KEYS.get(key, (key, 0))
            pressed = {"key": key, "windowsVirtualKeyCode": code}
            await self._call("Input.dispatchKeyEvent", type="keyDown", text=character, **pressed)
            await self._call("Input.dispatchKeyEvent", type="keyUp", **pressed)

    async def click(self, selector: str) -> None:
        """Presses the middle of the first element that matches, once it is there and enabled."""
        found = f"document.querySelector({json.dumps(selector)})"
        x, y = await self.until(
            f"(() => {{ const e = {found}; if (!e || e.disabled) return; "
            "e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect(); "
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self._call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    async def resize(self, width: int, height: int, scale: float = 1) -> None:
        await self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )

    async def picture(self, selector: str) -> bytes:
        """The first element that matches, as PNG."""
        area = await self.until(
            f"document.querySelector({json.dumps(selector)})?.getBoundingClientRect().toJSON()"
        )
        # The mouse is in a corner: what it hovers over looks different.
        await self._call("Input.dispatchMouseEvent", type="mouseMoved", x=0, y=0)
        clip = {side: area[side] for side in ("x", "y", "width", "height")} | {"scale": 1}
        answer = await self._call("Page.captureScreenshot", format="png", clip=clip)
        return base64.b64decode(answer["data"])

    async def _call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(SECONDS + 5):
            while True:
                message = await self._socket.receive_json()
                if message.get("method") == "Runtime.exceptionThrown":
                    self.errors.append(json.dumps(message["params"]["exceptionDetails"]))
                if message.get("id") == number:
                    assert "error" not in message, f"{method}: {message['error']}"
                    return dict(message["result"])


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """A fresh headless Chromium with one empty page."""
    assert CHROMIUM is not None, "there is no Chromium on the PATH"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            *(CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"),
            env=os.environ | {"TMPDIR": profile},  # what it leaves behind goes with the profile
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with aiohttp.ClientSession() as session:
                async with asyncio.timeout(SECONDS):
                    address = await _first_match(process.stderr, r"ws://[^/]+")
                    async with session.get(f"http{address[2:]}/json/list") as answer:
                        pages = [page for page in await answer.json() if page["type"] == "page"]
                page_address = pages[0]["webSocketDebuggerUrl"]
                async with session.ws_connect(page_address, max_msg_size=0) as socket:
                    yield Browser(socket)
        finally:
            process.kill()
            await process.wait()


@asynccontextmanager
async def running_preview(**settings: str) -> AsyncIterator[str]:
    """`python -m bot preview`; yields the address of its page."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "preview"),
        cwd=ROOT,
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            address = await _first_match(process.stdout, r"http://127\.0\.0\.1:\d+/#\S+")
        yield address
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            raise


async def idle(browser: Browser) -> None:
    """Waits until simcord's page takes clicks: it ignores them while it is busy."""
    await browser.until(
        "window.simcordPreview?.ready && !simcordPreview.pendingAction"
        " && simcordPreview.commandPicker.catalog.state == 'ready'"
    )


async def write_command(browser: Browser, name: str, **options: str) -> None:
    """Writes a slash command into the composer of simcord's page and sends it.

    An option that lets choose is given the first choice that what is typed leaves.
    """
    await idle(browser)
    await browser.click("#channel-composer-input")
    await browser.type(f"/{name}")
    await browser.until("document.querySelector('.command-entry')")
    await browser.type("Enter")  # takes the command that the page proposes
    await browser.until("document.querySelector('.command-chip')")
    for option, value in options.items():
        field = f"document.querySelector('.command-option-input[data-option={option}]')"
        if await browser.until(f"{field} ? 'there' : 'missing'") == "missing":
            await browser.click(".command-ghost")
            await browser.click(f".command-suggestion[data-value={option}]")
        await browser.until(f"document.activeElement == {field}")
        await browser.type(value)
        if await browser.until(f"{field}.getAttribute('role') || 'plain'") == "combobox":
            await browser.click(".command-suggestion")
    await browser.click("#send-message")


async def press(browser: Browser, label: str) -> None:
    """Presses the last button with that label, once it is there."""
    await idle(browser)
    await browser.until(
        "(() => { const all = [...document.querySelectorAll('.component-button')];"
        f" const last = all.filter(b => b.innerText.trim() == {json.dumps(label)}).at(-1);"
        " all.forEach(button => button.toggleAttribute('data-last', button == last));"
        " return last; })()"
    )
    await browser.click("[data-last]")


async def _first_match(output: asyncio.StreamReader | None, pattern: str) -> str:
    """What matches first in the lines that a process prints."""
    assert output is not None
    printed = ""
    while line := (await output.readline()).decode(errors="replace"):
        printed += line
        if found := re.search(pattern, line):
            return found[0]
    raise AssertionError(f"the process ended too soon:\n{printed}")
