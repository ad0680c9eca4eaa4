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

import matplotlib
import torch

matplotlib.use("Agg")
from matplotlib import pyplot

from model.checkpoint import Checkpoint, load_checkpoint
from model.inspect import attention_maps, next_characters
from model.tokenizer import POEM_END
from model.transformer import Transformer

DOCS = Path(__file__).parent
LINE = "The moon was on the silver sea,"
PLACES = ("T", "The moo", "The moon was on th", "The moon was on the silver s", LINE)
NAMES = {" ": "space", "\n": "new line", POEM_END: "the end"}
BLURPLE = "#5865f2"


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
    draw_attention(poet, DOCS / "attention.png")
    draw_next(poet, DOCS / "next.png")
    for picture, name in [
        (options.ladder / "ladder.png", "ladder.png"),
        (options.checkpoint / "loss.png", "loss.png"),
    ]:
        if picture.exists():
            shutil.copy(picture, DOCS / name)
        else:
            print(f"{picture} is not there; {name} stays as it is.", file=sys.stderr)
    return 0


def draw_attention(poet: Checkpoint, path: Path) -> None:
    """Four heads that look for different things, out of all of them."""
    if not isinstance(poet.model, Transformer):
        raise SystemExit(f"{poet.name} is no Transformer: name another with --checkpoint.")
    text = POEM_END + LINE
    maps = attention_maps(poet.model, poet.tokenizer.encode(text))
    _, heads, time, _ = maps.shape
    # How far back each head looks on average; the four shown are spread over that range.
    places = torch.arange(time)
    back = (maps * (places[:, None] - places)).sum(dim=-1).mean(dim=-1)  # (L, H)
    order = back.flatten().argsort().tolist()
    shown = [order[round(k * (len(order) - 1) / 3)] for k in range(4)]
    labels = ["¶", *LINE.replace(" ", "·")]
    figure, axes = pyplot.subplots(1, 4, figsize=(15, 4.4), dpi=110)
    for axis, index in zip(axes, shown, strict=True):
        layer, head = divmod(index, heads)
        axis.imshow(maps[layer, head].sqrt(), cmap="Blues", vmin=0, vmax=1)
        axis.set_title(f"layer {layer + 1}, head {head + 1}: {back[layer, head]:.1f} back", size=10)
        axis.set_xticks(range(time), labels, size=6.5, family="monospace")
        axis.set_yticks(range(time), labels, size=6.5, family="monospace")
    axes[0].set_ylabel("this character ...")
    for axis in axes:
        axis.set_xlabel("... looks at these")
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)


def draw_next(poet: Checkpoint, path: Path) -> None:
    """The likeliest next characters after growing pieces of the line."""
    figure, axes = pyplot.subplots(1, len(PLACES), figsize=(15, 3.4), dpi=110)
    for axis, place in zip(axes, PLACES, strict=True):
        expected = next_characters(poet, place, count=7)
        names = [NAMES.get(character, character) for character, _ in expected][::-1]
        chances = [100 * chance for _, chance in expected][::-1]
        axis.barh(names, chances, color=BLURPLE)
        axis.set_title(f"{place} ...", size=9)
        axis.set_xlim(0, 100)
        axis.set_xlabel("chance, %")
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)


if __name__ == "__main__":
    sys.exit(main())
