"""Text as Discord shows it: exactly its own characters and lines, whatever Markdown thinks."""

import re
from collections.abc import Sequence

MESSAGE_CHARS = 2000
CUT = "..."
MOST_CHANNELS = 20
"""So many are named in a sentence; a server has up to 500."""

# A backslash before any of these shows the character itself. Inside a line they make bold,
# italics, spoilers, code, links, mentions and custom emoji; `/` undoes bare links.
_INLINE = re.compile(r"[\\*_~|`\[\]<>@/]|:(?=\w+:)")
# At the beginning of a line, these make headings, lists, small type and rulers.
_LINE_START = re.compile(r"^( *)([-+=#])", re.MULTILINE)
_NUMBERED = re.compile(r"^( *\d+)([.)])", re.MULTILINE)


def escape(text: str) -> str:
    """Returns `text` such that Discord shows exactly its characters and lines."""
    text = _INLINE.sub(r"\\\g<0>", text)
    text = _LINE_START.sub(r"\1\\\2", text)
    return _NUMBERED.sub(r"\1\\\2", text)


def message(poem: str, *notes: str) -> str:
    """Returns the content of a message: `poem` and, in small type, `notes` in Markdown."""
    small = "\n" + "".join(f"\n-# {note}" for note in notes)
    room = MESSAGE_CHARS - len(small)
    shown = escape(poem)
    if len(shown) > room:
        room -= len(CUT) + 1
        whole_lines = shown[: room + 1].rpartition("\n")[0]
        # Half an escape must not be left at the end, it would swallow the next character.
        shown = (whole_lines or shown[:room].rstrip("\\")).rstrip() + "\n" + CUT
    return shown + small


def channels(numbers: Sequence[int], and_more: str) -> str:
    """Returns the first of many channels as links, and says how many more there are.

    and_more: how that is said of a {count}.
    """
    links = [f"<#{number}>" for number in numbers[:MOST_CHANNELS]]
    left = len(numbers) - len(links)
    return ", ".join([*links, *([and_more.format(count=left)] if left else [])])


def permalink(guild_id: int | None, channel_id: int, message_id: int) -> str:
    """Returns the address of a message, in a server or, without `guild_id`, in direct messages."""
    return f"https://discord.com/channels/{guild_id or '@me'}/{channel_id}/{message_id}"
