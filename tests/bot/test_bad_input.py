"""Whatever is typed or forged: one clear private sentence, nothing kept, no trace in the channel.

Pings, Markdown, hidden characters and seeds of 6000 characters: test_poem.py. Forged ids of a
poem's buttons: test_buttons.py; of lists and /privacy: test_lists.py and test_privacy.py.
"""

from typing import Any

import pytest
from simcord import InteractionResult

from bot.cogs import brain as brain_cog
from bot.texts import ENGLISH
from bot.wishes import MAX_THEME_CHARS
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = "the sea " * 750
HIDDEN = "\u202e\u200b\u2066"
SLUR = "n1gg3r"
"""As somebody writes it who knows that it is not wanted."""


def check_untouched(world: World) -> None:
    assert world.messages() == []
    assert world.rows("SELECT * FROM poems") == []
    assert world.rows("SELECT * FROM ratings") == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"seed": LONG}, "at most"),
        ({"seed": HIDDEN}, ENGLISH.no_words),
        ({"seed": f"what a {SLUR}"}, ENGLISH.slur),
        ({"theme": SLUR}, ENGLISH.slur),
        ({"theme": LONG}, ENGLISH.long_theme.format(most=MAX_THEME_CHARS)),
        ({"form": LONG}, ENGLISH.unknown_form),
        ({"form": "@everyone"}, ENGLISH.unknown_form),
        ({"manner": LONG}, ENGLISH.no_manners),
        ({"form": "sonnet", "lines": 3}, "14"),
        ({"seed": "4 ever", "form": "acrostic"}, ENGLISH.acrostic_unspellable),
        ({"seed": LONG, "form": "acrostic"}, "has 4500 letters"),
        ({"form": "acrostic"}, ENGLISH.acrostic_empty),
        ({"seed": "x" * 2000, "private": True}, "at most"),
    ],
)
async def test_wishes(world: World, options: dict[str, Any], sentence: str) -> None:
    result = await world.alice.slash(world.channel, "poem", **options)
    assert sentence in world.refusal(result)
    check_untouched(world)


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("acrostic", {"word": HIDDEN}, ENGLISH.no_words),
        ("acrostic", {"word": "**"}, ENGLISH.acrostic_unspellable),
        ("acrostic", {"word": SLUR}, ENGLISH.slur),
        ("brain", {"text": SLUR}, ENGLISH.slur),
        ("poems find", {"words": HIDDEN}, ENGLISH.none_found),
        ("poems find", {"words": "%' OR 1=1; DROP TABLE poems --"}, ENGLISH.none_found),
    ],
)
async def test_other_commands(
    world: World, command: str, options: dict[str, str], sentence: str
) -> None:
    result = await world.alice.slash(world.channel, command, **options)
    assert world.refusal(result) == sentence
    check_untouched(world)


async def test_a_message_with_a_slur_becomes_no_poem(world: World) -> None:
    said = await world.bob.send(world.channel, f"{SLUR} everywhere")
    result = await world.alice.context_menu(world.channel, ENGLISH.menu_make_poem, said)
    assert world.refusal(result) == ENGLISH.slur
    assert world.rows("SELECT * FROM poems") == []


async def test_hidden_characters_do_not_reach_the_theme(world: World) -> None:
    await world.wish(seed="the sea", theme=f"lo{HIDDEN}ve\n\x00and rain")
    ((theme,),) = world.rows("SELECT settings ->> 'theme' FROM poems")
    assert theme == "love\nand rain"


async def test_what_is_looked_for_breaks_no_layout(world: World) -> None:
    await world.keep_poem("# @everyone\n> *sea* ||x|| <@1>")
    result = await world.alice.slash(world.channel, "poems find", words="@everyone")
    assert result.response is not None
    content = result.response.content
    assert "\\@everyone" in content
    assert "@everyone" not in content.replace("\\@everyone", "")
    assert "\\*sea\\*" in content
    for entry in world.env.http_requests:
        if isinstance(entry.json, dict) and isinstance(entry.json.get("data"), dict):
            assert entry.json["data"].get("allowed_mentions", {"parse": []}) == {"parse": []}


async def forge(world: World, action: str) -> InteractionResult:
    """Bob presses a button that says `action`, under a finished poem of Alice."""
    message = await world.poem()
    stored = world.env.backend.get_message(message.channel.id, message.id)
    forged = action.format(id=world.poem_id(message))
    stored.components[0]["components"][0]["custom_id"] = forged
    return await world.bob.click(message, custom_id=forged)


@pytest.mark.parametrize("action", ["share", "show", "reveal", "up!", "x" * 80])
async def test_buttons_that_were_never_offered(world: World, action: str) -> None:
    """Shares nothing that is public, shows nothing that is not hidden, and explodes at nothing."""
    result = await forge(world, f"poem:{action}:{{id}}")
    assert result.response is not None
    if action == "show":
        assert result.response.content == ENGLISH.only_moderators
    else:
        assert result.response.content == ENGLISH.poem_gone
    assert result.response.ephemeral
    assert len(world.messages()) == 1


async def test_buttons_of_a_poem_that_is_still_written(world: World) -> None:
    message = await world.poem()
    world.change("UPDATE poems SET text = NULL, stopped_by = NULL")
    for action in ("continue", "report", "another"):
        result = await world.press(world.bob, message, action)
        assert result.response is not None
        assert (result.response.content, result.response.ephemeral) == (ENGLISH.too_early, True)


async def test_words_of_somebody_who_looks_inside_are_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def draw(self, text: str, checkpoint: object) -> dict[str, bytes]:
            raise RuntimeError(text)

    cog = world.bot.cogs["BrainCog"]
    assert isinstance(cog, brain_cog.BrainCog)
    monkeypatch.setattr(cog, "studio", Broken())
    result = await world.alice.slash(world.channel, "brain", text="the unmistakable sea")
    assert "not your fault" in world.refusal(result)
    assert "unmistakable" not in caplog.text
    check_untouched(world)
