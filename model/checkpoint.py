"""A checkpoint: a self-contained folder that a poet is loaded from.

    model.safetensors   weights, 16 bits each (never pickle: loading runs no code); where they are
                        too many for one file, model-00001-of-00004.safetensors and so on
    config.json         format, shape of the network, vocabulary, sampling defaults
    metrics.json        what it reached: loss, bits per character, ...
    provenance.json     how it came about: corpus, recipe, seconds, hardware, versions

A folder is written beside its place and renamed into it, so that a reader finds the old one or
the new one, whole.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from model.config import ModelConfig
from model.language_model import LanguageModel
from model.sampling import check_sampling
from model.stages import build_model
from model.tokenizer import POEM_END, CharTokenizer
from model.weights import CheckpointError, read_json, read_weights, write_json, write_weights

FORMAT = 1
DEFAULT_FOLDER = Path("checkpoints/poet")
SAMPLING = {"temperature": 0.8, "top_k": 0, "top_p": 0.95}


@dataclass(frozen=True)
class Checkpoint:
    """Holds a network with its vocabulary and its history, ready to write."""

    model: LanguageModel
    tokenizer: CharTokenizer
    folder: Path
    sampling: dict[str, Any] = field(default_factory=lambda: dict(SAMPLING))
    metrics: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.folder.resolve().name


def sampling_asked(defaults: dict[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the sampling parameters `defaults`, with those of `asked` that are not None."""
    given = {name: asked.get(name) for name in defaults}
    return defaults | {name: value for name, value in given.items() if value is not None}


def save_checkpoint(
    checkpoint: Checkpoint,
    dtype: torch.dtype = torch.float16,
    write_more: Callable[[Path], None] = lambda folder: None,
) -> None:
    """Writes `checkpoint` to its folder, replacing what is there only once all is written.

    write_more: called with the unfinished folder, to put further files in. Raises
    CheckpointError for weights that are not finite at this precision.
    """
    folder = checkpoint.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished, replaced = _beside(folder, "unfinished"), _beside(folder, "replaced")
    recover(folder)
    shutil.rmtree(replaced, ignore_errors=True)
    shutil.rmtree(unfinished, ignore_errors=True)

    weights = {
        name: tensor.detach().to("cpu", dtype).contiguous()
        for name, tensor in checkpoint.model.state_dict().items()
    }
    if not all(bool(tensor.isfinite().all()) for tensor in weights.values()):
        raise CheckpointError(
            f"The weights for {folder} are no longer finite numbers, so nothing was saved: "
            "train again with lower learning rates."
        )
    config = {
        "format": FORMAT,
        "model": checkpoint.model.config.to_dict(),
        "vocabulary": "".join(checkpoint.tokenizer.chars),
        "sampling": checkpoint.sampling,
    }
    try:
        unfinished.mkdir()
        write_weights(weights, unfinished)
        write_json(unfinished / "config.json", config)
        write_json(unfinished / "metrics.json", checkpoint.metrics)
        write_json(unfinished / "provenance.json", checkpoint.provenance)
        write_more(unfinished)
    except BaseException:  # a full disk, say, which half a checkpoint would keep full
        shutil.rmtree(unfinished, ignore_errors=True)
        raise

    # A folder can't be renamed onto a full one. Between these two lines the old one waits under
    # its other name, where `recover` finds it.
    if folder.exists():
        folder.rename(replaced)
    unfinished.rename(folder)
    shutil.rmtree(replaced, ignore_errors=True)


def load_checkpoint(folder: Path | str, device: torch.device | str = "cpu") -> Checkpoint:
    """Reads the folder, strictly, as float32. Raises CheckpointError for anything amiss."""
    folder = Path(folder)
    try:
        return _load(folder, device)
    except CheckpointError:
        # A training may just be putting a new one in its place: that takes a moment.
        time.sleep(0.2)
        return _load(folder, device)


def _load(folder: Path, device: torch.device | str) -> Checkpoint:
    if not folder.is_dir():
        raise CheckpointError(
            f"There is no checkpoint at {folder}: name another folder (--checkpoint, or CHECKPOINT "
            "in .env for the bot), or train one with python -m train."
        )
    config = read_json(folder / "config.json")
    if config.get("format") != FORMAT:
        raise CheckpointError(
            f"{folder / 'config.json'} is not a checkpoint of this program's format {FORMAT}: "
            "use a folder that python -m train wrote."
        )
    try:
        if unknown := sorted(config.keys() - {"format", "model", "vocabulary", "sampling"}):
            raise ValueError(f"unknown setting {', '.join(unknown)}")
        model = build_model(ModelConfig.from_dict(config["model"]))
        tokenizer = CharTokenizer(config["vocabulary"])
        if POEM_END not in tokenizer.stoi or tokenizer.vocab_size != model.config.vocab_size:
            raise ValueError("the vocabulary does not belong to this network")
        sampling = SAMPLING | config["sampling"]
        if unknown := sorted(sampling.keys() - SAMPLING.keys()):
            raise ValueError(f"unknown sampling setting {', '.join(unknown)}")
        check_sampling(**sampling)
    except (
        *(KeyError, TypeError, ValueError, AttributeError),
        *(RuntimeError, MemoryError),  # a network too large to be built
    ) as error:
        raise CheckpointError(
            f"{folder / 'config.json'} does not describe a network ({error}): "
            "restore the file or train again."
        ) from error

    read_weights(folder, model)
    model.to(device).eval()
    return Checkpoint(
        model,
        tokenizer,
        folder,
        sampling,
        read_json(folder / "metrics.json"),
        read_json(folder / "provenance.json"),
    )


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f".{folder.name}.{what}")


def recover(folder: Path) -> None:
    """Puts back the folder of a writer that was killed between its two renames.

    For writers only: while one is at work, the folder is away for a moment by intention.
    """
    replaced = _beside(folder, "replaced")
    if replaced.is_dir() and not folder.exists():
        replaced.rename(folder)
