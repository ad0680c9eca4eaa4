"""Expects a command to refuse what is asked of it."""

import re
from collections.abc import Callable

import pytest


class Refused:
    """Runs commands in this process, which is quicker, and expects each to be refused."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, command: Callable[[list[str]], int], *argv: str, says: str) -> None:
        """Exit status 2 and a sentence that fits the pattern: no trace, no result."""
        try:
            status: object = command(list(argv))
        except SystemExit as exit:  # argparse's way
            status = exit.code
        printed = self.capsys.readouterr()
        assert status == 2, printed
        assert re.search(says, printed.err), printed.err
        assert "Traceback" not in printed.err
        assert printed.out == ""
