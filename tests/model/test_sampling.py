"""Drawing the next character."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.sampling import keep_top_k, keep_top_p, sample

LOGITS = torch.tensor([[0.5, 0.3, 0.15, 0.05], [0.05, 0.15, 0.3, 0.5]]).log()


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def kept(logits: torch.Tensor) -> list[list[int]]:
    return [row.isfinite().nonzero().flatten().tolist() for row in logits]


def test_temperature_zero_takes_the_likeliest() -> None:
    for temperature in (0, 1e-38, 1e-300):
        assert sample(LOGITS, generator(), temperature).tolist() == [0, 3]


def test_frequencies_are_the_probabilities() -> None:
    draws = sample(LOGITS[:1].expand(20_000, 4), generator())
    shares = draws.bincount(minlength=4) / 20_000
    torch.testing.assert_close(shares, LOGITS[0].exp(), atol=0.012, rtol=0)


def test_temperature_sharpens() -> None:
    draws = sample(LOGITS[:1].expand(20_000, 4), generator(), temperature=0.5)
    shares = draws.bincount(minlength=4) / 20_000
    squares = LOGITS[0].exp() ** 2
    torch.testing.assert_close(shares, squares / squares.sum(), atol=0.012, rtol=0)


def test_same_generator_same_draw() -> None:
    many = LOGITS.repeat(500, 1)
    assert torch.equal(sample(many, generator()), sample(many, generator()))


def test_top_k_keeps_exactly_k_also_of_equals() -> None:
    assert kept(keep_top_k(torch.zeros(2, 6), 2)) == kept(keep_top_k(torch.zeros(2, 6), 2))
    assert all(len(row) == 2 for row in kept(keep_top_k(torch.zeros(2, 6), 2)))
    assert kept(keep_top_k(LOGITS, 1)) == [[0], [3]]
    assert kept(keep_top_k(LOGITS, 99)) == [[0, 1, 2, 3]] * 2


@pytest.mark.parametrize(
    ("p", "rows"), [(0.01, [[0], [3]]), (0.6, [[0, 1], [2, 3]]), (1.0, [[0, 1, 2, 3]] * 2)]
)
def test_top_p_keeps_the_nucleus(p: float, rows: list[list[int]]) -> None:
    assert kept(keep_top_p(LOGITS, p)) == rows


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=12),
    st.floats(0.01, 5),
    st.integers(0, 15),
    st.floats(0.01, 1),
)
def test_a_draw_is_always_possible(
    row: list[float], temperature: float, top_k: int, top_p: float
) -> None:
    drawn = sample(torch.tensor([row]), generator(), temperature, top_k, top_p)
    assert 0 <= int(drawn) < len(row)


@pytest.mark.parametrize(
    "setting", [{"temperature": -1}, {"temperature": 11}, {"top_k": -1}, {"top_p": 0}, {"top_p": 2}]
)
def test_settings_out_of_range(setting: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(setting))):
        sample(LOGITS, generator(), **setting)  # type: ignore[arg-type]
