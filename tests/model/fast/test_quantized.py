"""A quantized matrix multiplies nearly as the exact one does, whatever rows are beside each."""

import pytest
import torch
from torch import Tensor

from model.fast.quantized import KINDS, Matrix

IN, OUT = 96, 160
ROUNDED = {"float32": 1e-6, "int8": 2e-2, "bfloat16": 1e-2}
"""How far off a product may be, of the length of what it is."""


def rows() -> Tensor:
    """Of very different sizes, one with an outlier, one of zeros but for one number."""
    torch.manual_seed(1)
    x = torch.randn(48, IN) * torch.logspace(-6, 6, 48)[:, None]
    x[7, 3] = 20 * x[7].abs().max()
    x[9, 1:] = 0
    return x


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_is_multiplied_as_well_as_any(kind: str) -> None:
    x, weight = rows(), torch.randn(OUT, IN) * torch.logspace(-3, 3, OUT)[:, None]
    exact = x.double() @ weight.double().t()
    matrix, out, total = Matrix(weight, kind), torch.empty(48, OUT), torch.zeros(48, OUT)
    matrix.matmul_normalized(x, out)
    matrix.add_matmul(x, total)
    size = x.double().norm(dim=1, keepdim=True) * weight.double().norm(dim=1)
    assert ((total - exact).abs() / size).max() < ROUNDED[kind]
    unit = exact / x.double().norm(dim=1, keepdim=True)
    assert ((out - unit).abs() / weight.double().norm(dim=1)).max() < ROUNDED[kind]


def test_in_int8_no_row_changes_another() -> None:
    x, matrix = rows(), Matrix(torch.randn(OUT, IN), "int8")
    together, sums = torch.empty(48, OUT), torch.ones(48, OUT)
    matrix.matmul_normalized(x, together)
    matrix.add_matmul(x, sums)
    for place in range(48):
        row = x[place : place + 1]
        alone, total = torch.empty(1, OUT), torch.ones(1, OUT)
        matrix.matmul_normalized(row, alone)
        matrix.add_matmul(row, total)
        torch.testing.assert_close(alone[0], together[place], rtol=1e-6, atol=0)
        torch.testing.assert_close(total[0], sums[place], rtol=1e-6, atol=0)


def test_zeros_stay_zeros() -> None:
    for kind in KINDS:
        total = torch.ones(2, OUT)
        Matrix(torch.zeros(OUT, IN), kind).add_matmul(torch.randn(2, IN), total)
        Matrix(torch.randn(OUT, IN), kind).add_matmul(torch.zeros(2, IN), total)
        assert total.equal(torch.ones(2, OUT))
