"""The commands train and evaluate, from options to figures."""

import argparse
import platform
import signal
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from model.checkpoint import DEFAULT_FOLDER, Checkpoint, load_checkpoint, recover
from model.tokenizer import POEM_END, CharTokenizer
from model.weights import read_json
from train.corpus import Poem
from train.dataset import Documents, Poems, Verse, encode
from train.device import Device, Processes, choose_device
from train.evaluate import evaluate as measure
from train.loop import TRAINING_PROGRESS, Run, TrainingError, check_writable, training_state
from train.recipe import DEFAULT_PRESET, PRESETS, Recipe
from train.report import Reporter, draw_loss_curve, duration
from train.verse.prepared import Corpus, Prepared, prepare
from train.verse.split import split
from verse.request.format import MARKS


def train(options: argparse.Namespace) -> dict[str, Any] | None:
    """Trains or resumes; returns the figures, or None in a process that doesn't report."""
    started = time.monotonic()
    device = choose_device(options.device)
    with Processes(device.name) as processes, Reporter(processes.first) as reporter:
        say = reporter.console.print
        make = resumed_run if options.resume else new_run
        run = make(options, processes.one_precision(device), processes)
        say(f"Device: {run.device.reason}.")
        say(
            f"Corpus: {len(run.batches.documents):,} {run.batches.documents.unit} to learn from, "
            f"{len(run.val_poems):,} poems held back, "
            f"{run.tokenizer.vocab_size} different characters "
            f"(read in {duration(time.monotonic() - started)})."
        )
        with stopped_by_signals(run):
            say(
                f"Network: {run.recipe.stage}, {run.model.parameter_count():,} parameters"
                f"{', compiled' if run.compiled else ''}. Run: {run.folder}\n"
            )
            finished = run.train(reporter)
        if not processes.first:
            return None
        if not finished:
            say(f"\nStopped. It is usable as it is; go on with --resume {run.folder}")
        if run.learned_by_heart():
            iteration, loss = run.best()
            say(
                f"\nValidation was lowest after {iteration} iterations, {loss:.3f} nats, and has "
                "risen since: the network learns its poems by heart. Take fewer --iterations, more "
                "--dropout, or more poems."
            )
        draw_loss_curve(run, run.folder / "loss.png")
        say(
            f"Saved in {run.folder}\n"
            f"Try it: python -m model 'the sea at night' --checkpoint {run.folder}\n"
            f"Let the bot use it: CHECKPOINT={run.folder} in .env"
        )
        return {"figures": run.figures()}


@contextmanager
def stopped_by_signals(run: Run) -> Iterator[None]:
    """Ctrl-C, or a polite kill as from a batch system, stops the run between two iterations.

    Only there is its state whole, so that going on is exact. A second one does not wait.
    """

    def stop(number: int, frame: object) -> None:
        run.stop()
        signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def new_run(options: argparse.Namespace, device: Device, processes: Processes) -> Run:
    recipe = recipe_of(options)
    folder = options.out or Path("checkpoints") / (options.preset or DEFAULT_PRESET)
    recover(folder)
    if folder.resolve() == DEFAULT_FOLDER.resolve():
        raise TrainingError(
            f"{folder} is the poet that ships, which no run replaces: name another folder with "
            "--out, and set CHECKPOINT in .env to let the bot use it."
        )
    if folder.exists() and not (options.overwrite and (folder / TRAINING_PROGRESS).is_file()):
        cure = f"go on with it by --resume {folder}, replace it with --overwrite, or "
        raise TrainingError(
            f"{folder} is already there: "
            f"{cure if (folder / TRAINING_PROGRESS).is_file() else ''}"
            "name another folder with --out."
        )
    check_writable(folder)
    if options.prepared:
        prepared = prepared_corpus(options, recipe)
        recipe = replace(recipe, val_fraction=prepared.val_fraction, split=prepared.split)
    else:
        prepared = prepare(Corpus.load(options.corpus, options.lyric_only), recipe)
    before = load_checkpoint(options.init) if options.init else None
    run = make_run(recipe, prepared, folder, device, processes)
    if before is not None:
        run.begin_from(before)
        run.provenance["began_from"] = {
            "checkpoint": before.name,
            "metrics": before.metrics,
            "provenance": before.provenance,
        }
    return run


