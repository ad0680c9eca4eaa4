"""Says which form a scanned poem has, or what keeps it from the nearest one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from verse.judge.measures import first_letter
from verse.judge.metre import MOST_LINES, Foot
from verse.judge.scan import Scan, ScannedLine
from verse.request.forms import ACROSTIC, FORMS, Form
from verse.sound import prosody
from verse.sound.pronouncing_dictionary import listed

FaultKind = Literal["lines", "syllables", "unrhymed", "eye", "same"]

ROOM = {"haiku": (0, 0), "sonnet": (0, 0), "limerick": (2, 2), "ballad": (1, 1)}
"""Forms whose lines have a number of syllables, and how many fewer and more they may have. Where a
form counts beats, its weak syllables come and go."""
MOST_SYLLABLES = 3
"""Maximum syllables amiss in a line of a form that the poem still nearly has."""
MIN_LINES_AMISS = 5
"""Lines of a form of which one may be missing, or too many, in a poem that nearly has it."""
MIN_ACROSTIC = 5
"""Minimum lines whose first letters are looked up: four letters are soon a name (MITI, NIMS)."""


@dataclass(frozen=True)
class Fault:
    """Holds one thing that keeps a poem from a form."""

    kind: FaultKind
    lines: tuple[int, ...]
    """Indices of its lines: one for syllables, two that should rhyme."""
    amiss: int = 0
    """Syllables, or lines, that there are too many or, negative, too few."""


@dataclass(frozen=True)
class Shape:
    """Holds the form of a poem."""

    form: str | None
    """The form that it has, or comes nearest to; None: no form has so many lines."""
    faults: tuple[Fault, ...]
    """What keeps it from that form; () if it has it."""
    is_near: bool
    """Whether it has the form but for a few `faults`."""
    foot: Foot | None
    """The foot of its metre; None: it has none."""
    beats: tuple[int, ...]
    """Numbers of beats of its lines, repeated in turn; () where they vary."""
    initials: str
    """The word that the first letters of its lines spell; "" for none."""


def shape(scan: Scan) -> Shape:
    """Returns the form of the poem `scan`, of those in `verse.request.forms`."""
    foot, beats = _metre(scan.lines)
    initials = _initials(scan.lines)
    tried = [(form, list(_faults(form, scan.lines))) for form in _possible(scan)]
    tried = [(form, faults) for form, faults in tried if _half_rhymes(form, faults, scan.lines)]
    # Of those equally near, the one that says most.
    tried.sort(key=lambda pair: (len(pair[1]), -_demands(pair[0])))
    near = [(form, faults) for form, faults in tried if _is_near(form, faults, scan.lines)]
    for form, faults in near or tried:
        if form.name == "haiku":  # which counts syllables, and has no feet
            foot, beats = None, ()
        return Shape(form.name, tuple(faults), bool(near), foot, beats, initials)
    return Shape(None, (), False, foot, beats, initials)


def _possible(scan: Scan) -> Iterator[Form]:
    """Yields the forms that have so many lines, or but one more or fewer, in stanzas like these."""
    sizes = Counter(line.stanza for line in scan.lines).values()
    total = len(scan.lines)
    for form in FORMS.values():
        size = len(form.scheme)
        if not size or form.name == ACROSTIC:
            continue
        if form.repeats:
            fits = all(n % size == 0 for n in sizes)
        else:
            fits = abs(total - size) <= (size >= MIN_LINES_AMISS)
        couplets_apart = form.name == "quatrain-aabb" and max(sizes, default=0) != size
        if total and fits and not couplets_apart:
            yield form


def _demands(form: Form) -> float:
    """Returns how much `form` asks of a stanza: of its lines' syllables, and rhymes by the line."""
    letters = form.scheme.replace("-", "")
    rhymes = (len(letters) - len(set(letters))) / len(form.scheme)
    return 2 * (form.name in ROOM) + rhymes + 0.01 * len(form.scheme)


def _rhymes_wanted(form: Form, lines: tuple[ScannedLine, ...]) -> int:
    """Returns how many of `lines` should rhyme with one before them."""
    letters = form.scheme.replace("-", "")
    return (len(letters) - len(set(letters))) * len(lines) // len(form.scheme)


