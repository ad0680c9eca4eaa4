"""Builds the page that runs the ladder in a browser: python -m docs.live --out DIR"""

import argparse
import sys
from pathlib import Path

from docs.live.build import build


def main() -> int:
    """Builds the page; returns the exit status."""
    parser = argparse.ArgumentParser(
        "python -m docs.live",
        description="Builds the page on which the four networks of checkpoints/ladder run live.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/live"),
        metavar="DIR",
        help="folder to write (default: %(default)s)",
    )
    out: Path = parser.parse_args().out
    try:
        build(out)
    except (OSError, ValueError) as error:
        print(f"The page can't be built: {error}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"Open {(out / 'index.html').resolve()} in a browser ({size / 1e6:.1f} MB).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
