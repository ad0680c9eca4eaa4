"""How a poem looks as a Discord message: exactly its own layout, whatever Markdown thinks.

Plain text rather than an embed, because that is how people read and quote each other there.
"""

import re

from bot.store import StoredPoem
from bot.texts import Texts

MESSAGE_CHARS = 2000
CUT = "..."

# A backslash before any of these shows the character itself. Inside a line they make bold,
# italics, spoilers, code, links, mentions and custom emoji; `/` undoes bare links.
_INLINE = re.compile(r"[\\*_~|`\[\]<>@/]|:(?=\w+:)")
# At the beginning of a line, these make headings, lists, small type and rulers.
_LINE_START = re.compile(r"^( *)([-+=#])", re.MULTILINE)
_NUMBERED = re.compile(r"^( *\d+)([.)])", re.MULTILINE)


def escape(text: str) -> str:
    """`text` such that Discord shows exactly its characters and lines."""
    text = _INLINE.sub(r"\\\g<0>", text)
    text = _LINE_START.sub(r"\1\\\2", text)
    return _NUMBERED.sub(r"\1\\\2", text)


def message(poem: str, *notes: str) -> str:
    """The content of a message that shows `poem`, and in small type under it notes in Markdown."""
    small = "\n" + "".join(f"\n-# {note}" for note in notes)
    room = MESSAGE_CHARS - len(small)
    shown = escape(poem)
    if len(shown) > room:
        room -= len(CUT) + 1
        whole_lines = shown[: room + 1].rpartition("\n")[0]
        # Half an escape must not be left at the end, it would swallow the next character.
        shown = (whole_lines or shown[:room].rstrip("\\")).rstrip() + "\n" + CUT
    return shown + small


def finished(poem: StoredPoem, texts: Texts) -> str:
    """The content of the message that shows a finished poem, and says what it is."""
    assert poem.text is not None
    # A poem that found no time to go on has no lines of its own.
    shown = own_lines(poem.text, poem.opening) or CUT if poem.continues else poem.text
    return message(shown, signature(poem, texts), *(escape(texts.say(note)) for note in poem.notes))


def own_lines(text: str, opening: str) -> str:
    """A poem that goes on from another, without the lines that stand there already.

    Lines are counted, as the stanzas of the two may be parted elsewhere.
    """
    given = [line for line in opening.split("\n") if line.strip()]
    lines, passed = text.split("\n"), 0
    for number, line in enumerate(lines):
        passed += bool(line.strip())
        if given and passed == len(given):
            rest = line.removeprefix(given[-1])  # a network may have gone on in that very line
            return "\n".join([rest, *lines[number + 1 :]]).lstrip("\n ")
    return ""


def signature(poem: StoredPoem, texts: Texts) -> str:
    """The line in small type under a poem: what it is."""
    form, manner = poem.settings.get("form", "free"), poem.settings.get("manner")
    parts = [
        texts.small_model,
        "" if form == "free" else texts.form(form),
        texts.in_the_manner_of.format(author=manner) if manner else "",
        poem.checkpoint,
        texts.seed_number.format(seed=poem.seed),
    ]
    return escape(" · ".join(filter(None, parts)))


def permalink(guild_id: int | None, channel_id: int, message_id: int) -> str:
    """The address of a message, in a server or in direct messages."""
    return f"https://discord.com/channels/{guild_id or '@me'}/{channel_id}/{message_id}"
