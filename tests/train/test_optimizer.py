"""Muon against PyTorch's own, what orthogonal means, and the schedule."""

import pytest
import torch
from torch import nn

from model.config import ModelConfig
from model.stages import build_model
from train.optimizer import Muon, build_optimizers, lr_scale, orthogonal
from train.recipe import Recipe


@pytest.mark.parametrize("shape", [(5, 32, 32), (3, 16, 64), (2, 64, 16)])
def test_singular_values_come_near_one(shape: tuple[int, int, int]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonal(torch.randn(shape) * 40))
    assert values.min() > 0.3
    assert values.max() < 1.3
    assert 0.8 < values.mean() < 1.1


def test_steps_like_pytorchs_muon() -> None:
    """Up to the rounding of bfloat16, in which PyTorch's one orthogonalises."""
    torch.manual_seed(0)
    starts = [torch.randn(shape) for shape in [(24, 24), (24, 24), (24, 64), (64, 24)]]
    ours = [nn.Parameter(start.clone()) for start in starts]
    theirs = [nn.Parameter(start.clone()) for start in starts]
    one = Muon(ours, lr=0.05, weight_decay=0.1)
    other = torch.optim.Muon(theirs, lr=0.05, momentum=0.95, weight_decay=0.1)
    for _ in range(5):
        for mine, its in zip(ours, theirs, strict=True):
            mine.grad = torch.randn_like(mine)
            its.grad = mine.grad.clone()
        one.step()
        other.step()  # type: ignore[no-untyped-call]
    for start, mine, its in zip(starts, ours, theirs, strict=True):
        moved = (its - start).norm()
        assert (mine - its).norm() < 0.05 * moved


def test_every_parameter_has_one_optimizer() -> None:
    model = build_model(ModelConfig("transformer", 20, 16, n_layer=2, n_head=2, n_embd=16))
    optimizers = build_optimizers(model, Recipe())
    owned = [p for o in optimizers for g in o.param_groups for p in g["params"]]
    assert {id(p) for p in owned} == {id(p) for p in model.parameters()}
    assert len(owned) == len(list(model.parameters()))


def test_schedule() -> None:
    recipe = Recipe(warmup=10, decay=0.5)
    assert lr_scale(recipe, 0, 0.0) == pytest.approx(0.1)
    assert lr_scale(recipe, 9, 0.01) == 1
    assert lr_scale(recipe, 500, 0.5) == 1
    assert lr_scale(recipe, 750, 0.75) == pytest.approx(0.5)
    assert lr_scale(recipe, 1000, 1.0) == 0
