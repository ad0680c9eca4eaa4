"""The preview in a real browser, used as a person uses it: with keys and mouse.

Playwright drives the Chromium that is installed; it downloads none of its own. The browser test and
docs/screenshot.py share it.
"""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

ROOT = Path(__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)
SECONDS = 30.0

expect.set_options(timeout=SECONDS * 1000)


@asynccontextmanager
async def opened_preview(scale: float = 1, **settings: str) -> AsyncIterator[Page]:
    """Opens the page of `python -m bot preview` in a fresh browser.

    `scale` is how many pixels of the screen one of the page has; `settings` are the bot's. Raises
    AssertionError if the page threw an exception that nobody in it caught.
    """
    assert CHROMIUM is not None, "there is no Chromium on the PATH"
    async with (
        running_preview(**settings) as address,
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=CHROMIUM) as browser,
    ):
        page = await browser.new_page(device_scale_factor=scale)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(address)
        yield page
        assert errors == []


@asynccontextmanager
async def running_preview(**settings: str) -> AsyncIterator[str]:
    """Runs `python -m bot preview`; yields the address of its page."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "preview"),
        cwd=ROOT,
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        printed = ""
        async with asyncio.timeout(SECONDS):
            while not (found := re.search(r"http://127\.0\.0\.1:\d+/#\S+(?=\s)", printed)):
                line = await process.stdout.readline()
                assert line, f"the preview ended too soon:\n{printed}"
                printed += line.decode()
        yield found[0]
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            raise


async def until(page: Page, expression: str) -> None:
    """Waits until the JavaScript `expression` is truthy in the `page`.

    Playwright's own wait_for_function needs eval, which simcord's page forbids.
    """
    async with asyncio.timeout(SECONDS):
        await page.evaluate(
            f"async () => {{ while (!({expression})) await new Promise(requestAnimationFrame); }}"
        )


async def idle(page: Page) -> None:
    """Waits until simcord's `page` takes clicks: it ignores them while it is busy."""
    await until(
        page,
        "window.simcordPreview?.ready && !simcordPreview.pendingAction"
        " && simcordPreview.commandPicker.catalog.state == 'ready'",
    )


async def write_command(page: Page, name: str, **options: str) -> None:
    """Writes the slash command `name` with `options` into the composer of `page` and sends it.

    An option that lets choose is given the first choice that what is typed leaves.
    """
    await idle(page)
    await page.locator("#channel-composer-input").click()
    await page.keyboard.type(f"/{name}")
    await page.locator(".command-entry").first.wait_for()
    await page.keyboard.press("Enter")  # takes the command that the page proposes
    await page.locator(".command-chip").wait_for()
    for option, value in options.items():
        field = page.locator(f".command-option-input[data-option={option}]")
        if not await field.count():
            await page.locator(".command-ghost").click()
            await page.locator(f".command-suggestion[data-value={option}]").click()
        await expect(field).to_be_focused()
        await page.keyboard.type(value)
        if await field.get_attribute("role") == "combobox":
            await page.locator(".command-suggestion").first.click()
    await page.locator("#send-message").click()


async def press(page: Page, label: str) -> None:
    """Presses the last button with that `label` on the `page`, once it is there."""
    await idle(page)
    await page.get_by_role("button", name=label, exact=True).last.click()


async def view_as(page: Page, name: str) -> None:
    """Has who is called `name` look at the `page` and press its buttons from now on."""
    await idle(page)
    await page.locator("#viewer-picker").select_option(label=name)
    await idle(page)
