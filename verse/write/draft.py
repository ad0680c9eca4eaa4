"""The unfinished poem: its plan, its lines, and the constraints that they put on the next one."""

from dataclasses import dataclass, field

from verse.request.forms import Line
from verse.request.opening import Given
from verse.sound.prosody import last_word, words
from verse.write.score import mentions

MAX_STANZA_LINES = 5
"""Maximum lines of a stanza that is written whole; a longer one is written in parts."""


@dataclass
class Written:
    """Holds a line that stands."""

    text: str
    start: int
    """Length of the prefix before it."""
    satisfies: bool
    """Whether it keeps all that must be kept."""
    recites: bool = False
    """Whether it seems to be the corpus's, which is sometimes a false alarm."""
    taken_back: frozenset[str] = frozenset()
    """What stood in its place and led nowhere."""
    rich: bool = False
    """Whether so much rhymes with it that whatever is to rhyme surely can."""


@dataclass
class Draft:
    """Holds a poem being written, line by line."""

    lines: tuple[Line, ...]
    """Plan: the constraints on each line."""
    given: list[Given]
    """First lines, the last of them maybe a beginning, from the seed."""
    theme: tuple[str, ...]
    """Words that the poem should mention."""
    written: list[Written] = field(default_factory=list)
    """Lines written so far."""
    taken_back: frozenset[str] = frozenset()
    """Texts of lines taken back from the place of the next one."""

    @property
    def place(self) -> int:
        """Index of the next line."""
        return len(self.written)

    @property
    def done(self) -> bool:
        """Whether all lines of the plan are written."""
        return self.place == len(self.lines)

    @property
    def texts(self) -> tuple[str, ...]:
        """Texts of the lines written so far."""
        return tuple(line.text for line in self.written)

    def add(self, line: Written) -> None:
        """Appends `line`."""
        self.written.append(line)
        self.taken_back = frozenset()

    def take_back(self, place: int) -> Written:
        """Removes the line at `place` and all after it; returns that line."""
        line = self.written[place]
        del self.written[place:]
        self.taken_back = line.taken_back | {line.text}
        return line

    def text(self, lines: int) -> str:
        """Returns the text of the first `lines` lines, with blank lines between stanzas."""
        return self._in_stanzas(self.texts[:lines])

    @property
    def begun(self) -> str:
        """What the seed gives of the next line; "" where it gives nothing."""
        return self.given[self.place].text if self.place < len(self.given) else ""

    def stanza(self) -> tuple[Line, ...]:
        """Returns the lines of the plan from the next one to the end of its stanza, or, of one of
        more than MAX_STANZA_LINES, up to where no rhyme is open."""
        left = self.lines[self.place :]
        size = next((n for n, line in enumerate(left, start=1) if line.ends_stanza), len(left))
        if size > MAX_STANZA_LINES:
            rhymes = [line.rhyme for line in left]
            closed = (n for n in range(2, size) if not {*rhymes[:n]} & {*rhymes[n:]} - {None})
            size = next(closed, size)
        return left[:size]

    def opening(self) -> str:
        """Returns the seed as laid out in the poem."""
        return self._in_stanzas(tuple(given.text for given in self.given))

    def _in_stanzas(self, texts: tuple[str, ...]) -> str:
        result = ""
        for place, text in enumerate(texts):
            if place:
                result += "\n\n" if self.lines[place - 1].ends_stanza else "\n"
            result += text
        return result

    def final(self) -> int:
        """Counts the lines that can't be taken back: those before the first whose rhyme is open and
        not certain to be answerable, and whole lines of the seed."""
        to_come = {line.rhyme for line in self.lines[self.place :]} - {None}
        unanswered = (
            place
            for place, line in enumerate(self.written)
            if self.lines[place].rhyme in to_come and not line.rich
        )
        return min(max(next(unanswered, self.place), self.typed), self.place)

    @property
    def typed(self) -> int:
        """Number of whole lines of the seed, which stay whether or not they keep the form."""
        return sum(given.whole for given in self.given)

    def partners(self) -> list[str]:
        """Returns the last words of the lines that the next one must rhyme with."""
        return list(self._partners().values())

    def bound_by_seed(self) -> bool:
        """Says whether the next line must rhyme with a whole line of the seed."""
        return any(place < self.typed for place in self._partners())

    def _partners(self) -> dict[int, str]:
        """Returns the rhyme partners of the next line by the places of their lines."""
        rhyme = self.lines[self.place].rhyme
        return {
            place: end
            for place, (line, text) in enumerate(zip(self.lines, self.texts, strict=False))
            if rhyme is not None and line.rhyme == rhyme and (end := last_word(text))
        }

    def ends(self) -> set[str]:
        """Returns the last words of all lines, and of hyphenated ones also the last part."""
        whole = {end for text in self.texts if (end := last_word(text))}
        return whole | {end.split("-")[-1] for end in whole}

    def mentioned(self) -> set[str]:
        """Returns the words of the theme that the poem mentions."""
        return mentions(self.theme, [word for text in self.texts for word in words(text)])

    def counterpart(self, ahead: int = 0) -> Written | None:
        """Returns the line that the next one should be as long as, or None.

        ahead: says it of the line so many places behind the next one.
        That is the line at the same place of the first stanza; in the first stanza, or beyond the
        end of its pattern, the first line of the stanza in the same rhyme group, or likewise
        unrhymed.
        """
        ends = [place for place, line in enumerate(self.lines) if line.ends_stanza]
        place = self.place + ahead
        start = max((end + 1 for end in ends if end < place), default=0)
        if start and place - start <= ends[0]:
            return self.written[place - start]
        same_rhyme = (
            written
            for line, written in zip(self.lines[start:], self.written[start:], strict=False)
            if line.rhyme == self.lines[place].rhyme
        )
        return next(same_rhyme, None)
