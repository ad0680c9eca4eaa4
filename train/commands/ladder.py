"""python -m train ladder: every stage trained on the same batches, one table and picture.

bigram -> one head of attention -> several heads -> the full Transformer
"""

import argparse
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from model.config import STAGES
from train.commands.options import PROG, add_corpus_options, add_device_option, positive
from train.errors import TrainingError
from train.progress import Progress
from train.recipe import Recipe

# Large enough that the last stage writes words, small enough that all four take three to five
# minutes of one CPU core. Every stage gets the same number of channels, the same batches, the same
# order.
RECIPE = Recipe(
    n_layer=4,
    n_head=4,
    n_embd=128,
    block_size=32,
    batch_size=48,
    val_fraction=0.1,
    evaluations=10,
)
# AdamW's, each stage at the rate that suits it (docs/log.md). A lone head is the delicate one: from
# 0.004 on it soon looks at nothing but the letter it stands on, and is no better than the table.
RATES = {"bigram": 0.05, "attention": 0.002, "multihead": 0.007, "transformer": 0.003}
WHAT_IS_NEW = {
    "bigram": "a table: the next letter from the last one",
    "attention": "one head: letters look back at each other",
    "multihead": "four heads: several things to look for at once",
    "transformer": "feed-forward layers, residual sums, norms, four deep",
}
COLOURS = ("#8a8f98", "#faa61a", "#3ba55d", "#5865f2")
SAMPLE_CHARS = 1500
"""How much is written to count its words; only three lines of it are shown."""


@dataclass(frozen=True)
class Step:
    """Holds one stage, trained."""

    stage: str
    progress: Progress
    metrics: dict[str, Any]
    """Those of its checkpoint."""
    text: str
    """What it writes."""
    real_words: float
    """Share of its words of four letters or more that its corpus has."""

    def figures(self) -> dict[str, Any]:
        """Returns what the stage reached, for the table and the JSON document."""
        keys = ("parameters", "iterations", "seconds", "first_loss", "train_loss", "val_loss")
        return {key: self.metrics[key] for key in keys} | {"real_words": round(self.real_words, 3)}

    def three_lines(self, width: int) -> str:
        """Returns the first three lines it writes, each cut at `width` characters."""
        lines = [line[:width] for line in self.text.split("\n") if line.strip()]
        return "\n".join(lines[:3])


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the command."""
    parser = argparse.ArgumentParser(
        f"{PROG} ladder",
        description="Trains every stage of the evolution on the same batches, prints one table "
        "and draws one picture.",
    )
    add_corpus_options(parser)
    parser.add_argument(
        "--iterations",
        type=positive(int),
        metavar="N",
        default=500,
        help="of each stage (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        default=Path("checkpoints/my-ladder"),  # checkpoints/ladder is the one that ships
        help="folder for ladder.png and the checkpoint of each stage (default: %(default)s)",
    )
    add_device_option(parser)
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Trains all stages, prints the table, draws ``ladder.png``; returns the figures.

    Raises a ValueError for anything amiss.
    """
    out: Path = options.out
    ours = {"ladder.png", *STAGES, *(f".{stage}.unfinished" for stage in STAGES)}
    if out.exists() and not (out.is_dir() and {path.name for path in out.iterdir()} <= ours):
        raise TrainingError(f"{out} holds something else: name another folder with --out.")

    from train.corpus.load import Corpus
    from train.device import Processes, choose_device
    from train.history import History
    from train.report import Reporter, sample
    from train.run_folder import check_writable, figures
    from train.start import make_run
    from train.verse.prepared import prepare

    check_writable(out)
    device = choose_device(options.device)
    processes = Processes(device.name)
    if processes.count > 1:
        raise TrainingError("The ladder is trained by one process: start it without torchrun.")
    corpus = Corpus.load(options.corpus, options.lyric_only)
    known = words("\n".join(corpus.texts))
    prepared = prepare(corpus, RECIPE)
    shutil.rmtree(out, ignore_errors=True)
    steps = []
    with Reporter() as reporter:
        reporter.console.print(f"Device: {device.reason}.")
        for stage in STAGES:
            reporter.console.print(f"\n[bold]{stage}[/bold]: {WHAT_IS_NEW[stage]}")
            recipe = replace(
                RECIPE, stage=stage, iterations=options.iterations, other_lr=RATES[stage]
            )
            run, folder = make_run(recipe, prepared, out / stage, device, processes)
            history = History(reporter.start_run())
            history.note(run)
            run.train(folder.save, history)
            history.save(folder.path)
            text = sample(run.averaged, run.tokenizer, SAMPLE_CHARS)
            written = words_of(text)
            real = sum(word in known for word in written) / max(1, len(written))
            steps.append(Step(stage, run.progress, figures(run), text, real))
    reporter.console.print(table(steps))
    draw(steps, out / "ladder.png")
    reporter.console.print(f"The picture: {out / 'ladder.png'}")
    return {"figures": {step.stage: step.figures() for step in steps}}


