"""Stanza plans of a free poem, and the header that asks the network for a plan.

`verse.write.proposals` lets the network choose among the plans by their likelihood.
"""

from collections.abc import Sequence
from dataclasses import replace

from verse.request.format import Header
from verse.request.forms import Form, Line, plan

SCHEMES = {
    1: ("-",),
    2: ("AA",),
    3: ("AAA", "A-A"),
    4: ("ABAB", "AABB", "-A-A", "ABBA"),
    5: ("ABAAB", "ABABB", "AABBA"),
    6: ("ABABCC", "AABBCC", "AABCCB"),
}
"""Rhyme schemes by number of lines, the commonest of the corpus first (docs/log.md)."""
FREE_LINES = (4, 8)
"""Numbers of lines of a free poem, where the request leaves them open."""
SHORT_PLANS: list[tuple[str, ...]] = [("-A-A",), ("----",)]
"""Plans of a free poem, its length left open, by a network that was taught plain English: what one
says there, where not every line must rhyme."""
STANZA_LINES = 4
"""Preferred lines of a stanza: shorter ones only for a poem that these don't divide evenly."""


def free_plans(lines: int | None = None) -> list[tuple[str, ...]]:
    """Lists plans of a free poem of `lines` lines (None: each of FREE_LINES).

    A plan has a rhyme scheme for every stanza; all are alike if `lines` is a multiple of 3 to 6.
    """
    plans = [
        total // size * (scheme,)
        for total in ((lines,) if lines else FREE_LINES)
        for size in (4, 6, 5, 3)
        if total % size == 0 and (size >= STANZA_LINES or total % STANZA_LINES)
        for scheme in SCHEMES[size]
    ]
    if not plans and lines:
        stanzas = -(-lines // max(SCHEMES))
        sizes = [(lines + place) // stanzas for place in reversed(range(stanzas))]
        plans = [tuple(SCHEMES[size][0] for size in sizes)]
    return plans


def lines_of(schemes: Sequence[str]) -> tuple[Line, ...]:
    """Returns the constraints on each line of stanzas with these `schemes`."""
    result: list[Line] = []
    for scheme in schemes:
        first = len(result)
        for line in plan(Form("free", "", scheme)):
            rhyme = None if line.rhyme is None else first + line.rhyme
            result.append(replace(line, rhyme=rhyme))
    return tuple(result)


def header_of(
    lines: Sequence[Line], author: str = "", theme: tuple[str, ...] = (), register: str = ""
) -> Header:
    """Returns the header for the plan `lines`, the `author`, the words of the `theme`.

    Writes one scheme and the number of stanzas where all stanzas are alike, as
    `train.verse.annotate` does.
    """
    schemes = [""]
    letters: dict[int, str] = {}
    for line in lines:
        if line.rhyme is None:
            schemes[-1] += "-"
        else:
            schemes[-1] += letters.setdefault(line.rhyme, chr(ord("A") + len(letters)))
        if line.ends_stanza:
            schemes.append("")
            letters = {}
    schemes = list(filter(None, schemes))
    alike = len(set(schemes)) == 1
    return Header(
        scheme=schemes[0] if alike else "/".join(schemes),
        stanzas=len(schemes) if alike else 0,
        author=author,
        theme=theme,
        register=register,
    )
