"""Each screen of the page, once by mouse and once by keys, on a phone of 360 x 640."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCREENS = ("whole", "guess", "loss", "bigram", "looking", "stages", "temperature", "learning",
           "rhyme", "limits")  # fmt: skip
BARS = ".bars li"


async def open_screen(page: Page, name: str) -> None:
    """Opens the page anew at a screen, so that no test finds what another left."""
    await page.goto(f"{page.url.partition('#')[0]}#{name}")
    await page.reload()
    await page.locator("h1").wait_for()


async def press_by_key(page: Page, name: str) -> None:
    """Reaches the button `name` with Tab alone, and presses it with Enter."""
    for _ in range(120):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if await focused.count() and (await focused.inner_text()).strip() == name:
            await page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab never comes to {name}")


async def focus_by_key(page: Page, selector: str) -> None:
    """Reaches what `selector` names with Tab alone."""
    for _ in range(120):
        await page.keyboard.press("Tab")
        if await page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"Tab never comes to {selector}")


async def bars(page: Page) -> list[str]:
    await page.locator(BARS).first.wait_for()
    return await page.locator(BARS).all_inner_texts()


async def test_one_goes_through_all_screens_with_next_and_back(page: Page) -> None:
    await open_screen(page, SCREENS[0])
    titles = []
    for name in SCREENS:
        assert page.url.endswith(f"#{name}")
        titles.append(await page.locator("h1").inner_text())
        if name != SCREENS[-1]:
            await page.locator("#turn .next").click()
            await expect(page.locator("h1")).to_be_focused()  # a screen reader reads on from there
    assert len(set(titles)) == len(SCREENS)
    await page.locator("#turn .back").click()
    await expect(page.locator("h1")).to_have_text(titles[-2])
    await page.get_by_role("link", name=f"1: {titles[0]}").click()
    await expect(page.locator("h1")).to_have_text(titles[0])


@pytest.mark.parametrize("name", SCREENS)
async def test_it_fits_a_phone_and_every_control_has_a_name(name: str, page: Page) -> None:
    await open_screen(page, name)
    await page.wait_for_timeout(300)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    nameless = await page.evaluate(
        """[...document.querySelectorAll("button, a, input, select, summary, canvas, svg, pre")]
            .filter((one) => !(one.labels?.[0]?.innerText || one.getAttribute("aria-label")
                || one.innerText)?.trim())
            .map((one) => one.outerHTML)"""
    )
    nameless = [one for one in nameless if not one.startswith("<pre")]
    assert nameless == []
    small = await page.evaluate(
        """[...document.querySelectorAll("button, select, input[type=text]")]
            .filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML)"""
    )
    assert small == []  # a finger hits them


async def test_guess_roll_write_down(page: Page) -> None:
    await open_screen(page, "whole")
    before = await bars(page)
    assert before[-1].startswith("all others")
    total = sum(float(re.findall(r"(\d+)\s%", one)[0]) for one in before)
    assert total == pytest.approx(100, abs=len(before) / 2)
    sheet = page.locator(".paper")
    await page.get_by_role("button", name="Roll the die").click()
    await expect(sheet).to_have_text(re.compile(r"^The moon was on the s[\s\S]$"))
    await expect(page.locator(BARS).first).not_to_have_text(before[0])
    await page.get_by_role("button", name="Start again").click()
    await expect(sheet).to_have_text("The moon was on the s")
    await press_by_key(page, "Roll until the line ends")
    await expect(sheet).to_have_text(re.compile(r"^The moon was on the s.{2,}", re.DOTALL))


async def test_the_game_and_its_loss(page: Page) -> None:
    await open_screen(page, "guess")
    assert await page.locator(BARS).count() == 0, "the answer is given away"
    await page.get_by_label("nearly certain").check()
    await page.get_by_role("button", name="y", exact=True).click()
    await expect(page.locator(".verdict")).to_have_text(re.compile("surprise"))
    assert await page.locator(".bars .chosen").count() == 1
    told = await page.locator("#screen").inner_text()
    assert re.search(
        r"You said y, with 90\s%\. That left <\s1\s% for e: your surprise was 6\.5", told
    )
    await expect(page.get_by_role("button", name="The next line")).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Enter")  # "The next line" has the focus
    await expect(page.locator(".count")).to_have_text("Line 2 of 12")
    await page.keyboard.press("x")
    await expect(page.locator(".verdict")).to_have_text(
        "The network's surprise was the smaller one."
    )

    await page.locator("#turn .next").click()
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(2)
    cells = [await row.locator("td").all_inner_texts() for row in await rows.all()]
    average = await page.locator("tfoot td").all_inner_texts()
    for column in (0, 1):
        mean = sum(float(row[column]) for row in cells) / 2
        assert float(average[column]) == pytest.approx(mean, abs=0.11)


async def test_the_last_line_of_the_game_begins_it_anew(page: Page) -> None:
    await open_screen(page, "guess")
    for number in range(12):
        await expect(page.locator(".count")).to_have_text(f"Line {number + 1} of 12")
        await page.keyboard.press("a")
        await page.locator(".verdict").wait_for()
        await page.keyboard.press("Enter")
    await expect(page.locator(".count")).to_have_text("Line 1 of 12")


async def test_what_a_chance_costs(page: Page) -> None:
    await open_screen(page, "loss")
    assert "You have not played yet" in await page.locator("#screen").inner_text()
    await expect(page.locator(".large")).to_have_text("A surprise of 1.4 nats")
    await focus_by_key(page, "input[type=range]")
    await page.keyboard.press("End")
    await expect(page.locator(".large")).to_have_text("A surprise of 0.0 nats")
    box = await page.locator("input[type=range]").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await expect(page.locator(".large")).to_have_text("A surprise of 0.7 nats")
    await page.get_by_role("link", name="Guess a few letters").click()
    await expect(page.locator("h1")).to_have_text("Now you guess")


async def test_the_table_is_touched(page: Page) -> None:
    await open_screen(page, "bigram")
    await expect(page.locator(BARS).first).to_have_text(re.compile(r"u\s*100"))
    box = await page.locator("canvas").bounding_box()
    assert box is not None
    row = 9.5 / 31  # the letter h: a head line, the space, and seven letters are above it
    await page.locator("canvas").click(position={"x": 30, "y": row * box["height"]})
    await expect(page.locator("h2").first).to_have_text("After h comes")
    await press_by_key(page, "t")
    await expect(page.locator("h2").first).to_have_text("After t comes")
    await press_by_key(page, "Let it write")
    await expect(page.locator(".paper")).to_have_text(re.compile("^t.{60,}", re.DOTALL))


async def test_letters_look_back(page: Page) -> None:
    await open_screen(page, "looking")
    letters = page.locator(".letters button")
    await expect(letters).to_have_count(1 + len("A moonlit night at sea"))
    await letters.nth(4).click()
    await expect(page.locator("h2[aria-live]")).to_have_text("o listens most to:")
    assert await page.locator(".letters .hidden").count() == 18, "it peeks at what comes after it"
    listened = await bars(page)
    assert any(one.startswith(("A, 3 back", "space, 2 back", "m, 1 back")) for one in listened)
    before = await bars(page)
    await page.get_by_role("radio", name="Transformer").check()
    await expect(page.get_by_label("Which head").locator("option")).to_have_count(16)
    await page.get_by_label("Which head").select_option("3,2")
    await expect(page.locator(BARS).first).not_to_have_text(before[0])
    await page.get_by_label("One head").check()
    await expect(page.get_by_label("Which head").locator("option")).to_have_count(1)
    await focus_by_key(page, "input[type=text]")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("Sea")
    await expect(letters).to_have_count(4)
    await press_by_key(page, "e")
    await expect(page.locator("h2[aria-live]")).to_have_text("e listens most to:")
    await expect(letters.nth(2)).to_be_focused()


async def test_four_stages_write(page: Page) -> None:
    await open_screen(page, "stages")
    sheets = page.locator(".card .paper")
    await expect(sheets).to_have_text(["The rain "] * 4)  # nothing begins unasked
    await page.get_by_role("button", name="Let all four write").click()
    for sheet in await sheets.all():  # at once, for here nobody wants motion
        await expect(sheet).to_have_text(re.compile("^The rain .{100,}", re.DOTALL))
    await page.locator("input[type=text]").fill("My dog ")
    await page.get_by_role("button", name="Let all four write").click()
    await expect(sheets.nth(3)).to_have_text(re.compile("^My dog .{100,}", re.DOTALL))
    before = await sheets.nth(3).inner_text()
    await press_by_key(page, "Let all four write")
    await expect(sheets.nth(3)).not_to_have_text(before)


async def test_they_write_at_the_same_speed(browser: Browser, folder: Path) -> None:
    """For those who want motion: letter by letter, all four as far as each other."""
    page = await browser.new_page()
    await page.goto((folder / "index.html").as_uri() + "#stages")
    await page.get_by_role("button", name="Let all four write").click()
    await page.wait_for_function("document.querySelector('.card mark')?.textContent.length > 5")
    lengths = await page.evaluate(
        """[...document.querySelectorAll(".card mark")].map((one) =>
            one.textContent.replaceAll("\\n\\n", "\\f").length)"""
    )
    assert len(lengths) == 4
    assert max(lengths) - min(lengths) <= 3  # an empty line may be one letter or two
    assert max(lengths) < 160
    await page.close()


async def test_temperature_changes_the_very_bars(page: Page) -> None:
    await open_screen(page, "temperature")
    before = await bars(page)
    sliders = page.locator("input[type=range]")
    await focus_by_key(page, "input[type=range]")
    await page.keyboard.press("Home")
    await expect(page.locator(BARS).first).to_have_text(re.compile(r"100"))
    await press_by_key(page, "Write with this die")
    coldest = page.locator(".paper")
    await expect(coldest).to_have_text(re.compile("^I went to the s.{60,}", re.DOTALL))
    text = await coldest.inner_text()
    await page.get_by_role("button", name="Write with this die").click()
    await expect(coldest).to_have_text(text, use_inner_text=True)  # at 0 nothing is rolled
    await sliders.nth(0).fill("1")
    assert await bars(page) == before
    await sliders.nth(1).fill("0.3")
    assert await page.locator(".bars .struck").count() > 3
    await page.locator("input[type=text]").fill("q")
    await expect(page.locator(BARS).first).to_have_text(re.compile("^u"))


async def test_one_watches_it_learn(page: Page) -> None:
    await open_screen(page, "learning")
    """Nobody kept what this ladder wrote on the way, so both ends stand there at every lesson."""
    heading, sheets = page.locator("h2").first, page.locator(".paper")
    await expect(heading).to_have_text("After 0 lessons: a loss of 4.17 nats")
    await expect(sheets).to_have_text([re.compile(".{100,}", re.DOTALL)] * 2)
    first = await sheets.all_inner_texts()
    names = await page.locator(".chart .name").all_text_contents()
    assert set(names) == {"Table", "One head", "Four heads", "Transformer"}
    inside = """[...document.querySelectorAll(".chart text")].every((one) => {
        const [text, svg] = [one, one.closest("svg")].map((each) => each.getBoundingClientRect());
        return text.left >= svg.left && text.right <= svg.right;
    })"""
    assert await page.evaluate(inside)
    await focus_by_key(page, "input[type=range]")
    await page.keyboard.press("ArrowRight")
    await expect(heading).to_have_text("After 50 lessons: a loss of 2.11 nats")
    await page.keyboard.press("End")
    await expect(heading).to_have_text("After 500 lessons: a loss of 1.38 nats")
    assert await sheets.all_inner_texts() == first
    await page.get_by_role("radio", name="Table").check()
    await expect(sheets.first).to_have_text(re.compile(".{100,}", re.DOTALL))
    await expect(sheets.first).not_to_have_text(first[0], use_inner_text=True)
    await page.locator("input[type=range]").press("End")
    await expect(heading).to_have_text(re.compile("a loss of 2.31 nats$"))


async def test_how_rhyme_is_kept(page: Page) -> None:
    await open_screen(page, "rhyme")
    await page.get_by_role("button", name="One letter on").click()
    await expect(page.locator(".paper")).to_have_text("The moon was on the silver sea,\nAn")
    await press_by_key(page, "To the last word")
    await expect(page.locator(".paper")).to_have_text(re.compile("across the t$"))
    await expect(page.locator(BARS).first).to_have_text(re.compile(r"^s\s*79\s%, struck out$"))
    await expect(page.locator(".bars .chosen b")).to_have_text("t")
    widths = await page.evaluate(
        "[...document.querySelectorAll('.bars i')].map((one) => parseFloat(one.style.width))"
    )
    assert min(widths) >= 0.5, "bars without length"
    await focus_by_key(page, "input[type=range]")
    await page.keyboard.press("End")
    await expect(page.locator(".paper")).to_have_text(re.compile(r"across the tree\.$"))


async def test_it_does_not_answer(page: Page) -> None:
    await open_screen(page, "limits")
    await expect(page.locator(".paper")).to_be_hidden()
    await page.locator("input[type=text]").fill("Who are you? ")
    await page.get_by_role("button", name="Ask").click()
    await expect(page.locator(".paper")).to_have_text(
        re.compile(r"^Who are you\? .{50,}", re.DOTALL)
    )
    await page.locator("summary").first.click()
    await expect(page.locator("details p").first).to_be_visible()
    await press_by_key(page, "Ask")
