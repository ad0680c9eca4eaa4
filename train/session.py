"""The commands train and evaluate, from options to figures."""

import argparse
import hashlib
import platform
import signal
import time
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from model.checkpoint import load_checkpoint, read_json
from model.tokenizer import POEM_END, CharTokenizer
from train.corpus import SEED_DIET, load_corpus
from train.dataset import encode, split
from train.device import Device, Processes, choose_device
from train.evaluate import evaluate as measure
from train.loop import Run, TrainingError
from train.recipe import PRESETS, Recipe
from train.report import Reporter, draw_loss_curve, duration


@dataclass(frozen=True)
class Corpus:
    """Poems and where they came from."""

    sources: list[str]
    lyric_only: bool
    poems: list[str]

    @classmethod
    def load(cls, sources: list[str] | None, lyric_only: bool) -> "Corpus":
        sources = sources or [SEED_DIET]
        return cls(sources, lyric_only, load_corpus(sources, lyric_only))

    def facts(self) -> dict[str, Any]:
        """What a checkpoint's provenance says of the text it was fed."""
        return {
            "sources": self.sources,
            "lyric_only": self.lyric_only,
            "poems": len(self.poems),
            "chars": sum(map(len, self.poems)),
            "sha256": hashlib.sha256(POEM_END.join(self.poems).encode()).hexdigest(),
        }


def train(options: argparse.Namespace) -> dict[str, Any] | None:
    """Trains or resumes; returns the figures, or None in a process that doesn't report."""
    with Processes() as processes, Reporter(processes.first) as reporter:
        say = reporter.console.print
        started = time.monotonic()
        device = choose_device(options.device)
        if options.resume:
            run = resumed_run(options, device, processes)
        else:
            run = new_run(options, device, processes)
        say(f"Device: {device.reason}.")
        say(
            f"Corpus: {len(run.batches.poems):,} poems to learn from, "
            f"{len(run.val_poems):,} held back, {run.tokenizer.vocab_size} different characters "
            f"(read in {duration(time.monotonic() - started)})."
        )
        say(
            f"Network: {run.recipe.stage}, {run.model.parameter_count():,} parameters"
            f"{', compiled' if run.compiled else ''}. Run: {run.folder}\n"
        )
        # A polite kill, as from a batch system or `timeout`, ends a run as Ctrl-C does. A process
        # begun in the background by a script even ignores Ctrl-C unless told otherwise.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            run.train(reporter)
        except KeyboardInterrupt:
            say(f"\nStopped. It is usable as it is; go on with --resume {run.folder}")
        if not processes.first:
            return None
        draw_loss_curve(run, run.folder / "loss.png")
        say(
            f"Saved in {run.folder}\n"
            f"Try it: python -m model 'the sea at night' --checkpoint {run.folder}\n"
            f"Let the bot use it: CHECKPOINT={run.folder} in .env"
        )
        return {"figures": run.figures()}


def new_run(options: argparse.Namespace, device: Device, processes: Processes) -> Run:
    folder = options.out or Path("checkpoints") / options.preset
    recipe = recipe_of(options)
    if folder.exists() and not options.overwrite:
        raise TrainingError(
            f"{folder} is already there: go on with it by --resume {folder}, replace it with "
            "--overwrite, or name another folder with --out."
        )
    corpus = Corpus.load(options.corpus, options.lyric_only)
    return make_run(recipe, corpus, folder, device, processes)


def resumed_run(options: argparse.Namespace, device: Device, processes: Processes) -> Run:
    """The run in the folder, ready to go on. Raises a ValueError for anything amiss."""
    folder: Path = options.resume
    provenance = read_json(folder / "provenance.json")
    try:
        recipe = Recipe(**provenance["recipe"])
        before = provenance["corpus"]
        sources, lyric_only = before["sources"], before["lyric_only"]
    except (KeyError, TypeError) as error:
        raise TrainingError(
            f"{folder / 'provenance.json'} holds no recipe of this version: start a new run."
        ) from error
    if options.stage not in (None, recipe.stage):
        raise TrainingError(
            f"{folder} is a run of stage {recipe.stage}, not {options.stage}: "
            "leave --stage out, or start a new run with --out."
        )
    corpus = Corpus.load(options.corpus or sources, options.lyric_only or lyric_only)
    if corpus.facts()["sha256"] != before["sha256"]:
        raise TrainingError(
            f"The corpus is not the one that {folder} was trained on, so going on would not be "
            f"exact: name that one ({', '.join(sources)}), or start a new run with --out."
        )
    run = make_run(recipe, corpus, folder, device, processes)
    run.resume()
    return run


def recipe_of(options: argparse.Namespace) -> Recipe:
    """The preset, changed by what was given on the command line."""
    preset = PRESETS[options.preset]
    given = {
        name: value
        for name in preset.to_dict()
        if (value := getattr(options, name, None)) is not None
    }
    return replace(preset, **given)


def make_run(
    recipe: Recipe, corpus: Corpus, folder: Path, device: Device, processes: Processes
) -> Run:
    """A run at its beginning. The vocabulary is that of all poems, held back or not."""
    train_poems, val_poems = split(corpus.poems, recipe.val_fraction)
    tokenizer = CharTokenizer.train("".join(corpus.poems))
    provenance = {
        "corpus": corpus.facts(),
        "hardware": f"{device.reason}; {platform.machine()}, {processes.count} processes",
        "versions": {
            "discord-poet": own_version(),
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
    }
    return Run(
        recipe,
        tokenizer,
        [encode(poem, tokenizer) for poem in train_poems],
        [encode(poem, tokenizer) for poem in val_poems],
        folder,
        device,
        processes,
        provenance,
    )


def own_version() -> str:
    try:
        return version("discord-poet")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "not installed"


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Bits per character of a checkpoint over a whole corpus."""
    device = choose_device(options.device)
    checkpoint = load_checkpoint(options.checkpoint, device.name)
    tokenizer = checkpoint.tokenizer
    poems = Corpus.load(options.corpus, options.lyric_only).poems
    if options.validation_only:
        _, poems = split(poems, options.validation_only)
    known = [poem for text in poems if (poem := tokenizer.clean(text))]
    left_out = sum(map(len, poems)) - sum(map(len, known))
    if not known:
        raise ValueError(f"{checkpoint.name} knows no character of this corpus: name another.")
    if left_out:
        Console(stderr=True).print(
            f"Left out {left_out} characters that {checkpoint.name} does not know."
        )
    result = measure(
        checkpoint.model,
        [encode(poem, tokenizer) for poem in known],
        tokenizer.stoi[POEM_END],
        device.precision(),
    )
    return {
        "bits_per_char": result.bits_per_char,
        "chars": result.chars,
        "loss": result.loss,
        "poems": len(known),
        "chars_left_out": left_out,
    }
