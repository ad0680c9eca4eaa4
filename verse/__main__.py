"""A poem in the terminal: python -m verse "the sea at night"."""

import argparse
import json
import random
import sys
from pathlib import Path

from model.terminal import add_sampling_options, exit_status
from verse.request.forms import FORMS
from verse.request.request import MAX_SEED_CHARS, Poem, PoemRequest

DESCRIPTION = "Writes a poem that opens with the seed text, character by character."


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Parses the command line `argv`; None: that of the process."""
    parser = argparse.ArgumentParser("python -m verse", description=DESCRIPTION)
    parser.add_argument(
        "seed_text", nargs="?", default="",
        help=f"how the poem opens: a few words, at most {MAX_SEED_CHARS} characters",
    )  # fmt: skip
    parser.add_argument(
        "--form", default="free", choices=FORMS, metavar="F",
        help=f"one of {', '.join(FORMS)} (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--lines", type=int, metavar="N", help="how many (default: what is usual for the form)"
    )
    parser.add_argument(
        "--acrostic", default="", metavar="WORD", help="what the lines' first letters spell"
    )
    parser.add_argument(
        "--manner", default="", metavar="AUTHOR", help="in the manner of an author of the corpus"
    )
    parser.add_argument(
        "--theme", default="", metavar="WORDS", help="up to three words that the poem speaks of"
    )
    add_sampling_options(parser)
    parser.add_argument(
        "--seed", type=int, metavar="N",
        help="number for the random generator: the same one gives the same poem "
        "(default: a new one each time, told at the end)",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=float, default=60.0, metavar="S",
        help="time the poem may take (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--checkpoint", type=Path, default=Path("checkpoints/poet"), metavar="DIR",
        help="folder of the poet (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--weights", default="auto", choices=("auto", "float32", "int8", "bfloat16"),
        help="kind of weights: the same seed number gives the same poem with the same kind "
        "(default: what suits this machine)",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", help="end with one JSON document: poem and figures"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Writes the poem that `argv` asks for; returns the exit status, as `exit_status` does."""
    options = parse(argv)
    return exit_status(lambda: show(options))


def show(options: argparse.Namespace) -> None:
    """Writes the poem that `options` ask for, and says behind it how it came about.

    Raises ValueError for a request that no poem can answer.
    """
    request = PoemRequest(
        seed_text=options.seed_text,
        seed=random.randrange(2**31) if options.seed is None else options.seed,
        form=options.form,
        lines=options.lines,
        acrostic=options.acrostic,
        manner=options.manner,
        theme=options.theme,
        max_seconds=options.seconds,
        temperature=options.temperature,
        top_k=options.top_k,
        top_p=options.top_p,
    )
    poem = write(options.checkpoint, request, options.weights)
    if options.json:
        document = {"text": poem.text, "seed": request.seed, "weights": poem.weights}
        document |= {"stopped_by": poem.stopped_by, "notes": list(map(str, poem.notes))}
        print(json.dumps(document | {"seconds": round(poem.seconds, 3)}))
    else:
        for note in poem.notes:
            print(f"-- {note}", file=sys.stderr)
        print(f"-- seed {request.seed}, {poem.weights}, {poem.seconds:.1f} s", file=sys.stderr)


def write(folder: Path, request: PoemRequest, weights: str) -> Poem:
    """Writes the poem of `request` with the checkpoint in `folder`, streamed to standard output.

    weights: kind of weights, as `model.fast.decoder.Decoder` takes it. Raises CheckpointError,
    RequestError or ValueError.
    """
    # Torch takes a second to import; --help and mistakes are answered without it.
    import torch

    from model.checkpoint import load_checkpoint
    from model.fast.threads import DEFAULT_THREADS, Threads
    from verse.write.writing import begin_with
    from verse.write.writing import write as write_poem

    threads = Threads(DEFAULT_THREADS)
    torch.set_num_threads(1)
    begin = begin_with(load_checkpoint(folder), threads, weights)
    poem = write_poem(begin, request, lambda text: print(text, end="", flush=True))
    print()
    return poem


if __name__ == "__main__":
    sys.exit(main())
