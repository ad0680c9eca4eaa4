"""What a member wishes for, from whatever they typed: cleaned, checked, and told what is wrong.

Nothing here waits or keeps anything; a wish that comes out of here can be written.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.errors import Refusal
from bot.i18n.texts import Texts
from bot.poem.openings import surprise
from bot.store import StoredPoem
from verse.judge.slurs import has_slur
from verse.request.authors import author_named
from verse.request.emoticons import without_emoticons
from verse.request.forms import ACROSTIC, FORMS
from verse.request.lookalikes import plain
from verse.request.lookup import lookup_key
from verse.request.request import (
    MAX_SEED_CHARS,
    MAX_SEED_LINES,
    PoemRequest,
    acrostic_of,
)

MOODS = {"calm": 0.5, "even": None, "lively": 1.0, "wild": 1.4}
"""Temperatures; None is the checkpoint's own, about 0.7."""
MAX_THEME_CHARS = 60
MESSAGE_WORDS = 12
"""So many words of a message begin the poem that is made of it."""
NEXT_STANZA = 4
"""Lines by which a poem goes on, or as many as the stanza of its form has."""


@dataclass(frozen=True)
class Wish:
    """Holds a poem that somebody wishes for."""

    request: PoemRequest
    private: bool = False
    continues: bool = False
    """Whether it goes on from a poem that stands above, which is its seed."""
    words_of: str | None = None
    """The hash of who typed its words; None: who wishes for it."""
    source: int | None = None
    """The number of the poem that its words come from; None: they were typed for it."""
    typed: str = ""
    """Of a poem that goes on: what was typed for the first one, which the lines still speak of."""


def wish(
    texts: Texts,
    authors: Sequence[str],
    *,
    seed: str | None = None,
    form: str | None = None,
    lines: int | None = None,
    manner: str | None = None,
    theme: str | None = None,
    mood: str | None = None,
    private: bool = False,
) -> Wish:
    """Adds up what the options of /poem say.

    authors: those whose manner may be asked for. Raises Refusal, in the words of `texts`; or
    RequestError where lines or an acrostic can't be.
    """
    chosen = form_named(texts, form)
    words, about = without_markup(seed or ""), plain(without_markup(theme or ""))
    if seed and not words:
        raise Refusal(texts.no_words)
    # Also as they were typed: markup in a word parts its letters.
    if any(map(has_slur, filter(None, (words, about, seed, theme)))):
        raise Refusal(texts.slur)
    if len(about) > MAX_THEME_CHARS:
        raise Refusal(texts.long_theme.format(most=MAX_THEME_CHARS))
    acrostic = ""
    if chosen == ACROSTIC:
        # Before markup is taken off, which halves the emoticon T_T.
        acrostic = acrostic_of(without_markup(without_emoticons(seed or "")))
        words = surprise(acrostic[0])
    request = PoemRequest(
        words or surprise(),
        seed=new_seed(),
        form=chosen,
        lines=lines,
        acrostic=acrostic,
        manner=author_named(authors, manner or ""),
        theme=about,
        temperature=MOODS.get(mood or "even"),
    )
    request.plan()
    return Wish(request, private)


def again(poem: StoredPoem) -> Wish:
    """Returns the wish for `poem` once more, for another one."""
    request = replace(request_of(poem), seed=new_seed())
    return Wish(request, poem.private, poem.continues, poem.words_of, poem.id, typed_for(poem))


