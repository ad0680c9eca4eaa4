"""Takes the picture in the README: python -m docs.screenshot "the sea at night"

A real browser asks the preview for a poem, as tests/bot/test_browser.py does. Every run gives
another poem; it is printed too. Needs Chromium and the extra `preview`.
"""

import argparse
import asyncio
from pathlib import Path

from tests.browser import idle, running_browser, running_preview, write_command

WIDTH, HEIGHT = 640, 480  # so narrow that the page leaves out its side bar
SCALE = 2  # pixels of the picture for each of the page: sharp on every screen
TIMELINE = "document.querySelector('#channel-timeline')"


async def take_picture(seed: str, path: Path, checkpoint: Path) -> str:
    """Writes the picture to `path`; returns the message in it."""
    async with (
        running_preview(CHECKPOINT=str(checkpoint)) as address,
        running_browser() as browser,
    ):
        await browser.resize(WIDTH, HEIGHT, SCALE)
        await browser.open(address)
        await write_command(browser, "poem", seed=seed)
        await browser.until("document.querySelector('.message-components')")
        await idle(browser)  # reactions come last
        hidden = await browser.until(f"{TIMELINE}.scrollHeight - {TIMELINE}.clientHeight + 1")
        await browser.resize(WIDTH, HEIGHT + hidden, SCALE)
        await browser.until(f"{TIMELINE}.scrollHeight == {TIMELINE}.clientHeight")
        await idle(browser)
        await asyncio.to_thread(path.write_bytes, await browser.picture("#channel-layout"))
        return await browser.text(".message-content")


def main() -> None:
    parser = argparse.ArgumentParser(
        "python -m docs.screenshot", description="Takes the README's picture of a poem in Discord."
    )
    parser.add_argument("seed", help="how the poem begins, such as: the sea at night")
    parser.add_argument(
        "--out", type=Path, default=Path("docs/poem.png"), help="file to write (docs/poem.png)"
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        default=Path("checkpoints/poet"),
        help="folder of the network that writes (checkpoints/poet)",
    )
    arguments = parser.parse_args()
    print(asyncio.run(take_picture(arguments.seed, arguments.out, arguments.checkpoint)))
    print(f"\nThe picture is {arguments.out}.")


if __name__ == "__main__":
    main()
