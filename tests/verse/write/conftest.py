"""Few candidates, for the small poet's poems."""

import pytest

from verse.write import composer, stanza


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules hold for few candidates as for many."""
    monkeypatch.setattr(stanza, "DRAFTS", 6)
    monkeypatch.setattr(composer, "CANDIDATES", 4)
    monkeypatch.setattr(composer, "HURRIED_CANDIDATES", 2)
    monkeypatch.setattr(composer, "MAX_ROUNDS", 1)


@pytest.fixture
def by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writes line by line, as where no draft of a stanza will do."""
    monkeypatch.setattr(composer, "write_stanza", lambda *arguments: None)
