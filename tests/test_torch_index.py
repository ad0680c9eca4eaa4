"""deploy/torch_index.sh: which index PyTorch is installed from."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def cpu_builds(tmp_path: Path) -> Iterator[str]:
    """The address of an index that has torch 2.13.0."""
    page = tmp_path / "index" / "torch" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text('<a href="torch-2.13.0%2Bcpu-cp311-cp311-manylinux_2_28_x86_64.whl">torch</a>')
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path / "index")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs that are found first; at first, Linux without a card."""
    folder = tmp_path / "programs"
    folder.mkdir()
    write_program(folder / "uname", "echo Linux")
    write_program(folder / "nvidia-smi", "exit 9")  # as where the driver is missing
    return folder


def write_program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def option(programs: Path, cpu_builds: str, torch: str = "torch==2.13.0") -> str:
    environment = {name: text for name, text in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(
        ["sh", ROOT / "deploy" / "torch_index.sh", sys.executable, torch],
        env=environment
        | {"PATH": f"{programs}:{os.environ['PATH']}", "CPU_BUILDS": cpu_builds},
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip


def test_without_a_card_the_cpu_builds_are_taken(programs: Path, cpu_builds: str) -> None:
    assert option(programs, cpu_builds) == f"--index-url={cpu_builds}"


def test_an_nvidia_card_gets_the_gpu_build(programs: Path, cpu_builds: str) -> None:
    write_program(programs / "nvidia-smi", "exit 0")
    assert option(programs, cpu_builds) == ""


def test_other_systems_take_what_pip_finds(programs: Path, cpu_builds: str) -> None:
    write_program(programs / "uname", "echo Darwin")
    assert option(programs, cpu_builds) == ""


def test_an_index_that_cannot_serve_is_passed_over(programs: Path, cpu_builds: str) -> None:
    assert option(programs, cpu_builds, "torch==2.99.0") == ""  # it lacks the version
    assert option(programs, "http://127.0.0.1:9") == ""  # nobody answers
