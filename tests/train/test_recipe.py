"""Recipes: the length of a run, the presets, and numbers that no training could follow."""

from dataclasses import replace

import pytest

from train.recipe import PRESETS, Recipe


def test_a_run_is_done_by_its_iterations_or_its_minutes() -> None:
    recipe = Recipe(iterations=200)
    assert recipe.share_done(50, seconds=1e6) == 0.25
    assert recipe.share_done(300, seconds=0) == 1
    assert replace(recipe, minutes=2).share_done(300, seconds=30) == 0.25


def test_evaluations_are_spread_evenly_and_the_last_is_at_the_end() -> None:
    for evaluations, iterations in [(3, 30), (30, 30), (0, 30), (4, 7)]:
        recipe = Recipe(iterations=iterations, evaluations=evaluations)
        shares = [recipe.share_done(n, 0) for n in range(iterations + 1)]
        due = [
            n
            for n in range(1, iterations + 1)
            if recipe.evaluation_due(shares[n - 1], shares[n])
        ]  # fmt: skip
        assert len(due) == max(1, evaluations)
        assert due[-1] == iterations


def test_presets_build() -> None:
    sizes = {name: recipe.n_layer * recipe.n_embd**2 * 12 for name, recipe in PRESETS.items()}
    assert sizes["small"] == pytest.approx(5e6, rel=0.2)
    assert 2e7 < sizes["base"] < 3e7


@pytest.mark.parametrize("seed", [-1, 2**63, 10**30])
def test_a_seed_that_no_generator_takes(seed: int) -> None:
    with pytest.raises(ValueError, match=rf"seed must be from 0 to {2**63 - 1}, not {seed}\."):
        Recipe(seed=seed)
