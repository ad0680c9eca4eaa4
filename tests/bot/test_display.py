import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot import display

# What Discord adds to the common Markdown, and what markdown-it knows too: bare links, ~~.
PARSER = MarkdownIt("default", {"linkify": True, "html": False})
TRICKS = ["**", "__", "~~", "||", "`", "```", "> ", ">>> ", "# ", "-# ", "- ", "* ", "1. ", "==="]
TRICKS += ["[a](http://b.c)", "https://d.e", "<@1>", "<#2>", "@everyone", "\\", "<t:1:R>", "12) "]


def as_read(content: str) -> str:
    """What a reader sees, line by line; anything but plain paragraphs shows up as <markup>."""
    paragraphs = []
    for token in PARSER.parse(content):
        if token.type == "inline":
            parts = {"text": None, "text_special": None, "softbreak": "\n", "hardbreak": "\n"}
            paragraphs.append(
                "".join(
                    parts.get(child.type, f"<{child.type}>") or child.content
                    for child in token.children or ()
                )
            )
        elif not token.type.startswith("paragraph"):
            paragraphs.append(f"<{token.type}>")
    return "\n\n".join(paragraphs)


@given(
    st.lists(
        st.lists(st.sampled_from([*TRICKS, "the sea", "night", " "]), min_size=1, max_size=4).map(
            lambda parts: "".join(parts).strip()
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_reader_sees_exactly_the_poem(lines: list[str]) -> None:
    poem = "\n".join(line for line in lines if line)
    assert as_read(display.escape(poem)) == poem


@pytest.mark.parametrize(
    ("poem", "shown"),
    [
        ("the sea\n\nat night", "the sea\n\nat night"),
        ("# loud\n-# small\n- list\n1. one", "\\# loud\n\\-# small\n\\- list\n1\\. one"),
        ("||spoiler|| @everyone", "\\|\\|spoiler\\|\\| \\@everyone"),
        ("see https://a.b and :smile: now: go", "see https:\\/\\/a.b and \\:smile: now: go"),
    ],
)
def test_escapes(poem: str, shown: str) -> None:
    assert display.escape(poem) == shown


def test_a_poem_and_its_note() -> None:
    assert display.message("a\n\nb", "one", "two") == "a\n\nb\n\n-# one\n-# two"


@pytest.mark.parametrize("line", ["words and words", "*" * 40, "\\" * 41, "x" * 3000])
def test_a_message_is_never_too_long(line: str) -> None:
    content = display.message("\n".join([line] * 200), "note")
    body, _, note = content.rpartition("\n\n-# ")
    assert len(content) <= display.MESSAGE_CHARS
    assert note == "note"
    assert body.endswith("\n...")
    trailing = len(body[:-4]) - len(body[:-4].rstrip("\\"))
    assert trailing % 2 == 0, "half an escape is left"
