"""A matrix laid out for writing, in float32 or rounded: fewer bytes to read, and shorter products.

- float32: as the network has it.
- int8: both sides of a product are whole numbers of 8 bits, multiplied and added exactly, then
  scaled back (Dettmers et al., LLM.int8(), 2022, section 3.1). Each output of the matrix has a
  scale, rounded once; each row of what comes has one, found as it comes. No scale is shared by
  rows, so that none changes another and all keep their digits beside a row of large numbers.
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
            whole, scale = rounded(weight)
            self.scale = scale.flatten()  # (out,)
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
            whole, scale = rounded(x)
            # The product is whole numbers too, made float32 where they lie: less to read twice.
            product = torch._int_mm(whole, self.weight, out=room.view(torch.int32))
            room.copy_(product).mul_(self.scale).mul_(scale.div_(length(x)))
        else:
            room.copy_((x / length(x)).bfloat16() @ self.weight)

    def onto(self, total: Tensor, x: Tensor) -> None:
        """The product with x (M, in), added to `total` (M, out)."""
        if self.kind == "float32":
            total.addmm_(x, self.weight)
        elif self.kind == "int8":
            whole, scale = rounded(x)
            total.addcmul_(torch._int_mm(whole, self.weight) * self.scale, scale)
        else:
            total.add_(x.bfloat16() @ self.weight)

    @property
    def bytes(self) -> int:
        scale = self.scale.nbytes if self.kind == "int8" else 0
        return int(self.weight.nbytes + scale)


def rounded(x: Tensor) -> tuple[Tensor, Tensor]:
    """(M, in) -> whole numbers of the same shape, int8, and the scale of each row, (M, 1)."""
    # The norm with p = inf would say this in one call, in ten times the time.
    scale = x.abs().amax(1, keepdim=True).div_(LARGEST).clamp_(min=SMALLEST)
    return (x / scale).round_().to(torch.int8), scale


def length(x: Tensor) -> Tensor:
    """|x| over the last dimension, which stays as 1."""
    result: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return result


def multiplies_whole_numbers() -> bool:
    """Whether this torch multiplies int8 matrices, and this CPU exactly.

    Instructions older than VNNI make one side positive and add pairs of products in 16 bits, which
    the largest overflow.
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
