"""What a GPU is told to do, recorded once and played back: a CUDA graph.

A step of a small network is hundreds of short kernels, and telling a GPU of each takes longer than
the kernel. A graph is told of at once. It reads and writes the same memory each time, so inputs are
copied to where they lay when it was recorded.
"""

from collections.abc import Callable

import torch


def pays(device: torch.device) -> bool:
    """Whether a step is faster recorded, though it must then compute all there could be."""
    return device.type == "cuda"


class Recording:
    """Elsewhere than on CUDA nothing is recorded: playing it is calling it."""

    def __init__(self, work: Callable[[], None], device: torch.device) -> None:
        """work: takes no decision by what tensors hold, and keeps to its tensors."""
        self._work = work
        self._graph: torch.cuda.CUDAGraph | None = None
        if device.type == "cuda":
            # Once beforehand, aside, so that libraries have set up what they need.
            aside = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
            aside.wait_stream(torch.cuda.current_stream(device))
            with torch.cuda.stream(aside):
                work()
            torch.cuda.current_stream(device).wait_stream(aside)
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph):
                work()

    def play(self) -> None:
        if self._graph is None:
            self._work()
        else:
            self._graph.replay()
