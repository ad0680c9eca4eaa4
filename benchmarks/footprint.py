"""Measures load time and resident memory of a checkpoint in a process of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.writer.poet_process import GIVE_BACK
from model.checkpoint import Checkpoint, save_checkpoint
from model.transformer import Transformer
from verse.judge import known_runs
from verse.request.authors import FILE as AUTHORS
from verse.write import word_list

WORKER = """
import sys, time
import torch
torch.set_num_threads(1)
from model.checkpoint import load_checkpoint
from model.fast.decoder import Decoder, SamplingParams
from verse.write.poet import Poet, writes_verse
start = time.process_time()
checkpoint = load_checkpoint(sys.argv[1])
poet = Poet(checkpoint) if writes_verse(checkpoint) else None  # with its words, as in the bot
decoder = poet.decoder if poet else Decoder(checkpoint.model)
loaded = time.process_time() - start
del checkpoint  # the decoder has the weights in its own form: a worker needs no second copy
prefix = decoder.prefix([1] * 400)
for line in range(3):
    decoder.adopt(prefix, decoder.branch(prefix, [SamplingParams(i, 30) for i in range(32)])[0])
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(loaded, *(int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")))
"""


def process(folder: Path) -> dict[str, float]:
    """Measures the checkpoint in `folder` in a fresh process (Linux).

    Returns load_seconds (CPU), and mbytes and peak_mbytes after three lines of 32 candidates.
    """
    path = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    ended = subprocess.run(
        [sys.executable, "-c", WORKER, str(folder)], capture_output=True, text=True, check=True,
        env=os.environ
        | GIVE_BACK
        | {"PYTHONPATH": os.pathsep.join(path), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    numbers = [round(float(number), 2) for number in ended.stdout.split()]
    return dict(zip(("load_seconds", "mbytes", "peak_mbytes"), numbers, strict=True))


def process_of(model: Transformer, poet: Checkpoint) -> dict[str, float]:
    """Measures, as `process`, a network with the assets of `poet`, saved to a temporary folder."""

    def write_words(folder: Path) -> None:
        for name in (word_list.FILE, known_runs.FILE, AUTHORS):
            shutil.copy(poet.folder / name, folder)

    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Checkpoint(model, poet.tokenizer, Path(folder) / "untrained")
        save_checkpoint(checkpoint, write_more=write_words)
        return process(checkpoint.folder)
