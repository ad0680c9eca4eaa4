"""Samples poems from the network alone: one sample each, no constraints, no candidates."""

from collections.abc import Sequence
from typing import Any

from model.fast.decoder import SamplingParams
from model.tokenizer import POEM_END
from verse.write.poet import Poet

MAX_CHARS = 640
"""Maximum characters of a poem, more than nearly all of the training data have."""
ROWS = 16
"""Rows decoded as one batch."""


def write_alone(poet: Poet, prompts: Sequence[str], sampling: dict[str, Any]) -> list[str]:
    """Samples a continuation of each of `prompts`; returns them in the format, prompts included.

    The seed of each is its index. sampling: as `SamplingParams`'.
    """
    batch = poet.decoder.batch(ROWS)
    stops = frozenset(poet.encode(POEM_END))
    rows = []
    for number, prompt in enumerate(prompts):
        while len(batch.rows) == ROWS:
            batch.step()
        params = SamplingParams(number, MAX_CHARS, stop_tokens=stops, **sampling)
        rows.append(batch.join(params, poet.encode(prompt)))
    while batch.rows:
        batch.step()
    return [prompt + poet.decode(row.tokens) for prompt, row in zip(prompts, rows, strict=True)]
