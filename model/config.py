"""The shape of a network: everything needed to build it again around its weights."""

from dataclasses import asdict, dataclass, fields
from typing import Any

STAGES = ("bigram", "attention", "multihead", "transformer")


@dataclass(frozen=True)
class ModelConfig:
    """Holds the shape; saved as JSON beside the weights; unknown or missing keys fail."""

    stage: str
    """Which step of the evolution: one of `STAGES`."""
    vocab_size: int
    """V, number of characters in the vocabulary."""
    block_size: int
    """T, the context: how many characters the network looks back at most."""
    n_layer: int
    """Number of blocks (used by stage transformer only)."""
    n_head: int
    """H, attention heads side by side; stage attention has one."""
    n_embd: int
    """C, channels: width of the vector that stands for one character."""
    dropout: float = 0.0
    """Probability of zeroing an activation in training; helps when text is seen many times."""

    def __post_init__(self) -> None:
        if self.stage not in STAGES:
            raise ValueError(
                f"No stage is called {self.stage!r}: choose one of {', '.join(STAGES)}."
            )
        for name in ("vocab_size", "block_size", "n_layer", "n_head", "n_embd"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise ValueError(f"{name} must be a whole number of 1 or more, not {value!r}.")
        if self.n_embd % self.n_head or (self.n_embd // self.n_head) % 2:
            raise ValueError(
                f"n_embd ({self.n_embd}) must be an even multiple of n_head ({self.n_head}): "
                "the heads share the channels, and rotary positions turn them in pairs."
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"dropout must be at least 0 and below 1, not {self.dropout!r}.")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ModelConfig":
        """Raises ValueError for unknown or missing keys and for values out of range."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(values.keys() - known):
            raise ValueError(f"unknown setting {', '.join(unknown)}")
        if missing := sorted(known - values.keys()):
            raise ValueError(f"missing setting {', '.join(missing)}")
        return cls(**values)
