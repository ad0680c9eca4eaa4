"""The vectorised sampler samples what the plain functions of `model.sampling` sample."""

import torch

from model.fast.decoder import SamplingParams
from model.fast.sampler import sample_rows
from model.sampling import keep_top_k, keep_top_p


def test_rows_are_sampled_from_what_the_plain_functions_leave() -> None:
    """The distribution over a fine grid of uniforms is that of `model.sampling`, exactly."""
    torch.manual_seed(0)
    logits = torch.randn(1, 12) * 2
    logits[0, 3] = logits[0, 5]  # equal scores, of which top-k may keep one
    grid = (torch.arange(4000) + 0.5) / 4000
    for temperature, top_k, top_p, min_p in (
        (1.0, 0, 1.0, 0.0), (0.6, 5, 1.0, 0.0), (1.5, 0, 0.7, 0.0), (1.2, 6, 0.8, 0.0),
        (1.0, 0, 1.0, 0.2), (0.0, 0, 1.0, 0.0),
    ):  # fmt: skip
        params = SamplingParams(
            1, 1, temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p
        )
        drawn = sample_rows(
            logits.expand(4000, -1),
            torch.ones(4000, 12, dtype=torch.bool),
            torch.tensor([params.packed()]).expand(4000, -1),
            grid,
        )
        left = logits / (temperature or 1)
        if temperature == 0:
            left = keep_top_k(left, 1)
        if top_k:
            left = keep_top_k(left, top_k)
        if top_p < 1:
            left = keep_top_p(left, top_p)
        expected = left.softmax(1)[0]
        if min_p:
            expected = expected * (expected >= min_p * expected.max())
            expected = expected / expected.sum()
        share = drawn.bincount(minlength=12) / 4000
        torch.testing.assert_close(share, expected, rtol=0, atol=6e-4)


def test_a_temperature_that_is_hardly_any_is_none() -> None:
    assert (
        SamplingParams(1, 1, temperature=1e-38).packed()
        == SamplingParams(1, 1, temperature=0.0).packed()
    )
