"""A corpus that a tiny network can learn in seconds."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from model.tokenizer import CharTokenizer
from train.dataset import Poems
from train.device import Device, Processes
from train.loop import Run
from train.recipe import PRESETS, Recipe
from train.run_folder import RunFolder

RECIPE = replace(PRESETS["tiny"], iterations=30, evaluations=3)


@pytest.fixture(scope="session")
def poems() -> list[str]:
    """Verse of a small grammar: enough of a pattern that learning it can be measured."""
    rng = random.Random(0)
    things = ["rose", "sea", "moon", "wind", "lark", "rain"]
    doings = ["sings", "falls", "wakes", "sleeps", "burns"]
    line = "The {} that {} by night,\nThe {} that {} in light."
    return [
        "\n\n".join(
            line.format(*(rng.choice(words) for words in (things, doings) * 2)) for _ in range(4)
        )
        for _ in range(150)
    ]


@pytest.fixture
def make_run(tmp_path: Path, poems: list[str]) -> Callable[..., tuple[Run, RunFolder]]:
    """Makes a run and its folder: ``make_run(path, dropout=0.1)``."""
    torch.set_num_threads(1)  # small networks lose more by sharing than they gain

    def make(
        path: Path | None = None, recipe: Recipe = RECIPE, **changes: object
    ) -> tuple[Run, RunFolder]:
        recipe = replace(recipe, **changes)  # type: ignore[arg-type]
        tokenizer = CharTokenizer.train("".join(poems))
        train, val = poems[15:], poems[:15]
        device = Device("cpu", False, "CPU")
        documents = Poems(train, tokenizer)
        run = Run(recipe, tokenizer, documents, val, device, Processes())
        return run, RunFolder(path or tmp_path / "run", {}, lambda folder: None)

    return make
