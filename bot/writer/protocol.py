"""What the bot's process and the poet's process say to each other: `poet_process` and `worker`.

Each message is one line of JSON, an object whose "kind" is the name of a class below and whose
other members are its fields. The bot writes to the worker's standard input:

    Write      a poem is wanted; its number is of the bot's choice
    Cancel     that one is to end where it is, at once, whosever turn it is

and the worker answers on standard output, first of all with one of

    Ready      it has loaded its network
    Failed     it can't, and ends with status 1

and then, for each poem,

    Begun      from now on the poem's time counts
    Text       a piece of it; the pieces together are its text
    Done       it is finished                       \\
    Refused    the request is no good                } one of these is the last of each poem
    Broke      a fault                              /

Several poems may be asked for at once; the worker writes them in turns, and says something more of
each until its end: a worker that is silent for long when their time is over counts as hung. When
its standard input ends, whatever the reason, so does the worker: no poet outlives its bot.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from verse.request.messages import Message, RequestError
from verse.request.request import Poem


class ProtocolError(Exception):
    """Reports a line that is no message."""


@dataclass(frozen=True)
class Write:
    """Asks for a poem, whose number the answers carry."""

    poem: int
    request: dict[str, Any]
    """The fields of a PoemRequest."""


@dataclass(frozen=True)
class Cancel:
    """Asks that a poem end where it is."""

    poem: int


@dataclass(frozen=True)
class Ready:
    """Says that the network is loaded."""

    checkpoint: str
    """Its name."""


@dataclass(frozen=True)
class Failed:
    """Says that the network can't be loaded."""

    reason: str
    """One sentence with the cure."""


@dataclass(frozen=True)
class Begun:
    """Says that the writing of a poem has begun."""

    poem: int


@dataclass(frozen=True)
class Text:
    """Brings the next piece of a poem."""

    poem: int
    text: str


@dataclass(frozen=True)
class Done:
    """Brings a finished poem."""

    poem: int
    fields: dict[str, Any]
    """Of the finished Poem."""

    def result(self) -> Poem:
        notes = tuple(Message(**note) for note in self.fields["notes"])
        return Poem(**{**self.fields, "notes": notes})


@dataclass(frozen=True)
class Refused:
    """Says that no poem can be made of a request."""

    poem: int
    name: str
    """This and the next: of the Message that says why."""
    values: dict[str, str | int]

    def result(self) -> RequestError:
        return RequestError(self.name, **self.values)


@dataclass(frozen=True)
class Broke:
    """Says that the poet failed at a poem."""

    poem: int
    trace: str
    """Without anybody's words in it."""


Question = Write | Cancel
Answer = Ready | Failed | Begun | Text | Done | Refused | Broke
_KINDS: dict[str, type[Question | Answer]] = {
    kind.__name__: kind
    for kind in (Write, Cancel, Ready, Failed, Begun, Text, Done, Refused, Broke)
}


def encode(message: Question | Answer) -> str:
    """Returns the line that says `message`, with its line end."""
    return json.dumps({"kind": type(message).__name__} | asdict(message)) + "\n"


def decode(line: str | bytes) -> Question | Answer:
    """Returns the message that `line` says. Raises ProtocolError."""
    try:
        fields = json.loads(line)
        return _KINDS[fields.pop("kind")](**fields)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProtocolError(f"This is no message: {type(error).__name__}.") from None
