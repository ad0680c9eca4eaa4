"""A matrix laid out for writing, in float32 or rounded: fewer bytes to read, and shorter products.

- float32: as the network has it.
- int8: both sides of a product are whole numbers of 8 bits, multiplied and added exactly, then
  scaled back (Dettmers et al., LLM.int8(), 2022, section 3.1). Each output of the matrix has a
  scale, rounded once; each row of what comes has one, found as it comes. No scale is shared by
  rows, so that none changes another, and a row of zeros beside outliers keeps its digits.
- bfloat16: both sides rounded to 8 binary digits, for hardware that multiplies such.

Shapes: M rows, whatever they are of; |x| is the length of each.
"""

import torch
from torch import Tensor

KINDS = ("float32", "int8", "bfloat16")
LARGEST = 127
SMALLEST = 1e-12
"""Of scales, for a row of zeros has one too."""


class Matrix:
    """A weight (out, in), laid out for its products, which are float32 whatever its kind."""

    def __init__(self, weight: Tensor, kind: str) -> None:
        self.kind = kind
        self.outputs = len(weight)
        if kind == "int8":
            self.scale = weight.abs().amax(1).div_(LARGEST).clamp_(min=SMALLEST)  # (out,)
            whole = (weight / self.scale[:, None]).round_().to(torch.int8)
            # Only seen as (in, out): one row's product was measured twice as fast as for a copy.
            self.weight = whole.t()
        else:
            # In this order the product was measured up to twice as fast for few rows.
            self.weight = weight.t().contiguous().to(getattr(torch, kind))

    def into(self, room: Tensor, x: Tensor) -> None:
        """The product with x / |x|, x (M, in), written to `room` (M, out)."""
        if self.kind == "float32":
            torch.mm(x / length(x), self.weight, out=room)
        elif self.kind == "int8":
            # The whole numbers of x are those of x / |x|, whose scale alone is another.
            product, scale = self._whole(x)
            room.copy_(product).mul_(self.scale).mul_(scale.div_(length(x)))
        else:
            room.copy_((x / length(x)).bfloat16() @ self.weight)

    def onto(self, total: Tensor, x: Tensor) -> None:
        """The product with x (M, in), added to `total` (M, out)."""
        if self.kind == "float32":
            total.addmm_(x, self.weight)
        elif self.kind == "int8":
            product, scale = self._whole(x)
            total.addcmul_(product * self.scale, scale)
        else:
            total.add_(x.bfloat16() @ self.weight)

    def _whole(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The product (M, out) of whole numbers, int32, and the scale of each row of x, (M, 1)."""
        # The norm with p = inf would say this in one call, in ten times the time.
        scale = x.abs().amax(1, keepdim=True).div_(LARGEST).clamp_(min=SMALLEST)
        whole = (x / scale).round_().to(torch.int8)
        return torch._int_mm(whole, self.weight), scale

    @property
    def bytes(self) -> int:
        scale = self.scale.nbytes if self.kind == "int8" else 0
        return int(self.weight.nbytes + scale)


def length(x: Tensor) -> Tensor:
    """|x| over the last dimension, which stays as 1."""
    result: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return result


def multiplies_whole_numbers() -> bool:
    """Whether this torch multiplies int8 matrices, and this CPU exactly.

    Instructions older than VNNI add pairs of products in 16 bits, which the largest overflow.
    """
    if not hasattr(torch, "_int_mm"):
        return False
    for rows in (1, 16):
        x = torch.full((rows, 64), LARGEST, dtype=torch.int8)
        for sign in (1, -1):
            try:
                product = torch._int_mm(x, (sign * x[:1]).expand(32, -1).contiguous().t())
            except RuntimeError:
                return False
            if not bool((product == sign * 64 * LARGEST**2).all()):
                return False
    return True
