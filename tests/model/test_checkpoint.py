"""A checkpoint comes back as it was saved, or not at all and with a sentence."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from model.checkpoint import (
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    recover,
    save_checkpoint,
)


@pytest.fixture
def folder(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "poet"))


def test_round_trip_at_16_bits(folder: Path, tmp_path: Path) -> None:
    first = load_checkpoint(folder)
    copy = Checkpoint(
        first.model, first.tokenizer, tmp_path / "copy", {"temperature": 0.5}, {"loss": 2.0}
    )
    save_checkpoint(copy)
    second = load_checkpoint(tmp_path / "copy")
    tokens = torch.tensor([[1, 2, 3]])
    # The first was loaded from 16 bits, so saving it at 16 bits again loses nothing.
    assert torch.equal(first.model(tokens), second.model(tokens))
    assert second.tokenizer.chars == first.tokenizer.chars
    assert second.model.config == first.model.config
    assert second.metrics == {"loss": 2.0}
    assert second.sampling["temperature"] == 0.5
    assert second.name == "copy"
    size = (tmp_path / "copy" / "model.safetensors").stat().st_size
    assert size < 2 * first.model.parameter_count() + 4096


def test_saving_replaces_whole_and_leaves_nothing_beside(folder: Path) -> None:
    (folder / "old.txt").write_text("of the old one")
    checkpoint = load_checkpoint(folder)
    save_checkpoint(checkpoint, write_more=lambda f: (f / "new.txt").touch())
    assert {p.name for p in folder.iterdir()} == {
        "model.safetensors", "config.json", "metrics.json", "provenance.json", "new.txt",
    }  # fmt: skip
    assert [p.name for p in folder.parent.iterdir()] == ["poet"]


def test_a_failed_save_leaves_the_old_one(folder: Path) -> None:
    checkpoint = load_checkpoint(folder)

    def disk_full(_: Path) -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        save_checkpoint(checkpoint, write_more=disk_full)
    assert load_checkpoint(folder).tokenizer.chars == checkpoint.tokenizer.chars


def test_killed_between_the_two_renames(folder: Path) -> None:
    checkpoint = load_checkpoint(folder)
    folder.rename(folder.with_name(".poet.replaced"))
    recover(folder)
    load_checkpoint(folder)
    save_checkpoint(checkpoint)
    assert [p.name for p in folder.parent.iterdir()] == ["poet"]


def test_killed_while_the_old_one_was_removed(folder: Path) -> None:
    rest = folder.with_name(".poet.replaced")
    rest.mkdir()
    (rest / "half").touch()
    save_checkpoint(load_checkpoint(folder))
    assert [p.name for p in folder.parent.iterdir()] == ["poet"]


def test_weights_too_large_for_16_bits_are_not_saved(folder: Path) -> None:
    checkpoint = load_checkpoint(folder)
    next(checkpoint.model.parameters()).data.fill_(1e30)
    with pytest.raises(CheckpointError, match=r"no longer finite.*lower learning rates"):
        save_checkpoint(checkpoint)
    assert all(p.isfinite().all() for p in load_checkpoint(folder).model.parameters())


def edit(change: Callable[[dict[str, object]], object]) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        change(config)
        (folder / "config.json").write_text(json.dumps(config))

    return damage


def truncate(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:100])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (shutil.rmtree, "no checkpoint at .*poet.*python -m train"),
        (lambda f: (f / "config.json").unlink(), "config.json is missing"),
        (lambda f: (f / "model.safetensors").unlink(), "model.safetensors is missing"),
        (truncate("model.safetensors"), "model.safetensors is damaged"),
        (truncate("config.json"), "config.json can't be read"),
        (lambda f: (f / "config.json").write_bytes(b"\xff\xfe\x00"), "config.json can't be read"),
        (lambda f: (f / "config.json").write_text("[1]"), "no JSON object"),
        (lambda f: (f / "config.json").write_text('{"model_type": "gpt2"}'), "not a checkpoint"),
        (edit(lambda c: c.update(format=99)), "not a checkpoint of this program's format"),
        (edit(lambda c: c.update(surprise=1)), "unknown setting surprise"),
        (edit(lambda c: c["model"].update(rope=1)), "unknown setting rope"),  # type: ignore[attr-defined]
        (edit(lambda c: c["model"].pop("n_head")), "missing setting n_head"),  # type: ignore[attr-defined]
        (edit(lambda c: c["model"].update(n_embd=64)), "damaged or belongs to another"),  # type: ignore[attr-defined]
        (edit(lambda c: c.update(vocabulary="abc")), "vocabulary does not belong"),
        (edit(lambda c: c.update(sampling={"magic": 1})), "unknown sampling setting magic"),
        (edit(lambda c: c.update(sampling={"temperature": "hot"})), "does not describe a network"),
        (edit(lambda c: c.update(sampling={"top_k": 2.5})), "top_k must be"),
        (edit(lambda c: c["model"].update(n_embd=2**40)), "does not describe a network"),  # type: ignore[attr-defined]
        (lambda f: (f / "config.json").write_text("[" * 10**5), "config.json can't be read"),
        (edit(lambda c: c.update(sampling=None)), "does not describe a network"),
    ],
)
def test_a_foreign_or_damaged_folder(
    folder: Path, damage: Callable[[Path], object], message: str
) -> None:
    damage(folder)
    with pytest.raises(CheckpointError, match=message) as caught:
        load_checkpoint(folder)
    assert "\n" not in str(caught.value)
