"""What the commands in the terminal share. No torch: --help is answered without it."""

import argparse
import io
import os
import sys
from collections.abc import Callable


def replace_unprintable() -> None:
    """Makes standard output show ? for a character that its encoding lacks, rather than fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def exit_status(command: Callable[[], None]) -> int:
    """Runs `command`; returns its exit status: 0, or 2 after one sentence on what to change."""
    replace_unprintable()
    try:
        command()
    except ValueError as error:  # all of our own errors are ValueErrors
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read the output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def add_sampling_options(parser: argparse.ArgumentParser) -> None:
    """Adds --temperature, --top-k and --top-p to `parser`; None means the checkpoint's own."""
    parser.add_argument(
        "--temperature", type=float, metavar="T",
        help="0 is safest, 1 as the network believes, more is wilder (default: the checkpoint's)",
    )  # fmt: skip
    parser.add_argument(
        "--top-k", type=int, metavar="K",
        help="sample from the K likeliest characters; 0 is off (default: the checkpoint's)",
    )  # fmt: skip
    parser.add_argument(
        "--top-p", type=float, metavar="P",
        help="sample from the likeliest that together have probability P; 1 is off "
        "(default: the checkpoint's)",
    )  # fmt: skip
