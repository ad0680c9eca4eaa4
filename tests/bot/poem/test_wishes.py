"""From what was typed to a wish, without Discord."""

import time
from collections import Counter
from typing import Any

import pytest

from bot.errors import Refusal
from bot.i18n import language
from bot.i18n.texts import ENGLISH
from bot.poem.message import own_lines
from bot.poem.openings import OPENINGS, surprise
from bot.poem.wishes import (
    MAX_THEME_CHARS,
    MESSAGE_WORDS,
    ending,
    first_words,
    next_stanza,
    wish,
)
from bot.store import StoredPoem
from verse.request.forms import FORMS
from verse.request.messages import RequestError
from verse.request.request import MAX_SEED_CHARS, MAX_SEED_LINES, opening_of

AUTHORS = ("John Keats", "Emily Dickinson")


def test_everything_is_optional() -> None:
    wished = wish(ENGLISH, ())
    assert wished.request.seed_text in OPENINGS
    assert (wished.request.form, wished.request.temperature, wished.private) == (
        "free",
        None,
        False,
    )
    assert len({wish(ENGLISH, ()).request.seed_text for _ in range(40)}) > 5, "no surprise at all"


def test_every_option_reaches_the_request() -> None:
    wished = wish(
        ENGLISH, AUTHORS, seed="the sea", form="sonnet", lines=14, manner="john keats",
        theme="longing", mood="wild", private=True,
    )  # fmt: skip
    request = wished.request
    assert (request.seed_text, request.form, request.lines) == ("the sea", "sonnet", 14)
    assert (request.manner, request.theme, wished.private) == ("John Keats", "longing", True)
    calm = wish(ENGLISH, (), mood="calm").request.temperature
    lively = wish(ENGLISH, (), mood="lively").request.temperature
    assert calm is not None
    assert lively is not None
    assert request.temperature is not None
    assert calm < lively < request.temperature


@pytest.mark.parametrize("code", language.languages())
def test_forms_are_known_by_their_names_in_each_language(code: str) -> None:
    texts = language.texts(code)
    names = {form: texts.form(form) for form in FORMS}
    assert max(Counter(names.values()).values()) == 1
    for form, name in names.items():
        seed = "word" if form == "acrostic" else None
        assert wish(texts, (), seed=seed, form=name.upper()).request.form == form
        assert wish(texts, (), seed=seed, form=form).request.form == form


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"form": "villanelle"}, ENGLISH.unknown_form),
        ({"manner": "Nobody"}, ENGLISH.no_such_author),
        ({"theme": "x" * (MAX_THEME_CHARS + 1)}, ENGLISH.long_theme.format(most=MAX_THEME_CHARS)),
        ({"seed": "\u200b\u202e"}, ENGLISH.no_words),
        ({"seed": "a1b2", "form": "acrostic"}, ENGLISH.acrostic_unspellable),
        ({"seed": "seventeen letters"[:17].replace(" ", "x"), "form": "acrostic"}, "letters"),
        ({"form": "acrostic"}, ENGLISH.acrostic_empty),
        ({"form": "sonnet", "lines": 5}, "14"),
        ({"form": "quatrain", "lines": 6}, "4 / 8 / 12 / 16"),
    ],
)
def test_what_can_not_be_wished(options: dict[str, str], sentence: str) -> None:
    with pytest.raises((Refusal, RequestError)) as refusal:
        wish(ENGLISH, AUTHORS, **options)  # type: ignore[arg-type]
    assert sentence in str(refusal.value)


def test_a_poet_without_manners_says_so() -> None:
    with pytest.raises(RequestError) as refusal:
        wish(ENGLISH, (), manner="John Keats")
    assert str(refusal.value) == ENGLISH.no_authors


def test_an_acrostic_begins_with_its_letter() -> None:
    request = wish(ENGLISH, (), seed="Zoë", form="acrostic").request
    assert request.acrostic == "Zoe"
    assert request.seed_text.startswith("Z")


