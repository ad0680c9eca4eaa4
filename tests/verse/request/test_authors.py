"""Names of authors, by one rule for everybody who asks."""

import json
from pathlib import Path

import pytest

from verse.request.authors import author_named, load_authors
from verse.request.messages import RequestError

AUTHORS = ("Percy Bysshe Shelley", "Mary Shelley", "Emily Dickinson", "John Keats")


def test_authors_are_read_beside_the_network(tmp_path: Path) -> None:
    assert load_authors(tmp_path) == ()
    (tmp_path / "authors.json").write_text("no list")
    assert load_authors(tmp_path) == ()
    (tmp_path / "authors.json").write_text(json.dumps(["John Clare", "Anne Brontë"]))
    assert load_authors(tmp_path) == ("John Clare", "Anne Brontë")


@pytest.mark.parametrize(
    ("asked", "author"),
    [
        ("", ""),
        ("  ", ""),
        ("emily  DICKINSON", "Emily Dickinson"),
        ("Dickinson", "Emily Dickinson"),
        ("mary shelley", "Mary Shelley"),
    ],
)
def test_a_name_or_a_surname_that_only_one_has(asked: str, author: str) -> None:
    assert author_named(AUTHORS, asked) == author


@pytest.mark.parametrize(
    ("asked", "cure"),
    [
        ("Shelley", r"Which one: Percy Bysshe Shelley / Mary Shelley\?"),
        ("Emily Dickinsen", r"Did you mean Emily Dickinson\?"),
        ("dikinson", r"Did you mean Emily Dickinson\?"),
        ("Shelly", r"Did you mean Percy Bysshe Shelley / Mary Shelley\?"),
        ("qqq", "Try another name."),
    ],
)
def test_a_name_that_is_nobodys_or_several_peoples(asked: str, cure: str) -> None:
    with pytest.raises(RequestError, match=cure):
        author_named(AUTHORS, asked)


def test_a_poet_without_authors_says_so() -> None:
    with pytest.raises(RequestError, match="leave it out"):
        author_named((), "John Keats")
