"""Poems by the network alone: no rules, no candidates, each drawn once."""

from collections.abc import Sequence
from typing import Any

from model.fast.decoder import SamplingParams
from model.tokenizer import POEM_END
from verse.write.poet import Poet

MAX_CHARS = 640
"""Of a poem: longer than nearly all that it learned from."""
ROWS = 16


def write_alone(poet: Poet, prompts: Sequence[str], sampling: dict[str, Any]) -> list[str]:
    """The texts, in the format, each behind its prompt; its place is the number it is drawn by."""
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
