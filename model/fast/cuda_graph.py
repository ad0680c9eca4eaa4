"""CUDA graph capture and replay of one decoding step.

A step of a small network is hundreds of short kernels, and launching them one by one takes longer
than they run. Captured as a graph they are one launch. A replay reads and writes the addresses of
the capture, so inputs are copied into the tensors that were captured.
"""

from collections.abc import Callable

import torch


def uses_cuda_graph(device: torch.device) -> bool:
    """Says whether steps on `device` are captured: they then compute all slots, masked, in full."""
    return device.type == "cuda"


class CudaGraph:
    """Captures `work` at once; on any other device `replay` simply calls it."""

    def __init__(self, work: Callable[[], None], device: torch.device) -> None:
        """work: has no data-dependent control flow, and keeps to its tensors."""
        self._work = work
        self._graph: torch.cuda.CUDAGraph | None = None
        if device.type == "cuda":
            # A warm-up on a side stream, so that libraries have allocated what they need.
            side = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
            side.wait_stream(torch.cuda.current_stream(device))
            with torch.cuda.stream(side):
                work()
            torch.cuda.current_stream(device).wait_stream(side)
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph):
                work()

    def replay(self) -> None:
        if self._graph is None:
            self._work()
        else:
            self._graph.replay()
