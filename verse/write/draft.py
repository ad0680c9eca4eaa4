"""The poem so far: what is asked of its lines, those that stand, what they mean for the next."""

from dataclasses import dataclass, field

from verse.request.forms import Line
from verse.request.opening import Given
from verse.sound.prosody import last_word, words
from verse.write.score import mentions


@dataclass
class Written:
    """A line that stands."""

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
    """A poem being written, line by line."""

    lines: tuple[Line, ...]
    given: list[Given]
    """The first lines, or their beginnings, as the seed has them."""
    theme: tuple[str, ...]
    written: list[Written] = field(default_factory=list)
    taken_back: frozenset[str] = frozenset()
    """What stood where the next line is to stand and led nowhere."""

    @property
    def place(self) -> int:
        """Of the next line."""
        return len(self.written)

    @property
    def done(self) -> bool:
        return self.place == len(self.lines)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(line.text for line in self.written)

    def add(self, line: Written) -> None:
        self.written.append(line)
        self.taken_back = frozenset()

    def take_back(self, place: int) -> Written:
        """Takes the line at `place` and all after it away; returns it."""
        line = self.written[place]
        del self.written[place:]
        self.taken_back = line.taken_back | {line.text}
        return line

    def text(self, lines: int) -> str:
        """The first lines of the poem as it is read."""
        return self._in_stanzas(self.texts[:lines])

    def opening(self) -> str:
        """The seed as the poem has it."""
        return self._in_stanzas(tuple(given.text for given in self.given))

    def _in_stanzas(self, texts: tuple[str, ...]) -> str:
        result = ""
        for place, text in enumerate(texts):
            if place:
                result += "\n\n" if self.lines[place - 1].ends_stanza else "\n"
            result += text
        return result

    def final(self) -> int:
        """How many lines can't be taken back: those before the first that awaits a rhyme which may
        not be found, and whole lines of the seed."""
        to_come = {line.rhyme for line in self.lines[self.place :]} - {None}
        waiting = (
            place
            for place, line in enumerate(self.written)
            if self.lines[place].rhyme in to_come and not line.rich
        )
        return min(max(next(waiting, self.place), self.typed), self.place)

    @property
    def typed(self) -> int:
        """How many lines are the seed's alone, whatever they keep."""
        return sum(given.whole for given in self.given)

    def partners(self) -> list[str]:
        """The last words of the lines that the next one is to rhyme with."""
        return list(self._partners().values())

    def bound_by_seed(self) -> bool:
        """Whether the next line is to rhyme with what was typed."""
        return any(place < self.typed for place in self._partners())

    def _partners(self) -> dict[int, str]:
        """Last words by the places of their lines."""
        rhyme = self.lines[self.place].rhyme
        return {
            place: end
            for place, (line, text) in enumerate(zip(self.lines, self.texts, strict=False))
            if rhyme is not None and line.rhyme == rhyme and (end := last_word(text))
        }

    def ends(self) -> set[str]:
        """The words that lines end in, and their last parts where a hyphen joins two."""
        whole = {end for text in self.texts if (end := last_word(text))}
        return whole | {end.split("-")[-1] for end in whole}

    def spoken(self) -> set[str]:
        """The words of the theme that the poem has."""
        return mentions(self.theme, [word for text in self.texts for word in words(text)])

    def model(self) -> Written | None:
        """The line that the next one should be as long as: the one in its place in the first
        stanza, or one of its own stanza that it rhymes with, or that has no rhyme either."""
        ends = [place for place, line in enumerate(self.lines) if line.ends_stanza]
        start = max((end + 1 for end in ends if end < self.place), default=0)
        if start and self.place - start <= ends[0]:
            return self.written[self.place - start]
        alike = (
            written
            for line, written in zip(self.lines[start:], self.written[start:], strict=False)
            if line.rhyme == self.lines[self.place].rhyme
        )
        return next(alike, None)
