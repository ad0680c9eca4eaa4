"""The catalogue: every language says everything, and the bot speaks the member's."""

import re
import string
import tomllib
from dataclasses import fields

import discord
import pytest

from bot import registration
from bot.i18n import language
from bot.i18n.texts import ENGLISH, Texts
from tests.bot.world import World
from verse.request.messages import SENTENCES, Message

GERMAN = language.texts("de")
TRANSLATIONS = [code for code in language.languages() if code != "en"]
NAMES = [field.name for field in fields(Texts)]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_a_translation_lacks_nothing_and_adds_nothing(code: str) -> None:
    path = language.FOLDER / f"{code}.toml"
    translated = tomllib.loads(path.read_text(encoding="utf-8"))
    assert list(translated) == NAMES, "the same names in the same order"


@pytest.mark.parametrize("code", TRANSLATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_a_translation_fills_in_the_same(code: str, name: str) -> None:
    english, translated = getattr(ENGLISH, name), getattr(language.texts(code), name)
    assert placeholders(translated) == placeholders(english)
    assert translated == translated.strip() != ""
    assert re.findall(r"^- |\*\*", translated, re.M) == re.findall(r"^- |\*\*", english, re.M)


@pytest.mark.parametrize("name", SENTENCES)
def test_what_the_poet_says_is_in_the_catalogue(name: str) -> None:
    values = dict.fromkeys(placeholders(SENTENCES[name]), "sonnet")
    remark = Message(name, values)
    assert ENGLISH.say(remark) == str(remark)
    said = GERMAN.say(remark)
    assert said != str(remark)
    assert ("Sonett" in said) == ("form" in values), "forms have names of their own in German"


@pytest.mark.parametrize("code", language.languages())
def test_texts_fit_into_their_places(code: str) -> None:
    texts = language.texts(code)
    assert len(texts.cut_short) <= len(texts.writing)
    assert len(texts.privacy) < 1500
    for name in NAMES:
        text = getattr(texts, name)
        if name.startswith(("command_", "option_")):
            assert re.fullmatch(r"[\w-]{1,32}", text), name
            assert text == text.lower()
        if name.startswith("about_"):
            assert len(text) <= 100, name
        if name.startswith("menu_"):
            assert len(text) <= 32
        if name.startswith("edit_"):
            assert len(text) <= (100 if name.endswith("_hint") else 45), name


def test_what_a_translation_lacks_is_said_in_english(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("languages")
    (folder / "fr.toml").write_text('another = "Un autre"', encoding="utf-8")
    monkeypatch.setattr(language, "FOLDER", folder)
    texts = language.texts.__wrapped__("fr")
    assert (texts.another, texts.delete) == ("Un autre", ENGLISH.delete)


@pytest.mark.parametrize(
    ("locale", "code"),
    [
        (discord.Locale.german, "de"),
        (discord.Locale.british_english, "en"),
        (discord.Locale.japanese, "en"),
    ],
)
def test_the_language_of_a_locale(locale: discord.Locale, code: str) -> None:
    assert language.code(locale) == code


# ------------------------------------------------------------------- in Discord


@pytest.mark.asyncio(loop_scope="session")
async def test_commands_are_registered_in_german_too(world: World) -> None:
    (payload,) = [
        await command.get_translated_payload(world.bot.tree, language.CatalogueTranslator())
        for command in world.bot.tree.get_commands()
        if command.name == "poem"
    ]
    assert payload["name_localizations"] == {"de": GERMAN.command_poem}
    assert payload["description_localizations"] == {"de": GERMAN.about_poem}
    options = {option["name"]: option for option in payload["options"]}
    assert options["seed"]["name_localizations"] == {"de": GERMAN.option_seed}
    moods = {choice["value"]: choice["name_localizations"] for choice in options["mood"]["choices"]}
    assert moods["calm"] == {"de": GERMAN.mood_calm}
    registered = world.env.backend.find_command("poem", None, type=1)
    assert registered is not None
    assert registered["name_localizations"] == {"de": GERMAN.command_poem}


@pytest.mark.asyncio(loop_scope="session")
async def test_a_new_translation_registers_the_commands_again(world: World) -> None:
    before = await registration.payload_hash(world.bot, None)
    assert await registration.payload_hash(world.bot, None) == before

    class Dutch(language.CatalogueTranslator):
        async def translate(self, *context: object) -> str | None:
            return "gedicht"

    await world.bot.tree.set_translator(Dutch())
    assert await registration.payload_hash(world.bot, None) != before


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.usefixtures("german")
async def test_a_german_member_is_spoken_to_in_german(world: World) -> None:
    message = await world.poem()
    assert f"\n\n-# {GERMAN.small_model} · " in message.content
    row = message.components[1]
    assert isinstance(row, discord.ActionRow)
    labels = [child.label for child in row.children if isinstance(child, discord.Button)]
    assert labels == [GERMAN.scan, GERMAN.picture, GERMAN.delete, GERMAN.report]
    assert world.rows("SELECT language FROM poems") == [("de",)]
    result = await world.press(world.bob, message, "delete")
    assert result.response is not None
    assert result.response.content == GERMAN.not_yours
    assert world.refusal(await world.ask("\u200b")) == GERMAN.no_words
    many = world.refusal(await world.ask("a\nb\n" * 4))
    assert many == GERMAN.seed_of_many_lines.format(lines=8, most=6)
    many = world.refusal(await world.alice.slash(world.channel, "poem", form="sonnet", lines=3))
    assert many == GERMAN.lines_of_other_form.format(form="Sonett", counts="14", lines=3)
    choices = await world.alice.autocomplete(world.channel, "poem", "form", "son")
    assert choices == [{"name": "Sonett", "value": "sonnet"}]


@pytest.mark.asyncio(loop_scope="session")
async def test_buttons_keep_the_language_of_who_asked(
    world: World, request: pytest.FixtureRequest
) -> None:
    message = await world.poem()
    request.getfixturevalue("german")
    await world.press(world.bob, message, "up")
    row = world.message(message.id).components[0]
    assert isinstance(row, discord.ActionRow)
    labels = [child.label for child in row.children if isinstance(child, discord.Button)]
    assert labels == ["👍 1", "👎", "Another", "Edit", "Continue"]
