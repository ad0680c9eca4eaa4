"""Whatever is typed or forged: one clear private sentence, nothing kept, no trace in the channel.

Pings, Markdown, hidden characters and seeds of 6000 characters: test_poem.py. Forged ids of a
poem's buttons: test_buttons.py; of lists and /privacy: test_lists.py and test_privacy.py.
"""

from typing import Any

import discord
import pytest
from discord import InteractionType
from discord.app_commands import CommandNotFound, CommandSignatureMismatch, TransformerError
from simcord import InteractionResult, MemberActor
from simcord.backend.serializers import message_payload

from bot.brain import cog as brain_cog
from bot.i18n.texts import ENGLISH
from bot.poem.wishes import MAX_THEME_CHARS
from tests.bot.server_settings.test_admins import admin
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
        ({"manner": LONG}, ENGLISH.no_authors),
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
        ("acrostic", {"word": "**"}, ENGLISH.no_words),
        ("acrostic", {"word": "4 ever"}, ENGLISH.acrostic_unspellable),
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


async def send_raw(
    world: World,
    kind: InteractionType,
    data: dict[str, Any],
    under: discord.Message | None = None,
    by: MemberActor | None = None,
) -> InteractionResult:
    """What no Discord of today lets a member, Bob if none is named, send, but a forged one or one
    of yesterday would."""
    message = under and world.env.backend.get_message(under.channel.id, under.id)
    extra = {"message": message_payload(world.env.backend, message)} if message else None
    return await (by or world.bob)._dispatch_interaction(
        kind.value, world.channel, data, extra=extra
    )


@pytest.mark.parametrize("custom_id", ["poem:up:{id}", "privacy:out"])
@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (InteractionType.component, {"component_type": 2}),  # a button that is not there
        (InteractionType.component, {"component_type": 3, "values": ["1"]}),  # a menu is none
        (InteractionType.modal_submit, {"components": []}),
    ],
    ids=["button", "menu", "form"],
)
async def test_what_stands_under_no_message(
    world: World, custom_id: str, kind: InteractionType, form: dict[str, Any]
) -> None:
    message = await world.poem()
    data = form | {"custom_id": custom_id.format(id=world.poem_id(message))}
    # Under another message; then under none, or, a menu, under the very button of that id.
    said = await world.alice.send(world.channel, "hello")
    for under in (said, message if "values" in form and "{id}" in custom_id else None):
        assert world.refusal(await send_raw(world, kind, data, under)) == ENGLISH.poem_gone
    assert world.votes(message) == []
    assert world.rows("SELECT * FROM opted_out") == []
    assert message.id in [left.id for left in world.messages()]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ({"name": "verse"}, CommandNotFound),
        ({"name": "poems", "options": [{"type": 1, "name": "worst"}]}, CommandNotFound),
        ({"name": "acrostic"}, CommandSignatureMismatch),  # it needs its word
        ({"name": "Make a song of this", "type": 3, "target_id": "1"}, CommandNotFound),
    ],
)
async def test_commands_of_another_version(
    world: World,
    command: dict[str, Any],
    error: type[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    data = {"id": "1", "type": 1} | command
    result = await send_raw(world, InteractionType.application_command, data)
    assert world.refusal(result, error) == ENGLISH.other_version
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
    check_untouched(world)


async def test_nothing_is_offered_for_a_command_of_another_version(world: World) -> None:
    typed = {"type": 3, "name": "form", "value": "son", "focused": True}
    data = {"id": "1", "type": 1, "name": "verse", "options": [typed]}
    result = await send_raw(world, InteractionType.autocomplete, data)
    assert result.autocomplete_choices == []
    world.errors_seen = len(world.env.errors)


async def test_a_channel_that_the_bot_does_not_see(world: World) -> None:
    guild = world.bot.get_guild(world.alice.guild.id)
    assert guild is not None
    guild._channels.clear()
    result = await admin(world).slash(world.channel, "settings channels", add=world.channel)
    assert world.refusal(result, TransformerError) == ENGLISH.channel_not_seen
    assert world.rows("SELECT * FROM guild_settings") == []


async def test_buttons_of_a_poem_that_is_still_written(world: World) -> None:
    message = await world.poem()
    world.change("UPDATE poems SET text = NULL, stopped_by = NULL")
    for action in ("continue", "report", "another", "scan", "picture"):
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
