"""Draws where a network looks, what it expects, and what its ancestors write.

Needs matplotlib, of the extra `train`.
"""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import matplotlib
import torch

matplotlib.use("Agg")
from matplotlib import pyplot

from model.checkpoint import Checkpoint
from model.generate import generate
from model.look.inside import attention_maps, beginning, next_characters
from model.tokenizer import POEM_END
from model.transformer import Transformer

NAMES = {" ": "space", "\n": "new line", POEM_END: "the end"}
BLURPLE = "#5865f2"
STAGE_COLOURS = ("#b9bbbe", "#faa61a", "#3ba55d", BLURPLE)
WRITTEN_CHARS = 160
"""So much each ancestor writes: about four lines."""
PANEL_CHARS, PANEL_LINES = 38, 6


def draw_attention(poet: Checkpoint, line: str, path: Path) -> None:
    """Draws four heads that look for different things, out of all of them.

    Raises ValueError for a network that is no Transformer, or a line longer than its context.
    """
    if not isinstance(poet.model, Transformer):
        raise ValueError(f"{poet.name} is no Transformer, so it has no heads that look anywhere.")
    text = beginning(poet.tokenizer, line)
    maps = attention_maps(poet.model, poet.tokenizer.encode(text))
    _, heads, time, _ = maps.shape
    # How far back each head looks on average; the four shown are spread over that range.
    places = torch.arange(time)
    back = (maps * (places[:, None] - places)).sum(dim=-1).mean(dim=-1)  # (L, H)
    order = back.flatten().argsort().tolist()
    shown = [order[round(k * (len(order) - 1) / 3)] for k in range(4)]
    labels = ["¶", *text[1:].replace(" ", "·").replace("\n", "↵")]
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


def draw_next(poet: Checkpoint, places: Sequence[str], path: Path) -> None:
    """Draws the likeliest next characters after each of some beginnings of a poem."""
    figure, axes = pyplot.subplots(1, len(places), figsize=(15, 3.4), dpi=110, squeeze=False)
    for axis, place in zip(axes[0], places, strict=True):
        expected = next_characters(poet, place, count=7)
        names = [NAMES.get(character, character) for character, _ in expected][::-1]
        chances = [100 * chance for _, chance in expected][::-1]
        axis.barh(names, chances, color=BLURPLE)
        axis.set_title(f"{place.replace(chr(10), ' / ')} ...", size=9, parse_math=False)
        axis.set_xlim(0, 100)
        axis.set_xlabel("chance, %")
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)


def draw_stages(stages: Sequence[Checkpoint], seed_text: str, path: Path) -> None:
    """Draws the same beginning, continued by each stage of the ladder, side by side."""
    figure, axes = pyplot.subplots(1, len(stages), figsize=(15, 3), dpi=110, squeeze=False)
    for axis, stage, colour in zip(axes[0], stages, STAGE_COLOURS, strict=False):
        axis.axis("off")
        axis.set_title(stage.name, color=colour, weight="bold", loc="left")
        text = continued(stage, seed_text)
        axis.text(
            0, 1, panel(text), family="monospace", size=8.5, va="top", parse_math=False,
            transform=axis.transAxes,
        )  # fmt: skip
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)


def continued(stage: Checkpoint, seed_text: str) -> str:
    """Returns the seed as a stage knows it, and what it writes after that; the same each time.

    A poem that ends is followed by the next: the first stages end theirs after a line or two.
    """
    tokenizer = stage.tokenizer
    opening = tokenizer.clean(seed_text)
    tokens = generate(
        stage.model,
        tokenizer.encode(beginning(tokenizer, opening)),
        torch.Generator(stage.model.device).manual_seed(1),
        **stage.sampling,
    )
    written = tokenizer.decode(islice(tokens, WRITTEN_CHARS))
    return opening + written.replace(POEM_END, "\n\n")


def panel(text: str) -> str:
    """Cuts `text` to the lines and columns of one panel."""
    lines = [
        line[start : start + PANEL_CHARS]
        for line in text.split("\n")
        for start in range(0, max(1, len(line)), PANEL_CHARS)
    ]
    return "\n".join(lines[:PANEL_LINES])
