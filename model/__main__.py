"""The plain network in the terminal, letter by letter: python -m model "the sea at night".

Any stage of any checkpoint, written by `model.generate` and held to nothing, but that a new poem
begins with a letter. A network that was taught verse could begin with marks instead, what a poem
shall be and how many syllables a line has; held to a form it writes by ``python -m verse``.
"""

import argparse
import random
import sys
from pathlib import Path

from model.terminal import add_sampling_options, exit_status

DEFAULT = Path("checkpoints/poet")


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m model", description="Lets a network write on, one character after the other."
    )
    parser.add_argument(
        "text", nargs="?", default="", help="what it goes on from (default: a new poem)"
    )
    parser.add_argument(
        "--checkpoint", type=Path, default=DEFAULT, metavar="DIR",
        help="folder of the network, such as checkpoints/ladder/bigram (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--chars", type=int, default=400, metavar="N",
        help="characters at most; the end of the poem ends it too (default: %(default)s)",
    )  # fmt: skip
    add_sampling_options(parser)
    parser.add_argument(
        "--seed", type=int, metavar="N",
        help="number for the random generator: the same one writes the same text "
        "(default: a new one each time, told at the end)",
    )  # fmt: skip
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Returns the exit status: 0, or 2 after one sentence on what to change."""
    options = parse(argv)
    return exit_status(lambda: write(options))


def write(options: argparse.Namespace) -> None:
    """Streams the text to standard output. Raises ValueError for what can't be used."""
    # Torch takes a second to import; --help and mistakes are answered without it.
    import torch

    from model.checkpoint import load_checkpoint, sampling_asked
    from model.generate import generate
    from model.sampling import check_sampling
    from model.tokenizer import POEM_END

    seed = random.randrange(2**31) if options.seed is None else options.seed
    if options.chars < 1:
        raise ValueError(f"--chars must be 1 or more, not {options.chars}.")
    if not 0 <= seed < 2**63:
        raise ValueError(f"--seed must be from 0 to {2**63 - 1}, not {seed}.")
    checkpoint = load_checkpoint(options.checkpoint)
    tokenizer = checkpoint.tokenizer
    sampling = sampling_asked(checkpoint.sampling, vars(options))
    check_sampling(**sampling)
    text = tokenizer.clean(options.text)
    letters = torch.tensor([character.isalpha() for character in tokenizer.chars])
    no_mark = torch.where(letters, 0.0, float("-inf"))
    first = iter([no_mark] if letters.any() and not text else [])  # logits to add, once
    characters = generate(
        checkpoint.model,
        tokenizer.encode(POEM_END + text),
        torch.Generator().manual_seed(seed),
        **sampling,
        constrain=lambda logits: logits + next(first, 0.0),
    )
    print(text, end="", flush=True)
    for _, token in zip(range(options.chars), characters, strict=False):
        if (character := tokenizer.decode([token])) == POEM_END:
            break
        print(character, end="", flush=True)
    print()
    print(f"-- seed {seed}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