def words_of(text: str) -> list[str]:
    """Returns the words of `text` of four letters or more; shorter ones are hit by chance."""
    return re.findall(r"[a-z]{4,}", text.lower())


def words(text: str) -> set[str]:
    """Returns the different `words_of` a `text`."""
    return set(words_of(text))


def table(steps: list[Step]) -> Table:
    """Lays out `steps`, a row each; figures stacked, so that it fits a terminal of 80 columns."""
    from train.report import duration

    result = Table(title="From bigram to Transformer", show_lines=True)
    result.add_column("stage", no_wrap=True)
    result.add_column("loss in nats", no_wrap=True)
    result.add_column("what it writes", no_wrap=True)
    for step in steps:
        figures = step.figures()
        result.add_row(
            f"[bold]{step.stage}[/bold]\n{figures['parameters']:,} parameters\n"
            f"{figures['iterations']:,} iterations\nin {duration(figures['seconds'])}",
            f"train      {figures['train_loss']:.3f}\nvalidation {figures['val_loss']:.3f}\n"
            f"real words {figures['real_words']:.0%}",
            Text(step.three_lines(34)),
        )
    return result


def draw(steps: list[Step], path: Path) -> None:
    """Draws four falling curves from the same start, and what each network writes, to `path`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (curves, samples) = pyplot.subplots(
        1, 2, figsize=(12, 6.2), dpi=120, width_ratios=(1, 0.95), layout="constrained"
    )
    samples.axis("off")
    samples.set(xlim=(0, 1), ylim=(0, 1))
    for number, (step, colour) in enumerate(zip(steps, COLOURS, strict=True)):
        figures, stage = step.figures(), step.stage
        curves.plot(*thin(step.progress.train_losses), color=colour, linewidth=2)
        curves.plot(*zip(*step.progress.val_losses, strict=True), "o", color=colour, ms=5,
                    markeredgecolor="white", markeredgewidth=0.8)  # fmt: skip

        top = 1.0 - 0.26 * number
        samples.axvline(0, top - 0.2, top, color=colour, linewidth=4)
        samples.text(0.04, top, stage, color=colour, weight="bold", size=13, va="top")
        samples.text(
            1, top, f"{figures['val_loss']:.2f} nats, {figures['real_words']:.0%} real words",
            color=colour, size=10, va="top", ha="right",
        )  # fmt: skip
        samples.text(0.04, top - 0.05, WHAT_IS_NEW[stage], color="#666666", size=9.5, va="top")
        samples.text(
            0.04, top - 0.096, step.three_lines(46), family="monospace", size=9.5, va="top",
            linespacing=1.3, parse_math=False,
        )  # fmt: skip
    # The loss falls fastest at first: on a scale by tens, that part is as wide as the rest.
    curves.set(
        title="How surprised each network is by the next letter",
        xlabel="iterations (1, 10, 100, ...)",
        ylabel="loss, nats per character",
        xscale="log",
        xlim=(1, 1.1 * steps[0].progress.iteration),
        ylim=(1.0, 4.6),
    )
    curves.xaxis.set_major_formatter("{x:,.0f}")
    curves.plot([], [], color="#666666", linewidth=2, label="on the poems it learns from")
    curves.plot([], [], "o", color="#666666", label="on poems that it never saw")
    curves.legend(frameon=False, loc="lower left")
    curves.grid(alpha=0.25)
    curves.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)
    pyplot.close(figure)


def thin(losses: list[float], points: int = 40) -> tuple[list[int], list[float]]:
    """Thins `losses` to about `points`, evenly spread on a scale by tens.

    Returns (iterations, mean losses since the point before).
    """
    places = sorted({round(len(losses) ** (k / points)) for k in range(points + 1)})
    starts = [0, *places]
    means = [sum(losses[a:b]) / (b - a) for a, b in zip(starts, places, strict=False)]
    return places, means
