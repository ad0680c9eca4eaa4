"""Reports of benchmarks: facts of the machine, bars, and one JSON document as the last line."""

import json
import os
import platform
import time
from pathlib import Path
from typing import Any

import torch


def machine() -> dict[str, Any]:
    """Returns facts about this machine; the matrix rates are the ceilings of all arithmetic."""
    return {
        "processor": f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}",
        "features": features(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "float32_gflops": round(matrix_rate(torch.float32)),
        "bfloat16_gflops": round(matrix_rate(torch.bfloat16)),
    }


def features() -> list[str]:
    """Lists the CPU's vector and low-precision extensions by Linux's names; [] elsewhere."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    except OSError:
        return []
    return sorted({flag for flag in flags if flag.startswith(("amx", "avx")) or "vnni" in flag})


def matrix_rate(dtype: torch.dtype, size: int = 1024, rounds: int = 5) -> float:
    """Measures square matrix products of `size`, best of `rounds`, in GFLOP per second."""
    a = torch.randn(size, size).to(dtype)
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - start)
    return 2 * size**3 / min(times[1:]) / 1e9


def bar(what: str, value: float, limit: float, at_least: bool = True) -> dict[str, Any]:
    """Holds `value` against `limit`, a minimum if `at_least`, else a maximum."""
    holds = value >= limit if at_least else value <= limit
    return {"what": what, "value": round(value, 4), "limit": limit, "holds": holds}


def finish(name: str, facts: dict[str, Any], figures: Any, bars: list[dict[str, Any]]) -> None:
    """Prints `bars`, then the JSON document of the benchmark `name` on the machine `facts`."""
    for entry in bars:
        verdict = "holds" if entry["holds"] else "FALLS SHORT"
        print(f"{verdict:11} {entry['what']}: {entry['value']} (limit {entry['limit']})")
    print(json.dumps({"benchmark": name, "machine": facts, "figures": figures, "bars": bars}))
