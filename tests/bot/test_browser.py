"""The bot as a person tries it: a real browser, the preview page, keys and mouse."""

import sqlite3
from pathlib import Path
from string import ascii_lowercase

import pytest
import torch

from model.bigram import Bigram
from model.checkpoint import Checkpoint, save_checkpoint
from model.config import ModelConfig
from model.tokenizer import CharTokenizer
from tests.browser import (
    CHROMIUM,
    idle,
    press,
    running_browser,
    running_preview,
    write_command,
)

UP_BUTTON = ".message-components .component-button"  # the first of the row

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")


@pytest.fixture
def alphabet_poet(tmp_path: Path) -> Path:
    """A poet that knows five letters in a row, and breaks lines and stanzas as often."""
    tokenizer = CharTokenizer.train("\n " + ascii_lowercase)
    likely = {letter: chr(ord(letter) + 1) for letter in ascii_lowercase}
    likely |= dict.fromkeys("ejotyz", "\n") | {"\n": "\nf"}
    model = Bigram(ModelConfig("bigram", tokenizer.vocab_size, 8, n_layer=1, n_head=1, n_embd=2))
    with torch.no_grad():
        for last, following in likely.items():
            for character in following:
                model.table.weight[tokenizer.stoi[last], tokenizer.stoi[character]] = 20
    save_checkpoint(Checkpoint(model, tokenizer, tmp_path / "alphabet"))
    return tmp_path / "alphabet"


async def test_a_person_reads_a_poem_and_votes(alphabet_poet: Path, tmp_path: Path) -> None:
    async with (
        running_preview(CHECKPOINT=str(alphabet_poet), TMPDIR=str(tmp_path)) as address,
        running_browser() as browser,
    ):
        await browser.open(address)
        await write_command(browser, "poem", seed="the sea at night")

        assert await browser.text(UP_BUTTON) == "👍"  # the buttons come with the finished poem
        [(poem, votes)] = poems_and_votes(tmp_path)
        assert poem.startswith("the sea at night\n")
        assert len(poem.split()) > 10
        shown = await browser.text(".message-content")
        assert shown.startswith(poem + "\n\n"), "lines or stanzas are not as the poet made them"
        assert votes == 0
        assert "Poet" in await browser.text(".message-author")

        await idle(browser)
        await browser.click(UP_BUTTON)
        await browser.until(f"document.querySelector('{UP_BUTTON}').innerText == '👍 1'")
        assert poems_and_votes(tmp_path) == [(poem, 1)]
        await idle(browser)
        await browser.click(UP_BUTTON)  # the same again takes the vote back
        await browser.until(f"document.querySelector('{UP_BUTTON}').innerText == '👍'")
        assert poems_and_votes(tmp_path) == [(poem, 0)]
        assert browser.errors == []


async def test_every_button_of_a_poem(alphabet_poet: Path, tmp_path: Path) -> None:
    def buttons(message: int) -> str:
        """JavaScript for what can be pressed under one of the messages."""
        return (
            f"[...document.querySelectorAll('.message-components')[{message}]"
            "?.querySelectorAll('.component-button') ?? []].map(b => b.innerText.trim()).join(' ')"
        )

    async with (
        running_preview(CHECKPOINT=str(alphabet_poet), TMPDIR=str(tmp_path)) as address,
        running_browser() as browser,
    ):
        await browser.open(address)
        await write_command(browser, "poem", seed="the sea at night", mood="calm", private="True")
        assert await browser.until(buttons(0)) == "👍 👎 Another Continue Share Delete"
        await press(browser, "Share")
        finished = "👍 👎 Another Continue Delete Report"
        await browser.until(f"{buttons(0)} == '{finished}'")
        assert "Shared: to the poem" in await browser.text("#channel-timeline")
        stanzas = ".message-content br, .message-content p, .message-content div"
        assert await browser.until(f"document.querySelectorAll('{stanzas}').length") > 4

        await press(browser, "👎")
        await browser.until(f"{buttons(0)} == '{finished.replace('👎', '👎 1')}'")
        await press(browser, "Another")
        await browser.until(f"{buttons(1)} == '{finished}'")
        await press(browser, "Continue")
        await browser.until(f"{buttons(2)} == '{finished}'")
        await press(browser, "Report")
        await browser.until(f"{buttons(2)} == 'Show again Delete'")
        await press(browser, "Show again")  # who looks at the page is no moderator
        await browser.until("document.body.innerText.includes('Only a moderator')")
        await press(browser, "Delete")
        await browser.until("document.querySelectorAll('.message-components').length == 2")
        assert [votes for _, votes in poems_and_votes(tmp_path)] == [1, 0]
        assert browser.errors == []


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
