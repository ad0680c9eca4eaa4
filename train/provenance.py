"""How a checkpoint came about, written by its training and read again: provenance.json."""

import platform
import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from model.checkpoint import Checkpoint
from model.weights import read_json
from train.corpus.load import Corpus
from train.corpus.poem import Poem
from train.device import Device, Processes
from train.errors import TrainingError
from train.recipe import Recipe
from train.verse.split import split


def write_provenance(
    recipe: Recipe,
    facts: dict[str, Any],
    device: Device,
    processes: Processes,
    init: Checkpoint | None = None,
) -> dict[str, Any]:
    """Returns all that a checkpoint says of its training.

    facts: `Corpus.facts` of what is learned from. init: the checkpoint that the weights begin as.
    """
    provenance = {
        "corpus": facts,
        "hardware": f"{device.reason}; {platform.machine()}, {processes.count} processes",
        "autocast": device.autocast,
        "versions": {
            "discord-poet": _own_version(),
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
        "recipe": recipe.to_dict(),
    }
    if init is not None:
        provenance["began_from"] = {
            "checkpoint": init.name,
            "metrics": init.metrics,
            "provenance": init.provenance,
        }
    return provenance


@dataclass(frozen=True)
class Origin:
    """Holds what going on with a run needs of its provenance."""

    recipe: Recipe
    sources: list[str]
    lyric_only: bool
    sha256: str
    """The digest of its corpus."""
    autocast: bool | None
    """The precision it began with; None if an older version did not say."""


def read_origin(folder: Path) -> Origin:
    """Reads the provenance of the run in `folder`. Raises ValueError for one that can't go on."""
    provenance = read_json(folder / "provenance.json")
    try:
        recipe, corpus = Recipe(**provenance["recipe"]), provenance["corpus"]
        return Origin(
            recipe, corpus["sources"], corpus["lyric_only"], corpus["sha256"],
            provenance.get("autocast"),
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise TrainingError(
            f"{folder / 'provenance.json'} holds no recipe of this version: start a new run."
        ) from error


def learned_from(checkpoint: Checkpoint, corpus: Corpus) -> bool:
    """Says whether this very `corpus` is the one that `checkpoint` was trained on."""
    facts = checkpoint.provenance.get("corpus")
    return isinstance(facts, dict) and facts.get("sha256") == corpus.facts()["sha256"]


def sides(checkpoint: Checkpoint, corpus: Corpus) -> tuple[list[Poem], list[Poem]]:
    """Returns the poems of `corpus` that `checkpoint` learned from, and those it held back.

    Raises ValueError where its provenance does not tell.
    """
    try:
        recipe = checkpoint.provenance["recipe"]
        fraction, how = float(recipe["val_fraction"]), recipe.get("split", "poems")
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"{checkpoint.folder / 'provenance.json'} does not say what was held back: "
            "name a folder that python -m train of this version wrote."
        ) from error
    if how == "tail" and not learned_from(checkpoint, corpus):
        raise ValueError(
            f"{checkpoint.name} held back the tail of another corpus: name that one with --corpus."
        )
    return split(corpus.poems, fraction, how)


def _own_version() -> str:
    """Returns the version of this project, installed or not."""
    try:
        return version("discord-poet")
    except PackageNotFoundError:  # run from a folder that was never installed
        project = Path(__file__).parents[1] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
