"""Ablation of corpus cleaning: small networks trained on the same poems, raw and cleaned.

    python benchmarks/cleaning.py --corpus ../shared/corpus/poems.jsonl.xz

Both learn the same poems in the same order, those that cleaning changes (`printed` and `text` of
`train.corpus.poem.Poem`), and are evaluated on the same held-out ones, cleaned: bits per character
of whole poems, and of first lines, where most apparatus is, and the share of sampled poems with a
line of apparatus by the rules that clean. Cleaning does not change the other poems, nineteen of
twenty, so over a whole corpus the gain is that much smaller, below the difference between two
seeds of a small network. Poems that cleaning removes (duplicates, slurs, prose) are in neither.
"""

import argparse
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, stdev

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.report import bar, finish, machine
from benchmarks.train import LONG, train_ours
from model.fast.decoder import Decoder, SamplingParams
from model.language_model import LanguageModel
from model.tokenizer import POEM_END, CharTokenizer
from model.transformer import Transformer
from train.corpus.apparatus import strip_apparatus
from train.corpus.load import load_corpus
from train.corpus.poem import Poem
from train.dataset import encode
from train.loop import evaluate
from train.verse.split import split

RECIPE = replace(LONG, block_size=256, batch_size=4)
"""Recipe of 0.8 M parameters, whose context holds a poem's heading and its first stanza."""
HELD_OUT = 0.1
"""Share of the poems that is held out."""
SAMPLES = 256
"""Beginnings of poems, one context long, sampled from each network."""
ROWS = 32
"""Rows decoded as one batch."""


@dataclass(frozen=True)
class Learned:
    """Holds the evaluation of one network."""

    poems: list[float]
    """Bits per character of each held-out poem."""
    openings: list[float]
    """Bits per character of each held-out first line."""
    chars: list[int]
    """Characters of each held-out poem, POEM_END counted."""
    apparatus: float
    """Share of sampled beginnings with a line of apparatus."""

    @property
    def bits_per_char(self) -> float:
        """Bits per character over all held-out poems."""
        weighted = zip(self.poems, self.chars, strict=True)
        return sum(bits * chars for bits, chars in weighted) / sum(self.chars)


def learn(texts: list[str], held: list[Poem], tokenizer: CharTokenizer, chars: int) -> Learned:
    """Trains a network on `chars` characters of `texts` and evaluates it on `held`."""
    models: list[LanguageModel] = []

    def loss(model: LanguageModel) -> float:
        models.append(model)
        return evaluate(model, [encode(poem.text, tokenizer) for poem in held], end).loss

    end, line_end = tokenizer.stoi[POEM_END], tokenizer.stoi["\n"]
    train_ours(RECIPE, tokenizer, POEM_END.join(texts), loss, chars)
    model = models[-1]
    assert isinstance(model, Transformer)
    poems = [evaluate(model, [encode(poem.text, tokenizer)], end) for poem in held]
    firsts = [encode(poem.text.partition("\n")[0], tokenizer) for poem in held]
    return Learned(
        [poem.bits_per_char for poem in poems],
        [evaluate(model, [line], line_end).bits_per_char for line in firsts],
        [poem.chars for poem in poems],
        fmean(bool(strip_apparatus(text)[1]) for text in beginnings(model, tokenizer)),
    )


def beginnings(model: Transformer, tokenizer: CharTokenizer) -> list[str]:
    """Samples beginnings of poems from `model`, without the line that the context cuts off."""
    decoder = Decoder(model, max_rows=ROWS, max_chars=model.config.block_size - 1)
    prefix = decoder.prefix(tokenizer.encode(POEM_END))
    stops = frozenset(tokenizer.encode(POEM_END))
    texts = []
    for first in range(0, SAMPLES, ROWS):
        params = [
            SamplingParams(
                seed, model.config.block_size - 1, temperature=0.8, top_p=0.95, stop_tokens=stops
            )
            for seed in range(first, first + ROWS)
        ]
        for row in decoder.branch(prefix, params):
            text = tokenizer.decode(row.tokens)
            texts.append(text.rpartition(POEM_END if row.reason == "stop" else "\n")[0].strip("\n"))
    return [text for text in texts if text]


def difference(before: list[float], after: list[float]) -> tuple[float, float]:
    """Returns (mean of the paired differences `before` - `after`, its standard error)."""
    gains = [b - a for b, a in zip(before, after, strict=True)]
    return fmean(gains), stdev(gains) / math.sqrt(len(gains))


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/cleaning.py", description=__doc__)
    parser.add_argument(
        "--corpus", default="../shared/corpus/poems.jsonl.xz", metavar="C",
        help="a corpus that came uncleaned (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--chars", type=int, default=1_500_000, metavar="N",
        help="characters that each network learns from (default: %(default)s, five CPU minutes)",
    )  # fmt: skip
    options = parser.parse_args()
    torch.set_num_threads(1)
    facts = machine()
    print(f"Machine: {facts}", flush=True)

    changed = [poem for poem in load_corpus([options.corpus]) if poem.printed]
    train, held = split(changed, HELD_OUT)
    printed, cleaned = [poem.printed for poem in train], [poem.text for poem in train]
    tokenizer = CharTokenizer.train("".join(printed + [poem.printed for poem in held]))
    sizes = [sum(map(len, texts)) for texts in (printed, cleaned)]
    print(f"{len(train)} poems to learn from, {len(held)} held back; {sizes[0]:,} characters "
          f"before cleaning, {sizes[1]:,} after", flush=True)  # fmt: skip
    before = learn(printed, held, tokenizer, options.chars)
    after = learn(cleaned, held, tokenizer, options.chars)

    print("\nlearned from     bits, poems   bits, first lines   beginnings with apparatus")
    for name, one in (("as they came", before), ("cleaned", after)):
        print(f"{name:14} {one.bits_per_char:13.4f} {fmean(one.openings):19.4f} "
              f"{one.apparatus:27.3f}")  # fmt: skip
    all_gain, all_error = difference(before.poems, after.poems)
    first_gain, first_error = difference(before.openings, after.openings)
    print(f"gain, mean over poems: {all_gain:.4f} +- {all_error:.4f}; over first lines "
          f"{first_gain:.4f} +- {first_error:.4f}")  # fmt: skip
    figures = {
        "learned": len(train), "held_back": len(held), "chars_seen": options.chars,
        "chars_before": sizes[0], "chars_after": sizes[1],
        "bits_before": before.bits_per_char, "bits_after": after.bits_per_char,
        "first_lines_before": fmean(before.openings), "first_lines_after": fmean(after.openings),
        "gain": all_gain, "gain_error": all_error,
        "first_lines_gain": first_gain, "first_lines_gain_error": first_error,
        "apparatus_before": before.apparatus, "apparatus_after": after.apparatus,
    }  # fmt: skip
    bars = [bar("gain on cleaned poems, in standard errors", all_gain / all_error, 2)]
    finish("cleaning", facts, figures, bars)


if __name__ == "__main__":
    main()
