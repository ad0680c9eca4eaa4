"""Holds the network to a form: writes line by line, many candidates each, and satisfies the best.

    for each line of the plan
        choose the words that it may end with           (line_ends: what rhymes, or can be rhymed)
        write eight candidates from one prefix          (decoder, under line_rules)
        and other ends for the best beginnings
        keep the best by likelihood, metre, freshness   (score)
        that the corpus doesn't have word for word      (known_runs)
        step back a line, then a stanza, when none will do

A line is shown once every rhyme opened so far is answered or certain to be answerable: nothing else
can leave a later line without a way to go on. Only lines not yet shown are taken back: one, or when
that doesn't help the stanza as far as its rhymes are open.

Everything is drawn from the request's seed number: the same checkpoint and request give the same
poem on the same machine, unless time ran out, and then the poem's notes say so.
"""

import math
import random
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from operator import itemgetter
from typing import Any

from model.fast.decoder import Prefix, Row, SamplingParams
from model.sampling import check_sampling
from model.tokenizer import POEM_END
from verse.request.format import COUNTS, count, write_line
from verse.request.forms import Line
from verse.request.messages import Message
from verse.request.opening import Given, lay_out
from verse.request.request import Poem, PoemRequest
from verse.request.stanzas import free_plans, header_of, lines_of
from verse.sound.prosody import last_word, syllables
from verse.write import line_ends
from verse.write.draft import Draft, Written
from verse.write.line_rules import LineRules, line_end
from verse.write.poet import Poet
from verse.write.score import Asked, Candidate, likelihood, rhymes_with, score

CANDIDATES = 8
"""Candidates for each line that is kept (docs/log.md has the table)."""
STEMS = 3
"""Best beginnings of candidates that are given other endings, for an ending that has to rhyme is
where most candidates fail."""
ENDINGS_PER_STEM = 4
MAX_ENDING_SYLLABLES = 2
"""Syllables of an ending at most."""
HURRIED_CANDIDATES = 4
"""Candidates when time is short, without other endings."""
MAX_ROUNDS = 3
"""Rounds of candidates for one line before the best of them must do."""
GOOD_ENOUGH = -1.1
"""Score below which a line is tried once more: a poem is as good as its worst line."""
MAX_BACKTRACKS = 3
"""How often a poem takes back a line to try another way."""
CHARS_PER_SYLLABLE = 8
"""Characters of a line at most for each of its syllables: more only where it runs away."""
MIN_SYLLABLES, MAX_SYLLABLES = 5, 12
"""Of a line whose length is left to the network."""


def composing(
    poet: Poet,
    request: PoemRequest,
    cancelled: Callable[[], bool] = lambda: False,
    started: float | None = None,
) -> Generator[str, None, Poem]:
    """Writes one poem step by step, so that one thread can write several in turns.

    started: `time.monotonic()` from which its time counts; None: the first step.
    Yields what has become final, which may be nothing, the beginning of the seed at once; what the
    poem's text has beyond these pieces comes with the poem, so that its last line is its last step.
    Raises RequestError with its first step, or before.
    """
    return Composer(poet, request, cancelled, started).write()


