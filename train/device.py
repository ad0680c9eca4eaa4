"""Where the arithmetic happens: device, precision, compiler, and how many processes share it."""

import os
import shutil
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from train.errors import TrainingError


@dataclass(frozen=True)
class Device:
    """Holds a device and the precision of its matrix products."""

    name: str
    autocast: bool
    """Whether matrix products run in bfloat16."""
    reason: str
    """What was chosen and why, in a sentence."""

    def begun_with(self, autocast: bool) -> "Device":
        """Returns the same device with the precision a run began with, whatever is faster now."""
        if autocast == self.autocast:
            return self
        name = "bfloat16" if autocast else "float32"
        return replace(self, autocast=autocast, reason=f"{self.name} with {name}, as the run began")

    def precision(self) -> AbstractContextManager[object]:
        """Returns the context in which the network's forward pass runs."""
        if not self.autocast:
            return nullcontext()
        return torch.autocast(torch.device(self.name).type, torch.bfloat16)


def choose_device(wanted: str = "auto") -> Device:
    """Chooses CUDA, else Apple's MPS, else the CPU; bfloat16 where it is faster.

    wanted: "auto", or the kind to choose. Raises ValueError when that is not here.
    """
    here = ["cpu"]
    if torch.backends.mps.is_available():
        here.insert(0, "mps")
    if torch.cuda.is_available():
        here.insert(0, "cuda")
    if wanted == "auto":
        wanted = here[0]
    if wanted not in here:
        raise ValueError(f"There is no device {wanted!r} here: choose {' or '.join(here)}.")
    if wanted == "cuda":
        # torchrun gives each process of a machine a number, and so a GPU of its own.
        number = int(os.environ.get("LOCAL_RANK", "0"))
        if number >= torch.cuda.device_count():
            raise ValueError(
                f"There are more processes than the {torch.cuda.device_count()} GPUs here: "
                "start torchrun with a smaller --nproc_per_node."
            )
        torch.cuda.set_device(number)
        name = f"cuda:{number}"
        card = torch.cuda.get_device_name(name)
        if torch.cuda.is_bf16_supported():
            return Device(name, True, f"{card} with bfloat16, which it has in hardware")
        return Device(name, False, f"{card} with float32, since it lacks bfloat16")
    if wanted == "mps":
        return Device("mps", False, "Apple's GPU with float32")
    # Some CPUs have bfloat16 and run it slower than float32; only a stopwatch knows.
    gain = _seconds(torch.float32) / _seconds(torch.bfloat16)
    if gain > 1.2:
        return Device(
            "cpu", True, f"CPU with bfloat16, measured {gain:.1f} times as fast as float32"
        )
    return Device(
        "cpu", False, f"CPU with float32, as bfloat16 was measured {gain:.1f} times as fast"
    )


@cache  # a machine does not change, and one that lacks bfloat16 takes a second for it
def _seconds(dtype: torch.dtype, size: int = 512, rounds: int = 7) -> float:
    """Times a product of two `size` x `size` matrices: the best of `rounds`, after a warm-up."""
    a = torch.randn(size, size).to(dtype)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - start)
    return min(times[1:])


def has_compiler() -> bool:
    """Says whether torch.compile could work here: it needs a C++ compiler for the CPU."""
    return torch.cuda.is_available() or any(map(shutil.which, ("c++", "g++", "clang++")))


class Processes:
    """Joins the processes that train together: one, unless torchrun started more.

    A context manager: it joins the group and leaves it.
    """

    def __init__(self, device: str = "cpu") -> None:
        """device: this process's own, by name."""
        self.device = device
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.first = self.rank == 0
        """Whether this is the one that reports and saves."""

    def __enter__(self) -> "Processes":
        if self.count > 1:
            dist.init_process_group("nccl" if self.device.startswith("cuda") else "gloo")
        return self

    def __exit__(self, *error: object) -> None:
        if self.count > 1:
            dist.destroy_process_group()

    def check(self, batch_size: int) -> None:
        """Raises TrainingError when a batch of `batch_size` rows can't be dealt out evenly."""
        if batch_size % self.count:
            raise TrainingError(
                f"A batch of {batch_size} can't be shared by {self.count} processes: "
                "make --batch-size a multiple of their number."
            )

    def deal(self, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Returns this process's share of a `batch`, on its device: (B, T) -> (B / count, T)."""
        inputs, targets = (part[self.rank :: self.count].to(self.device) for part in batch)
        return inputs, targets

    def share(self, model: nn.Module) -> nn.Module:
        """Returns `model`, its gradients averaged over all processes where there are several."""
        return DistributedDataParallel(model) if self.count > 1 else model

    def one_precision(self, device: Device) -> Device:
        """Returns `device` with the first process's precision: each timed it, and may differ."""
        return device.begun_with(bool(self.agree(device.autocast)))

    def agree(self, value: float) -> float:
        """Returns the first process's `value`, so that all decide alike."""
        if self.count == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return shared.item()

    def mean(self, value: float) -> float:
        """Returns the mean of all processes' `value`."""
        if self.count == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64, device=self.device)
        dist.all_reduce(shared)
        return shared.item() / self.count

    def any(self, value: bool) -> bool:
        """Says whether any process's `value` is true."""
        return self.mean(float(value)) > 0
