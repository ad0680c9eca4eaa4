"""The files of a checkpoint: its weights in pieces of at most 16 MB, and JSON beside them."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from model.language_model import LanguageModel

FILE_BYTES = 16_000_000
"""A file of weights has no more, so that it can be kept and sent wherever small files can."""
WEIGHTS = re.compile(r"model(?:-[0-9]{5}-of-([0-9]{5}))?\.safetensors")


class CheckpointError(ValueError):
    """Reports a checkpoint that can't be used; the message names the file and the cure."""


def weight_files(folder: Path) -> list[Path]:
    """Returns the files of the weights in `folder`, in order, present or not.

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


def write_weights(weights: dict[str, Tensor], folder: Path) -> None:
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


def read_weights(folder: Path, model: LanguageModel) -> None:
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


def write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Returns the JSON object in `path`. Raises CheckpointError when there is none."""
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


def _weight_names(count: int) -> list[str]:
    """How the field names `count` files of weights."""
    if count == 1:
        return ["model.safetensors"]
    return [f"model-{n:05}-of-{count:05}.safetensors" for n in range(1, count + 1)]
