"""What the tests of runs share."""

from collections.abc import Callable

import torch

from train.loop import Run
from train.run_folder import RunFolder

MakeRun = Callable[..., tuple[Run, RunFolder]]
"""The fixture `make_run`."""


def quiet(run: Run) -> None:
    """Reports nothing."""


def stop_at(iteration: int) -> Callable[[Run], None]:
    """What Ctrl-C does, at a known place."""

    def report(run: Run) -> None:
        if run.progress.iteration == iteration:
            run.stopping = True

    return report


def weights(run: Run) -> dict[str, torch.Tensor]:
    named = {f"raw {n}": p.clone() for n, p in run.model.state_dict().items()}
    return named | {f"averaged {n}": p.clone() for n, p in run.averaged.state_dict().items()}


def equal(a: Run, b: Run) -> bool:
    first, second = weights(a), weights(b)
    return all(torch.equal(first[name], second[name]) for name in first)
