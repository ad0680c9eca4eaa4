"""The folder of the page: small, still, the same from disk and host; and what it says is true."""

import json
import math
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from bot.live_page import serve_live_page
from docs.live.build import HISTORY, LOSSES, PAGE, RECORDED, build
from docs.live.facts import STAGES, facts
from model.config import STAGES as MODEL_STAGES
from model.tokenizer import POEM_END
from tests.docs.test_live_screens import SCREENS
from train import history
from verse.sound.prosody import last_word, rhyme, syllables

asynchronous = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[2]
CHECKPOINTS = ROOT / "checkpoints"
MEGABYTES = 5


def plain(document: str) -> str:
    """A document's words, without its line ends and emphasis."""
    return re.sub(r"\s+", " ", re.sub(r"[*_]", "", (ROOT / document).read_text(encoding="utf-8")))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A static host: nothing but files."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_the_folder_is_small_and_static(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MEGABYTES * 1_000_000
    assert {path.suffix for path in files} == {".html", ".css", ".js"}
    for path in files:
        addresses = set(re.findall(r"https?://[^\s\"'`<)]+", path.read_text(encoding="utf-8")))
        assert addresses <= {"http://www.w3.org/2000/svg"}, path


def test_the_command_builds_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "docs.live", "--out", str(tmp_path / "page")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert str(tmp_path / "page" / "index.html") in done.stdout
    assert (tmp_path / "page" / "data" / "transformer.js").stat().st_size > 1_000_000
    (tmp_path / "file").touch()
    refused = subprocess.run(
        [*command[:-1], str(tmp_path / "file")], cwd=ROOT, capture_output=True, text=True
    )
    assert refused.returncode == 2
    assert refused.stderr.startswith("The page can't be built: ")


def test_the_worker_is_read_beside_the_model() -> None:
    """In some 300 lines."""
    lines = [
        line
        for name in ("networks.js", "sampling.js")
        for line in (PAGE / "worker" / name).read_text(encoding="utf-8").splitlines()
    ]
    assert len(lines) <= 340


