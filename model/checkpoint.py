"""A checkpoint: a self-contained folder that a poet is loaded from.

    model.safetensors   weights, 16 bits each (never pickle: loading runs no code); where they are
                        too many for one file, model-00001-of-00004.safetensors and so on
    config.json         format, shape of the network, vocabulary, sampling defaults
    metrics.json        what it reached: loss, bits per character, ...
    provenance.json     how it came about: corpus, recipe, seconds, hardware, versions

A folder is written beside its place and renamed into it, so that a reader finds the old one or
the new one, whole.
"""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from model.config import ModelConfig
from model.language_model import LanguageModel, build_model
from model.sampling import check_sampling
from model.tokenizer import POEM_END, CharTokenizer

FORMAT = 1
DEFAULT_FOLDER = Path("checkpoints/poet")
FILE_BYTES = 16_000_000
"""A file of weights has no more, so that it can be kept and sent wherever small files can."""
WEIGHTS = re.compile(r"model(?:-[0-9]{5}-of-([0-9]{5}))?\.safetensors")
SAMPLING = {"temperature": 0.8, "top_k": 0, "top_p": 0.95}


class CheckpointError(ValueError):
    """A checkpoint that can't be used; the message names the file and the cure."""


@dataclass(frozen=True)
class Checkpoint:
    """A network with its vocabulary and its history, ready to write."""

    model: LanguageModel
    tokenizer: CharTokenizer
    folder: Path
    sampling: dict[str, Any] = field(default_factory=lambda: dict(SAMPLING))
    metrics: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.folder.resolve().name


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
    unfinished.mkdir()
    _write_weights(weights, unfinished)
    config = {
        "format": FORMAT,
        "model": checkpoint.model.config.to_dict(),
        "vocabulary": "".join(checkpoint.tokenizer.chars),
        "sampling": checkpoint.sampling,
    }
    write_json(unfinished / "config.json", config)
    write_json(unfinished / "metrics.json", checkpoint.metrics)
    write_json(unfinished / "provenance.json", checkpoint.provenance)
    write_more(unfinished)

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


def weight_files(folder: Path) -> list[Path]:
    """The files of its weights, in order, present or not.

    Raises CheckpointError when the folder has some that don't belong together.
    """
    found = {path.name: WEIGHTS.fullmatch(path.name) for path in folder.glob("model*")}
    counts = {name: int(match[1] or 1) for name, match in found.items() if match}
    names = _weight_names(max(counts.values(), default=1))
    if strangers := sorted(counts.keys() - set(names)):
        raise CheckpointError(
            f"{folder / strangers[0]} belongs to another checkpoint than the weights beside it: "
            "keep the files of one, or train again."
        )
    return [folder / name for name in names]


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

    _read_weights(folder, model)
    model.to(device).eval()
    return Checkpoint(
        model,
        tokenizer,
        folder,
        sampling,
        read_json(folder / "metrics.json"),
        read_json(folder / "provenance.json"),
    )


def _write_weights(weights: dict[str, Tensor], folder: Path) -> None:
    """Writes them in order into files of at most FILE_BYTES each, every tensor whole.

    A tensor that is larger by itself gets a file of its own.
    """
    pieces: list[dict[str, Tensor]] = []
    room = 0
    digest = hashlib.sha256()
    for name, tensor in weights.items():
        size = tensor.nbytes + len(name) + 192  # more than it takes of the file and its header
        if not pieces or size > room:
            pieces.append({})
            room = FILE_BYTES
        pieces[-1][name] = tensor
        room -= size
        digest.update(save({name: tensor}))
    # Another training's pieces have the same names; this tells them apart.
    whole = {"weights": digest.hexdigest()}
    for name, piece in zip(_weight_names(len(pieces)), pieces, strict=True):
        # Not `save_file`: what that writes only its owner may read.
        (folder / name).write_bytes(save(piece, whole))


def _read_weights(folder: Path, model: LanguageModel) -> None:
    """Fills `model` from the files of `folder`, one after another, so that the memory of one
    suffices.

    Raises CheckpointError unless they hold each of its weights once, and as finite numbers.
    """
    own = model.state_dict()  # the model's memory, not a copy
    lacking = set(own)
    wholes = set()
    for path in weight_files(folder):
        try:
            with safe_open(path, framework="pt") as file:
                wholes.add((file.metadata() or {}).get("weights"))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            foreign = model.load_state_dict(tensors, strict=False).unexpected_keys
            if foreign:
                raise RuntimeError(f"unknown weights {', '.join(foreign)}")
        except FileNotFoundError:
            raise CheckpointError(f"{path} is missing: restore the file or train again.") from None
        except (SafetensorError, OSError, RuntimeError) as error:
            raise CheckpointError(
                f"{path} is damaged or belongs to another network: restore the file or train again."
            ) from error
        if len(wholes) > 1:
            raise CheckpointError(
                f"{path} belongs to another checkpoint than the weights before it: "
                "restore all files of one, or train again."
            )
        if twice := sorted(tensors.keys() - lacking):
            raise CheckpointError(
                f"{path} holds {twice[0]}, which a file before it holds too: "
                "restore the files or train again."
            )
        lacking -= tensors.keys()
        # They are NaN or infinite where any number is; looking at each takes seven times as long.
        bounds = [bound for name in tensors for bound in own[name].aminmax()]
        if not all(bound.isfinite() for bound in bounds):
            raise CheckpointError(f"{path} holds numbers that are not finite: train again.")
    if lacking:
        raise CheckpointError(
            f"No file of weights in {folder} holds {min(lacking)}, which its network needs: "
            "restore the files or train again."
        )


def _weight_names(count: int) -> list[str]:
    """How the field names `count` files of weights."""
    if count == 1:
        return ["model.safetensors"]
    return [f"model-{n:05}-of-{count:05}.safetensors" for n in range(1, count + 1)]


def write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`. Raises CheckpointError when there is none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckpointError(
            f"{path} is missing, so {path.parent} is no checkpoint: "
            "use a folder that python -m train wrote."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"{path} can't be read ({type(error).__name__}): restore the file or train again."
        ) from error
    if not isinstance(value, dict):
        raise CheckpointError(f"{path} holds no JSON object: restore the file or train again.")
    return value


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f".{folder.name}.{what}")


def recover(folder: Path) -> None:
    """Puts back the folder of a writer that was killed between its two renames.

    For writers only: while one is at work, the folder is away for a moment by intention.
    """
    replaced = _beside(folder, "replaced")
    if replaced.is_dir() and not folder.exists():
        replaced.rename(folder)
