"""A weight matrix laid out for writing: read once for all rows, in as few bytes as may be.

- float32: as the network computes.
- float16: half the bytes, multiplied as float32. A checkpoint stores 16 bits, so nothing is lost
  where the factor that went into the weight is a power of two (packed.py: the root of the width),
  and no more than 1 in 2048 of each weight elsewhere. For CPUs that PyTorch has FBGEMM for.
- int8: a quarter of the bytes; rounds weights, and x to bfloat16. For CPUs.
- bfloat16: half the bytes; rounds both. For hardware that multiplies it.

Shapes: M characters.
"""

import torch
from torch import Tensor

KINDS = ("float32", "float16", "int8", "bfloat16")


def kinds(device: torch.device) -> tuple[str, ...]:
    """Those of KINDS that a device can compute with, whatever their speed."""
    if device.type != "cpu":
        return "float32", "bfloat16"
    has_half = "fbgemm" in torch.backends.quantized.supported_engines
    return tuple(kind for kind in KINDS if has_half or kind != "float16")


def stored(device: torch.device) -> str:
    """The kind that holds a checkpoint's 16 bits as they are: float16, where it can be used."""
    return "float16" if "float16" in kinds(device) else "float32"


class Matrix:
    """A weight (out, in) float32 for products with x: (M, in) -> (M, out), both float32."""

    def __init__(self, weight: Tensor, kind: str) -> None:
        self.kind = kind
        self.outputs = len(weight)
        size = {"float32": 4, "int8": 1}.get(kind, 2)
        self.bytes = size * weight.numel() + (2 * len(weight) if kind == "int8" else 0)
        if kind == "float16":
            self._half = torch.ops.quantized.linear_prepack_fp16(weight, None)
        elif kind == "int8":
            # One scale for each output. It is rounded to what the kernel takes before it is used.
            self._scale = (weight.abs().amax(1) / 127).clamp(min=1e-12).bfloat16()
            whole = (weight / self._scale.float()[:, None]).round().clamp(-127, 127)
            self._weight = whole.to(torch.int8)
        else:
            # In this order the product was measured up to twice as fast for few rows.
            self._weight = weight.t().contiguous().to(getattr(torch, kind))

    def into(self, room: Tensor, x: Tensor) -> None:
        """The product, written to `room` (M, out)."""
        if self.kind == "float32":
            torch.mm(x, self._weight, out=room)
        else:
            room.copy_(self._product(x))

    def onto(self, total: Tensor, x: Tensor) -> None:
        """The product, added to `total` (M, out)."""
        if self.kind == "float32":
            total.addmm_(x, self._weight)
        else:
            total.add_(self._product(x))

    def _product(self, x: Tensor) -> Tensor:
        if self.kind == "float16":
            product: Tensor = torch.ops.quantized.linear_dynamic_fp16(x, self._half)
            return product
        if self.kind == "int8":
            return torch._weight_int8pack_mm(x.bfloat16(), self._weight, self._scale)
        return x.bfloat16() @ self._weight