@asynchronous
@pytest.mark.parametrize("from_disk", [True, False])
async def test_no_request_leaves_the_page(from_disk: bool, browser: Browser, folder: Path) -> None:
    with served(folder) as host:
        start = (folder / "index.html").as_uri() if from_disk else host
        own = folder.as_uri() if from_disk else host
        page = await browser.new_page(reduced_motion="reduce")
        requests: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("requestfailed", lambda request: errors.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(start)
        await page.wait_for_load_state("load")
        loaded = len(requests)
        for name in SCREENS:
            await page.goto(f"{start}#{name}")
            for button in await page.locator(".buttons button").all():
                await button.click()
        await page.locator(".paper", has_text="Do you like me?").wait_for()
        assert [url for url in requests if not url.startswith((own, "data:", "blob:"))] == []
        assert requests[loaded:] == [], "it fetches something later"
        assert errors == []
        await page.close()


@asynchronous
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_text_stands_out(scheme: str, browser: Browser, folder: Path) -> None:
    """WCAG 2.2, AA: 4.5 to 1, for every text that is shown."""
    page = await browser.new_page(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    for name in SCREENS:
        await page.goto(f"{(folder / 'index.html').as_uri()}#{name}")
        await page.wait_for_timeout(400)
        assert await page.evaluate(FAINT) == [], name
    await page.close()


FAINT = """() => {
    const paint = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
        .getContext("2d", { willReadFrequently: true });
    const blended = (colours) => {  // painted over each other, the last one on top
        for (const colour of colours) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); }
        return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (rgb) => rgb
        .map((value) => value / 255)
        .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
    const faint = [];
    for (const one of document.querySelectorAll("body *")) {
        const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        const unseen = one.matches("noscript, :disabled, svg *") || !one.getClientRects().length;
        if (!own || unseen) continue;
        const behind = [];
        for (let at = one; at; at = at.parentElement) {
            behind.unshift(getComputedStyle(at).backgroundColor);
        }
        const back = luminance(blended(["white", ...behind]));
        const front = luminance(blended(["white", ...behind, getComputedStyle(one).color]));
        const contrast = (Math.max(back, front) + 0.05) / (Math.min(back, front) + 0.05);
        if (contrast < 4.5) faint.push(`${one.textContent}: ${contrast.toFixed(2)}`);
    }
    return faint;
}"""


@asynchronous
async def test_a_ladder_with_a_history_shows_what_was_written_then(
    browser: Browser, tmp_path: Path
) -> None:
    shutil.copytree(CHECKPOINTS / "ladder", tmp_path / "checkpoints" / "ladder")
    (tmp_path / "checkpoints" / "poet").mkdir()
    shutil.copy(CHECKPOINTS / "poet" / "metrics.json", tmp_path / "checkpoints" / "poet")
    moments = [
        {"iteration": at, "loss": 4.0 - at / 200, "text": f"Written after {at}"}
        for at in (0, 10, 100, 500)
    ]
    for stage in STAGES:
        path = tmp_path / "checkpoints" / "ladder" / stage / HISTORY
        path.write_text(json.dumps({"moments": moments}))
    build(tmp_path / "page", tmp_path / "checkpoints")
    page = await browser.new_page()
    await page.goto((tmp_path / "page" / "index.html").as_uri() + "#learning")
    await expect(page.locator(".paper")).to_have_text("Written after 0")
    await page.locator("input[type=range]").press("ArrowRight")
    await page.locator("input[type=range]").press("ArrowRight")
    await expect(page.locator(".paper")).to_have_text("Written after 100")
    await expect(page.locator("h2").first).to_have_text("After 100 lessons: a loss of 3.50 nats")
    assert await page.locator("polyline").count() == 4
    await page.close()


@asynchronous
async def test_the_preview_serves_it() -> None:
    async with serve_live_page() as address, aiohttp.ClientSession() as session:
        assert address is not None
        async with session.get(address) as answer:
            assert "Watch it think" in await answer.text()
        async with session.get(f"{address}data/transformer.js") as answer:
            assert answer.status == 200


@asynchronous
async def test_where_only_the_packages_are_there_is_no_page(tmp_path: Path) -> None:
    async with serve_live_page(tmp_path) as address:
        assert address is None


def test_what_was_read_off_the_picture_of_the_ladder_ends_where_its_networks_do() -> None:
    for stage, read_off in json.loads(LOSSES.read_text(encoding="utf-8")).items():
        metrics = json.loads((CHECKPOINTS / "ladder" / stage / "metrics.json").read_text())
        iterations, losses = zip(*read_off, strict=True)
        assert list(iterations) == sorted(iterations)
        assert list(losses) == sorted(losses, reverse=True)
        assert metrics["first_loss"] > losses[0]
        assert losses[-1] == pytest.approx(metrics["val_loss"], abs=0.02)


def test_names_that_are_written_twice_to_spare_torch_agree() -> None:
    assert STAGES == MODEL_STAGES
    assert HISTORY == history.FILE


def test_the_texts_have_no_figures_of_their_own() -> None:
    """They come from the checkpoints, through facts.py, and the code of the screens."""
    texts = (PAGE / "texts.json").read_text(encoding="utf-8")
    assert re.findall(r"\d+", texts) == []
    named = set(re.findall(r"\{(\w+)\}", texts))
    told = {"number", "count", "letter", "line", "chance", "surprise", "yours", "its", "choices",
            "layer", "head", "loss", "parameters", "lessons", "left", "share", "words",
            "chosen", "given", "back", "space", "end", "start"}  # fmt: skip
    assert named <= facts(CHECKPOINTS).keys() | told


def test_the_documents_name_the_same_figures() -> None:
    known = facts(CHECKPOINTS)
    numbers = {"10": "ten", "4": "four"}
    explain, readme = plain("docs/explain.md"), plain("README.md")
    for sentence in (
        "has {vocab_size}: small and capital letters",
        "1 in {vocab_size}, it was surprised by ln {vocab_size} = {blind_loss} nats",
        "The table's loss falls to about {bigram_loss} and then stops",
        "it has {poet_millions} million numbers",
    ):
        assert sentence.format(**known) in explain
    blindly = (
        f"A loss of {known['bigram_loss']} is as good as choosing blindly among "
        f"{numbers[known['bigram_choices']]} letters, a loss of {known['transformer_loss']} as "
        f"choosing among {numbers[known['transformer_choices']]}."
    )
    assert blindly in explain
    for sentence in (
        "on {primer_characters} characters of plain modern poems",
        "{poet_millions} M parameters",
    ):
        assert sentence.format(**known) in readme
    vocab_size = int(known["vocab_size"])
    assert f"ln({vocab_size}) = {math.log(vocab_size):.2f} nats" in readme
    told = plain("checkpoints/README.md")
    assert f"{known['iterations']} iterations each on the seed diet" in told
    for name, stage in zip(
        ("bigram", "one head", "multi-head", "Transformer"), STAGES, strict=True
    ):
        metrics = json.loads((CHECKPOINTS / "ladder" / stage / "metrics.json").read_text())
        assert f"{name} {metrics['val_loss']:.3f}" in told


def test_what_page_and_explanation_both_say_is_the_same() -> None:
    texts, explain = (PAGE / "texts.json").read_text(encoding="utf-8"), plain("docs/explain.md")
    for phrase in (
        "a hundred thousand times the numbers and most of what people ever wrote",
        "like tuning an old radio with a million knobs",
        "mathematics tells it for all knobs at once",
        "the letters that would spell no word, or leave no room for the rhyme",
        "it chooses among what they leave",
    ):
        assert phrase in texts
        assert phrase in explain


def test_the_recorded_line_keeps_rhyme_and_syllables() -> None:
    line = json.loads(RECORDED.read_text(encoding="utf-8"))["rhyme"]
    assert "".join(one["rolled"] for one in line["rolls"]) == line["line"] + POEM_END
    assert syllables(line["line"]) == syllables(line["first"]) == line["rolls"][0]["left"]
    assert rhyme(last_word(line["line"]) or "", last_word(line["first"]) or "") == "perfect"
    assert last_word(line["line"]) in line["rhymes"]
    for one in line["rolls"]:
        assert [allowed for letter, _, allowed in one["expected"] if letter == one["rolled"]] == [
            True
        ]
    assert max(one["struck"] for one in line["rolls"]) > 0.5
