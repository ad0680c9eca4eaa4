"""The page of docs/live, built once and opened in the Chromium that is installed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from docs.live.build import build
from tests.browser import CHROMIUM


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, out of the checkpoints that ship."""
    folder = tmp_path_factory.mktemp("live")
    build(folder)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on the PATH")
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=CHROMIUM) as browser,
    ):
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser, folder: Path) -> AsyncIterator[Page]:
    """The page from the disk, on a phone, for all tests of a module; it may throw no exception."""
    page = await browser.new_page(viewport={"width": 360, "height": 640}, reduced_motion="reduce")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto((folder / "index.html").as_uri())
    yield page
    assert errors == []
