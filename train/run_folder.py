"""A run on the disk: saved at every evaluation, resumed exactly, begun from another's weights.

The folder of a run is a checkpoint at every moment (the averaged weights, ready to write poems) and
holds beside it what going on exactly needs:

    training.safetensors   the raw weights and the averaged ones, both optimizers, the generators
    training.json          the position and the losses so far: `Progress`
"""

import math
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from model.checkpoint import Checkpoint, save_checkpoint
from model.weights import CheckpointError, read_json, write_json
from train.errors import TrainingError
from train.loop import Run
from train.progress import Progress

TRAINING_STATE = "training.safetensors"
TRAINING_PROGRESS = "training.json"


@dataclass
class RunFolder:
    """Keeps a run in a folder."""

    path: Path
    provenance: dict[str, Any]
    """How its checkpoint comes about: `train.provenance`."""
    write_assets: Callable[[Path], None]
    """Puts the checkpoint's asset files into a folder."""
    saved: bool = False
    """Whether it holds this very run, not another or none."""

    def checkpoint(self, run: Run) -> Checkpoint:
        """Returns the averaged weights of `run` as the checkpoint of this folder."""
        return Checkpoint(
            run.averaged, run.tokenizer, self.path, metrics=figures(run), provenance=self.provenance
        )

    def save(self, run: Run) -> None:
        """Writes the folder, whole or not at all. Only the first process of `run` does.

        Raises TrainingError where there is no room.
        """
        if not run.processes.first:
            return

        def write_more(unfinished: Path) -> None:
            self.write_assets(unfinished)
            save_file(training_tensors(run), unfinished / TRAINING_STATE)
            write_json(unfinished / TRAINING_PROGRESS, asdict(run.progress))
            # A picture that an earlier save drew stays until the next is drawn.
            for picture in self.path.glob("*.png"):
                shutil.copy(picture, unfinished)

        try:
            save_checkpoint(self.checkpoint(run), write_more=write_more)
        except (OSError, SafetensorError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            kept = f" and go on with --resume {self.path}" * self.saved
            raise TrainingError(
                f"{self.path} can't be saved ({reason}): make room{kept}, or name another folder "
                "with --out."
            ) from error
        self.saved = True

    def resume(self, run: Run) -> None:
        """Brings a new `run` to where it was saved: it goes on as if it had never stopped.

        Raises TrainingError or CheckpointError when the folder lacks what that needs.
        """
        state = training_state(self.path)
        try:
            tensors = load_file(state)
            run.model.load_state_dict(_part(tensors, "model."))
            run.averaged.load_state_dict(_part(tensors, "averaged."))
            for number, optimizer in enumerate(run.optimizers):
                states: dict[int, dict[str, Tensor]] = {}
                for name, tensor in _part(tensors, f"optimizer.{number}.").items():
                    index, _, key = name.partition(".")
                    states.setdefault(int(index), {})[key] = tensor
                groups = optimizer.state_dict()["param_groups"]
                optimizer.load_state_dict({"state": states, "param_groups": groups})
            torch.set_rng_state(tensors["generator"])
            if torch.cuda.is_available() and "generator.cuda" in tensors:
                torch.cuda.set_rng_state(tensors["generator.cuda"])
            values = read_json(self.path / TRAINING_PROGRESS)
            values["val_losses"] = [(int(at), loss) for at, loss in values["val_losses"]]
            progress = Progress(**values)
            assert progress.iteration == len(progress.train_losses)
        except CheckpointError:
            raise
        except Exception as error:  # whatever a damaged or foreign file provokes
            raise TrainingError(
                f"{state} or {TRAINING_PROGRESS} beside it is damaged or belongs to another "
                "recipe: start a new run."
            ) from error
        run.progress = progress
        self.saved = True


def begin_from(run: Run, checkpoint: Checkpoint) -> None:
    """Gives `run` the weights of `checkpoint`; characters new to it keep their first ones.

    Raises TrainingError when it is of another shape.
    """
    weights = checkpoint.model.state_dict()
    own = run.model.state_dict()
    shared = "".join(c for c in checkpoint.tokenizer.chars if c in run.tokenizer.stoi)
    theirs, ours = checkpoint.tokenizer.encode(shared), run.tokenizer.encode(shared)
    for name, weight in own.items():
        source = weights.get(name)
        per_character = name in ("embed.weight", "unembed.weight")
        if (
            source is None
            or len(weights) != len(own)
            or (source.shape[per_character:] != weight.shape[per_character:])
        ):
            raise TrainingError(
                f"{checkpoint.folder} has another shape than this run's network: "
                "name a checkpoint of the same stage, layers, heads and channels with --init."
            )
        if per_character:
            weight[ours] = source[theirs].to(weight)
        else:
            weight.copy_(source)
    run.averaged.load_state_dict(own)


def figures(run: Run) -> dict[str, Any]:
    """Returns what `run` reached, as the metrics of its checkpoint."""
    progress, recipe = run.progress, run.recipe
    recent = progress.train_losses[-50:]
    val_loss = progress.val_losses[-1][1] if progress.val_losses else None
    return {
        "stage": recipe.stage,
        "parameters": run.model.parameter_count(),
        "iterations": progress.iteration,
        "chars_seen": progress.iteration * recipe.batch_size * recipe.block_size,
        "seconds": round(progress.seconds, 1),
        "first_loss": progress.train_losses[0] if progress.train_losses else None,
        "train_loss": sum(recent) / len(recent) if recent else None,
        "val_loss": val_loss,
        "bits_per_char": None if val_loss is None else val_loss / math.log(2),
        "best_val_loss": progress.best()[1] if progress.val_losses else None,
        "val_poems": len(run.val_poems),
        "val_chars": sum(map(len, run.val_poems)),
    }


def training_tensors(run: Run) -> dict[str, Tensor]:
    """Returns copies of all tensors that resuming `run` needs, by name."""
    tensors = {f"model.{name}": tensor for name, tensor in run.model.state_dict().items()}
    tensors |= {f"averaged.{name}": tensor for name, tensor in run.averaged.state_dict().items()}
    for number, optimizer in enumerate(run.optimizers):
        for index, state in optimizer.state_dict()["state"].items():
            for name, tensor in state.items():
                tensors[f"optimizer.{number}.{index}.{name}"] = tensor
    tensors["generator"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["generator.cuda"] = torch.cuda.get_rng_state()
    return {name: tensor.detach().cpu().clone() for name, tensor in tensors.items()}


def check_writable(folder: Path) -> None:
    """Raises TrainingError when `folder` could not be made: better now than after hours."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent):
            pass
    except OSError as error:
        raise TrainingError(
            f"Nothing can be written to {folder.parent} ({error.strerror}): "
            "name another folder with --out."
        ) from error


def is_run(folder: Path) -> bool:
    """Says whether a run was saved in `folder`, finished or not."""
    return (folder / TRAINING_PROGRESS).is_file()


def training_state(folder: Path) -> Path:
    """Returns the file that resuming the run in `folder` needs.

    Raises TrainingError if it is not there.
    """
    state = folder / TRAINING_STATE
    if not state.is_file():
        raise TrainingError(
            f"{folder} can't be resumed, for it has no {TRAINING_STATE}: "
            "start a new run, or name the folder of one that was interrupted."
        )
    return state


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Returns those of `tensors` whose names begin with `prefix`, without it."""
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
