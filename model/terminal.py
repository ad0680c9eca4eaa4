"""What the commands share of standard output."""

import io
import sys


def replace_unprintable() -> None:
    """Makes standard output show ? for a character that its encoding lacks, rather than fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
