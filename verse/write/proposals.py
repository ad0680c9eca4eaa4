"""Lets the network choose stanzas and syllables that the request leaves open."""

import math
import random
from collections.abc import Callable

from model.fast.decoder import Prefix, SamplingParams
from model.tokenizer import POEM_END
from verse.request.format import COUNTS
from verse.request.forms import Line
from verse.request.opening import Given
from verse.request.stanzas import SHORT_PLANS, free_plans, lines_of
from verse.sound.prosody import syllables
from verse.write.draft import Draft
from verse.write.poet import Poet

MIN_SYLLABLES, MAX_SYLLABLES = 5, 12
"""Minimum and maximum syllables that are proposed for a line."""


def propose_plan(
    poet: Poet,
    lines: int | None,
    rng: random.Random,
    params: Callable[..., Callable[[], SamplingParams]],
) -> tuple[Line, ...]:
    """Samples a plan for a free poem of `lines` lines (None: any) by the likelihood of its header.

    params: `verse.write.composer.Composer.params`.
    """
    schemes = SHORT_PLANS if lines is None and poet.knows_plain_english else free_plans(lines)
    plans = list(map(lines_of, schemes))
    headers = [poet.encode(poet.header(plan).write())[1:] for plan in plans]
    prefix = poet.decoder.prefix(poet.encode(POEM_END))
    rows = poet.decoder.branch(
        prefix, [params(forced=tuple(header), max_chars=len(header))() for header in headers]
    )
    likelihoods = [math.exp(sum(row.logprobs)) for row in rows]
    return rng.choices(plans, likelihoods)[0]


def propose_syllables(
    poet: Poet, prefix: Prefix, draft: Draft, given: Given | None, rng: random.Random
) -> int:
    """Proposes the syllables of the next line, which follows `prefix` and begins with `given`.

    Takes those of its counterpart, else samples by the network's probabilities, squared: a number
    that is rare in verse would stand out in a poem of eight lines.
    """
    least = syllables(given.text) + 2 if given else MIN_SYLLABLES
    counterpart = draft.counterpart()
    if counterpart and (number := syllables(counterpart.text)) >= least:
        return number
    least = min(least, len(COUNTS))
    most = max(least, MAX_SYLLABLES)
    allowed = COUNTS[least - 1 : most]
    weights = prefix.logits[poet.encode(allowed)].double().softmax(dim=-1).square().tolist()
    return least + rng.choices(range(len(weights)), weights)[0]
