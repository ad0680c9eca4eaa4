"""Composes a poem in a form: line by line, or, by a network that was taught plain English, stanza
by stanza, and line by line where no draft of a stanza will do.

    for each stanza of the plan                           (request, or proposals)
        decode twenty-four drafts from one prefix         (stanza, under stanza_rules)
        take the best that rhymes and is not copied
    else for each line
        choose the words that it may end in               (line_ends: rhymes, or rich new sounds)
        decode eight candidates from one prefix           (decoder, under line_rules)
        and other endings for the best stems
        take the best by likelihood, metre, freshness     (score)
        that is not copied from the corpus                (known_runs)
        backtrack a line, then a stanza, if none will do

A line is final, and shown, once every rhyme opened so far is answered or certain to be answerable:
an open rhyme alone can leave a later line without a candidate. Only lines not yet shown are taken
back: one, and if that doesn't help, all of them.

All random numbers derive from the request's seed: the same checkpoint and request give the same
poem on the same machine, unless time runs short, which the poem's notes then say.
"""

import random
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from operator import itemgetter
from typing import Any

from model.fast.decoder import Prefix, Row, SamplingParams
from model.sampling import check_sampling
from model.tokenizer import POEM_END
from verse.request.format import count, write_line
from verse.request.forms import Line
from verse.request.messages import Message
from verse.request.opening import Given, lay_out
from verse.request.request import Poem, PoemRequest
from verse.sound.prosody import last_word, syllables
from verse.write import line_ends
from verse.write.draft import Draft, Written
from verse.write.line_rules import LineRules, line_end
from verse.write.notes import unmet_wishes
from verse.write.poet import Poet
from verse.write.proposals import propose_plan, propose_syllables
from verse.write.score import Asked, Candidate, likelihood, rhymes_with, score
from verse.write.stanza import write_stanza

CANDIDATES = 8
"""Candidates in each round for a line (docs/log.md has the table)."""
STEMS = 3
"""Stems, the likeliest beginnings of candidates, that are given other endings: most candidates fail
at an ending that must rhyme."""
ENDINGS_PER_STEM = 4
"""Candidates that fork from each stem."""
MAX_ENDING_SYLLABLES = 2
"""Maximum syllables of an ending."""
HURRIED_CANDIDATES = 4
"""Candidates per line when time is short, without other endings."""
MAX_ROUNDS = 3
"""Maximum rounds of candidates for a line; then the best so far is taken."""
GOOD_ENOUGH_SCORE = -1.1
"""Score below which a line gets a second round: a poem is as good as its worst line."""
MAX_BACKTRACKS = 3
"""Maximum times that a poem takes lines back."""
CHARS_PER_SYLLABLE = 8
"""Maximum characters of a line per syllable, which only a degenerate line exceeds."""


def composing(
    poet: Poet,
    request: PoemRequest,
    cancelled: Callable[[], bool] = lambda: False,
    started: float | None = None,
) -> Generator[str, None, Poem]:
    """Writes the poem of `request` step by step, so that one thread can write several in turns.

    cancelled: says whether to stop. started: `time.monotonic()` from which its time counts; None:
    now. Yields text that has become final, maybe "", the seed's first line at once. The rest of
    the text comes with the returned poem, so that the last line is the last step. Raises
    RequestError, at the latest with the first step.
    """
    return Composer(poet, request, cancelled, started).write()


