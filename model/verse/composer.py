"""Holds the network to a form: writes line by line, many candidates each, and keeps the best.

    for each line of the plan
        choose the words that it may end with           (wordstock: what rhymes, or can be rhymed)
        write some two dozen candidates from one trunk  (decoder, under line_rules)
        keep the best by likelihood, metre, freshness   (score)
        step back a line when none will do

Everything is drawn from the request's seed number: the same checkpoint and request give the same
poem on the same machine, unless time ran out, and then the poem's notes say so.
"""

import random
import re
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from model.decoder import Draw, Row, Trunk
from model.poet import Poet
from model.tokenizer import POEM_END
from model.verse.format import (
    AUTHOR,
    COUNTS,
    FORWARDS,
    SCHEME,
    THEME,
    Header,
    count,
    read_line,
    write_line,
)
from model.verse.forms import Form, Line, plan
from model.verse.line_rules import LineRules
from model.verse.opening import Given, lay_out
from model.verse.prosody import last_word, rhyme_keys, syllables
from model.verse.remarks import Remark
from model.verse.request import Poem, PoemRequest
from model.verse.score import Asked, score

CANDIDATES = 24
"""Lines written for each that is kept."""
FEWEST = 6
"""Candidates when time is short."""
ROUNDS = 3
"""How often candidates are written for one line before the best of them must do."""
STEPS_BACK = 3
"""How often a poem takes back a line to try another way."""
PROPOSALS = 8
"""Plans that the network proposes for a poem whose form is left to it."""
LONGEST_STANZA = 8
LETTERS_A_SYLLABLE = 8
"""A line may have so many characters for each of its syllables: more only where it runs away."""
MIN_SYLLABLES, MAX_SYLLABLES = 5, 12
"""Of a line whose length is left to the network."""


def composing(
    poet: Poet, request: PoemRequest, cancelled: Callable[[], bool] = lambda: False
) -> Generator[str, None, Poem]:
    """Writes one poem step by step, so that one thread can write several in turns.

    Yields what has become final, which may be nothing; the pieces together are the poem's text.
    Raises RequestError before the first step.
    """
    return Composer(poet, request, cancelled).write()


@dataclass
class Written:
    """A line of the poem."""

    text: str
    start: int
    """Length of the trunk before it."""
    taken_back: frozenset[str] = frozenset()
    """What stood in its place and led nowhere."""


