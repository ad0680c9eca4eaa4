"""python -m train: trains a poet; with corpus, prepare, ladder, evaluate or words, other things.

Each verb is a file in `train.commands`, which imports torch only when it runs: torch takes seconds,
and --help and mistakes should not.
"""

import argparse
import json
import sys
from typing import Any, Protocol

from model.terminal import replace_unprintable
from train.commands import corpus, evaluate, ladder, prepare, train, words


class Command(Protocol):
    """Holds a verb: its parser beside its action."""

    def parser(self) -> argparse.ArgumentParser: ...

    def run(self, options: argparse.Namespace) -> dict[str, Any] | None:
        """Returns the figures that standard output ends with, if any."""


VERBS: dict[str, Command] = {
    "corpus": corpus,
    "evaluate": evaluate,
    "ladder": ladder,
    "prepare": prepare,
    "words": words,
}


def main(argv: list[str] | None = None) -> int:
    """Returns the exit status: 0, or 2 after one sentence on what to change."""
    replace_unprintable()
    argv = sys.argv[1:] if argv is None else argv
    command: Command = train
    if argv and argv[0] in VERBS:
        command, argv = VERBS[argv[0]], argv[1:]
    options = command.parser().parse_args(argv)
    try:
        figures = command.run(options)
    except ValueError as error:  # all of our own errors are ValueErrors
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error}: make room or mend the folder, or name another.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    if figures is not None:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
