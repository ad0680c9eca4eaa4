"""python -m train evaluate: bits per character of a checkpoint over a corpus."""

import argparse
from pathlib import Path
from typing import Any

from train.commands.options import PROG, add_corpus_options, add_device_option


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the command."""
    parser = argparse.ArgumentParser(
        f"{PROG} evaluate", description="Measures bits per character of a checkpoint on poems."
    )
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="folder of the poet")
    add_corpus_options(parser)
    parser.add_argument(
        "--validation-only",
        action="store_true",
        help="measure only the poems that its training held back; name the corpus it had",
    )
    add_device_option(parser)
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measures the checkpoint; returns the figures.

    Raises ValueError for what can't be measured.
    """
    from rich.console import Console

    from model.checkpoint import load_checkpoint
    from model.tokenizer import POEM_END
    from train.corpus.load import Corpus
    from train.dataset import encode
    from train.device import choose_device
    from train.loop import evaluate
    from train.provenance import learned_from, sides

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
    result = evaluate(
        checkpoint.model,
        [encode(text, tokenizer) for text in known],
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
