"""A checkpoint comes back as it was saved, or not at all and with a sentence."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from model.checkpoint import Checkpoint, load_checkpoint, recover, save_checkpoint
from model.stages import build_model
from model.weights import FILE_BYTES, CheckpointError
from verse.judge.known_runs import KnownRuns


@pytest.fixture(autouse=True)
def _no_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading looks again a moment later; nothing here is mended by then."""
    monkeypatch.setattr("model.checkpoint.time.sleep", lambda seconds: None)


@pytest.fixture
def folder(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "poet"))


@pytest.fixture
def pieces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same poet with its weights in four files, as the large ones have."""
    monkeypatch.setattr("model.weights.FILE_BYTES", 5_000)
    save_checkpoint(load_checkpoint(folder))
    assert weights_of(folder) == [piece(n) for n in (1, 2, 3, 4)]
    return folder


def piece(number: int, count: int = 4) -> str:
    return f"model-{number:05}-of-{count:05}.safetensors"


def weights_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("model*"))


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


def test_in_several_files_it_is_the_same_poet(folder: Path, pieces: Path, tmp_path: Path) -> None:
    split = load_checkpoint(pieces)
    save_checkpoint(split, torch.float32)  # each number twice as long
    again = load_checkpoint(folder)
    assert len(weights_of(folder)) > 4
    for name, weight in again.model.state_dict().items():
        assert torch.equal(weight, split.model.state_dict()[name])


def test_files_are_filled_in_order_and_no_tensor_is_cut(pieces: Path) -> None:
    kept = {name: t.half() for name, t in load_checkpoint(pieces).model.state_dict().items()}
    files = [load_file(pieces / piece(n)) for n in (1, 2, 3, 4)]
    order = list(kept)
    for file in files:
        names, order = order[: len(file)], order[len(file) :]
        assert file.keys() == set(names)
        assert all(torch.equal(file[name], kept[name]) for name in names)
    assert not order
    for number, following in enumerate(files[1:], start=1):
        size = (pieces / piece(number)).stat().st_size
        first = next(name for name in kept if name in following)
        assert size + kept[first].nbytes + 1_000 > 5_000  # it would not have fitted in


@pytest.mark.parametrize("limit", range(2_600, 17_000, 900))
def test_no_file_is_larger_than_it_may_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr("model.weights.FILE_BYTES", limit)
    save_checkpoint(load_checkpoint(folder))
    assert max((folder / name).stat().st_size for name in weights_of(folder)) <= limit


def test_going_back_to_one_file_leaves_no_pieces(
    pieces: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model.weights.FILE_BYTES", FILE_BYTES)
    save_checkpoint(load_checkpoint(pieces))
    assert weights_of(pieces) == ["model.safetensors"]


def test_a_large_poet_comes_in_files_of_16_mb_at_most(folder: Path) -> None:
    tiny = load_checkpoint(folder)
    model = build_model(replace(tiny.model.config, n_layer=3, n_embd=512, n_head=8))
    save_checkpoint(replace(tiny, model=model))
    sizes = [(folder / name).stat().st_size for name in weights_of(folder)]
    assert len(sizes) == 2
    assert max(sizes) <= 16_000_000
    assert sum(sizes) > 2 * model.parameter_count()
    # Filled: what lies in the second would not have fitted into the first.
    assert sizes[0] > 13_000_000


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_everybody_may_read_what_the_umask_lets_them(folder: Path, pieces: Path) -> None:
    before = os.umask(0o022)
    try:
        save_checkpoint(load_checkpoint(pieces), write_more=KnownRuns.of(["a" * 60]).save)
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in pieces.iterdir()}
    assert {piece(1), "known_runs.safetensors", "config.json"} < modes.keys()
    assert set(modes.values()) == {0o644}


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
        (edit(lambda c: c["model"].update(n_layer=1)), "damaged or belongs to another"),  # type: ignore[attr-defined]
        (edit(lambda c: c["model"].update(n_layer=3)), "No file of weights in .*blocks.2"),  # type: ignore[attr-defined]
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


def another_training(folder: Path) -> None:
    """Leaves the last piece of a training that made as many of the same names."""
    other = load_checkpoint(folder)
    next(other.model.parameters()).data.add_(1.0)
    save_checkpoint(replace(other, folder=folder.with_name("other")))
    shutil.copy(folder.with_name("other") / piece(4), folder)


def moved(folder: Path, first: int, second: int) -> dict[str, torch.Tensor]:
    """Takes a tensor out of the piece `first`; returns it with those of the piece `second`."""
    tensors = load_file(folder / piece(first))
    name, tensor = tensors.popitem()
    rewrite(folder / piece(first), tensors)
    return load_file(folder / piece(second)) | {name: tensor}


def rewrite(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Writes them as a piece of the same checkpoint."""
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    save_file(tensors, path, metadata)


def not_a_number(folder: Path) -> None:
    tensors = load_file(folder / piece(3))
    next(iter(tensors.values()))[0, 0] = torch.nan
    rewrite(folder / piece(3), tensors)


def twice(folder: Path) -> None:
    before = (folder / piece(1)).read_bytes()
    rewrite(folder / piece(3), moved(folder, 1, 3))
    (folder / piece(1)).write_bytes(before)


def add(name: str) -> Callable[[Path], object]:
    return lambda folder: shutil.copy(folder / piece(2), folder / name)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / piece(1)).unlink(), r"00001-of-00004\.safetensors is missing"),
        (lambda f: (f / piece(3)).unlink(), r"00003-of-00004\.safetensors is missing"),
        (lambda f: (f / piece(4)).unlink(), r"00004-of-00004\.safetensors is missing"),
        (truncate(piece(2)), r"00002-of-00004\.safetensors is damaged"),
        (add(piece(2, 3)), r"00002-of-00003\.\w+ belongs to another.*beside it: keep"),
        (add(piece(2, 9)), r"00001-of-00004\.\w+ belongs to another.*beside it: keep"),
        (add(piece(5)), r"00005-of-00004\.\w+ belongs to another.*beside it: keep"),
        (add("model.safetensors"), r"model\.safetensors belongs to another.*beside it: keep"),
        (another_training, r"00004-of-00004\.\w+ belongs to another.*before it: restore"),
        (lambda f: moved(f, 2, 3), r"No file of weights in .*poet holds \S+, which.*restore"),
        (not_a_number, r"00003-of-00004\.\w+ holds numbers that are not finite: train"),
        (twice, r"00003-of-00004\.safetensors holds \S+, which a file before.*restore"),
    ],
)
def test_pieces_that_are_no_whole(
    pieces: Path, damage: Callable[[Path], object], message: str
) -> None:
    damage(pieces)
    with pytest.raises(CheckpointError, match=message) as caught:
        load_checkpoint(pieces)
    assert "\n" not in str(caught.value)


def test_other_files_beside_are_no_weights(pieces: Path) -> None:
    for name in ("known_runs.safetensors", "training.safetensors", "model-card.md"):
        (pieces / name).write_text("something else")
    load_checkpoint(pieces)
