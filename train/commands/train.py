"""python -m train: trains a poet, or goes on with one."""

import argparse
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from model.config import STAGES
from train.commands.options import PROG, add_corpus_options, add_device_option, positive
from train.errors import TrainingError
from train.recipe import DEFAULT_PRESET, PRESETS, SPLITS, Recipe

FIELDS = tuple(field.name for field in fields(Recipe))
NEW_ONLY = ("preset", "out", "overwrite", "init", *(name for name in FIELDS if name != "stage"))
"""Options that only a new run can have: one that goes on has its own recipe and folder."""


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the command."""
    parser = argparse.ArgumentParser(
        PROG,
        description="Trains a poet and saves it as a checkpoint; with no arguments, the "
        "experiment this project grew from, on verse that comes along.",
        epilog=f"Also: {PROG} corpus, what a corpus holds; {PROG} ladder, the evolution from "
        f"bigram to Transformer; {PROG} evaluate CHECKPOINT, its bits per character; {PROG} words "
        f"CHECKPOINT, the words it may use; and {PROG} prepare, a corpus made ready for several "
        "trainings; each has its own --help. Ctrl-C keeps a usable checkpoint; --resume goes on "
        "from it exactly.",
    )
    parser.add_argument(
        "--preset",
        choices=PRESETS,
        help="size and recipe: tiny (seconds), seed (minutes), small (a CPU in one to two "
        f"hours), base (one GPU in minutes) (default: {DEFAULT_PRESET})",
    )
    parser.add_argument(
        "--stage", choices=STAGES, help="which network of the evolution (default: transformer)"
    )
    add_corpus_options(parser)
    parser.add_argument(
        "--prepared",
        type=Path,
        metavar="DIR",
        help=f"learn from a corpus that {PROG} prepare has read and described already",
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--minutes",
        type=positive(float),
        metavar="M",
        help="train for this long (default: the preset's iterations)",
    )
    length.add_argument(
        "--iterations",
        type=positive(int),
        metavar="N",
        help="train for this many iterations (default: the preset's)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder of the run (default: checkpoints/ and the preset's name)",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a run that --out already holds"
    )
    parser.add_argument(
        "--init",
        type=Path,
        metavar="CHECKPOINT",
        help="begin with the weights of this checkpoint of the same shape; characters that it "
        "does not know are learned anew (default: begin with random weights)",
    )
    parser.add_argument(
        "--resume",
        type=Path,
        metavar="DIR",
        help="go on with the interrupted run in this folder, with its own recipe and corpus",
    )
    add_device_option(parser)
    parser.add_argument(
        "--split",
        choices=SPLITS,
        help="what is held back for validation: whole poems here and there, whole authors too, or "
        "the tail of the text, for one long text such as tiny Shakespeare (default: the preset's)",
    )
    for flag, kind, text in [
        ("--n-layer", int, "blocks of the Transformer"),
        ("--n-head", int, "attention heads"),
        ("--n-embd", int, "channels"),
        ("--block-size", int, "context in characters"),
        ("--batch-size", int, "windows of one context in each iteration"),
        ("--matrix-lr", float, "learning rate of the blocks' matrices"),
        ("--other-lr", float, "learning rate of the rest, which is always AdamW's"),
        ("--dropout", float, "share of activations dropped while training"),
        ("--val-fraction", float, "share of the poems held back for validation"),
        ("--seed", int, "number that all random choices start from"),
    ]:
        metavar = "X" if kind is float else "N"
        parser.add_argument(
            flag, type=kind, metavar=metavar, help=f"{text} (default: the preset's)"
        )
    parser.add_argument(
        "--muon",
        action=argparse.BooleanOptionalAction,
        help="train the blocks' matrices with Muon, or with AdamW, whose steps are cheaper and "
        "want a --matrix-lr of 0.001 or less (default: the preset's, Muon)",
    )
    parser.add_argument(
        "--compile",
        action=argparse.BooleanOptionalAction,
        help="fuse small operations with torch.compile; pays after about a minute "
        "(default: the preset's)",
    )
    return parser


def run(options: argparse.Namespace) -> dict[str, Any] | None:
    """Trains or resumes; returns the figures, or None in a process that doesn't report.

    Raises a ValueError for anything amiss.
    """
    started = time.monotonic()
    if options.resume:
        refuse_changes(options)
    else:
        recipe = recipe_of(options)

    from train.device import Processes, choose_device
    from train.report import Reporter, draw_loss_curve, duration
    from train.run_folder import figures
    from train.start import new_run, resumed_run

    device = choose_device(options.device)
    with Processes(device.name) as processes, Reporter(processes.first) as reporter:
        say = reporter.console.print
        device = processes.one_precision(device)
        if options.resume:
            run, folder = resumed_run(options, device, processes)
        else:
            path = options.out or Path("checkpoints") / (options.preset or DEFAULT_PRESET)
            run, folder = new_run(options, recipe, path, device, processes)
        say(f"Device: {run.device.reason}.")
        say(
            f"Corpus: {len(run.batches.documents):,} {run.batches.documents.unit} to learn from, "
            f"{len(run.val_poems):,} poems held back, "
            f"{run.tokenizer.vocab_size} different characters "
            f"(read in {duration(time.monotonic() - started)})."
        )

        def stop() -> None:
            run.stopping = True

        with stopped_by_signals(stop):
            say(
                f"Network: {run.recipe.stage}, {run.model.parameter_count():,} parameters"
                f"{', compiled' if run.compiled else ''}. Run: {folder.path}\n"
            )
            finished = run.train(folder.save, reporter)
        if not processes.first:
            return None
        if not finished:
            say(f"\nStopped. It is usable as it is; go on with --resume {folder.path}")
        if run.progress.is_overfitting():
            iteration, loss = run.progress.best()
            say(
                f"\nValidation was lowest after {iteration} iterations, {loss:.3f} nats, and has "
                "risen since: the network learns its poems by heart. Take fewer --iterations, more "
                "--dropout, or more poems."
            )
        draw_loss_curve(run, folder.path / "loss.png")
        say(
            f"Saved in {folder.path}\n"
            f"Try it: python -m verse 'the sea at night' --checkpoint {folder.path}\n"
            f"Let the bot use it: CHECKPOINT={folder.path} in .env"
        )
        return {"figures": figures(run)}


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Returns the preset, changed by the `options` that were given. Raises ValueError."""
    given = {name: getattr(options, name, None) for name in FIELDS}
    changes = {name: value for name, value in given.items() if value is not None}
    return replace(PRESETS[options.preset or DEFAULT_PRESET], **changes)


def refuse_changes(options: argparse.Namespace) -> None:
    """Raises TrainingError for `options` that a run that goes on can't have."""
    default = parser().get_default
    for name in NEW_ONLY:
        # Whether it was given, not whether it is true: --dropout 0 and --no-compile are changes.
        if getattr(options, name, None) != default(name):
            raise TrainingError(
                f"--{name.replace('_', '-')} can't be changed on the way, as --resume goes on with "
                "the run's own recipe in its own folder: leave it out, or start a new run."
            )


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Calls `stop` at Ctrl-C or a polite kill as from a batch system; a second one does not wait.

    A run then ends between two iterations: only there is its state whole, so that going on is
    exact.
    """

    def handle(number: int, frame: object) -> None:
        stop()
        signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
