"""A weight matrix laid out for decoding, in float32 or quantized: fewer bytes to read, shorter
products.

- float32: as trained.
- int8: weights and activations are 8-bit integers, multiplied and summed exactly, then scaled back
  (Dettmers et al., LLM.int8(), 2022, section 3.1). Weights have a scale per output channel, fixed;
  activations a scale per row, computed on the fly. No scale is shared by rows, so that no row
  changes another, and all keep their precision beside a row of large numbers.
- bfloat16: both sides rounded to 8 significant bits, for hardware that multiplies such.

Shapes: M rows, whatever they are of; I input, O output channels; |x| is each row's L2 norm.
"""

import torch
from torch import Tensor

KINDS = ("float32", "int8", "bfloat16")
INT8_MAX = 127
MIN_SCALE = 1e-12
"""Least scale, so that a row of zeros can be divided by its own."""


class Matrix:
    """Holds a weight (O, I), laid out for its products, which are float32 whatever its kind."""

    def __init__(self, weight: Tensor, kind: str) -> None:
        self.kind = kind
        self.outputs = len(weight)
        if kind == "int8":
            integers, scale = quantize(weight)
            self.scale = scale.flatten()  # (O,)
            # A view as (I, O): one row's product was measured twice as fast as with a copy.
            self.weight = integers.t()
        else:
            # In this order the product was measured up to twice as fast for few rows.
            self.weight = weight.t().contiguous().to(getattr(torch, kind))

    def matmul_normalized(self, x: Tensor, out: Tensor) -> None:
        """Sets out = (x / |x|) @ weight.T for x (M, I), out (M, O)."""
        if self.kind == "float32":
            torch.mm(x / l2_norm(x), self.weight, out=out)
        elif self.kind == "int8":
            # x and x / |x| have the same integers and differ in the scale alone.
            integers, scale = quantize(x)
            # The product is int32 in out's own memory, converted in place: less to read twice.
            product = torch._int_mm(integers, self.weight, out=out.view(torch.int32))
            out.copy_(product).mul_(self.scale).mul_(scale.div_(l2_norm(x)))
        else:
            out.copy_((x / l2_norm(x)).bfloat16() @ self.weight)

    def add_matmul(self, x: Tensor, out: Tensor) -> None:
        """Computes out += x @ weight.T for x (M, I), out (M, O)."""
        if self.kind == "float32":
            out.addmm_(x, self.weight)
        elif self.kind == "int8":
            integers, scale = quantize(x)
            out.addcmul_(torch._int_mm(integers, self.weight) * self.scale, scale)
        else:
            out.add_(x.bfloat16() @ self.weight)

    @property
    def bytes(self) -> int:
        scale = self.scale.nbytes if self.kind == "int8" else 0
        return int(self.weight.nbytes + scale)


def quantize(x: Tensor) -> tuple[Tensor, Tensor]:
    """Splits x (M, I) float32 into (M, I) int8 and a scale a row, (M, 1): about x as a product."""
    # vector_norm with ord=inf would say this in one call, in ten times the time.
    scale = x.abs().amax(1, keepdim=True).div_(INT8_MAX).clamp_(min=MIN_SCALE)
    return (x / scale).round_().to(torch.int8), scale


def l2_norm(x: Tensor) -> Tensor:
    """Returns |x| over the last dimension, which stays as 1."""
    result: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return result


def int8_matmul_is_fast() -> bool:
    """Says whether this CPU has instructions for products of int8 (VNNI or AMX).

    Without them torch's product may be exact, but takes many times as long as one of float32.
    """
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name) for name in ("avx512_vnni", "avx_vnni", "amx_int8"))


def int8_matmul_is_exact() -> bool:
    """Tells whether this torch multiplies int8 matrices, and this CPU exactly.

    Instructions older than VNNI make one side positive and add pairs of products in 16 bits, which
    the largest overflow.
    """
    if not hasattr(torch, "_int_mm"):
        return False
    for rows in (1, 16):
        x = torch.full((rows, 64), INT8_MAX, dtype=torch.int8)
        for sign in (1, -1):
            try:
                product = torch._int_mm(x, (sign * x[:1]).expand(32, -1).contiguous().t())
            except RuntimeError:
                return False
            if not bool((product == sign * 64 * INT8_MAX**2).all()):
                return False
    return True
