"""The stanzas of a poem whose form is left to the network, and what a header says of any plan.

The schemes are those that real poems have: data, with which the network chooses by its own odds.
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
"""Of stanzas by their lines, the commonest of the corpus first (docs/log.md)."""
USUAL = (8, 12)
"""Lines of a free poem, where nobody says how many."""
BEST = 4
"""Lines of a stanza, where they can be had."""


def free_plans(lines: int | None = None) -> list[tuple[str, ...]]:
    """What a free poem may look like, each a scheme for every stanza; all stanzas alike, if a
    stanza of three to six lines goes into `lines` without rest."""
    plans = [
        total // size * (scheme,)
        for total in ((lines,) if lines else USUAL)
        for size in (4, 6, 5, 3)
        if total % size == 0 and (size >= BEST or total % BEST)
        for scheme in SCHEMES[size]
    ]
    if not plans and lines:
        stanzas = -(-lines // max(SCHEMES))
        sizes = [(lines + place) // stanzas for place in reversed(range(stanzas))]
        plans = [tuple(SCHEMES[size][0] for size in sizes)]
    return plans


def lines_of(schemes: Sequence[str]) -> tuple[Line, ...]:
    """What these stanzas ask of each line."""
    result: list[Line] = []
    for scheme in schemes:
        first = len(result)
        for line in plan(Form("free", "", scheme)):
            rhyme = None if line.rhyme is None else first + line.rhyme
            result.append(replace(line, rhyme=rhyme))
    return tuple(result)


def header_of(lines: Sequence[Line], author: str = "", theme: tuple[str, ...] = ()) -> Header:
    """What a plan asks for, as the network was taught to read it."""
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
    )
