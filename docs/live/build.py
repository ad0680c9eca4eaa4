"""Builds the page: one folder of static files, out of page/ and of the ladder's checkpoints.

Pages opened from a disk may not fetch files, so each piece of data becomes a script that hands it
to the page:

    data/texts.js, facts.js, recorded.js, ladder.js
    data/worker.js              the source of the worker, which the page starts from a Blob
    data/<stage>.js             the weights, the checkpoint's own file in base64

No torch here: the page itself reads the weights.
"""

import base64
import json
import shutil
from pathlib import Path
from typing import Any

from docs.live.facts import STAGES, facts

PAGE = Path(__file__).with_name("page")
RECORDED = Path(__file__).with_name("recorded.json")
LOSSES = Path(__file__).with_name("losses.json")
"""Losses on the poems held back, read off docs/ladder.png to a hundredth: the ladder that ships was
trained before ladders kept a history. Points that lie behind others there are left out."""
CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
WORKER = ("networks.js", "sampling.js", "worker.js")
HISTORY = "history.json"
"""`train.history.FILE`, which would load torch: what a ladder's stage wrote while it learned."""


def build(out: Path, checkpoints: Path = CHECKPOINTS) -> None:
    """Writes the page into the folder `out`, which may exist.

    checkpoints: the folder that has ladder/ and poet/. Raises OSError when a file is missing or
    can't be written, ValueError for a ladder whose weights are not one file each.
    """
    shutil.copytree(PAGE, out, dirs_exist_ok=True, ignore=shutil.ignore_patterns("texts.json"))
    data = out / "data"
    data.mkdir(exist_ok=True)
    ladder = {stage: _read_stage(checkpoints / "ladder" / stage) for stage in STAGES}
    for name, value in {
        "texts": json.loads((PAGE / "texts.json").read_text(encoding="utf-8")),
        "facts": facts(checkpoints),
        "recorded": json.loads(RECORDED.read_text(encoding="utf-8")),
        "ladder": ladder,
        "worker": "\n".join((PAGE / "worker" / name).read_text("utf-8") for name in WORKER),
    }.items():
        _write_script(data / f"{name}.js", f"LIVE.{name}", value)
    for stage in STAGES:
        weights = (checkpoints / "ladder" / stage / "model.safetensors").read_bytes()
        _write_script(
            data / f"{stage}.js", f"LIVE.weights.{stage}", base64.b64encode(weights).decode()
        )


def _read_stage(folder: Path) -> dict[str, Any]:
    """What the page shows of one stage: its configuration, what it reached, and how."""
    if not (folder / "model.safetensors").is_file():
        raise ValueError(
            f"{folder} has no model.safetensors: train it with python -m train ladder."
        )
    read = {
        name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("config", "metrics")
    }
    return {**read, "moments": _moments(folder, read["metrics"])}


def _moments(folder: Path, metrics: dict[str, Any]) -> list[dict[str, Any]]:
    """The moments of a stage's training: iteration, loss, and the text if that was kept."""
    history = folder / HISTORY
    if history.is_file():
        moments: list[dict[str, Any]] = json.loads(history.read_text(encoding="utf-8"))["moments"]
        return moments
    read_off = json.loads(LOSSES.read_text(encoding="utf-8"))[folder.name]
    losses = [
        (0, metrics["first_loss"]),
        *read_off,
        (metrics["iterations"], metrics["val_loss"]),
    ]
    return [{"iteration": at, "loss": loss, "text": None} for at, loss in losses]


def _write_script(path: Path, name: str, value: Any) -> None:
    path.write_text(f"{name} = {json.dumps(value)};\n", encoding="ascii")
