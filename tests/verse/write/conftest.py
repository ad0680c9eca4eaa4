"""Few candidates, for the small poet's poems."""

import pytest

from verse.write import composer


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules hold for few candidates as for many."""
    monkeypatch.setattr(composer, "CANDIDATES", 4)
    monkeypatch.setattr(composer, "HURRIED_CANDIDATES", 2)
    monkeypatch.setattr(composer, "MAX_ROUNDS", 1)