class Composer:
    """One poem being written."""

    def __init__(
        self,
        poet: Poet,
        request: PoemRequest,
        cancelled: Callable[[], bool],
        started: float | None = None,
    ) -> None:
        self.poet = poet
        self.request = request
        self.cancelled = cancelled
        self.started = time.monotonic() if started is None else started
        self.deadline = self.started + request.max_seconds
        self.notes: list[Message] = []
        self.rng = random.Random(request.seed)
        self.sampling = poet.sampling(request)
        check_sampling(**self.sampling)
        self.author = poet.author(request.manner)
        self.draft = Draft(request.plan(), [], poet.theme(request.theme))
        if request.theme.strip() and not self.draft.theme:
            self.note("theme_unknown")
        if len(poet.theme(request.theme, most=None)) > len(self.draft.theme):
            kept = self.draft.theme
            self.note("theme_cut", most=len(kept), theme=", ".join(kept))
        self.cost = 0.0
        """Seconds that the candidates of a line took last, when nothing was in a hurry."""
        self.hurried = False
        """Whether a line had fewer candidates for want of time."""

    def write(self) -> Generator[str, None, Poem]:
        poet, draft = self.poet, self.draft
        draft.given = self.lay_out()
        beginning = draft.given[0].text if draft.given else ""
        yield beginning
        shown = len(beginning)
        if not draft.lines:
            draft.lines = self.propose()
            yield ""
        draft.lines = self.fit_to_given(draft.lines)
        header = header_of(draft.lines, self.author, draft.theme)
        prefix = poet.decoder.prefix(poet.encode(header.write()))
        backtracks_left, stuck_at = MAX_BACKTRACKS, -1
        stopped_by = "end"
        while not draft.done:
            if self.cancelled() or self.late:
                stopped_by = "cancelled" if self.cancelled() else "time"
                break
            place, start, final = draft.place, len(prefix.tokens), draft.final()
            line = self.write_line(prefix)
            another = line is None or not line.satisfies or line.recites
            if another and final < place and backtracks_left and not self.late:
                backtracks_left -= 1
                again = draft.take_back(final if place == stuck_at else place - 1)
                stuck_at = place
                prefix.rollback(again.start)
                yield ""
            elif line is None:
                prefix.rollback(start)
                stopped_by = "time" if self.late else "end"
                break
            else:
                draft.add(line)
                if not draft.done:
                    piece = draft.text(draft.final())[shown:]
                    shown += len(piece)
                    yield piece
        if stopped_by != "cancelled":
            self.note_unmet_wishes(stopped_by)
        text = draft.text(draft.place) or beginning
        seconds = time.monotonic() - self.started
        notes, weights = tuple(self.notes), poet.decoder.weights
        return Poem(text, draft.opening(), stopped_by, seconds, notes, weights)

    @property
    def late(self) -> bool:
        return time.monotonic() > self.deadline

    def note_unmet_wishes(self, stopped_by: str) -> None:
        """What the finished poem could not keep."""
        draft = self.draft
        if not draft.done:
            name = "ended_by_time" if stopped_by == "time" else "ended_without_way_on"
            self.note(name, written=draft.place, lines=len(draft.lines))
        elif self.hurried:
            self.note("hurried")
        lines = list(enumerate(draft.written, start=1))
        bent = [place for place, line in lines if not line.satisfies]
        typed = [place for place in bent if place <= draft.typed]
        if typed and self.request.plan():  # of a free poem nothing was asked
            self.note("seed_bends", lines=", ".join(map(str, typed)))
        bent = bent[len(typed) :]
        if recited := [place for place, line in lines if line.recites]:
            self.note("may_recite", lines=", ".join(map(str, recited)))
        if draft.theme and not draft.spoken():
            self.note("theme_not_spoken_of", theme=", ".join(draft.theme))
        if bent:
            self.note("lines_bent", lines=", ".join(map(str, bent)))

    # ------------------------------------------------------------ the plan

    def propose(self) -> tuple[Line, ...]:
        """A plan for a poem that is free, by the odds that the network gives its header."""
        poet = self.poet
        plans = [lines_of(schemes) for schemes in free_plans(self.request.lines)]
        headers = [poet.encode(header_of(lines).write())[1:] for lines in plans]
        prefix = poet.decoder.prefix(poet.encode(POEM_END))
        params = [self.params(forced=tuple(header), max_chars=len(header))() for header in headers]
        rows = poet.decoder.branch(prefix, params)
        odds = [math.exp(sum(row.logprobs)) for row in rows]
        return self.rng.choices(plans, odds)[0]

    def lay_out(self) -> list[Given]:
        """The seed as the poem's first lines; an acrostic has its own beginning."""
        seed_text, draft = self.request.seed_text, self.draft
        if not seed_text.strip() and (self.request.acrostic or draft.theme):
            return []
        given = lay_out(seed_text, self.poet.tokenizer, draft.lines)
        for number, (line, own) in enumerate(zip(draft.lines, given, strict=False), start=1):
            if line.initial not in (None, own.text[0].upper()):
                draft.theme = draft.theme or self.poet.theme(seed_text)
                self.note("seed_misses_letter", line=number, initial=line.initial)
                return []
        return given

    def fit_to_given(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The plan, made longer where the seed alone is longer."""
        given = len(self.draft.given)
        if given <= len(lines):
            return lines
        self.note("seed_longer_than_form", given=given, lines=len(lines))
        return lines + (given - len(lines)) * (Line(),)

    # ------------------------------------------------------------ one line

    def write_line(self, prefix: Prefix) -> Written | None:
        """The next line, which the prefix now ends with; None when there is no way to go on."""
        draft, start = self.draft, len(prefix.tokens)
        line = draft.lines[draft.place]
        given = draft.given[draft.place] if draft.place < len(draft.given) else None
        if given and given.whole:
            return self.write_given(prefix, given)
        number = line.syllables or self.propose_syllables(prefix, given)
        begun = given.text if given else line.initial or ""
        left = number - (syllables(given.text) if given else 0)
        partners, word_list = draft.partners(), self.poet.word_list
        most = left if given else left - 1  # a line of one word is none
        rhyming = line_ends.rhyming(word_list, draft, most)
        unanswered = bool(partners) and not rhyming
        if unanswered and draft.bound_by_seed() and len(partners) == 1:
            self.note("no_other_rhyme", word=partners[0])
            unanswered = False  # is said, and what was typed can't be taken back
        last = draft.place == len(draft.lines) - 1
        ends = rhyming or line_ends.of_new_sound(word_list, draft, most)
        rules = self.poet.rules(ends, ends_poem=last)
        state = rules.go_on(left) if given else rules.begin(left, begun)
        if state is None:
            return None
        asked = Asked(
            syllables=number,
            exact=line.syllables is not None,
            rhythm=line.rhythm,
            partners=tuple(partners) if rhyming else (),
            theme=draft.theme,
            before=draft.texts,
            closes=line.ends_stanza,
            owes_theme=last and bool(draft.theme) and not draft.spoken(),
        )
        prompt = self.poet.encode(count(number) + begun)
        if prefix.room < len(prompt) + 2:  # a character, and perhaps a blank line
            return None
        prefix.extend(prompt)
        new_params = self.params(
            state=state,
            stop_tokens=frozenset(self.poet.encode(line_end(last))),
            max_chars=min(CHARS_PER_SYLLABLE * number + 12, prefix.room - 1),
        )
        found: list[Candidate] = []
        best, rows = None, list[Row]()
        for attempt in range(MAX_ROUNDS):
            rows = self.candidates(prefix, new_params, rules, begun, number)
            for row in rows:
                text = begun + self.poet.decode(row.tokens).rstrip("\n" + POEM_END)
                if row.reason == "stop" and text not in draft.taken_back | {*draft.texts}:
                    found.append(Candidate(text, row, *score(text, row.logprobs, asked)))
            best = self.best(found, given)
            self.hurried |= any(row.reason == "deadline" for row in rows)
            if best and best.is_acceptable and (attempt or best.value >= GOOD_ENOUGH):
                break
            if self.late:
                self.hurried = True
                break
        if best is None:
            return None
        if best.row in rows:
            self.poet.decoder.adopt(prefix, best.row)
        else:
            prefix.extend(best.row.tokens)
        self.end_line(prefix)
        satisfies = best.satisfies
        if asked.owes_theme:  # another line before it would hardly help the last one with that
            _, satisfies = score(best.text, best.row.logprobs, replace(asked, owes_theme=False))
        satisfies &= not unanswered
        rich = self.is_rich(best.text)
        return Written(best.text, start, satisfies, best.recites, draft.taken_back, rich)

    def write_given(self, prefix: Prefix, given: Given) -> Written | None:
        """A line that stays as it was typed; None when the context has no room for it."""
        start, line = len(prefix.tokens), self.draft.lines[self.draft.place]
        number, end = syllables(given.text), last_word(given.text) or ""
        tokens = self.poet.encode(write_line(given.text, number) + "\n")
        if prefix.room <= len(tokens):
            return None
        prefix.extend(tokens)
        self.end_line(prefix)
        satisfies = line.syllables in (None, number) and rhymes_with(end, self.draft.partners())
        return Written(given.text, start, satisfies, rich=self.is_rich(given.text))

    def is_rich(self, text: str) -> bool:
        return self.poet.word_list.is_rich(last_word(text) or "")

    def best(self, found: list[Candidate], given: Given | None) -> Candidate | None:
        """The best of those that keep what must be kept, or of all; if it can be, none that the
        corpus has word for word, the line before it read along."""
        ranked = sorted(found, key=lambda one: (one.satisfies, one.value), reverse=True)
        known = self.poet.known_runs
        before = self.draft.texts[-1] if self.draft.texts else ""
        begun = len(given.text) if given else 0  # what was typed may be anyone's
        for one in ranked:
            after = f"{before} {one.text[:begun]}"
            if known is None or not known.holds(one.text[begun:], after):
                return one
        return replace(ranked[0], recites=True) if ranked else None

    def end_line(self, prefix: Prefix) -> None:
        """A blank line where a stanza ends."""
        place = self.draft.place
        if self.draft.lines[place].ends_stanza and place < len(self.draft.lines) - 1:
            prefix.extend(self.poet.encode("\n"))

    def propose_syllables(self, prefix: Prefix, given: Given | None) -> int:
        """The syllables of the next line where nobody says how many: as its model has, or else by
        the network's own odds, squared, for what is seldom even in verse is odd in eight lines."""
        least = syllables(given.text) + 2 if given else MIN_SYLLABLES
        model = self.draft.model()
        if model and (number := syllables(model.text)) >= least:
            return number
        least = min(least, len(COUNTS))
        most = max(least, MAX_SYLLABLES)
        allowed = COUNTS[least - 1 : most]
        odds = prefix.logits[self.poet.encode(allowed)].double().softmax(dim=-1).square().tolist()
        return least + self.rng.choices(range(len(odds)), odds)[0]

    def candidates(
        self,
        prefix: Prefix,
        new_params: Callable[[], SamplingParams],
        rules: LineRules,
        begun: str,
        number: int,
    ) -> list[Row]:
        """Candidates, finished or not, and other ends for the best; in a hurry few and none."""
        decoder, began = self.poet.decoder, time.monotonic()
        if self.in_a_hurry():
            return decoder.branch(prefix, [new_params() for _ in range(HURRIED_CANDIDATES)], rules)
        # Few rows cost nearly what many cost: once one has ended, the rest end beside other ends.
        params = [new_params() for _ in range(CANDIDATES)]
        rows = decoder.branch(prefix, params, rules, unfinished=CANDIDATES - 1)
        origins = ENDINGS_PER_STEM * self.beginnings(rows, begun, number)
        rows += decoder.fork(origins, [new_params() for _ in origins])
        self.cost = time.monotonic() - began
        return rows

    def beginnings(self, rows: list[Row], begun: str, number: int) -> list[tuple[Row, int]]:
        """The likeliest beginnings among candidates for a line of `number` syllables: rows, and
        how many characters of each."""
        found: dict[str, tuple[float, Row, int]] = {}
        for row in rows:
            text = self.poet.decode(row.tokens)
            cuts = [
                (likelihood(text[:at], row.logprobs[:at]), row, at)
                for at in range(1, len(text))
                if text[at] == " "
                and 1 <= number - syllables(begun + text[:at]) <= MAX_ENDING_SYLLABLES
            ]
            if cuts:
                best = max(cuts, key=itemgetter(0))
                found[text[: best[2]]] = best
        chosen = sorted(found.values(), key=itemgetter(0), reverse=True)[:STEMS]
        return [(row, at) for _, row, at in chosen]

    def in_a_hurry(self) -> bool:
        """Whether there is no time to write this line and those to come as the last one was."""
        to_come = len(self.draft.lines) - self.draft.place
        left = (self.deadline - time.monotonic()) / (to_come + 1)
        hurry = self.cost > max(left, 0)  # before the first line nothing has a cost
        self.hurried |= hurry
        return hurry

    def params(self, **settings: Any) -> Callable[[], SamplingParams]:
        """Makes sampling parameters with these settings, each with a seed of its own."""
        return lambda: SamplingParams(
            seed=self.rng.getrandbits(62),
            deadline=self.deadline,
            cancelled=self.cancelled,
            **self.sampling,
            **settings,
        )

    def note(self, name: str, **values: str | int) -> None:
        """Something that was asked could not be kept; said once."""
        message = Message(name, values)
        if message not in self.notes:
            self.notes.append(message)
