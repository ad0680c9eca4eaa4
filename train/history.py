"""What a network knew at moments of its training: its loss, and what it wrote then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.tokenizer import POEM_END
from model.weights import write_json
from train.loop import Run, evaluate
from train.report import sample

FILE = "history.json"
"""Name of the history in the folder of a checkpoint."""
SPREAD = (1, 2, 5)
"""Moments of each power of ten: the loss falls fastest at first."""


@dataclass
class History:
    """Keeps moments of a run: what `Run.train` reports to, in front of another report."""

    report: Callable[[Run], None]
    moments: list[dict[str, Any]] = field(default_factory=list)
    """Of each: iteration, loss on the poems held back in nats per character, text."""

    def __call__(self, run: Run) -> None:
        """Passes the report on, and adds the moment."""
        self.report(run)
        self.note(run)

    def note(self, run: Run) -> None:
        """Adds the present moment of `run`, if it is one to keep."""
        iteration = run.progress.iteration
        if iteration and run.done < 1.0 and not _is_kept(iteration):
            return
        end = run.tokenizer.stoi[POEM_END]
        loss = evaluate(run.averaged, run.val_poems, end, run.device.precision()).loss
        text = sample(run.averaged, run.tokenizer)
        self.moments.append({"iteration": iteration, "loss": loss, "text": text})

    def save(self, folder: Path) -> None:
        """Writes the moments to FILE in `folder`."""
        write_json(folder / FILE, {"moments": self.moments})


def _is_kept(iteration: int) -> bool:
    """Whether it is 1, 2, 5, 10, 20, 50, ..."""
    return int(str(iteration)[0]) in SPREAD and not str(iteration)[1:].strip("0")
