"""python -m train: trains a poet. python -m train evaluate: measures one."""

import argparse
import hashlib
import json
import platform
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.config import STAGES
from train.recipe import PRESETS, Recipe

PROG = "python -m train"


def parse(argv: list[str]) -> argparse.Namespace:
    if argv[:1] == ["evaluate"]:
        return evaluate_parser().parse_args(argv[1:])
    return train_parser().parse_args(argv)


def train_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        PROG,
        description="Trains a poet and saves it as a checkpoint; with no arguments, the "
        "experiment this project grew from, on verse that it downloads itself.",
        epilog="Also: python -m train evaluate CHECKPOINT --corpus FILE (see its --help). "
        "Ctrl-C keeps a usable checkpoint; --resume goes on from it exactly.",
    )
    parser.set_defaults(action=train)
    add_corpus_options(parser)
    parser.add_argument("--preset", choices=PRESETS, default="seed",
        help="size and recipe: tiny (seconds), seed (minutes), small (a CPU in one to two "
        "hours), base (one GPU in minutes) (default: %(default)s)")  # fmt: skip
    parser.add_argument("--stage", choices=STAGES,
        help="which network of the evolution (default: transformer)")  # fmt: skip
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=positive(float), metavar="M",
        help="train for this long (default: the preset's iterations)")  # fmt: skip
    length.add_argument("--iterations", type=positive(int), metavar="N",
        help="train for this many iterations (default: the preset's)")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR",
        help="folder of the run (default: checkpoints/ and the preset's name)")  # fmt: skip
    parser.add_argument("--resume", type=Path, metavar="DIR",
        help="go on with the interrupted run in this folder, with its own recipe; name the "
        "same --corpus")  # fmt: skip
    parser.add_argument("--device", default="auto",
        help="cuda, mps or cpu (default: the fastest that is here)")  # fmt: skip
    parser.add_argument("--overwrite", action="store_true",
        help="replace a run that --out already holds")  # fmt: skip
    defaults = Recipe()
    for name, kind, text in [
        ("n_layer", int, "blocks of the Transformer"),
        ("n_head", int, "attention heads"),
        ("n_embd", int, "channels"),
        ("block_size", int, "context in characters"),
        ("batch_size", int, "windows of one context in each iteration"),
        ("matrix_lr", float, "learning rate of Muon, for the matrices"),
        ("other_lr", float, "learning rate of AdamW, for the rest"),
        ("dropout", float, "share of activations dropped while training"),
        ("val_fraction", float, "share of the poems held back for validation"),
        ("seed", int, "number that all random choices start from"),
    ]:
        flag = "--" + name.replace("_", "-")
        shape = "X" if kind is float else "N"
        parser.add_argument(flag, type=kind, metavar=shape, help=f"{text} (default: the preset's)")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction,
        help="fuse small operations with torch.compile; pays after about a minute "
        "(default: the preset's)")  # fmt: skip
    assert all(hasattr(defaults, name) for name in ("n_layer", "compile"))
    return parser


def evaluate_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        f"{PROG} evaluate", description="Measures bits per character of a checkpoint on poems."
    )
    parser.set_defaults(action=evaluate)
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="folder of the poet")
    add_corpus_options(parser)
    parser.add_argument("--validation-only", type=positive(float), metavar="SHARE",
        help="measure only the poems that training with this --val-fraction held back")  # fmt: skip
    parser.add_argument("--device", default="auto", help="cuda, mps or cpu (default: the fastest)")
    return parser


def add_corpus_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", action="append", metavar="C",
        help="a .jsonl or .txt file (.xz and .gz too), a folder of them, or seed, the verse that "
        "is downloaded by itself (default); may be given several times")  # fmt: skip
    parser.add_argument("--lyric-only", action="store_true",
        help="leave out records whose field lyric is false")  # fmt: skip


def positive(kind: type[int] | type[float]) -> Any:
    def convert(text: str) -> float:
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"must be more than 0, not {text}")
        return value

    convert.__name__ = "number"  # argparse names it in its message
    return convert


def recipe_of(options: argparse.Namespace) -> Recipe:
    """The preset, changed by what was given on the command line."""
    recipe = PRESETS[options.preset]
    given = {
        name: value
        for name in recipe.to_dict()
        if (value := getattr(options, name, None)) is not None
    }
    return replace(recipe, **given)