def test_openings_can_be_read_and_begin_with_every_letter() -> None:
    assert len(set(OPENINGS)) == len(OPENINGS) >= 60
    for letter in "abcdefghijklmnopqrstuvwxyz":
        assert surprise(letter).startswith(letter.upper())
    for opening in OPENINGS:
        assert opening_of(opening) == opening


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Good morning, all!", "Good morning, all!"),
        ("\n\n  second line is first\nthird", "second line is first"),
        ("**bold** _and_ ||hidden|| `code`", "bold and hidden code"),
        ("<@123> <:smile:456> look at https://example.com/x the sea", "look at the sea"),
        ("1 2 3 4 5 6 7 8 9 ten eleven 12 thirteen", "1 2 3 4 5 6 7 8 9 ten eleven 12"),
        ("12345\nand words", "and words"),
        ("```py\nprint()\n```", ""),
        ("https://example.com", ""),
        ("🌊🌙", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_first_words_of_a_message(content: str, words: str) -> None:
    assert first_words(content) == words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("<:sadcat:1> the sea", "the sea"),
        ("the <a:wave:123456789012345678> sea", "the sea"),
        ("<@123> and <@&456> in <#789> at <t:1700000000:R>, the sea", "and in at , the sea"),
        ("</poems find:123> <id:customize> the sea", "the sea"),
        ("[The sea](https://example.com/a_b) at HTTPS://EXAMPLE.COM/x night", "The sea at night"),
        ('[The sea](<https://example.com> "a title")', "The sea"),
        ("```py\nprint()\n```\nthe sea", "the sea"),
        (
            "# The **sea** ||at|| `night`\n> is __wide__\n-# and ~~sad~~ deep",
            "The sea at night\nis wide\nand sad deep",
        ),
        ("half a **wo**rd of \\*mine\\*", "half a word of mine"),
        ("the sea\n\n  at   night\r\nand so", "the sea\n\nat night\nand so"),
        (
            'I <3 you, 2 < 3 and 4 > 3: don\'t! "Stay", she said -- now',
            'I <3 you, 2 < 3 and 4 3: don\'t! "Stay", she said -- now',
        ),
    ],
)
def test_a_members_text_takes_one_way(typed: str, words: str) -> None:
    """Whatever it is typed for, Discord's own markup is no part of it."""
    assert wish(ENGLISH, (), seed=typed).request.seed_text == words
    assert first_words(typed) == " ".join(words.split("\n")[0].split()[:MESSAGE_WORDS])


@pytest.mark.parametrize(
    "address",
    [
        *("https://example.com/a", "www.example.com", "WWW.Example.com/a?b=c", "example.com/path"),
        *("discord.gg/abc", "example.com", "sub.example.co.uk", "example.org:8080/x", "youtu.be/x"),
        *(
            "mailto:a@b.c",
            "a@b.c",
            "first.last+tag@mail.example.com",
            "ftp://example.com",
            "tel:123",
        ),
        *("(www.example.com)", "**example.com**", "<mailto:a@b.c>", "discord://a/b"),
    ],
)
def test_an_address_is_no_word_however_it_is_written(address: str) -> None:
    assert wish(ENGLISH, (), seed=f"the sea {address} at night").request.seed_text == (
        "the sea at night"
    )
    assert wish(ENGLISH, (), theme=f"{address} sea").request.theme == "sea"
    assert first_words(address) == ""


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "the sea.And then the rain",
            "the sea.so calm",
            "e.g. rain, i.e. water",
            "M.A.R.Y",
            "3.5",
        ),
        *(
            "day/night and/or 24/7",
            "nine p.m./ten",
            "mail me @ home",
            "well...no",
            "w/o you",
            "3:4",
        ),
    ],
)
def test_prose_is_no_address(typed: str) -> None:
    assert wish(ENGLISH, (), seed=typed).request.seed_text == typed


def test_markup_alone_is_no_seed() -> None:
    for typed in ("<:sadcat:1>", "https://example.com", "```\ncode\n```", "**"):
        with pytest.raises(Refusal) as refusal:
            wish(ENGLISH, (), seed=typed)
        assert str(refusal.value) == ENGLISH.no_words


def test_an_acrostic_and_a_theme_are_cleaned_too() -> None:
    wished = wish(ENGLISH, (), seed="**Zoë** <:cat:1>", form="acrostic", theme="<@1> ᴛʜᴇ sеa")
    assert (wished.request.acrostic, wished.request.theme) == ("Zoe", "the sea")


@pytest.mark.parametrize(
    ("typed", "letters"),
    [
        *((f"{face} Anna", "Anna") for face in ("<3", "</3", ":)", ";-)", ":D", "xD", "8)", "T_T")),
        *(
            (f"Anna{face}", "Anna")
            for face in ("<3", ":D", " :3", " XD", ":-P", " o_O", "🌊", " D:")
        ),
        *(("Anna <3 Bell", "Anna Bell"), ("Dora: Oda", "Dora Oda"), ("J. R. Oda", "J R Oda")),
        *(("O'Neil", "ONeil"), ("Anna:O'Neil", "Anna ONeil"), ("Max D", "Max D")),
    ],
)
def test_emoticons_decorate_an_acrostic(typed: str, letters: str) -> None:
    assert wish(ENGLISH, (), seed=typed, form="acrostic").request.acrostic == letters


