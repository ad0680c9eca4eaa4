"""Two optimizers: Muon for the matrices inside the blocks, AdamW for the rest, or for all.

Below them the schedule of their learning rates.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from train.recipe import Recipe


class Muon(torch.optim.Optimizer):
    """Steps along orthogonalised momentum: each direction of a matrix learns at the same speed.

        M <- momentum * M + (1 - momentum) * G          G the gradient
        W <- (1 - lr * weight_decay) * W
        W <- W - lr * sqrt(max(1, rows / columns)) * orthogonal(Nesterov step along M)

    (Jordan et al., Muon, 2024.) For tables and vectors the notion has no meaning; those are
    AdamW's. torch.optim.Muon does the same one matrix at a time and always in bfloat16, which
    a CPU without fast bfloat16 pays for twice; here matrices of one shape go together, and in
    float32 unless they are on a GPU (docs/log.md has the figures).
    """

    def __init__(
        self,
        matrices: list[nn.Parameter],
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
    ) -> None:
        """matrices: parameters of two dimensions."""
        assert all(matrix.ndim == 2 for matrix in matrices)
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        assert closure is None
        for group in self.param_groups:
            for alike in _by_shape(group["params"]):
                self._step(alike, group["lr"], group["momentum"], group["weight_decay"])

    def _step(
        self, matrices: list[nn.Parameter], lr: float, momentum: float, weight_decay: float
    ) -> None:
        """Updates matrices of one shape."""
        directions = []
        for matrix in matrices:
            assert matrix.grad is not None
            state = self.state[matrix]
            if not state:
                state["momentum"] = torch.zeros_like(matrix)
            state["momentum"].lerp_(matrix.grad, 1 - momentum)
            directions.append(matrix.grad.lerp(state["momentum"], momentum))  # Nesterov
        rows, columns = matrices[0].shape
        step = lr * max(1.0, rows / columns) ** 0.5
        for matrix, update in zip(matrices, orthogonal(torch.stack(directions)), strict=True):
            matrix.mul_(1 - lr * weight_decay).add_(update, alpha=-step)


def orthogonal(matrices: Tensor, steps: int = 5) -> Tensor:
    """Moves nearly all singular values of `matrices` (N, rows, columns) close to 1.

    Newton-Schulz iteration with the quintic of Jordan et al.: it needs matrix products only,
    and brings most singular values to between 0.7 and 1.2 in five steps, which is near enough.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrices.bfloat16() if matrices.is_cuda else matrices.float()
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT  # the product x x^T is then the smaller one
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    result: Tensor = (x.mT if tall else x).to(matrices.dtype)
    return result


def _by_shape(parameters: list[nn.Parameter]) -> list[list[nn.Parameter]]:
    groups: dict[torch.Size, list[nn.Parameter]] = {}
    for parameter in parameters:
        groups.setdefault(parameter.shape, []).append(parameter)
    return list(groups.values())


def build_optimizers(model: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Returns the optimizers of all parameters; each group remembers its ``full_lr``."""
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        inside = name.startswith("blocks.") and parameter.ndim == 2
        (matrices if inside else others).append(parameter)
    # "fused" updates all parameters in one kernel call.
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(
            others, lr=recipe.other_lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True
        )
    ]
    if not recipe.muon:
        group = {"params": matrices, "lr": recipe.matrix_lr, "weight_decay": recipe.weight_decay}
        optimizers[0].add_param_group(group)
    elif matrices:
        optimizers.append(Muon(matrices, lr=recipe.matrix_lr, weight_decay=recipe.weight_decay))
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["full_lr"] = group["lr"]
    return optimizers


def lr_scale(recipe: Recipe, iteration: int, progress: float) -> float:
    """Returns what the learning rates are multiplied with, 0 to 1: warm-up, stable, decay.

    progress: share of the run that is done, 0 to 1 (of iterations or of minutes), so that the
    decay ends when the run does. (Hu et al., MiniCPM, 2024, section 4.)
    """
    rise = min(1.0, (iteration + 1) / recipe.warmup) if recipe.warmup else 1.0
    fall = min(1.0, (1.0 - progress) / recipe.decay) if recipe.decay else 1.0
    return rise * max(0.0, fall)


def scale_learning_rates(optimizers: list[torch.optim.Optimizer], scale: float) -> None:
    """Sets each learning rate to `scale`, 0 to 1, of its full one."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = scale * group["full_lr"]
