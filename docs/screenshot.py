"""Takes the picture in the README: python -m docs.screenshot "the sea at night"

A real browser asks the preview for a poem, as tests/bot/test_browser.py does. Every run gives
another poem; it is printed too. Needs Chromium and the extra `dev`.
"""

import argparse
import asyncio
from pathlib import Path

from tests.browser import idle, opened_preview, until, write_command

WIDTH, HEIGHT = 640, 480  # so narrow that the page leaves out its side bar
SCALE = 2  # pixels of the picture for each of the page: sharp on every screen
TIMELINE = "document.querySelector('#channel-timeline')"


async def take_picture(seed: str, path: Path, checkpoint: Path) -> str:
    """Writes the picture of a poem that begins with `seed` to `path`; returns the message in it.

    `checkpoint` is the folder of the network that writes it.
    """
    async with opened_preview(SCALE, CHECKPOINT=str(checkpoint)) as page:
        await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        await write_command(page, "poem", seed=seed)
        # The bot gives a poem half a minute at most.
        await page.get_by_role("button", name="Another").wait_for(timeout=60_000)
        await idle(page)  # reactions come last
        hidden = int(await page.evaluate(f"{TIMELINE}.scrollHeight - {TIMELINE}.clientHeight"))
        await page.set_viewport_size({"width": WIDTH, "height": HEIGHT + hidden})
        await until(page, f"{TIMELINE}.scrollHeight == {TIMELINE}.clientHeight")
        await idle(page)
        await page.mouse.move(0, 0)  # what it hovers over looks different
        await page.locator("#channel-layout").screenshot(path=path)
        return await page.locator(".message-content").inner_text()


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
