"""Two optimizers: Muon for the matrices inside the blocks, AdamW for the rest.

Muon (Jordan et al. 2024) makes each step of a matrix orthogonal, so that all its directions
learn at the same speed; for tables and vectors the notion has no meaning.
"""

import torch
from torch import nn

from train.recipe import Recipe


def build_optimizers(model: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """The optimizers of all parameters; each group remembers its ``full_lr``."""
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        inside = name.startswith("blocks.") and parameter.ndim == 2
        (matrices if inside else others).append(parameter)
    # "fused" updates all parameters in one kernel call.
    adamw = torch.optim.AdamW(
        others, lr=recipe.other_lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True
    )
    optimizers: list[torch.optim.Optimizer] = [adamw]
    if matrices:
        optimizers.append(
            torch.optim.Muon(
                matrices, lr=recipe.matrix_lr, momentum=0.95, weight_decay=recipe.weight_decay
            )
        )
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["full_lr"] = group["lr"]
    return optimizers


def scale_learning_rates(optimizers: list[torch.optim.Optimizer], scale: float) -> None:
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = scale * group["full_lr"]