def next_stanza(poem: StoredPoem) -> Wish:
    """Returns the wish that a finished `poem` goes on: its last stanza is the seed of one more.

    The line break at the end of the seed says that its last line is whole.
    """
    assert poem.text is not None
    asked = request_of(poem)
    form = FORMS.get(asked.form, FORMS[PoemRequest.form])
    size = len(form.scheme) if form.repeats and form.name != ACROSTIC else 0
    seed = ending(poem.text, size or MAX_SEED_LINES)
    given = len(seed.split("\n"))
    goes_on = size == given and len(seed) <= MAX_SEED_CHARS
    request = replace(
        asked,
        seed_text=seed + "\n",
        seed=new_seed(),
        form=form.name if goes_on else PoemRequest.form,
        lines=given + (size * max(1, NEXT_STANZA // size) if goes_on else NEXT_STANZA),
        acrostic="",
    )
    return Wish(request, poem.private, True, poem.words_of, poem.id, typed_for(poem, goes_on=True))


def typed_for(poem: StoredPoem, goes_on: bool = False) -> str:
    """Returns what a member typed, further up the chain, for a poem that goes on from others.

    goes_on: says it of the next of the chain rather than of `poem` itself.
    """
    if poem.continues or not goes_on:
        return str(poem.settings.get("typed", ""))
    return f"{poem.prompt} {poem.settings.get('acrostic') or ''}".strip()


def request_of(poem: StoredPoem) -> PoemRequest:
    """Returns the request that made `poem`, without settings that only an older version has."""
    known = {field.name for field in fields(PoemRequest)}
    settings: dict[str, Any] = {k: v for k, v in poem.settings.items() if k in known}
    if settings.get("acrostic"):
        settings["lines"] = None  # an older version took a number and did without it
    return PoemRequest(poem.prompt, seed=poem.seed, **settings)


def first_words(content: str) -> str:
    """Returns the words of a message that a poem of it begins with; empty if there are none."""
    for line in without_markup(content).split("\n"):
        if re.search(r"[^\W\d_]", line):
            return " ".join(line.split()[:MESSAGE_WORDS])[:MAX_SEED_CHARS]
    return ""


def ending(text: str, lines: int = MAX_SEED_LINES) -> str:
    """Returns the last whole lines of a poem, so many at most, as many as can be a seed."""
    last = [line for line in text.split("\n") if line.strip()][-lines:]
    while len("\n".join(last)) >= MAX_SEED_CHARS and len(last) > 1:
        last = last[1:]
    return "\n".join(last).strip()[-MAX_SEED_CHARS:]


def without_markup(typed: str) -> str:
    """Returns what a member typed, as words; its lines stay lines.

    Addresses, mentions, custom emoji, timestamps and blocks of code are no words, nor are the signs
    of Discord's Markdown.
    """
    text = _LINK.sub(r"\1", typed)
    text = _ADDRESS.sub(" ", _NO_WORDS.sub(" ", text))
    text = _SIGNS.sub(" ", _JOINING_SIGNS.sub("", text))
    return "\n".join(" ".join(line.split()) for line in without_control(text).split("\n")).strip()


_LINK = re.compile(r"\[([^\[\]\n]+)\]\(<?https?://[^)\n]*\)", re.IGNORECASE)
_NO_WORDS = re.compile(
    r"```.*?```|<[^<>\s]+>|</[^<>\n]+>|^ *-#", re.DOTALL | re.IGNORECASE | re.MULTILINE
)
_ADDRESS = re.compile(
    r"""
    (?<!\w)(?:mailto:|tel:|[a-z][a-z0-9+.-]{1,20}://|www\.)\S+
    | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+\S*          # a@b.c
    | (?<![\w.-])(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/\S*        # example.com/path, discord.gg/abc
    | (?<![\w.-])(?:[\w-]+\.)+(?:com|org|net|edu|gov|info|io|gg|dev|de|eu|uk|fr|nl|ch)(?![\w-])\S*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Of the web and of mail. With neither a path nor www, only those whose last part is no English
word: who writes "the sea.so calm" left out a space."""
_JOINING_SIGNS = re.compile(r"\*|~~|\|\||`")
"""Which may stand within a word: half of it bold, or a spoiler."""
_SIGNS = re.compile(r"[_~|#>\\\[\]()]")


def without_control(typed: str) -> str:
    """Returns what a member typed, without control characters and direction marks."""
    spaced = "".join(" " if c.isspace() and c != "\n" else c for c in typed)
    return "".join(
        c for c in spaced if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
    ).strip()


def new_seed() -> int:
    """Returns a number for the random generator that nobody has used yet, most likely."""
    return secrets.randbelow(2**31)


def form_named(texts: Texts, typed: str | None) -> str:
    """Returns the form that was `typed`, in English, in the member's language or as we call it.

    Raises Refusal where there is none.
    """
    if not typed:
        return PoemRequest.form
    name = lookup_key(typed)
    for form in FORMS:
        if name in (lookup_key(form), lookup_key(texts.form(form))):
            return form
    raise Refusal(texts.unknown_form)
