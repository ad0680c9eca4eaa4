"""Ablations of the training recipe: one component changed at a time, everything else the same.

    python benchmarks/ablations.py --corpus tinyshakespeare.txt

Every row trains the short recipe of `benchmarks/train.py` on the same 384,000 characters, a
quarter of nanoGPT's budget, and is evaluated as there. A difference no larger than that between
the two seeds is noise. A row takes about a minute on one thread; name rows to run only those.
"""

import argparse
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
import torch.nn.functional as F
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.report import finish, machine
from benchmarks.train import BUDGET, SHORT, first_and_last, train_ours
from model.config import ModelConfig
from model.transformer import Transformer
from train.recipe import Recipe


@dataclass(frozen=True)
class Change:
    """Holds one ablation of the recipe."""

    what: str
    """Name of its row."""
    recipe: dict[str, Any] = field(default_factory=dict)
    """Fields of the recipe that it replaces."""
    pieces: dict[str, object] = field(default_factory=dict)
    """Objects of the code that it replaces, by "module.name"."""


def layer_norm(x: Tensor) -> Tensor:
    """Replaces RMSNorm by LayerNorm without parameters."""
    return F.layer_norm(x, (x.shape[-1],))


def norm_except_queries_and_keys(x: Tensor) -> Tensor:
    """Normalises all but queries and keys, the only ones with four dimensions, (B, H, T, D)."""
    return x if x.ndim == 4 else F.rms_norm(x, (x.shape[-1],))


def unrotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Replaces rotary position embedding by none."""
    return x


class PositionedEmbedding(nn.Embedding):
    """Embeds characters and adds a learned position embedding: (B, T) -> (B, T, C)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config.vocab_size, config.n_embd)
        self.positions = nn.Embedding(config.block_size, config.n_embd)

    def forward(self, tokens: Tensor) -> Tensor:
        return super().forward(tokens) + self.positions.weight[: tokens.shape[1]]


class LearnedPositions(Transformer):
    """Uses GPT-2's learned position embedding, together with `unrotated`."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.embed = PositionedEmbedding(config)


class NonzeroProjections(Transformer):
    """Initialises output projections like other matrices instead of with zeros."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        for name, parameter in self.named_parameters():
            if name.endswith("projection.weight"):
                nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)


class SquaredReLU(nn.Module):
    """Replaces the gated feed-forward layer by two matrices and squared ReLU (So et al. 2021)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.up = nn.Linear(config.n_embd, 4 * config.n_embd, bias=False)
        self.projection = nn.Linear(4 * config.n_embd, config.n_embd, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.projection(F.relu(self.up(x)).square())
        return out


def adamw_only(model: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Optimises all parameters with AdamW, without Muon."""
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=3e-3, betas=(0.9, 0.95), weight_decay=0.1, fused=True
    )
    optimizer.param_groups[0]["full_lr"] = 3e-3
    return [optimizer]


TRANSFORMER = "model.transformer"
CHANGES = [
    Change("none"),
    Change("another seed", {"seed": 2}),
    Change("learned positions", pieces={
        f"{TRANSFORMER}.Transformer": LearnedPositions, f"{TRANSFORMER}.rotate": unrotated}),
    Change("no positions at all", pieces={f"{TRANSFORMER}.rotate": unrotated}),
    Change("LayerNorm", pieces={f"{TRANSFORMER}.norm": layer_norm}),
    Change("no QK-norm", pieces={f"{TRANSFORMER}.norm": norm_except_queries_and_keys}),
    Change("squared ReLU of 4 C", pieces={f"{TRANSFORMER}.FeedForward": SquaredReLU}),
    Change("projections not zero", pieces={f"{TRANSFORMER}.Transformer": NonzeroProjections}),
    Change("AdamW at 3e-3 alone", pieces={"train.loop.build_optimizers": adamw_only}),
    Change("other_lr 0.001", {"other_lr": 0.001}),
    Change("other_lr 0.01", {"other_lr": 0.01}),
    Change("dropout 0.1", {"dropout": 0.1}),
    Change("decay over 0.2", {"decay": 0.2}),
    Change("no warm-up", {"warmup": 0}),
    Change("no weight decay", {"weight_decay": 0.0}),
    Change("no clipping", {"grad_clip": 1e9}),
    Change("no averaging", {"averaging": 1e12}),
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/ablations.py", description=__doc__)
    parser.add_argument(
        "rows", nargs="*", metavar="ROW",
        help=f"rows to run (default: all): {', '.join(change.what for change in CHANGES)}",
    )  # fmt: skip
    parser.add_argument(
        "--corpus", type=Path, default=Path("../shared/corpus/tinyshakespeare.txt"),
        help="one plain text, tiny Shakespeare by default",
    )  # fmt: skip
    options = parser.parse_args()
    if unknown := set(options.rows) - {change.what for change in CHANGES}:
        parser.error(f"there is no row {', '.join(sorted(unknown))}: --help names them")
    torch.set_num_threads(1)
    facts = machine()
    print(f"Machine: {facts}")
    print(f"Ceiling: {facts['float32_gflops']} GFLOP/s in float32, one thread.\n")

    tokenizer, learn, measure = first_and_last(options.corpus)
    figures: dict[str, dict[str, float]] = {}
    for change in CHANGES:
        if options.rows and change.what not in options.rows:
            continue
        print(change.what)
        with ExitStack() as pieces:
            for place, piece in change.pieces.items():
                pieces.enter_context(patch(place, piece))
            recipe = replace(SHORT, **change.recipe)
            curve = train_ours(recipe, tokenizer, learn, measure, BUDGET // 4)
        figures[change.what] = {"val_loss": curve[-1][3], "cpu_seconds": curve[-1][2]}

    print(f"\n{'change':22} validation  CPU s")
    for what, row in figures.items():
        print(f"{what:22} {row['val_loss']:10.3f} {row['cpu_seconds']:6.0f}")
    finish("ablations", facts, figures, [])


if __name__ == "__main__":
    main()