def _half_rhymes(form: Form, faults: list[Fault], lines: tuple[ScannedLine, ...]) -> bool:
    """Whether half of the rhymes of `form` are there: else it is no measure for the poem."""
    unheard = [fault for fault in faults if fault.kind in ("unrhymed", "same")]
    return 2 * len(unheard) <= _rhymes_wanted(form, lines)


def _is_near(form: Form, faults: list[Fault], lines: tuple[ScannedLine, ...]) -> bool:
    """Whether the `faults` are few: one line of four, one rhyme of three; none of the eye's."""
    rhymes = _rhymes_wanted(form, lines)
    syllables = [fault for fault in faults if fault.kind == "syllables"]
    if any(abs(fault.amiss) > MOST_SYLLABLES for fault in syllables):
        return False
    most = max(len(lines) // 4, 1) if form.name in ROOM else 0
    unheard = [fault for fault in faults if fault.kind in ("unrhymed", "same")]
    return len(syllables) <= most and 3 * len(unheard) <= rhymes


def _faults(form: Form, lines: tuple[ScannedLine, ...]) -> Iterator[Fault]:
    """Yields what keeps `lines` from `form`, line by line."""
    size = len(form.scheme)
    if not form.repeats and len(lines) != size:
        yield Fault("lines", (), len(lines) - size)
        lines = lines[:size]
    for place, line in enumerate(lines):
        within = place % size
        if form.name in ROOM and (amiss := _amiss(form, line, within)):
            yield Fault("syllables", (place,), amiss)
        letter = form.scheme[within]
        before = [place - within + other for other in range(within) if form.scheme[other] == letter]
        if letter != "-" and before and (fault := _rhyme_fault(lines, place, before)):
            yield fault


def _amiss(form: Form, line: ScannedLine, place: int) -> int:
    """Returns how many syllables `line` has too many for its `place`, or, negative, too few."""
    wanted = len(form.rhythms[place % len(form.rhythms)])
    fewer, more = ROOM[form.name]
    if form.name == "sonnet" and line.beat.stresses.endswith("0"):
        more += 1  # a feminine ending
    if line.most < wanted - fewer or line.fewest > wanted + more:
        nearest = min((line.syllables, line.fewest, line.most), key=lambda n: abs(n - wanted))
        return nearest - wanted
    return 0


def _rhyme_fault(lines: tuple[ScannedLine, ...], place: int, before: list[int]) -> Fault | None:
    """Returns the fault of the line at `place` that should rhyme with those `before`, if any."""
    own = prosody.last_word(lines[place].text) or ""
    kinds = {}
    for other in reversed(before):
        word = prosody.last_word(lines[other].text) or ""
        kinds[other] = "same" if word == own else prosody.rhyme(word, own)
    if not {"perfect", "slant"}.isdisjoint(kinds.values()):
        return None
    for kind in ("eye", "same"):
        for other, found in kinds.items():
            if found == kind:
                return Fault(kind, (other, place))
    return Fault("unrhymed", (before[-1], place))


def _metre(lines: tuple[ScannedLine, ...]) -> tuple[Foot | None, tuple[int, ...]]:
    """Returns the foot that most lines share, and their beats if those are regular."""
    feet = Counter(line.beat.foot for line in lines if line.beat.foot)
    if not feet:
        return None, ()
    ((foot, share),) = feet.most_common(1)
    if share < MOST_LINES * len(lines):
        return None, ()
    for turn in (1, 2):
        usual = []
        kept = 0
        for start in range(turn):
            counts = Counter(line.beat.beats for line in lines[start::turn])
            if counts:
                ((beats, times),) = counts.most_common(1)
                usual.append(beats)
                kept += times
        if kept >= MOST_LINES * len(lines):
            return foot, tuple(usual)
    return foot, ()


def _initials(lines: tuple[ScannedLine, ...]) -> str:
    """Returns the word that the first letters of `lines` spell; "" if it is none."""
    letters = "".join(first_letter(line.text) for line in lines)
    return letters if len(letters) >= MIN_ACROSTIC and listed(letters.lower()) else ""
