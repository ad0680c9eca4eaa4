"""The two ends of the protocol understand each other."""

from dataclasses import asdict

import pytest

from bot.writer.protocol import (
    Begun,
    Broke,
    Cancel,
    Done,
    Failed,
    ProtocolError,
    Ready,
    Refused,
    Text,
    Write,
    decode,
    encode,
)
from verse.request.messages import Message
from verse.request.request import Poem, PoemRequest

POEM = Poem(
    "The sea\nis “wide”", "The sea", "end", 1.5, (Message("no_other_rhyme", {"word": "x"}),)
)


@pytest.mark.parametrize(
    "message",
    [
        Write(7, asdict(PoemRequest("the sea\nat night"))),
        Cancel(7),
        Ready("poet"),
        Failed("There is no checkpoint."),
        Begun(7),
        Text(7, "two\nlines – “and more”"),
        Refused(7, "seed_empty", {}),
        Broke(7, "line\nline"),
    ],
)
def test_each_message_is_one_line(message: Write | Cancel | Ready | Begun) -> None:
    line = encode(message)
    assert line.index("\n") == len(line) - 1
    assert decode(line) == decode(line.encode()) == message


def test_a_finished_poem_arrives_as_it_was_written() -> None:
    done = decode(encode(Done(7, asdict(POEM))))
    assert isinstance(done, Done)
    assert done.result() == POEM


def test_a_refusal_arrives_with_its_reason() -> None:
    refused = decode(
        encode(Refused(7, **asdict(Message("seed_too_long", {"characters": 9, "most": 5}))))
    )
    assert isinstance(refused, Refused)
    assert refused.result().message == Message("seed_too_long", {"characters": 9, "most": 5})


@pytest.mark.parametrize(
    "line",
    ["\n", "{", "[]", "7", "{}", '{"kind": "Sing"}', '{"kind": "Text", "poem": 7}', "\u00e9"],
)
def test_anything_else_is_no_message(line: str) -> None:
    with pytest.raises(ProtocolError):
        decode(line)
