"""Compares our training recipe with nanoGPT's published CPU budget, in one run on one machine.

    python benchmarks/train.py --corpus tinyshakespeare.txt

The baseline is nanoGPT's small configuration, reimplemented here: 4 layers, 4 heads, 128 channels,
context 64, batch 12, 2000 iterations, AdamW at 1e-3 with a cosine schedule. Both are trained on the
first 90 % of the file and evaluated on the last 10 %, in consecutive windows of their context. Time
is CPU time on one thread, which a busy machine disturbs least.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.report import bar, finish, machine
from model.config import ModelConfig
from model.language_model import LanguageModel
from model.tokenizer import POEM_END, CharTokenizer
from train.dataset import Poems, encode
from train.device import Device, Processes
from train.loop import Run, evaluate
from train.recipe import Recipe

BUDGET = 2000 * 12 * 64
"""Characters that the baseline is trained on: 2000 iterations of 12 windows of 64."""
PUBLISHED = 1.874
"""Loss, in nats, of nanoGPT's own script on such a machine, slightly below that of the
reimplementation; the goal is the lower of the two."""
# Our recipes have the same size (0.8 M parameters) and as many characters in a batch. A short run
# learns faster from a short context and a higher learning rate (docs/log.md).
SHORT = Recipe(
    n_layer=4, n_head=4, n_embd=128, block_size=64, batch_size=12, evaluations=0,
    matrix_lr=0.02, warmup=10,
)  # fmt: skip
LONG = replace(SHORT, block_size=128, batch_size=6, matrix_lr=0.015)


class GPT(LanguageModel):
    """Implements the baseline: GPT-2 as in nanoGPT (LayerNorm, learned positions, GELU)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        channels = config.n_embd
        self.characters = nn.Embedding(config.vocab_size, channels)
        self.positions = nn.Embedding(config.block_size, channels)
        self.blocks = nn.ModuleList(
            GPTBlock(channels, config.n_head) for _ in range(config.n_layer)
        )
        self.norm = nn.LayerNorm(channels, bias=False)
        self.head = nn.Linear(channels, config.vocab_size, bias=False)
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                into_sum = name.endswith("projection.weight")
                std = 0.02 / math.sqrt(2 * config.n_layer) if into_sum else 0.02
                nn.init.normal_(parameter, std=std)
        self.characters.weight = self.head.weight

    def forward(self, tokens: Tensor, cache: Any = None) -> Tensor:
        x = self.characters(tokens) + self.positions(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.head(self.norm(x))
        return logits


class GPTBlock(nn.Module):
    """Implements one block of `GPT`: (B, T, C) -> (B, T, C)."""

    def __init__(self, channels: int, n_head: int) -> None:
        super().__init__()
        self.n_head = n_head
        self.norm_1 = nn.LayerNorm(channels, bias=False)
        self.norm_2 = nn.LayerNorm(channels, bias=False)
        self.queries_keys_values = nn.Linear(channels, 3 * channels, bias=False)
        self.attention_projection = nn.Linear(channels, channels, bias=False)
        self.up = nn.Linear(channels, 4 * channels, bias=False)
        self.feed_forward_projection = nn.Linear(4 * channels, channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        batch, time, channels = x.shape
        parts = self.queries_keys_values(self.norm_1(x)).split(channels, dim=2)
        query, key, value = (p.view(batch, time, self.n_head, -1).transpose(1, 2) for p in parts)
        out = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.attention_projection(out.transpose(1, 2).flatten(2))
        result: Tensor = x + self.feed_forward_projection(F.gelu(self.up(self.norm_2(x))))
        return result


Curve = list[tuple[int, int, float, float]]
"""Points of a run: (iterations, characters, CPU seconds without evaluation, validation loss)."""
Measure = Callable[[LanguageModel], float]
"""Function that returns a model's loss over the whole validation split, in nats per character."""


def first_and_last(corpus: Path) -> tuple[CharTokenizer, str, Measure]:
    """Splits the text file `corpus`: (tokenizer, first 90 % for training, loss over the rest)."""
    text = corpus.read_text(encoding="utf-8")
    tokenizer = CharTokenizer.train(text)
    cut = int(0.9 * len(text))
    held = encode(text[cut:], tokenizer)
    end = tokenizer.stoi[POEM_END]

    def measure(model: LanguageModel) -> float:
        return evaluate(model, [held], end, stride=model.config.block_size).loss

    return tokenizer, text[:cut], measure


def train_baseline(text: Tensor, measure: Measure, vocab: int) -> Curve:
    """Trains `GPT` with nanoGPT's schedule on `text`, (characters,)."""
    torch.manual_seed(1337)
    model = GPT(ModelConfig("transformer", vocab, 64, n_layer=4, n_head=4, n_embd=128))
    groups = [
        {"params": [p for p in model.parameters() if p.ndim >= 2], "weight_decay": 0.1},
        {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99), fused=True)
    curve: Curve = []
    spent = 0.0
    for iteration in range(2000):
        started = time.process_time()
        cosine = 0.5 * (1 + math.cos(math.pi * max(0, iteration - 100) / 1900))
        rate = 1e-3 * iteration / 100 if iteration < 100 else 1e-4 + cosine * 9e-4
        for group in optimizer.param_groups:
            group["lr"] = rate
        starts = torch.randint(len(text) - 64, (12,)).tolist()
        inputs = torch.stack([text[at : at + 64] for at in starts]).long()
        targets = torch.stack([text[at + 1 : at + 65] for at in starts]).long()
        loss = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        spent += time.process_time() - started
        if (iteration + 1) % 500 == 0:
            curve.append(point(iteration + 1, (iteration + 1) * 12 * 64, spent, measure(model)))
    return curve


def train_ours(
    recipe: Recipe,
    tokenizer: CharTokenizer,
    text: str,
    measure: Measure,
    chars: int,
    marks: int = 1,
) -> Curve:
    """Trains with `recipe`, its schedule made for `chars` characters of `text`.

    marks: number of evaluations, evenly spread.
    """
    per_iteration = recipe.batch_size * recipe.block_size
    recipe = replace(recipe, iterations=chars // per_iteration)
    # The run gets a dummy validation text, as the benchmark has its own split.
    documents, device = Poems([text], tokenizer), Device("cpu", False, "")
    run = Run(recipe, tokenizer, documents, [text[:1]], device, Processes())
    run.model.train()
    curve: Curve = []
    spent = 0.0
    for number in range(1, recipe.iterations + 1):
        started = time.process_time()
        run.step()
        spent += time.process_time() - started
        if number * marks // recipe.iterations > (number - 1) * marks // recipe.iterations:
            curve.append(point(number, number * per_iteration, spent, measure(run.averaged)))
    return curve


def point(iterations: int, chars: int, spent: float, loss: float) -> tuple[int, int, float, float]:
    """Prints and returns one point of a curve; spent: CPU seconds."""
    print(f"  {iterations:5} iterations {chars:9,} characters {spent:7.1f} CPU s  val {loss:.4f}",
          flush=True)  # fmt: skip
    return iterations, chars, spent, loss


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/train.py", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/tinyshakespeare.txt"),
                        help="one plain text, tiny Shakespeare by default")  # fmt: skip
    options = parser.parse_args()
    torch.set_num_threads(1)
    facts = machine()
    print(f"Machine: {facts}")
    print(f"Ceiling: {facts['float32_gflops']} GFLOP/s in float32, one thread.\n")

    tokenizer, learn, measure = first_and_last(options.corpus)

    print("Baseline: nanoGPT's small configuration, plain")
    baseline = train_baseline(encode(learn, tokenizer), measure, tokenizer.vocab_size)
    iterations, chars, seconds, loss = baseline[-1]
    goal = min(loss, PUBLISHED)

    print("Ours, schedule made for 15 % of the characters")
    short = train_ours(SHORT, tokenizer, learn, measure, BUDGET * 15 // 100, marks=15)
    reached = next((p for p in short if p[3] <= goal), None)
    print("Ours, schedule made for the same characters")
    whole = train_ours(LONG, tokenizer, learn, measure, BUDGET)
    at_seconds = round(BUDGET * min(1.0, seconds / whole[-1][2]))
    print("Ours, schedule made for the baseline's CPU seconds")
    same_time = train_ours(LONG, tokenizer, learn, measure, at_seconds)

    never = 1e9  # JSON knows no infinity
    figures = {
        "yardstick": baseline,
        "ours_short": short,
        "ours_same_characters": whole,
        "ours_same_seconds": same_time,
        "iterations_ratio": reached[0] / iterations if reached else never,
    }
    finish(
        "train",
        facts,
        figures,
        [
            bar("share of the baseline's characters to reach its loss",
                reached[1] / chars if reached else never, 0.25, at_least=False),
            bar("share of the baseline's CPU seconds to reach its loss",
                reached[2] / seconds if reached else never, 0.3333, at_least=False),
            bar("loss at equal characters, nats", whole[-1][3], 1.58, at_least=False),
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
