"""How far a run has come, in plain numbers; with its tensors, all that resuming needs."""

from dataclasses import dataclass, field

RISE = 0.01
"""Nats by which the validation loss must have risen before it is called over-fitting."""


@dataclass
class Progress:
    """Holds the position of a run and its losses so far."""

    iteration: int = 0
    seconds: float = 0.0
    """Time spent training, evaluations included, over all sessions of the run."""
    train_losses: list[float] = field(default_factory=list)
    """Nats per character of the batch of each iteration."""
    val_losses: list[tuple[int, float]] = field(default_factory=list)
    """(iteration, nats per character over the whole validation split)."""

    def best(self) -> tuple[int, float]:
        """Returns (iteration, nats per character) of the lowest validation loss so far."""
        return min(self.val_losses, key=lambda measured: measured[1])

    def is_overfitting(self) -> bool:
        """Says whether the loss on poems held back has clearly risen since its lowest."""
        return bool(self.val_losses) and self.val_losses[-1][1] > self.best()[1] + RISE
