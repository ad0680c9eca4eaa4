"""What is trained and how: one frozen dataclass, and the presets.

Why each number is what it is, with its measured gain, stands in ``docs/log.md``.
"""

from dataclasses import asdict, dataclass
from typing import Any

from model.config import ModelConfig

SPLITS = ("poems", "authors", "tail")
"""Ways to hold text back: whole poems here and there, beside them whole authors, or the end of all
(`train.verse.split`)."""


@dataclass(frozen=True)
class Recipe:
    """Holds everything that, with the corpus, decides the result."""

    stage: str = "transformer"
    verse: bool = False
    """Read poems in `verse.request.format`, so that the poet can be held to a form, rather than
    just as they stand."""
    n_layer: int = 4
    n_head: int = 4
    n_embd: int = 128
    block_size: int = 256
    """T: context in characters."""
    batch_size: int = 16
    """B: windows of T characters in each iteration, over all processes together."""
    iterations: int = 2000
    minutes: float | None = None
    """Train for this long instead of for a number of iterations."""
    muon: bool = True
    """Train the matrices inside the blocks with Muon; else with AdamW, as the rest: its steps cost
    nothing, where on one CPU thread those of a large network's Muon cost as much as a batch."""
    matrix_lr: float = 0.015
    """Learning rate for the matrices inside the blocks; a tenth or less of it without Muon."""
    other_lr: float = 0.003
    """Learning rate of AdamW, for embeddings and everything that is no matrix of a block."""
    weight_decay: float = 0.1
    """Muon's, decoupled from the gradient as in AdamW."""
    warmup: int = 20
    """Iterations of linear warm-up: the learning rates rise from zero."""
    decay: float = 0.8
    """Share of the run, its last, in which the learning rates decay to zero."""
    dropout: float = 0.0
    """Share of activations dropped while training; worth its price only where the text is seen
    several times."""
    grad_clip: float = 1.0
    """Gradient clipping: maximum global norm."""
    averaging: float = 50.0
    """Weight averaging: the saved weights are a mean over about the last 1/averaging of the
    iterations."""
    val_fraction: float = 0.01
    """Share of the poems held back for validation."""
    split: str = "poems"
    """Which those are: one of `SPLITS`."""
    evaluations: int = 10
    """Evaluations on the whole validation split, evenly spread over the run."""
    compile: bool = False
    """Let torch.compile fuse the network's small operations, where a compiler is at hand."""
    seed: int = 1
    """Number that all random choices start from."""

    def __post_init__(self) -> None:
        """Raises ValueError, with the cure, for a recipe that no training could follow."""
        self.model_config(vocab_size=1)
        for name in ("batch_size", "iterations", "matrix_lr", "other_lr", "grad_clip", "averaging"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be more than 0, not {getattr(self, name)}.")
        if not 0 < self.val_fraction < 1:
            raise ValueError(f"val_fraction must be between 0 and 1, not {self.val_fraction}.")
        if not 0 <= self.seed < 2**63:  # what torch's generators take
            raise ValueError(f"seed must be from 0 to {2**63 - 1}, not {self.seed}.")
        if self.split not in SPLITS:
            raise ValueError(
                f"No split is called {self.split!r}: choose one of {', '.join(SPLITS)}."
            )

    def model_config(self, vocab_size: int) -> ModelConfig:
        """Returns the shape of the recipe's network for `vocab_size` characters."""
        return ModelConfig(
            self.stage, vocab_size, self.block_size,
            self.n_layer, self.n_head, self.n_embd, self.dropout,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def share_done(self, iteration: int, seconds: float) -> float:
        """Returns how much of a run lies behind it, 0 to 1: of its minutes if it has any."""
        if self.minutes is None:
            return min(1.0, iteration / self.iterations)
        return min(1.0, seconds / (60 * self.minutes))

    def evaluation_due(self, before: float, done: float) -> bool:
        """Says whether one is due between two shares of a run: at its even marks and its end."""
        return done >= 1.0 or int(done * self.evaluations) > int(before * self.evaluations)


DEFAULT_PRESET = "seed"
PRESETS = {
    # For tests: learns something in seconds.
    "tiny": Recipe(n_layer=2, n_head=2, n_embd=32, block_size=64, batch_size=8, iterations=100,
                   warmup=10, val_fraction=0.1, evaluations=2),
    # The experiment this project grew from: a small network, 223,000 characters, 2000
    # iterations. It sees its text many times, hence dropout and a larger share held back.
    "seed": Recipe(n_layer=4, n_head=4, n_embd=128, block_size=256, batch_size=16, iterations=2000,
                   dropout=0.1, val_fraction=0.1),
    # What two CPU cores can teach in one to two hours: about 5 million parameters.
    "small": Recipe(verse=True, n_layer=6, n_head=4, n_embd=256, block_size=768, batch_size=10,
                    iterations=4000, val_fraction=0.005, evaluations=5, compile=True),
    # What one GPU can teach in minutes: about 22 million parameters, nine epochs and more.
    "base": Recipe(verse=True, n_layer=7, n_head=8, n_embd=512, block_size=768, batch_size=128,
                   iterations=10_000, matrix_lr=0.02, dropout=0.1, val_fraction=0.005,
                   split="authors", evaluations=4, compile=True),
}  # fmt: skip