@pytest.mark.parametrize("typed", ["4nna", "Ann4", "Anna 3", "Anna 2 <3", "R2D2", "M3"])
def test_a_digit_in_an_acrostic_is_refused(typed: str) -> None:
    with pytest.raises(RequestError) as refusal:
        wish(ENGLISH, (), seed=typed, form="acrostic")
    assert str(refusal.value) == ENGLISH.acrostic_unspellable


@pytest.mark.parametrize("typed", ["n1*gg*3r", "n1||gg3r||", "n1_gg_3r", "ɴ1ɢɢ3ʀ"])
def test_markup_and_lookalikes_hide_no_slur(typed: str) -> None:
    for options in ({"seed": f"what a {typed}"}, {"theme": typed}):
        with pytest.raises(Refusal) as refusal:
            wish(ENGLISH, (), **options)  # type: ignore[arg-type]
        assert str(refusal.value) == ENGLISH.slur


def test_long_words_of_a_message_are_cut() -> None:
    assert len(first_words("x" * 4000)) == MAX_SEED_CHARS


@pytest.mark.parametrize("char", ["<", "`", "[", "https://", "<a ", "a.", "a@", "a@b.", "x", "-"])
def test_no_message_holds_the_event_loop(char: str) -> None:
    before = time.process_time()
    first_words((char * 4000)[:4000])
    assert time.process_time() - before < 0.03


def test_a_poem_goes_on_from_its_last_lines() -> None:
    assert ending("one\ntwo\n\nthree") == "one\ntwo\nthree"
    assert ending("one\ntwo\n\nthree", lines=2) == "two\nthree"
    long = ending("\n".join(f"line number {n}" for n in range(20)))
    assert long.count("\n") < MAX_SEED_LINES
    assert long.endswith("line number 19")
    wide = ending("\n".join(["X" * 120] * 6))
    assert len(wide) <= MAX_SEED_CHARS
    assert opening_of(wide) == wide
    assert len(ending("y" * 900)) == MAX_SEED_CHARS


def test_an_author_is_known_by_surname_if_only_one_has_it() -> None:
    authors = ("Charlotte Brontë", "Anne Brontë", "John Clare")
    assert wish(ENGLISH, authors, manner="clare").request.manner == "John Clare"
    with pytest.raises(RequestError, match="Which one: Charlotte Brontë / Anne Brontë"):
        wish(ENGLISH, authors, manner="Brontë")
    authors = ("Anne Brontë", "Eugene O'Neill", "Ada Smith-Jones")
    for typed in ("anne bronte", "Bronte", "BRONTË", "O’Neill", "eugene oneill", "Smith‐Jones"):
        manner = wish(ENGLISH, authors, manner=typed).request.manner
        assert manner in authors


def kept(text: str, **settings: Any) -> StoredPoem:
    return StoredPoem(
        id=1,
        message_id=2,
        asker="asker",
        prompt="the sea",
        opening="the sea",
        settings=settings,
        checkpoint="poet",
        seed=3,
        text=text,
        notes=(),
        private=True,
        hidden=False,
    )


def test_a_stanza_form_goes_on_with_one_more_stanza() -> None:
    poem = kept("a\nb\nc\nd\n\ne\nf\ng\nh", form="quatrain", theme="rain", lines=8)
    go_on = next_stanza(poem)
    request = go_on.request
    assert request.seed_text == "e\nf\ng\nh\n"
    assert (request.form, request.lines, request.theme) == ("quatrain", 8, "rain")
    assert go_on.private
    assert go_on.continues
    assert len(request.plan()) == 8
    assert next_stanza(kept("a\nb", form="couplet")).request.lines == 6


@pytest.mark.parametrize(
    ("form", "text"), [("haiku", "a\nb\nc"), ("gone", "a\nb\nc"), ("quatrain", "a\nb\nc")]
)
def test_other_poems_go_on_freely(form: str, text: str) -> None:
    request = next_stanza(kept(text, form=form, acrostic="ABC")).request
    assert (request.form, request.lines, request.acrostic) == ("free", 7, "")
    assert request.seed_text == text + "\n"


@pytest.mark.parametrize(
    ("text", "opening", "own"),
    [
        ("a\nb\n\nc\nd", "a\nb", "c\nd"),
        ("a\n\nb\nc\nd", "a\nb", "c\nd"),  # the stanzas are parted elsewhere
        ("a\nb, and more\nc", "a\nb", ", and more\nc"),
        ("a\nb", "a\nb", ""),
        ("a", "a\nb", ""),
    ],
)
def test_only_what_is_new_is_shown(text: str, opening: str, own: str) -> None:
    assert own_lines(text, opening) == own
