"""The bot as a person tries it: a real browser, the preview page, keys and mouse."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from string import ascii_lowercase

import pytest
import pytest_asyncio
import torch
from playwright.async_api import Page, expect

from model.bigram import Bigram
from model.checkpoint import Checkpoint, save_checkpoint
from model.config import ModelConfig
from model.stages import build_model
from model.tokenizer import CharTokenizer
from tests.bot.world import LOOKING
from tests.browser import CHROMIUM, idle, opened_preview, press, write_command

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("preview")


@pytest.fixture(scope="module")
def alphabet_poet(folder: Path) -> Path:
    """A poet that knows five letters in a row, and breaks lines and stanzas as often."""
    tokenizer = CharTokenizer.train("\n " + ascii_lowercase)
    likely = {letter: chr(ord(letter) + 1) for letter in ascii_lowercase}
    likely |= dict.fromkeys("ejotyz", "\n") | {"\n": "\nf"}
    model = Bigram(ModelConfig("bigram", tokenizer.vocab_size, 8, n_layer=1, n_head=1, n_embd=2))
    with torch.no_grad():
        for last, following in likely.items():
            for character in following:
                model.table.weight[tokenizer.stoi[last], tokenizer.stoi[character]] = 20
    save_checkpoint(Checkpoint(model, tokenizer, folder / "alphabet"))
    return folder / "alphabet"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(alphabet_poet: Path, folder: Path) -> AsyncIterator[Page]:
    """One page for all tests: each leaves the channel empty, or is the last."""
    async with opened_preview(CHECKPOINT=str(alphabet_poet), TMPDIR=str(folder)) as page:
        yield page


async def test_a_person_reads_a_poem_and_votes(page: Page, folder: Path) -> None:
    await write_command(page, "poem", seed="the sea at night")

    up_button = page.locator(".component-button").first
    await expect(up_button).to_have_text("👍")  # the buttons come with the finished poem
    [(poem, votes)] = poems_and_votes(folder)
    assert poem.startswith("the sea at night\n")
    assert len(poem.split()) > 10
    shown = await page.locator(".message-content").inner_text()
    assert shown.startswith(poem + "\n\n"), "lines or stanzas are not as the poet made them"
    assert votes == 0
    assert "Poet" in await page.locator(".message-author").first.inner_text()

    await idle(page)
    await up_button.click()
    await expect(up_button).to_have_text("👍 1")
    assert poems_and_votes(folder) == [(poem, 1)]
    await idle(page)
    await up_button.click()  # the same again takes the vote back
    await expect(up_button).to_have_text("👍")
    assert poems_and_votes(folder) == [(poem, 0)]
    await press(page, "Delete")
    await expect(page.locator(".component-button")).to_have_count(0)
    assert poems_and_votes(folder) == []


async def test_every_button_of_a_poem(page: Page, folder: Path) -> None:
    finished = ["👍", "👎", "Another", "Edit", "Continue", *LOOKING, "Delete", "Report"]

    timeline = page.locator("#channel-timeline")
    rows = timeline.locator(".message-components")

    async def expect_buttons(message: int, labels: list[str]) -> None:
        """Waits until these, and no others, can be pressed under one of the messages."""
        await expect(rows.nth(message).locator(".component-button")).to_have_text(labels)

    await write_command(page, "poem", seed="the sea at night", mood="calm", private="True")
    await expect_buttons(
        0, ["👍", "👎", "Another", "Edit", "Continue", "Share", *LOOKING, "Delete"]
    )
    await press(page, "Share")
    await expect_buttons(0, finished)
    assert "Shared: to the poem" in await timeline.inner_text()
    stanzas = ".message-content br, .message-content p, .message-content div"
    assert await page.locator(stanzas).count() > 4

    await press(page, "👎")
    await expect_buttons(0, ["👍", "👎 1", *finished[2:]])
    await press(page, "Another")
    await expect_buttons(1, finished)
    await press(page, "Edit")
    form = page.get_by_role("dialog")
    words = form.locator("textarea")
    await expect(words).to_have_value("the sea at night")
    await words.fill("the moon by day")
    await form.get_by_role("button", name="Submit").click()
    await expect_buttons(2, finished)
    assert "the moon by day" in await timeline.inner_text()
    await press(page, "Delete")
    await expect(rows).to_have_count(2)
    await press(page, "Continue")
    await expect_buttons(2, finished)
    await press(page, "How it scans")
    await timeline.get_by_text("Form:").wait_for()
    await press(page, "Picture")
    picture = timeline.get_by_role("img", name="a small model wrote this")
    await expect(picture).to_be_visible()
    await press(page, "Report")
    await expect_buttons(2, ["Show again", "Delete"])
    await press(page, "Show again")  # who looks at the page is no moderator
    await timeline.get_by_text("Only a moderator").wait_for()
    await press(page, "Delete")
    await expect(rows).to_have_count(2)
    assert [votes for _, votes in poems_and_votes(folder)] == [1, 0]


async def test_a_poem_is_stopped_while_it_is_written(tmp_path: Path) -> None:
    tokenizer = CharTokenizer.train("\n " + ascii_lowercase)
    size = {"n_layer": 300, "n_head": 2, "n_embd": 32}  # so deep that it takes its time
    config = ModelConfig("transformer", tokenizer.vocab_size, 512, **size)
    save_checkpoint(Checkpoint(build_model(config), tokenizer, tmp_path / "slow"))
    async with opened_preview(CHECKPOINT=str(tmp_path / "slow"), TMPDIR=str(tmp_path)) as page:
        await write_command(page, "poem", seed="the sea at night")
        buttons = page.locator(".component-button")
        await expect(buttons).to_have_text(["Stop"])
        await press(page, "Stop")
        await expect(buttons.first).to_have_text("👍")
        shown = await page.locator(".message-content").inner_text()
        assert "It was stopped before its end." in shown


def poems_and_votes(folder: Path) -> list[tuple[str, int]]:
    """What the preview's database, somewhere under `folder`, holds."""
    [path] = folder.rglob("poems.sqlite3")
    database = sqlite3.connect(path)
    try:
        return database.execute(
            "SELECT text, (SELECT count(*) FROM ratings WHERE poem_id = id) FROM poems"
        ).fetchall()
    finally:
        database.close()
