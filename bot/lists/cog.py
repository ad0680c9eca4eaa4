"""/poems: the best liked, one's own, any, or those with certain words; page by page.

All of it is answered in private: a list is for who asked, and is out of date in a minute.
"""

import re
import time
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot import display, errors
from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.language import localised, options
from bot.i18n.texts import Texts
from bot.places import everywhere, readable
from bot.poem.message import finished, own_lines
from bot.poem.wishes import without_control
from bot.store import ListedPoem
from bot.votes.rules import DOWN, UP

if TYPE_CHECKING:
    from bot.client import PoetInteraction

PAGE = 5
"""Poems on a page."""
LAST_PAGE = 9998
"""Nobody turns so far; but the numbers of the pages beside it must have room in a button, too."""
MAX_WORDS_CHARS = 60
"""What is looked for is carried by the buttons, and there is little room in them."""
FIRST_LINES = 2
"""Lines by which a poem is known again."""
LINE_CHARS = 80
DAY = 86_400
PERIODS = {"week": 7 * DAY, "month": 30 * DAY}
"""Seconds that the periods reach back from now, of which one can see the best liked poems."""


@everywhere
class PoemsCog(
    commands.GroupCog,
    group_name=localised("command_poems"),
    group_description=localised("about_poems"),
):
    """Shows poems that were written before."""

    @app_commands.command(name=localised("command_top"), description=localised("about_top"))
    @options("period")
    @app_commands.choices(
        period=[Choice(name=localised(f"period_{name}"), value=name) for name in (*PERIODS, "all")]
    )
    async def top(self, interaction: "PoetInteraction", period: str = "all") -> None:
        async with errors.answered(interaction):
            if period not in (*PERIODS, "all"):  # Discord lets no other through
                raise Refusal(language.of(interaction).choose_one)
            await show_page(interaction, "top", 1, period)

    @app_commands.command(name=localised("command_mine"), description=localised("about_mine"))
    async def mine(self, interaction: "PoetInteraction") -> None:
        async with errors.answered(interaction):
            await show_page(interaction, "mine", 1)

    @app_commands.command(name=localised("command_find"), description=localised("about_find"))
    @options("words")
    async def find(self, interaction: "PoetInteraction", words: str) -> None:
        async with errors.answered(interaction):
            wanted = " ".join(without_control(words).split())[:MAX_WORDS_CHARS].strip()
            if not wanted:
                raise Refusal(language.of(interaction).none_found)
            await show_page(interaction, "find", 1, wanted)

    @app_commands.command(name=localised("command_random"), description=localised("about_random"))
    async def random(self, interaction: "PoetInteraction") -> None:
        async with errors.answered(interaction):
            bot, texts = interaction.client, language.of(interaction)
            poem = await bot.store.random_poem(readable(bot, interaction))
            if poem is None:
                raise Refusal(texts.none_random)
            await interaction.response.send_message(
                display.message(poem.text, _about(poem, texts)), ephemeral=True
            )


class PageButton(
    ui.DynamicItem[ui.Button[Any]], template=r"poems:(top|mine|find):(\d{1,4}):(.{0,60})"
):
    """Turns to another page of a list: `poems:KIND:PAGE:WORDS`; for WORDS see `show_page`."""

    def __init__(
        self, kind: str, page: int, words: str, label: str | None = None, *, there: bool = True
    ) -> None:
        super().__init__(
            ui.Button(label=label, custom_id=f"poems:{kind}:{page}:{words}", disabled=not there)
        )
        self.kind, self.page, self.words = kind, page, words

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match[1], int(match[2]), without_control(match[3]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with errors.answered(interaction):
            await show_page(interaction, self.kind, self.page, self.words, turning=True)


class ReadButton(ui.DynamicItem[ui.Button[Any]], template=r"poems:read:(\d{1,18})"):
    """Shows one of one's own poems whole, also where its message is gone: `poems:read:POEM_ID`."""

    def __init__(self, poem_id: int, label: str | None = None) -> None:
        super().__init__(ui.Button(label=label, custom_id=f"poems:read:{poem_id}", row=0))
        self.poem_id = poem_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match[1]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with errors.answered(interaction):
            texts, store = language.of(interaction), interaction.client.store
            poem = await store.poem(self.poem_id)
            if poem is None or poem.text is None or poem.hidden:
                raise Refusal(texts.poem_gone)
            if poem.asker != store.member(interaction.user.id):  # an id can be forged
                raise Refusal(texts.poem_gone)
            await interaction.response.send_message(finished(poem, texts), ephemeral=True)


async def show_page(
    interaction: "PoetInteraction", kind: str, page: int, words: str = "", *, turning: bool = False
) -> None:
    """Shows page number `page` of the list `kind` in a new private answer.

    words: what its poems must have, for the kind that finds words; for the best liked the period
    in which they were written, of all time if it is none of PERIODS. turning: shows it in place
    of the page before. Raises Refusal where there is none.
    """
    bot, texts = interaction.client, language.of(interaction)
    page = min(max(1, page), LAST_PAGE)
    # One more than is shown tells whether there is another page.
    cut = {"limit": PAGE + 1, "offset": (page - 1) * PAGE}
    match kind:
        case "top":
            since = int(time.time()) - PERIODS[words] if words in PERIODS else 0
            title, nothing = texts.top(words if since else "all")
            poems = await bot.store.top_poems(readable(bot, interaction), since=since, **cut)
        case "find":
            title = texts.found_title.format(words=display.escape(words))
            nothing = texts.none_found
            poems = await bot.store.found_poems(readable(bot, interaction), words, **cut)
        case _:
            title, nothing = texts.mine_title, texts.none_mine
            poems = await bot.store.poems_of(interaction.user.id, **cut)
    if not poems and page == 1:
        raise Refusal(nothing)
    entries = [
        f"{(page - 1) * PAGE + place}\\. {_first_lines(poem)}\n-# {_about(poem, texts)}"
        for place, poem in enumerate(poems[:PAGE], start=1)
    ]
    content = "\n".join([f"### {title} · {texts.page.format(page=page)}", *entries])
    view = ui.View(timeout=None)
    if kind == "mine":
        for place, poem in enumerate(poems[:PAGE], start=(page - 1) * PAGE + 1):
            view.add_item(ReadButton(poem.id, str(place)))
    more = len(poems) > PAGE
    if page > 1 or more:
        view.add_item(PageButton(kind, page - 1, words, texts.earlier, there=page > 1))
        view.add_item(PageButton(kind, page + 1, words, texts.later, there=more))
    if turning:
        await interaction.response.edit_message(content=content, view=view)
    else:
        await interaction.response.send_message(content, view=view, ephemeral=True)


def _first_lines(poem: ListedPoem) -> str:
    """How the message with a poem begins, in one line."""
    text = own_lines(poem.text, poem.opening) if poem.continues else poem.text
    lines = [line for line in text.split("\n") if line]
    begin = " / ".join(
        line if len(line) <= LINE_CHARS else f"{line[:LINE_CHARS]}{display.CUT}"
        for line in lines[:FIRST_LINES]
    )
    return display.escape(begin + (f" {display.CUT}" if len(lines) > FIRST_LINES else ""))


def _about(poem: ListedPoem, texts: Texts) -> str:
    """Votes, age and where the poem stands."""
    votes = [f"{sign} {count}" for sign, count in ((UP, poem.up), (DOWN, poem.down)) if count]
    link = display.permalink(poem.guild_id, poem.channel_id, poem.message_id)
    where = texts.only_for_you if poem.private else f"[{texts.to_the_poem}]({link})"
    return " · ".join([*votes, f"<t:{poem.created_at}:R>", where])