class Composer:
    """One poem being written."""

    def __init__(self, poet: Poet, request: PoemRequest, cancelled: Callable[[], bool]) -> None:
        self.poet = poet
        self.request = request
        self.cancelled = cancelled
        self.started = time.monotonic()
        self.deadline = self.started + request.max_seconds
        self.notes: list[Remark] = []
        self.chance = random.Random(request.seed)
        self.sampling = poet.sampling(request)
        self.author = poet.author(request.manner)
        self.theme = poet.theme(request.theme)
        self.lines: tuple[Line, ...] = request.plan()
        self.given: list[Given] = []
        self.written: list[Written] = []
        self.cost = 0.0
        """Seconds that one candidate took last."""
        self.hurried = False
        """Whether there were fewer candidates for want of time."""

    def write(self) -> Generator[str, None, Poem]:
        poet = self.poet
        if not self.lines:
            self.lines = self.propose()
            yield ""
        self.given = self.lay_out()
        self.lines = self.fit_to_given(self.lines)
        trunk = poet.decoder.trunk(poet.encode(self.header().write()))
        shown = 0
        steps_back = STEPS_BACK
        taken_back: frozenset[str] = frozenset()
        stopped_by = "end"
        while len(self.written) < len(self.lines):
            if self.cancelled() or time.monotonic() > self.deadline:
                stopped_by = "cancelled" if self.cancelled() else "time"
                break
            start = len(trunk.tokens)
            text = self.write_line(trunk, taken_back)
            if text is not None:
                self.written.append(Written(text, start, taken_back))
                taken_back = frozenset()
                # The line before can now no longer be taken back.
                piece = self.text(len(self.written) - 1)[shown:]
                shown += len(piece)
                yield piece
                continue
            trunk.rollback(start)
            if steps_back and len(self.written) > len(self.given):
                steps_back -= 1
                last = self.written.pop()
                trunk.rollback(last.start)
                taken_back = last.taken_back | {last.text}
                yield ""
            else:
                stopped_by = "time" if time.monotonic() > self.deadline else "end"
                break
        if len(self.written) < len(self.lines) and stopped_by != "cancelled":
            name = "ended_by_time" if stopped_by == "time" else "ended_without_way_on"
            self.note(name, written=len(self.written), lines=len(self.lines))
        elif self.hurried:
            self.note("hurried")
        text = self.text(len(self.written))
        yield text[shown:]
        opening = "\n".join(given.text for given in self.given)
        seconds = time.monotonic() - self.started
        return Poem(text, opening, stopped_by, seconds, tuple(self.notes))

    # ------------------------------------------------------------ the plan

    def propose(self) -> tuple[Line, ...]:
        """A plan of the network's own: it writes the header's rhyme scheme itself."""
        poet, wanted = self.poet, self.request.lines
        trunk = poet.decoder.trunk(poet.encode(POEM_END))
        draw = self.draw(
            forced=tuple(poet.encode(SCHEME)),
            stops=frozenset(poet.encode(AUTHOR + THEME + "\n")),
            max_chars=24,
        )
        for row in poet.decoder.branch(trunk, [draw() for _ in range(PROPOSALS)]):
            form = proposed(poet.decode(row.tokens))
            size = len(form.scheme) * form.stanzas if form else 0
            if form and (size == wanted if wanted else 4 <= size <= 12):
                return plan(form)
        return plan(alternating(wanted or 8))

    def lay_out(self) -> list[Given]:
        """The seed as the poem's first lines; an acrostic has its own beginning."""
        seed_text = self.request.seed_text
        if not seed_text.strip() and (self.request.acrostic or self.theme):
            return []
        given = lay_out(seed_text, self.poet.tokenizer, self.lines)
        wanted = [line.initial for line in self.lines]
        fits = all(
            initial in (None, line.text[0].upper())
            for initial, line in zip(wanted, given, strict=False)
        )
        if fits:
            return given
        self.theme = self.theme or self.poet.theme(seed_text)
        self.note("seed_made_theme", initial=str(wanted[0]))
        return []

    def fit_to_given(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The plan, made longer where the seed alone is longer."""
        missing = len(self.given) - len(lines)
        if missing <= 0:
            return lines
        self.note("seed_longer_than_form", given=len(self.given), lines=len(lines))
        return lines + missing * (Line(),)

    def header(self) -> Header:
        """What the plan asks for, as the network was taught to read it."""
        schemes = [""]
        letters: dict[int, str] = {}
        for line in self.lines:
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
            author=self.author,
            theme=self.theme,
        )

    # ------------------------------------------------------------ one line

    def write_line(self, trunk: Trunk, taken_back: frozenset[str]) -> str | None:
        """The next line, which has joined the trunk; None when there is no way to go on."""
        place = len(self.written)
        line = self.lines[place]
        given = self.given[place] if place < len(self.given) else None
        number = line.syllables or self.propose_syllables(trunk, given)
        if given and given.whole:
            written = write_line(given.text, syllables=syllables(given.text))
            trunk.extend(self.poet.encode(written + "\n"))
            self.end_line(trunk)
            return given.text
        partners = self.partners(place)
        asked = Asked(
            syllables=number,
            exact=line.syllables is not None,
            rhythm=line.rhythm,
            partners=tuple(partners) if given else (),
            openers=self.poet.openers if given and line.rhyme is not None else (),
            theme=self.theme,
            before=tuple(written.text for written in self.written),
            closes=line.ends_stanza or place == len(self.lines) - 1,
            ends_poem=place == len(self.lines) - 1,
        )
        prefix, rules, state = self.beginning(line, number, given, partners)
        trunk.extend(self.poet.encode(prefix))
        draw = self.draw(
            state=state,
            stops=frozenset(self.poet.encode("\n")),
            max_chars=min(LETTERS_A_SYLLABLE * number + 12, trunk.room),
        )
        found: list[tuple[float, Row, str]] = []
        rows: list[Row] = []
        for _ in range(ROUNDS):
            rows = self.candidates(trunk, draw, rules)
            good = False
            for row in rows:
                text = read_line(prefix + self.poet.decode(row.tokens).removesuffix("\n"))
                if row.reason != "stop" or text in taken_back or text in asked.before:
                    continue
                value, suits = score(text, row.logprobs, asked)
                found.append((value, row, text))
                good |= suits
            if good or time.monotonic() > self.deadline:
                break
        if not found:
            return None
        _, row, text = max(found, key=lambda candidate: candidate[0])
        if row in rows:
            trunk.adopt(row)
        else:
            trunk.extend(row.tokens)
        self.end_line(trunk)
        return text

    def beginning(
        self, line: Line, number: int, given: Given | None, partners: list[str]
    ) -> tuple[str, LineRules, tuple[int, ...]]:
        """What a line's candidates begin with, the rules for the rest, and where they stand."""
        if given:  # what is begun goes on forwards
            rules = self.poet.rules()
            return count(number) + FORWARDS + given.text, rules, rules.forwards()
        initial = line.initial or ""
        rules = self.poet.rules(self.last_words(line, partners))
        return count(number) + initial, rules, rules.from_the_end(initial)

    def end_line(self, trunk: Trunk) -> None:
        """A blank line where a stanza ends."""
        place = len(self.written)
        if self.lines[place].ends_stanza and place < len(self.lines) - 1:
            trunk.extend(self.poet.encode("\n"))

    def propose_syllables(self, trunk: Trunk, given: Given | None) -> int:
        """How many syllables the network would give the next line, by its own odds."""
        least = MIN_SYLLABLES
        if given:
            least = syllables(given.text) + (0 if given.whole else 2)
        least = min(least, len(COUNTS))
        most = max(least, MAX_SYLLABLES)
        allowed = COUNTS[least - 1 : most]
        odds = trunk.logits[self.poet.encode(allowed)].double().softmax(dim=-1).tolist()
        return least + self.chance.choices(range(len(odds)), odds)[0]

    def partners(self, place: int) -> list[str]:
        """The last words of the lines before that the one at `place` rhymes with."""
        rhyme = self.lines[place].rhyme
        ends = [
            last_word(written.text)
            for line, written in zip(self.lines, self.written, strict=False)
            if rhyme is not None and line.rhyme == rhyme
        ]
        return [end for end in ends if end]

    def candidates(self, trunk: Trunk, draw: Callable[[], Draw], rules: LineRules) -> list[Row]:
        """As many candidates as there is time for, finished or not."""
        draws = [draw() for _ in range(self.affordable())]
        began = time.monotonic()
        rows = self.poet.decoder.branch(trunk, draws, rules)
        self.cost = (time.monotonic() - began) / len(draws)
        return rows

    def affordable(self) -> int:
        """How many candidates there is time for, if the lines to come are to have as many."""
        left = (self.deadline - time.monotonic()) / (len(self.lines) - len(self.written) + 1)
        if self.cost * CANDIDATES <= left:
            return CANDIDATES
        self.hurried = True
        return max(FEWEST, int(left / self.cost))

    def last_words(self, line: Line, partners: list[str]) -> list[str]:
        """The words that a line may end in: what rhymes as asked and ended no line before."""
        stock = self.poet.stock
        ends = (last_word(written.text) or "" for written in self.written)
        used = {end.split("-")[-1] for end in ends}
        if partners:
            if found := [word for word in stock.rhyming(partners) if word not in used]:
                return found
            self.note("no_other_rhyme", word=partners[0])
        # A new rhyme should sound unlike those that the poem has.
        heard = {key for word in used if word for key in rhyme_keys(word)}
        words = zip(stock.words, stock.keys, strict=True) if line.rhyme is None else stock.rich
        return [word for word, keys in words if word not in used and heard.isdisjoint(keys)]

    def draw(self, **settings: Any) -> Callable[[], Draw]:
        """Makes draws of these settings, each with random numbers of its own."""
        return lambda: Draw(
            seed=self.chance.getrandbits(62),
            deadline=self.deadline,
            cancelled=self.cancelled,
            **self.sampling,
            **settings,
        )

    # ------------------------------------------------------------ the text

    def note(self, name: str, **values: str | int) -> None:
        """Something that was asked could not be kept; said once."""
        remark = Remark(name, values)
        if remark not in self.notes:
            self.notes.append(remark)

    def text(self, lines: int) -> str:
        """The first lines of the poem as it is read."""
        result = ""
        for place, written in enumerate(self.written[:lines]):
            if place:
                result += "\n\n" if self.lines[place - 1].ends_stanza else "\n"
            result += written.text
        return result


def alternating(lines: int) -> Form:
    """One stanza on two rhymes in turns; what is over, four by four, on a third."""
    quatrains, rest = divmod(lines, 4)
    return Form("free", "", "ABAB" * quatrains + "C" * rest)


def proposed(written: str) -> Form | None:
    """The form that the beginning of a header describes.

    None when it makes no sense, or where its stanzas differ: a form has one scheme.
    """
    match = re.fullmatch(f"{SCHEME}([-A-T]+)([{COUNTS}]).?", written, re.DOTALL)
    if not match or not 2 <= len(match[1]) <= LONGEST_STANZA:
        return None
    return Form("free", "", match[1], stanzas=COUNTS.index(match[2]) + 1)
