"""What a person sees of a run: progress bar, lines, samples, the loss curve."""

import itertools
import sys
import time
from collections import deque
from pathlib import Path
from types import TracebackType

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from model.generate import generate
from model.language_model import LanguageModel
from model.tokenizer import POEM_END, CharTokenizer
from train.loop import Run

BITS_PER_NAT = 1.4426950408889634
SAMPLE_CHARS = 240


class Reporter:
    """Shows a run on standard error while it lasts: a context manager, called by `Run.train`.

    A live bar where there is a terminal; else only the line that each evaluation adds.
    """

    def __init__(self, processes_first: bool = True) -> None:
        """processes_first: whether this process is the one that reports."""
        # Lines are left whole: a path that was broken in two can't be copied.
        self.console = Console(
            file=sys.stderr, highlight=False, soft_wrap=True, quiet=not processes_first
        )
        self.bar = Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:3.0f} %  {task.description}"),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self.task = self.bar.add_task("starting", total=1.0)
        self._reported = 0
        self._steps: deque[float] = deque(maxlen=50)
        """Seconds of the last iterations without an evaluation."""
        self._last = time.monotonic()

    def start_run(self) -> "Reporter":
        """Forgets the run before, for commands that train several."""
        self._reported = 0
        self._steps.clear()
        self._last = time.monotonic()
        return self

    def __enter__(self) -> "Reporter":
        self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()

    def __call__(self, run: Run) -> None:
        """Shows how far `run` is; after an evaluation, its figures and a sample."""
        progress = run.progress
        evaluated = len(progress.val_losses) > self._reported
        if not evaluated:
            self._steps.append(time.monotonic() - self._last)
        chars = len(self._steps) * run.recipe.batch_size * run.recipe.block_size
        speed = chars / max(1e-9, sum(self._steps))
        done = run.done
        recent = progress.train_losses[-50:]
        left = progress.seconds * (1 - done) / done if done else 0.0
        loss = sum(recent) / len(recent)
        description = (
            f"iteration {progress.iteration}  loss {loss:.3f} nats  "
            f"{speed:,.0f} characters/s  {duration(left)} left"
        )
        self.bar.update(self.task, completed=done, description=description)
        if evaluated:
            self._reported = len(progress.val_losses)
            val = progress.val_losses[-1][1]
            self.console.print(
                f"[bold]{description}[/bold]\n"
                f"validation {val:.3f} nats = {val * BITS_PER_NAT:.3f} bits per character"
            )
            text = sample(run.averaged, run.tokenizer)
            self.console.print("    " + text.replace("\n", "\n    ") + "\n", markup=False)
        self._last = time.monotonic()


def duration(seconds: float) -> str:
    """Writes `seconds` as 12 s, 3 min 04 s, 2 h 05 min."""
    minutes, rest = divmod(round(seconds), 60)
    hours, rest_minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {rest_minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def sample(model: LanguageModel, tokenizer: CharTokenizer, chars: int = SAMPLE_CHARS) -> str:
    """Returns `chars` characters that `model` writes by itself, always from the same numbers."""
    generator = torch.Generator(model.device).manual_seed(1)
    start = tokenizer.encode(POEM_END)
    tokens = generate(model, start, generator, temperature=0.8, top_p=0.95)
    written = tokenizer.decode(itertools.islice(tokens, chars))
    return written.replace(POEM_END, "\n\n").strip()


def smooth(losses: list[float], points: int = 200) -> tuple[list[float], list[float]]:
    """Thins a long curve of `losses` to about `points`: (iterations, mean losses)."""
    width = max(1, len(losses) // points)
    starts = range(0, len(losses) - width + 1, width)
    return (
        [start + width / 2 for start in starts],
        [sum(losses[start : start + width]) / width for start in starts],
    )


def draw_loss_curve(run: Run, path: Path) -> None:
    """Draws training and validation loss of `run` over its iterations, as a PNG at `path`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    places, losses = smooth(run.progress.train_losses)
    figure, axes = pyplot.subplots(figsize=(8, 4.5), dpi=120)
    axes.plot(places, losses, color="#8a8f98", linewidth=1, label="training")
    if run.progress.val_losses:
        iterations, values = zip(*run.progress.val_losses, strict=True)
        axes.plot(
            iterations, values, "o-", color="#5865f2",
            label=f"validation, {values[-1]:.3f} at the end",
        )  # fmt: skip
    axes.set_xlabel("iteration")
    axes.set_ylabel("loss, nats per character")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
