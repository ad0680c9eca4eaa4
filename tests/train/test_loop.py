"""Training learns, stops well, and goes on exactly where it stopped."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from model.checkpoint import load_checkpoint
from model.config import STAGES
from model.tokenizer import CharTokenizer
from train.loop import Run, TrainingError
from train.recipe import PRESETS, Recipe
from train.report import sample

MakeRun = Callable[..., Run]


def weights(run: Run) -> dict[str, torch.Tensor]:
    named = {f"raw {n}": p.clone() for n, p in run.model.state_dict().items()}
    return named | {f"averaged {n}": p.clone() for n, p in run.averaged.state_dict().items()}


def equal(a: Run, b: Run) -> bool:
    first, second = weights(a), weights(b)
    return all(torch.equal(first[name], second[name]) for name in first)


def stop_at(iteration: int) -> Callable[[Run], None]:
    """What Ctrl-C does, at a known place."""

    def report(run: Run) -> None:
        if run.progress.iteration == iteration:
            run.stop()

    return report


def test_a_tiny_network_learns(make_run: MakeRun) -> None:
    run = make_run(iterations=200)
    run.train()
    figures = run.figures()
    assert figures["first_loss"] == pytest.approx(math.log(run.tokenizer.vocab_size), abs=1e-4)
    # Each line has two choices among 6 and 5 words in some 22 characters: 0.16 nats at best.
    assert figures["val_loss"] < 0.3
    poet = load_checkpoint(run.folder)
    text = sample(poet.model, poet.tokenizer, 400)
    words = set(text.replace(",", "").replace(".", "").split())
    assert len(words & {"sings", "falls", "wakes", "night", "light", "that", "by", "in"}) >= 4


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_trains_and_loads(make_run: MakeRun, stage: str) -> None:
    run = make_run(stage=stage, iterations=40, other_lr=0.02)
    run.train()
    losses = run.progress.train_losses
    assert sum(losses[-5:]) / 5 < losses[0] - 0.1
    poet = load_checkpoint(run.folder)
    assert poet.model.config.stage == stage
    assert sample(poet.model, poet.tokenizer, 40)


def test_stopped_and_resumed_equals_uninterrupted(make_run: MakeRun, tmp_path: Path) -> None:
    whole = make_run(tmp_path / "whole", dropout=0.1)
    whole.train()

    first = make_run(tmp_path / "parts", dropout=0.1)
    assert not first.train(stop_at(17))
    torch.manual_seed(999)  # another process has another random state
    second = make_run(tmp_path / "parts", dropout=0.1)
    second.resume()
    assert second.progress.iteration == 17
    assert second.train()

    assert equal(whole, second)
    assert whole.progress.train_losses == second.progress.train_losses
    assert whole.progress.val_losses == second.progress.val_losses


def test_evaluation_changes_nothing(make_run: MakeRun, tmp_path: Path) -> None:
    often = make_run(tmp_path / "often", dropout=0.1, evaluations=30)
    often.train()
    never = make_run(tmp_path / "never", dropout=0.1, evaluations=0)
    never.train()
    assert len(often.progress.val_losses) == 30
    assert len(never.progress.val_losses) == 1
    assert equal(often, never)


def test_an_interrupted_run_is_a_usable_checkpoint(make_run: MakeRun) -> None:
    run = make_run()
    assert not run.train(stop_at(5))
    poet = load_checkpoint(run.folder)
    assert poet.metrics["iterations"] == 5
    assert sample(poet.model, poet.tokenizer, 40)


def test_an_endless_gradient_never_reaches_the_weights(make_run: MakeRun) -> None:
    run = make_run()

    def poison(run: Run) -> None:
        if run.progress.iteration == 3:
            weight = next(run.model.parameters())
            weight.register_hook(lambda grad: grad * float("inf"))  # type: ignore[no-untyped-call]

    with pytest.raises(TrainingError, match=r"at iteration 3\. Start anew"):
        run.train(poison)
    assert all(p.isfinite().all() for p in run.model.parameters())
    assert not run.folder.exists()


def test_minutes_are_kept_and_the_decay_ends_with_them(make_run: MakeRun) -> None:
    run = make_run(minutes=0.05, iterations=10**9)
    run.train()
    assert 3.0 <= run.progress.seconds < 6.0
    assert all(g["lr"] < 0.1 * g["full_lr"] for o in run.optimizers for g in o.param_groups)


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_state(make_run: MakeRun) -> None:
    run = make_run()

    def poison(run: Run) -> None:
        if run.progress.iteration == 12:
            next(run.model.parameters()).data.fill_(float("nan"))

    with pytest.raises(TrainingError, match=r"nan at iteration 12; .*lower --matrix-lr"):
        run.train(poison)
    kept = load_checkpoint(run.folder)
    assert kept.metrics["iterations"] == 10
    assert all(p.isfinite().all() for p in kept.model.parameters())


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "training.safetensors").unlink(), "can't be resumed"),
        (lambda f: (f / "training.safetensors").write_bytes(b"x" * 50), "damaged"),
        (lambda f: (f / "training.json").write_text('{"iteration": 3, "odd": 1}'), "damaged"),
        (lambda f: (f / "training.json").write_text("{"), "training.json can't be read"),
    ],
)
def test_a_run_that_cannot_be_resumed(
    make_run: MakeRun, damage: Callable[[Path], object], message: str
) -> None:
    run = make_run(iterations=2)
    run.train()
    damage(run.folder)
    with pytest.raises(ValueError, match=message):
        make_run(iterations=2).resume()


def test_another_shape_cannot_resume(make_run: MakeRun) -> None:
    make_run(iterations=2).train()
    with pytest.raises(TrainingError, match="another recipe"):
        make_run(iterations=2, n_embd=64).resume()


def test_a_run_begins_from_a_checkpoint(make_run: MakeRun, tmp_path: Path) -> None:
    first = make_run(tmp_path / "first", iterations=20)
    first.train()
    begun = make_run(tmp_path / "begun")
    fresh = weights(begun)
    begun.begin_from(first.checkpoint())
    for name, weight in weights(begun).items():
        assert torch.equal(weight, first.averaged.state_dict()[name.split(" ")[1]])
    assert not torch.equal(fresh["raw embed.weight"], begun.model.state_dict()["embed.weight"])
    assert begun.progress.iteration == 0


def test_characters_new_to_a_checkpoint_keep_their_first_weights(
    make_run: MakeRun, tmp_path: Path
) -> None:
    first = make_run(tmp_path / "first", iterations=5)
    first.train()
    before = first.checkpoint()
    begun = make_run(tmp_path / "begun")
    # The checkpoint knew q for e, as if the vocabularies were of different corpora.
    tokenizer = CharTokenizer(set(begun.tokenizer.chars) - {"e"} | {"q"})
    before = replace(before, tokenizer=tokenizer)
    fresh = weights(begun)["raw embed.weight"]
    begun.begin_from(before)
    own = begun.model.state_dict()["embed.weight"]
    new = begun.tokenizer.stoi["e"]
    assert torch.equal(own[new], fresh[new])
    for character in set(begun.tokenizer.chars) - {"e"}:
        theirs = before.model.state_dict()["embed.weight"][before.tokenizer.stoi[character]]
        assert torch.equal(own[begun.tokenizer.stoi[character]], theirs)


@pytest.mark.parametrize("change", [{"n_embd": 64}, {"n_layer": 3}, {"stage": "bigram"}])
def test_a_run_cannot_begin_from_another_shape(
    make_run: MakeRun, tmp_path: Path, change: dict[str, object]
) -> None:
    other = make_run(tmp_path / "other", **change).checkpoint()
    with pytest.raises(TrainingError, match=r"another shape.*with --init\."):
        make_run(tmp_path / "run").begin_from(other)


def test_a_text_learned_by_heart_is_noticed(make_run: MakeRun) -> None:
    run = make_run()
    run.progress.val_losses = [(10, 1.7), (20, 1.5), (30, 1.6)]
    assert run.best() == (20, 1.5)
    assert run.figures()["best_val_loss"] == 1.5
    assert run.figures()["val_loss"] == 1.6
    assert run.learned_by_heart()
    run.progress.val_losses.append((40, 1.5))
    assert not run.learned_by_heart()


def test_schedule() -> None:
    recipe = Recipe(warmup=10, decay=0.5)
    assert recipe.lr_scale(0, 0.0) == pytest.approx(0.1)
    assert recipe.lr_scale(9, 0.01) == 1
    assert recipe.lr_scale(500, 0.5) == 1
    assert recipe.lr_scale(750, 0.75) == pytest.approx(0.5)
    assert recipe.lr_scale(1000, 1.0) == 0


def test_saved_progress_is_plain_json(make_run: MakeRun) -> None:
    run = make_run(iterations=3)
    run.train()
    saved = json.loads((run.folder / "training.json").read_text())
    assert saved == json.loads(json.dumps(asdict(run.progress)))


def test_presets_build() -> None:
    sizes = {name: recipe.n_layer * recipe.n_embd**2 * 12 for name, recipe in PRESETS.items()}
    assert sizes["small"] == pytest.approx(5e6, rel=0.2)
    assert 2e7 < sizes["base"] < 3e7