class Composer:
    """Writes one poem; arguments as `composing`'s."""

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
        plan = request.plan()
        self.has_form = bool(plan)
        self.draft = Draft(plan, [], poet.theme(request.theme))
        if request.theme.strip() and not self.draft.theme:
            self.note("theme_unknown")
        if len(poet.theme(request.theme, most=None)) > len(self.draft.theme):
            self.note("theme_cut", most=len(self.draft.theme), theme=", ".join(self.draft.theme))
        self.cost = 0.0
        """Seconds that one unhurried round of candidates took last."""
        self.stanza_cost = 0.0
        """Seconds that the drafts of one stanza took last."""
        self.drafted = 0
        """Number of lines up to which stanzas have been drafted, whether or not any would do."""
        self.hurried = False
        """Whether any line had fewer candidates or rounds for want of time."""

    def write(self) -> Generator[str, None, Poem]:
        """Writes the poem, as `composing` does."""
        poet, draft = self.poet, self.draft
        draft.given = self.lay_out()
        beginning = draft.given[0].text if draft.given else ""
        yield beginning
        shown = len(beginning)
        if not draft.lines and not self.cancelled():
            draft.lines = propose_plan(poet, self.request.lines, self.rng, self.params)
            yield ""
        draft.lines = self.fit_to_given(draft.lines)
        if self.cancelled():  # after which no step computes anything
            return self.poem("cancelled")
        header = poet.header(draft.lines, self.author, draft.theme, self.request.seed_text)
        prefix = poet.decoder.prefix(poet.encode(header.write()))
        backtracks_left, stuck_at, stopped_by = MAX_BACKTRACKS, -1, "end"
        while not draft.done:
            if self.cancelled() or self.late:
                stopped_by = "cancelled" if self.cancelled() else "time"
                break
            if self.write_stanza(prefix):
                piece = draft.text(draft.place)[shown:]
                shown += len(piece)
                yield "" if draft.done else piece
                continue
            place, start, final = draft.place, len(prefix.tokens), draft.final()
            line = self.write_line(prefix)
            if self.cancelled():
                continue
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
        return self.poem(stopped_by)

    @property
    def late(self) -> bool:
        """Whether the time limit has passed."""
        return time.monotonic() > self.deadline

    def poem(self, stopped_by: str) -> Poem:
        """Returns the poem as it is now, ended as `Poem.stopped_by` says."""
        draft, seconds = self.draft, time.monotonic() - self.started
        notes = *self.notes, *unmet_wishes(draft, stopped_by, self.hurried, self.has_form)
        text = draft.text(draft.place) or "".join(given.text for given in draft.given[:1])
        return Poem(text, draft.opening(), stopped_by, seconds, notes, self.poet.decoder.weights)

    # ------------------------------------------------------------ the plan

    def lay_out(self) -> list[Given]:
        """Lays out the seed as the first lines.

        A seed whose initials break an acrostic becomes the theme instead; returns [] then.
        """
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
        """Returns the plan `lines`, extended by free lines where the seed is longer."""
        given = len(self.draft.given)
        if given <= len(lines):
            return lines
        if lines:
            self.note("seed_longer_than_form", given=given, lines=len(lines))
        return lines + (given - len(lines)) * (Line(),)

    # ------------------------------------------------------------ one stanza

    def write_stanza(self, prefix: Prefix) -> bool:
        """Drafts the next stanza, once only, and appends the best to `prefix`; says whether it did.

        Networks that know old verse alone write no better so than line by line (docs/log.md).
        """
        draft, start, began = self.draft, len(prefix.tokens), time.monotonic()
        late = self.stanza_cost > self.deadline - began
        if late or draft.place < self.drafted or not self.poet.knows_plain_english:
            return False
        self.drafted = draft.place + len(draft.stanza())
        lines = write_stanza(self.poet, prefix, draft, self.rng, self.params)
        self.stanza_cost = time.monotonic() - began
        for text in lines or ():
            prefix.extend(self.poet.encode(write_line(text, syllables(text)) + "\n"))
            self.end_line(prefix)
            draft.add(Written(text, start, satisfies=True, rich=self.is_rich(text)))
        return True

    # ------------------------------------------------------------ one line

    def write_line(self, prefix: Prefix) -> Written | None:
        """Writes the next line and appends it to `prefix`; None when there is no candidate."""
        draft, start = self.draft, len(prefix.tokens)
        line = draft.lines[draft.place]
        given = draft.given[draft.place] if draft.place < len(draft.given) else None
        if given and given.whole:
            return self.write_given(prefix, given)
        number = line.syllables or propose_syllables(self.poet, prefix, draft, given, self.rng)
        begun = given.text if given else line.initial or ""
        left = number - (syllables(given.text) if given else 0)
        partners, word_list = draft.partners(), self.poet.word_list
        most = left if given else left - 1  # a line needs two words
        rhyming = line_ends.rhyming(word_list, draft, most)
        unanswered = bool(partners) and not rhyming
        if unanswered and draft.bound_by_seed() and len(partners) == 1:
            self.note("no_other_rhyme", word=partners[0])
            unanswered = False  # noted instead, for the seed can't be taken back
        last = draft.place == len(draft.lines) - 1
        ends = rhyming or line_ends.of_new_sound(word_list, draft, most)
        rules = self.poet.rules(ends, ends_poem=last)
        state = rules.resume(left) if given else rules.begin(left, begun)
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
            owes_theme=last and bool(draft.theme) and not draft.mentioned(),
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
            if best and best.is_acceptable and (attempt or best.value >= GOOD_ENOUGH_SCORE):
                break
            if self.late or self.cancelled():
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
        if asked.owes_theme:  # taking an earlier line back would hardly help to mention it
            _, satisfies = score(best.text, best.row.logprobs, replace(asked, owes_theme=False))
        satisfies, rich = satisfies and not unanswered, self.is_rich(best.text)
        return Written(best.text, start, satisfies, best.recites, draft.taken_back, rich)

    def write_given(self, prefix: Prefix, given: Given) -> Written | None:
        """Writes the whole line `given` as it is; None when the context has no room for it."""
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
        """Says whether the last word of the line `text` is rich in rhymes."""
        return self.poet.word_list.is_rich(last_word(text) or "")

    def best(self, found: list[Candidate], given: Given | None) -> Candidate | None:
        """Returns the best candidate that satisfies the constraints, else the best of all.

        Prefers one that is not copied from the corpus, together with the line before.
        """
        ranked = sorted(found, key=lambda one: (one.satisfies, one.value), reverse=True)
        before = self.draft.texts[-1] if self.draft.texts else ""
        begun = len(given.text) if given else 0  # the seed itself may be copied
        for one in ranked:
            after = f"{before} {one.text[:begun]}"
            if not self.poet.knows(one.text[begun:], after):
                return one
        return replace(ranked[0], recites=True) if ranked else None

    def end_line(self, prefix: Prefix) -> None:
        """Appends a blank line to `prefix` where a stanza ends."""
        place = self.draft.place
        if self.draft.lines[place].ends_stanza and place < len(self.draft.lines) - 1:
            prefix.extend(self.poet.encode("\n"))

    def candidates(
        self,
        prefix: Prefix,
        new_params: Callable[[], SamplingParams],
        rules: LineRules,
        begun: str,
        number: int,
    ) -> list[Row]:
        """Decodes candidates, finished or not, and other ends for their stems; in a hurry fewer."""
        decoder, began = self.poet.decoder, time.monotonic()
        if self.in_a_hurry():
            return decoder.branch(prefix, [new_params() for _ in range(HURRIED_CANDIDATES)], rules)
        # A step of few rows costs nearly as much as one of many: once a candidate has ended, the
        # others are finished in one batch with the other endings.
        params = [new_params() for _ in range(CANDIDATES)]
        rows = decoder.branch(prefix, params, rules, unfinished=CANDIDATES - 1)
        origins = ENDINGS_PER_STEM * self.stems(rows, begun, number)
        rows += decoder.fork(origins, [new_params() for _ in origins])
        self.cost = time.monotonic() - began
        return rows

    def stems(self, rows: list[Row], begun: str, number: int) -> list[tuple[Row, int]]:
        """Returns the likeliest stems of candidates for a line of `number` syllables.

        begun: the given beginning. A stem is (row, number of its characters).
        """
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
        """Says whether too little time is left for this and later lines at the last one's cost."""
        to_come = len(self.draft.lines) - self.draft.place
        left = (self.deadline - time.monotonic()) / (to_come + 1)
        hurry = self.cost > max(left, 0)  # the cost is 0 before the first line
        self.hurried |= hurry
        return hurry

    def params(self, **settings: Any) -> Callable[[], SamplingParams]:
        """Returns a function that makes sampling parameters with these `settings`, each with a new
        seed."""
        return lambda: SamplingParams(
            seed=self.rng.getrandbits(62),
            deadline=self.deadline,
            cancelled=self.cancelled,
            **self.sampling,
            **settings,
        )

    def note(self, name: str, **values: str | int) -> None:
        """Adds the message `name` with its `values` to the notes, once."""
        message = Message(name, values)
        if message not in self.notes:
            self.notes.append(message)
