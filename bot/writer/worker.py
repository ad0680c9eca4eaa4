"""The process in which the poet lives, so that the bot's event loop never computes.

`bot.writer.poet_process` starts it as ``python -m bot.writer.worker --checkpoint DIR``;
`bot.writer.protocol` says what the two say to each other. Poems are written in turns, a line of
each.
"""

import argparse
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot.traces import bare_trace
from bot.writer.protocol import (
    Answer,
    Begun,
    Broke,
    Cancel,
    Done,
    Failed,
    Ready,
    Refused,
    Text,
    Write,
    decode,
    encode,
)
from verse.request.messages import RequestError
from verse.request.request import PoemRequest

if TYPE_CHECKING:
    from verse.write.writing import Begin, Steps

NOTHING = Write(-1, {})
"""No poem just now."""
Say = Callable[[Answer], None]
PIECE_SECONDS = 0.05
"""Characters are gathered for so long before they are sent: the bot edits once a second."""


def main() -> int:
    """Runs the worker that the command line describes; returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.writer.worker",
        description="The bot's poet; the bot starts it by itself.",
    )
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder of the network")
    parser.add_argument("--threads", type=int, default=1, help="threads to compute with at most")
    parser.add_argument("--weights", default="auto", help="kind of weights to write with")
    arguments = parser.parse_args()

    # Ctrl-C and systemd's stop reach every process of the group. The bot alone decides when its
    # poet ends, after the last poem.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # A library that prints must not break the protocol: what it prints goes to the log instead.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    try:
        folder, threads, weights = arguments.checkpoint, arguments.threads, arguments.weights
        return serve(folder, threads, weights, sys.stdin, answers)
    except BrokenPipeError:  # the bot is gone
        return 0


def serve(folder: Path, threads: int, weights: str, questions: TextIO, answers: TextIO) -> int:
    """Loads the poet and writes until `questions` end; returns the exit status."""
    import torch

    from model.checkpoint import load_checkpoint
    from model.fast.threads import Threads
    from verse.write.writing import begin_with

    def say(answer: Answer) -> None:
        answers.write(encode(answer))
        answers.flush()

    several = Threads(threads)
    torch.set_num_threads(1)
    try:
        checkpoint = load_checkpoint(folder)
        begin = begin_with(checkpoint, several, weights)
    except ValueError as error:  # a CheckpointError, or a word list that is none
        say(Failed(str(error)))
        return 1
    say(Ready(checkpoint.name))
    del checkpoint  # a poet held to forms has packed its weights and needs no second copy
    write_poems(begin, Inbox(questions), say)
    return 0


def write_poems(begin: "Begin", inbox: "Inbox", say: Say) -> None:
    """Writes what is asked until the questions end: all poems at once, a step of each in turn.

    So nobody waits for a long poem of somebody else, and each comes out as it would alone.
    """
    poems: deque[Writing] = deque()
    taking = True

    def take(wait: bool) -> None:
        nonlocal taking
        while taking and (asked := inbox.next(wait and not poems)) is not NOTHING:
            if asked is None:
                taking = False
            else:
                cancelled = partial(is_cancelled, asked.poem)
                poems.append(Writing(asked, begin, cancelled, say))

    def is_cancelled(number: int) -> bool:
        """Says whether the poem whose turn it is shall end; others that shall end meanwhile.

        A turn may last seconds, and who asked for an end shall not wait for somebody else's poem.
        """
        if inbox.is_cancelled(number):
            return True
        if inbox.has_news():
            take(wait=False)
            for other in list(poems):
                if other.poem != number and inbox.is_cancelled(other.poem):
                    poems.remove(other)
                    while other.step():  # nothing is computed any more
                        pass
        return False

    while taking or poems:
        take(wait=True)
        if poems and poems[0].step():
            poems.rotate(-1)
        elif poems:
            poems.popleft()


class Writing:
    """Holds a poem that is being written.

    Its time counts from here, where it is said to have begun: on a busy machine its first turn may
    come seconds later.
    """

    def __init__(
        self,
        asked: Write,
        begin: "Begin",
        cancelled: Callable[[], bool],
        say: Say,
    ) -> None:
        self.poem = asked.poem
        self._say = say
        self._pieces = Pieces(lambda text: say(Text(asked.poem, text)))
        say(Begun(asked.poem))
        self._steps = self._begun(asked.request, begin, cancelled, time.monotonic())

    def step(self) -> bool:
        """Writes on; says whether there is more to write."""
        try:
            self._pieces.add(next(self._steps))
            return True
        except StopIteration as end:
            self._pieces.add(end.value.text[self._pieces.count :])
            self._pieces.flush()
            self._say(Done(self.poem, asdict(end.value)))
        except RequestError as error:
            self._say(Refused(self.poem, **asdict(error.message)))
        except BrokenPipeError:
            raise
        except Exception as error:
            self._say(Broke(self.poem, bare_trace(error)))
        return False

    def _begun(
        self,
        request: dict[str, Any],
        begin: "Begin",
        cancelled: Callable[[], bool],
        started: float,
    ) -> "Steps":
        # Within a generator, so that what is wrong with a request is found by its first step.
        return (yield from begin(PoemRequest(**request), cancelled, started))


class Inbox:
    """Reads the questions in a thread of its own, so that a poem can be cancelled halfway."""

    def __init__(self, questions: TextIO) -> None:
        self._requests: queue.SimpleQueue[Write | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._told = 0  # of those cancelled, by `has_news`
        self._ended = False
        threading.Thread(target=self._read, args=(questions,), daemon=True).start()

    def next(self, wait: bool) -> Write | None:
        """Returns the next poem to write; None when there will be no more.

        wait: until there is one; else the answer may be `NOTHING`.
        """
        try:
            return self._requests.get(block=wait)
        except queue.Empty:
            return NOTHING

    def has_news(self) -> bool:
        """Says whether a poem was cancelled since this was last asked."""
        before, self._told = self._told, len(self._cancelled)
        return self._told > before

    def is_cancelled(self, number: int) -> bool:
        return self._ended or number in self._cancelled

    def _read(self, questions: TextIO) -> None:
        for line in questions:
            match decode(line):
                case Write() as asked:
                    self._requests.put(asked)
                case Cancel(poem):
                    self._cancelled.add(poem)
        self._ended = True
        self._requests.put(None)


class Pieces:
    """Gathers characters into pieces worth sending."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self.count = 0
        """Characters of the poem so far."""
        self._send = send
        self._text = ""
        self._sent_at = 0.0

    def add(self, text: str) -> None:
        self._text += text
        self.count += len(text)
        if time.monotonic() - self._sent_at >= PIECE_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._text:
            self._send(self._text)
        self._text = ""
        self._sent_at = time.monotonic()


if __name__ == "__main__":
    sys.exit(main())
