"""In a real browser: settings, the wall of fame, the best of the week, and the policies."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser import CHROMIUM, opened_preview, press, view_as, write_command

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(
    tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Page]:
    folder = str(tmp_path_factory.mktemp("preview"))
    async with opened_preview(
        CHECKPOINT=str(tiny_checkpoint),
        TMPDIR=folder,
        PRIVACY_URL="https://example.com/privacy",
        TERMS_URL="https://example.com/terms",
    ) as page:
        yield page


async def test_a_server_is_set_up_and_has_a_wall(page: Page) -> None:
    timeline = page.locator("#channel-timeline")
    await view_as(page, "harriet")
    await write_command(page, "settings timezone", zone="berl")
    await timeline.get_by_text("Time zone: Europe/Berlin").last.wait_for()
    await write_command(page, "settings defaults", form="haiku")
    await timeline.get_by_text("Unless asked otherwise: haiku").last.wait_for()
    await write_command(page, "settings wall", channel="poems", likes="1")
    await timeline.get_by_text("from 1 👍 on").last.wait_for()

    await view_as(page, "emily")
    await write_command(page, "poem", seed="the sea")
    await expect(page.get_by_role("button", name="Another", exact=True)).to_have_count(1)
    await expect(timeline.get_by_text("haiku").last).to_be_visible()
    await view_as(page, "walt")
    await press(page, "👍")
    await timeline.get_by_text("Wall of fame:").wait_for()  # it looks every five seconds
    await expect(page.get_by_role("link", name="to the poem")).to_be_visible()

    await write_command(page, "poems top", period="week")
    await timeline.get_by_text("The best liked poems of the last week here").wait_for()
    await write_command(page, "privacy")
    await expect(page.get_by_role("link", name="Privacy policy")).to_be_visible()
    await expect(page.get_by_role("link", name="Terms of service")).to_be_visible()

    await view_as(page, "emily")
    await page.get_by_role("button", name="Delete", exact=True).first.click()
    await expect(timeline.get_by_text("Wall of fame:")).to_have_count(0)
