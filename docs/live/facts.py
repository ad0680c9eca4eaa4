"""The figures that the page names, out of the checkpoints; a test holds the documents to them."""

import json
import math
from pathlib import Path
from typing import Any

STAGES = ("bigram", "attention", "multihead", "transformer")
"""`model.config.STAGES`, which would load torch."""


def facts(checkpoints: Path) -> dict[str, str]:
    """Returns each figure by name, written as README and explain.md write it."""
    result = {}
    for stage in STAGES:
        metrics = _read(checkpoints / "ladder" / stage / "metrics.json")
        result[f"{stage}_loss"] = f"{metrics['val_loss']:.1f}"
        result[f"{stage}_parameters"] = f"{metrics['parameters']:,}"
        result[f"{stage}_choices"] = f"{math.exp(metrics['val_loss']):.0f}"
    config = _read(checkpoints / "ladder" / "transformer" / "config.json")
    vocab_size = config["model"]["vocab_size"]
    poet = _read(checkpoints / "poet" / "metrics.json")
    corpus = _read(checkpoints / "ladder" / "transformer" / "provenance.json")["corpus"]
    return result | {
        "vocab_size": str(vocab_size),
        "blind_loss": f"{math.log(vocab_size):.1f}",
        "context": str(config["model"]["block_size"]),
        "iterations": str(metrics["iterations"]),
        "primer_characters": f"{round(corpus['chars'], -3):,}",
        "poet_millions": f"{poet['parameters'] / 1e6:.0f}",
    }


def _read(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value
