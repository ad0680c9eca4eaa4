"""From a recipe and a corpus to a run: one that begins, or one that goes on."""

import argparse
from dataclasses import replace
from pathlib import Path

from model.checkpoint import DEFAULT_FOLDER, Checkpoint, load_checkpoint, recover
from model.tokenizer import CharTokenizer
from train.corpus.load import Corpus
from train.dataset import Documents, Poems, Verse
from train.device import Device, Processes
from train.errors import TrainingError
from train.loop import Run
from train.provenance import read_origin, write_provenance
from train.recipe import Recipe
from train.run_folder import RunFolder, begin_from, check_writable, is_run, training_state
from train.verse.prepared import Prepared, prepare
from verse.request.format import MARKS


def make_run(
    recipe: Recipe,
    prepared: Prepared,
    path: Path,
    device: Device,
    processes: Processes,
    init: Checkpoint | None = None,
) -> tuple[Run, RunFolder]:
    """Makes a run at its beginning, and its folder at `path`.

    The vocabulary is that of all poems, held back or not. init: a checkpoint whose weights to begin
    with. Raises ValueError when recipe, corpus, processes and `init` don't fit together.
    """
    processes.check(recipe.batch_size)
    tokenizer = CharTokenizer.train(prepared.characters + MARKS * recipe.verse)
    documents: Documents
    if recipe.verse:
        documents = Verse(prepared.parts, tokenizer, recipe.seed)
    else:
        documents = Poems(prepared.poems, tokenizer)
    run = Run(recipe, tokenizer, documents, prepared.held_back, device, processes)
    if init is not None:
        begin_from(run, init)
    provenance = write_provenance(recipe, prepared.facts, device, processes, init)
    return run, RunFolder(path, provenance, prepared.write_assets)


def new_run(
    options: argparse.Namespace, recipe: Recipe, path: Path, device: Device, processes: Processes
) -> tuple[Run, RunFolder]:
    """Makes the run that the `options` of ``python -m train`` describe.

    Raises a ValueError for anything amiss, before a large corpus is read if it can be seen then.
    """
    recover(path)
    if path.resolve() == DEFAULT_FOLDER.resolve():
        raise TrainingError(
            f"{path} is the poet that ships, which no run replaces: name another folder with "
            "--out, and set CHECKPOINT in .env to let the bot use it."
        )
    if path.exists() and not (options.overwrite and is_run(path)):
        cure = f"go on with it by --resume {path}, replace it with --overwrite, or "
        raise TrainingError(
            f"{path} is already there: {cure if is_run(path) else ''}"
            "name another folder with --out."
        )
    check_writable(path)
    init = load_checkpoint(options.init) if options.init else None
    if options.prepared:
        prepared = prepared_corpus(options, recipe)
        recipe = replace(recipe, val_fraction=prepared.val_fraction, split=prepared.split)
    else:
        prepared = prepare(Corpus.load(options.corpus, options.lyric_only), recipe)
    return make_run(recipe, prepared, path, device, processes, init)


def resumed_run(
    options: argparse.Namespace, device: Device, processes: Processes
) -> tuple[Run, RunFolder]:
    """Returns the run in the folder ``--resume``, ready to go on.

    Raises a ValueError for anything amiss.
    """
    path: Path = options.resume
    recover(path)
    origin = read_origin(path)
    training_state(path)  # before a large corpus is read
    recipe = origin.recipe
    if options.stage not in (None, recipe.stage):
        raise TrainingError(
            f"{path} is a run of stage {recipe.stage}, not {options.stage}: "
            "leave --stage out, or start a new run with --out."
        )
    if options.prepared:
        prepared = prepared_corpus(options, recipe)
    else:
        lyric_only = options.lyric_only or origin.lyric_only
        prepared = prepare(Corpus.load(options.corpus or origin.sources, lyric_only), recipe)
    same = (prepared.facts["sha256"], prepared.val_fraction, prepared.split)
    if same != (origin.sha256, recipe.val_fraction, recipe.split):
        raise TrainingError(
            f"The corpus is not the one that {path} was trained on, so going on would not be "
            f"exact: name that one ({', '.join(origin.sources)}) with --corpus or --prepared, or "
            "start a new run with --out."
        )
    if origin.autocast is not None:
        device = device.begun_with(origin.autocast)
    run, folder = make_run(recipe, prepared, path, device, processes)
    folder.resume(run)
    if run.done >= 1.0:
        raise TrainingError(f"{path} has finished its recipe: there is nothing left to resume.")
    return run, folder


def prepared_corpus(options: argparse.Namespace, recipe: Recipe) -> Prepared:
    """Loads what ``--prepared`` names, for `recipe`.

    Raises ValueError when it does not go with the other `options`.
    """
    for name in ("corpus", "lyric_only", "val_fraction", "split"):
        if getattr(options, name) not in (None, False):
            raise TrainingError(
                f"--{name.replace('_', '-')} was decided when {options.prepared} was prepared: "
                "leave it out, or prepare anew."
            )
    if not recipe.verse:
        raise TrainingError(
            f"{options.prepared} holds verse behind headers, which this preset does not read: "
            "choose --preset small or base."
        )
    return Prepared.load(options.prepared)
