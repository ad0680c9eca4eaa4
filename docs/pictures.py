"""Draws the pictures of docs/explain.md: python -m docs.pictures

docs/attention.png     where the shipped poet looks while it reads one line
docs/next.png          what it expects at a few places of that line
docs/ladder.png        from bigram to Transformer; copied from `python -m train ladder`
docs/loss.png          how the shipped poet's loss fell; copied from its folder
"""

import argparse
import shutil
import sys
from pathlib import Path

from model.checkpoint import load_checkpoint
from model.look.pictures import draw_attention, draw_next

DOCS = Path(__file__).parent
LINE = "The moon was on the silver sea,"
PLACES = ("T", "The moo", "The moon was on th", "The moon was on the silver s", LINE)


def main() -> int:
    parser = argparse.ArgumentParser("python -m docs.pictures", description=__doc__)
    for flag, default, text in [
        ("--checkpoint", Path("checkpoints/poet"), "folder of the poet"),
        ("--ladder", Path("checkpoints/ladder"), "folder that python -m train ladder made"),
    ]:
        parser.add_argument(
            flag, type=Path, default=default, metavar="DIR", help=f"{text} (default: {default})"
        )
    options = parser.parse_args()
    poet = load_checkpoint(options.checkpoint)
    draw_attention(poet, LINE, DOCS / "attention.png")
    draw_next(poet, PLACES, DOCS / "next.png")
    for picture, name in [
        (options.ladder / "ladder.png", "ladder.png"),
        (options.checkpoint / "loss.png", "loss.png"),
    ]:
        if picture.exists():
            shutil.copy(picture, DOCS / name)
        else:
            print(f"{picture} is not there; {name} stays as it is.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