def train(options: argparse.Namespace) -> int:
    from model.tokenizer import CharTokenizer
    from train.corpus import SEED_DIET, load_corpus
    from train.dataset import encode, split
    from train.device import Processes, choose_device
    from train.loop import Run, last_line, resumed_recipe
    from train.report import Reporter, draw_loss_curve, duration

    folder = options.resume or options.out or Path("checkpoints") / options.preset
    if options.resume:
        recipe = resumed_recipe(folder)
        if options.stage not in (None, recipe.stage):
            raise ValueError(
                f"{folder} is a run of stage {recipe.stage}, not {options.stage}: "
                "leave --stage out, or start a new run with --out."
            )
    else:
        recipe = recipe_of(options)
        if folder.exists() and not options.overwrite:
            raise ValueError(
                f"{folder} is already there: go on with it by --resume {folder}, replace it with "
                "--overwrite, or name another folder with --out."
            )
    with Processes() as processes, Reporter(processes.first) as reporter:
        say = reporter.console.print
        device = choose_device(options.device)
        sources = options.corpus or [SEED_DIET]
        started = time.monotonic()
        poems = load_corpus(sources, options.lyric_only)
        train_poems, val_poems = split(poems, recipe.val_fraction)
        tokenizer = CharTokenizer.train("".join(poems))
        if options.resume:
            from model.checkpoint import load_checkpoint

            tokenizer = load_checkpoint(folder).tokenizer
        provenance = {
            "corpus": {
                "sources": sources,
                "lyric_only": options.lyric_only,
                "poems": len(poems),
                "chars": sum(map(len, poems)),
                "sha256": hashlib.sha256("\f".join(poems).encode()).hexdigest(),
            },
            "hardware": f"{device.reason}; {platform.machine()}",
            "python": platform.python_version(),
        }
        run = Run(
            recipe,
            tokenizer,
            [encode(poem, tokenizer) for poem in train_poems],
            [encode(poem, tokenizer) for poem in val_poems],
            folder,
            device,
            processes,
            provenance,
        )
        if options.resume:
            run.resume()
        say(f"Device: {device.reason}.")
        say(
            f"Corpus: {len(train_poems):,} poems to learn from, {len(val_poems):,} held back, "
            f"{tokenizer.vocab_size} different characters "
            f"(read in {duration(time.monotonic() - started)})."
        )
        say(f"Network: {recipe.stage}, {run.model.parameter_count():,} parameters. Run: {folder}\n")
        try:
            run.train(reporter)
        except KeyboardInterrupt:
            say(f"\nStopped. The checkpoint in {folder} is usable; go on with --resume {folder}.")
        if not processes.first:
            return 0
        draw_loss_curve(run, folder / "loss.png")
        say(
            f"Saved in {folder}. Try it: python -m model 'the sea at night' --checkpoint {folder}\n"
            f"Let the bot use it: CHECKPOINT={folder} in .env"
        )
        print(last_line(run.figures()))
    return 0


def evaluate(options: argparse.Namespace) -> int:
    from model.checkpoint import load_checkpoint
    from model.tokenizer import POEM_END
    from train.corpus import SEED_DIET, load_corpus
    from train.dataset import encode, split
    from train.device import choose_device
    from train.evaluate import evaluate as measure

    device = choose_device(options.device)
    checkpoint = load_checkpoint(options.checkpoint, device.name)
    poems = load_corpus(options.corpus or [SEED_DIET], options.lyric_only)
    if options.validation_only:
        _, poems = split(poems, options.validation_only)
    tokenizer = checkpoint.tokenizer
    cleaned = [poem for text in poems if (poem := tokenizer.clean(text))]
    dropped = sum(map(len, poems)) - sum(map(len, cleaned))
    if dropped:
        share = dropped / sum(map(len, poems))
        print(
            f"Left out {dropped} characters ({share:.3%}) that {checkpoint.name} does not know.",
            file=sys.stderr,
        )
    if not cleaned:
        raise ValueError("No character of this corpus is known to the checkpoint: name another.")
    encoded = [encode(poem, tokenizer) for poem in cleaned]
    result = measure(checkpoint.model, encoded, tokenizer.stoi[POEM_END], device.precision())
    print(
        json.dumps(
            {
                "bits_per_char": result.bits_per_char,
                "chars": result.chars,
                "loss": result.loss,
                "poems": len(poems),
                "chars_left_out": dropped,
            }
        )
    )
    return 0


def main(argv: list[str] | None = None) -> int:
    """Returns the exit status: 0, or 2 after one sentence on what to change."""
    options = parse(sys.argv[1:] if argv is None else argv)
    try:
        status: int = options.action(options)
    except ValueError as error:  # all of our own errors are ValueErrors
        print(error, file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