def resumed_run(options: argparse.Namespace, device: Device, processes: Processes) -> Run:
    """The run in the folder, ready to go on. Raises a ValueError for anything amiss."""
    folder: Path = options.resume
    recover(folder)
    provenance = read_json(folder / "provenance.json")
    training_state(folder)  # before a large corpus is read
    try:
        recipe = Recipe(**provenance["recipe"])
        before = provenance["corpus"]
        sources, lyric_only, digest = before["sources"], before["lyric_only"], before["sha256"]
    except (KeyError, TypeError) as error:
        raise TrainingError(
            f"{folder / 'provenance.json'} holds no recipe of this version: start a new run."
        ) from error
    if options.stage not in (None, recipe.stage):
        raise TrainingError(
            f"{folder} is a run of stage {recipe.stage}, not {options.stage}: "
            "leave --stage out, or start a new run with --out."
        )
    ignored = [
        name for name in ("preset", "out", *recipe.to_dict()) if getattr(options, name, None)
    ]
    if ignored := [name for name in ignored if name != "stage"]:
        raise TrainingError(
            f"--{ignored[0].replace('_', '-')} can't be changed on the way, as --resume goes on "
            "with the run's own recipe: leave it out, or start a new run."
        )
    if options.prepared:
        prepared = prepared_corpus(options, recipe)
    else:
        corpus = Corpus.load(options.corpus or sources, options.lyric_only or lyric_only)
        prepared = prepare(corpus, recipe)
    same = (prepared.facts["sha256"], prepared.val_fraction, prepared.split)
    if same != (digest, recipe.val_fraction, recipe.split):
        raise TrainingError(
            f"The corpus is not the one that {folder} was trained on, so going on would not be "
            f"exact: name that one ({', '.join(sources)}) with --corpus or --prepared, or start a "
            "new run with --out."
        )
    device = device.begun_with(provenance.get("autocast", device.autocast))
    run = make_run(recipe, prepared, folder, device, processes)
    run.resume()
    if run.done >= 1.0:
        raise TrainingError(f"{folder} has finished its recipe: there is nothing left to resume.")
    return run


def prepared_corpus(options: argparse.Namespace, recipe: Recipe) -> Prepared:
    """What --prepared names. Raises ValueError when it does not go with the other options."""
    given = ("corpus", "lyric_only", "val_fraction", "split")
    if doubled := [name for name in given if getattr(options, name)]:
        raise TrainingError(
            f"--{doubled[0].replace('_', '-')} was decided when {options.prepared} was prepared: "
            "leave it out, or prepare anew."
        )
    if not recipe.verse:
        raise TrainingError(
            f"{options.prepared} holds verse behind headers, which this preset does not read: "
            "choose --preset small or base."
        )
    return Prepared.load(options.prepared)


def recipe_of(options: argparse.Namespace) -> Recipe:
    """The preset, changed by what was given on the command line."""
    preset = PRESETS[options.preset or DEFAULT_PRESET]
    given = {
        name: value
        for name in preset.to_dict()
        if (value := getattr(options, name, None)) is not None
    }
    return replace(preset, **given)


def make_run(
    recipe: Recipe, prepared: Prepared, folder: Path, device: Device, processes: Processes
) -> Run:
    """A run at its beginning. The vocabulary is that of all poems, held back or not."""
    tokenizer = CharTokenizer.train(prepared.characters + MARKS * recipe.verse)
    documents: Documents
    if recipe.verse:
        documents = Verse(prepared.parts, tokenizer, recipe.seed)
    else:
        documents = Poems(prepared.poems, tokenizer)
    provenance = {
        "corpus": prepared.facts,
        "hardware": f"{device.reason}; {platform.machine()}, {processes.count} processes",
        "autocast": device.autocast,
        "versions": {
            "discord-poet": own_version(),
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
    }
    held_back = prepared.held_back
    run = Run(recipe, tokenizer, documents, held_back, folder, device, processes, provenance)
    run.write_more = prepared.write_beside
    return run


def own_version() -> str:
    try:
        return version("discord-poet")
    except PackageNotFoundError:  # run from a folder that was never installed
        project = Path(__file__).parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def learned_from(checkpoint: Checkpoint, corpus: Corpus) -> bool:
    """Whether this very corpus is the one that the checkpoint was trained on."""
    facts = checkpoint.provenance.get("corpus")
    return isinstance(facts, dict) and facts.get("sha256") == corpus.facts()["sha256"]


def sides(checkpoint: Checkpoint, corpus: Corpus) -> tuple[list[Poem], list[Poem]]:
    """The poems of `corpus` that the checkpoint learned from, and those it held back.

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


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Bits per character of a checkpoint over a whole corpus."""
    device = choose_device(options.device)
    checkpoint = load_checkpoint(options.checkpoint, device.name)
    tokenizer = checkpoint.tokenizer
    console = Console(stderr=True, soft_wrap=True)
    corpus = Corpus.load(options.corpus, options.lyric_only)
    poems = sides(checkpoint, corpus)[1] if options.validation_only else corpus.poems
    if not options.validation_only and learned_from(checkpoint, corpus):
        console.print(
            f"{checkpoint.name} has learned from this very corpus, so the figure flatters it: "
            "--validation-only measures what was held back."
        )
    known = [text for poem in poems if (text := tokenizer.clean(poem.text))]
    chars = sum(len(poem.text) for poem in poems)
    left_out = chars - sum(map(len, known))
    if left_out > chars / 2:
        raise ValueError(
            f"{checkpoint.name} does not know {left_out} of this corpus's {chars} characters: "
            "name another corpus, or a checkpoint that was trained on such text."
        )
    if left_out:
        console.print(f"Left out {left_out} characters that {checkpoint.name} does not know.")
    result = measure(
        checkpoint.model,
        [encode(text, tokenizer) for text in known],
        tokenizer.stoi[POEM_END],
        device.precision(),
        chars=sum(len(poem) + 1 for poem in known),
    )
    return {
        "bits_per_char": result.bits_per_char,
        "chars": result.chars,
        "loss": result.loss,
        "poems": len(known),
        "chars_left_out": left_out,
    }
