"""python -m train: trains a poet; with corpus, prepare, ladder, evaluate or words, other things."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from model.config import STAGES
from train.recipe import PRESETS, SPLITS

PROG = "python -m train"


def main(argv: list[str] | None = None) -> int:
    """Returns the exit status: 0, or 2 after one sentence on what to change."""
    argv = sys.argv[1:] if argv is None else argv
    parsers = {
        "corpus": corpus_parser,
        "evaluate": evaluate_parser,
        "ladder": ladder_parser,
        "prepare": prepare_parser,
        "words": words_parser,
    }
    if argv and argv[0] in parsers:
        options = parsers[argv[0]]().parse_args(argv[1:])
    else:
        options = train_parser().parse_args(argv)
    try:
        figures: dict[str, Any] | None = options.action(options)
    except ValueError as error:  # all of our own errors are ValueErrors
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error}: make room or mend the folder, or name another.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    if figures is not None:
        print(json.dumps(figures))
    return 0


# The commands import what they need when they run: torch takes seconds, --help should not.


def train(options: argparse.Namespace) -> dict[str, Any] | None:
    from train.commands.train import train

    return train(options)


def evaluate(options: argparse.Namespace) -> dict[str, Any] | None:
    from train.commands.train import evaluate

    return evaluate(options)


def corpus(options: argparse.Namespace) -> dict[str, Any] | None:
    from train.commands.corpus import show

    return show(options)


def ladder(options: argparse.Namespace) -> dict[str, Any] | None:
    from train.commands.ladder import ladder

    return ladder(options)


def prepare(options: argparse.Namespace) -> dict[str, Any] | None:
    from train.verse.prepared import write_prepared

    return write_prepared(options)


def words(options: argparse.Namespace) -> dict[str, Any] | None:
    from train.commands.words import write_words

    return write_words(options)


def train_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        PROG,
        description="Trains a poet and saves it as a checkpoint; with no arguments, the "
        "experiment this project grew from, on verse that it downloads itself.",
        epilog=f"Also: {PROG} corpus, what a corpus holds; {PROG} ladder, the evolution from "
        f"bigram to Transformer; {PROG} evaluate CHECKPOINT, its bits per character; {PROG} words "
        f"CHECKPOINT, the words it may use; and {PROG} prepare, a corpus made ready for several "
        "trainings; each has its own --help. Ctrl-C keeps a usable checkpoint; --resume goes on "
        "from it exactly.",
    )
    parser.set_defaults(action=train)
    parser.add_argument(
        "--preset",
        choices=PRESETS,
        help="size and recipe: tiny (seconds), seed (minutes), small (a CPU in one to two "
        "hours), base (one GPU in minutes) (default: seed)",
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
        help="what is held back for validation: whole poems here and there, or the tail of the "
        "text, for one long text such as tiny Shakespeare (default: poems)",
    )
    for flag, kind, text in [
        ("--n-layer", int, "blocks of the Transformer"),
        ("--n-head", int, "attention heads"),
        ("--n-embd", int, "channels"),
        ("--block-size", int, "context in characters"),
        ("--batch-size", int, "windows of one context in each iteration"),
        ("--matrix-lr", float, "learning rate of Muon, for the matrices"),
        ("--other-lr", float, "learning rate of AdamW, for the rest"),
        ("--dropout", float, "share of activations dropped while training"),
        ("--val-fraction", float, "share of the poems held back for validation"),
        ("--seed", int, "number that all random choices start from"),
    ]:
        metavar = "X" if kind is float else "N"
        parser.add_argument(
            flag, type=kind, metavar=metavar, help=f"{text} (default: the preset's)"
        )
    parser.add_argument(
        "--compile",
        action=argparse.BooleanOptionalAction,
        help="fuse small operations with torch.compile; pays after about a minute "
        "(default: the preset's)",
    )
    return parser


def evaluate_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        f"{PROG} evaluate", description="Measures bits per character of a checkpoint on poems."
    )
    parser.set_defaults(action=evaluate)
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="folder of the poet")
    add_corpus_options(parser)
    parser.add_argument(
        "--validation-only",
        action="store_true",
        help="measure only the poems that its training held back; name the corpus it had",
    )
    add_device_option(parser)
    return parser


def corpus_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        f"{PROG} corpus",
        description="Reads and cleans a corpus as training does; shows what it holds, what was "
        "left out and why, and ten poems of it.",
    )
    parser.set_defaults(action=corpus)
    add_corpus_options(parser)
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="number that the choice of the ten poems starts from (default: %(default)s)",
    )
    return parser


def ladder_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        f"{PROG} ladder",
        description="Trains every stage of the evolution on the same batches, prints one table "
        "and draws one picture.",
    )
    parser.set_defaults(action=ladder)
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


def prepare_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        f"{PROG} prepare",
        description="Reads, cleans, divides and describes a corpus once, for any number of "
        "trainings with --prepared: they begin at once, also where there is no corpus.",
    )
    parser.set_defaults(action=prepare)
    parser.add_argument(
        "--preset",
        choices=[name for name, recipe in PRESETS.items() if recipe.verse],
        default="base",
        help="whose share of the poems is held back (default: %(default)s)",
    )
    add_corpus_options(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", required=True, help="folder for what is prepared"
    )
    return parser


def words_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        f"{PROG} words",
        description="Makes anew what lies beside the weights of a poet that has been trained "
        "already: the words that it may use with their rhymes, its authors, and the runs of "
        "characters that it shall not recite. A training does this by itself.",
    )
    parser.set_defaults(action=words)
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="folder of the poet")
    add_corpus_options(parser)
    return parser


def add_corpus_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus",
        action="append",
        metavar="C",
        help="a .jsonl or .txt file (.xz and .gz too), a folder of them; seed, the verse that is "
        "downloaded by itself (default); gutenberg, the verse of 1,052 books of Project Gutenberg, "
        "or gutenberg:1322,8800, of these; may be given several times",
    )
    parser.add_argument(
        "--lyric-only", action="store_true", help="leave out records whose field lyric is false"
    )


def add_device_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--device", default="auto", help="cuda, mps or cpu (default: the fastest that is here)"
    )


def positive(kind: type[int] | type[float]) -> Any:
    """An argparse type for numbers above 0."""

    def number(text: str) -> float:
        value = kind(text)
        if not 0 < value < 1e9:
            raise argparse.ArgumentTypeError(f"must be more than 0 and not endless, not {text}")
        return value

    return number


if __name__ == "__main__":
    sys.exit(main())
