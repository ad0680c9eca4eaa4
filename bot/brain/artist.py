"""The process that draws for /brain: python -m bot.brain.artist, started by `bot.brain.studio`.

Standard input holds one JSON document, so that nobody's words stand in the list of processes:

    {"text": "...", "checkpoint": "DIR", "ladder": "DIR", "out": "DIR"}

The pictures that could be drawn lie in the folder `out` at the end: attention.png, next.png and,
if all stages of the ladder are there, stages.png.
"""

import json
import os
import sys
from pathlib import Path

from bot.traces import bare_trace

LINE_CHARS = 36
"""More characters than that can't be read in the pictures."""
PLACES = 5


def main() -> int:
    """Draws what standard input asks for; returns the exit status."""
    order = json.load(sys.stdin)
    try:
        draw(order["text"], *(Path(order[name]) for name in ("checkpoint", "ladder", "out")))
    except ImportError as error:
        print(f"/brain can't draw: {error}", file=sys.stderr)
        return NO_MATPLOTLIB
    except Exception as error:
        print(bare_trace(error), file=sys.stderr)
        return 1
    return 0


NO_MATPLOTLIB = 3
"""Exit status."""


def draw(text: str, folder: Path, ladder: Path, out: Path) -> None:
    """Draws what can be drawn of `text` into the folder `out`.

    folder: the poet's checkpoint; ladder: the folder of its ancestors. Raises ImportError without
    matplotlib, CheckpointError where the poet can't be loaded.
    """
    # A second thread would gain nothing with so small a network, and the poet needs its core.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from model.checkpoint import load_checkpoint
    from model.config import STAGES
    from model.look.pictures import draw_attention, draw_next, draw_stages
    from model.transformer import Transformer
    from model.weights import CheckpointError

    poet = load_checkpoint(folder)
    line = first_line(poet.tokenizer.clean(text))
    draw_next(poet, places(line), out / "next.png")
    if isinstance(poet.model, Transformer):
        draw_attention(poet, line, out / "attention.png")
    try:
        stages = [load_checkpoint(ladder / stage) for stage in STAGES]
    except CheckpointError:
        return
    draw_stages(stages, line, out / "stages.png")


def first_line(text: str) -> str:
    """Returns the first line of `text`, as many whole words of it as can be shown."""
    line = text.strip().split("\n")[0].strip() or "The"
    if len(line) <= LINE_CHARS:
        return line
    return line[: LINE_CHARS + 1].rpartition(" ")[0] or line[:LINE_CHARS]


def places(line: str) -> list[str]:
    """Returns beginnings of `line`, from its first letter to the whole, evenly spread."""
    ends = sorted({max(1, round(len(line) * k / (PLACES - 1))) for k in range(PLACES)})
    return [line[:end] for end in ends]


if __name__ == "__main__":
    sys.exit(main())
