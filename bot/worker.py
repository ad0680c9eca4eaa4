"""The process in which the poet lives, so that the bot's event loop never computes.

`bot.writer` starts it as ``python -m bot.worker --checkpoint DIR`` and talks to it in lines of
JSON. To standard input it sends

    {"write": 7, "request": {...}}         the fields of a PoemRequest; 7 is a number of its choice
    {"cancel": 7}                          stop writing that one

and standard output answers

    {"ready": "poet"}                      once, the name of the checkpoint; or
    {"failed": "There is no ..."}          once, a sentence, and the process ends with status 1
    {"poem": 7, "begun": true}             from now on its deadline runs
    {"poem": 7, "text": "..."}             a piece of the poem; the pieces together are its text
    {"poem": 7, "done": {...}}             the fields of the finished Poem
    {"poem": 7, "refused": "..."}          the seed is no good: a sentence for the member
    {"poem": 7, "broke": "..."}            a fault, as a trace without anybody's words in it

Several poems may be asked for at once; how they share the network is for `write_poems` alone to
decide. When standard input ends, whatever the reason, so does the process: no poet outlives its
bot.
"""

import argparse
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from model.verse.request import PoemRequest, RequestError

if TYPE_CHECKING:
    from model.checkpoint import Checkpoint

PIECE_SECONDS = 0.05
"""Characters are gathered for so long before they are sent: the bot edits once a second."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bot.worker", description="The bot's poet; the bot starts it by itself."
    )
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder of the network")
    parser.add_argument("--threads", type=int, default=1, help="threads to compute with")
    arguments = parser.parse_args()

    # Ctrl-C and systemd's stop reach every process of the group. The bot alone decides when its
    # poet ends, after the last poem.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # A library that prints must not break the protocol: what it prints goes to the log instead.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    try:
        return serve(arguments.checkpoint, arguments.threads, sys.stdin, answers)
    except BrokenPipeError:  # the bot is gone
        return 0


def serve(folder: Path, threads: int, questions: TextIO, answers: TextIO) -> int:
    """Loads the poet and writes until `questions` end; returns the exit status."""
    import torch

    from model.checkpoint import CheckpointError, load_checkpoint

    def say(**message: Any) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    torch.set_num_threads(threads)
    try:
        checkpoint = load_checkpoint(folder)
    except CheckpointError as error:
        say(failed=str(error))
        return 1
    say(ready=checkpoint.name)
    write_poems(checkpoint, Inbox(questions), say)
    return 0


def write_poems(checkpoint: "Checkpoint", inbox: "Inbox", say: Callable[..., None]) -> None:
    """Writes what is asked until the questions end: one poem after the other, in that order."""
    from model.verse.composer import compose

    while (asked := inbox.next()) is not None:
        number, request = asked
        say(poem=number, begun=True)
        pieces = Pieces(partial(_say_piece, say, number))
        try:
            poem = compose(
                checkpoint,
                PoemRequest(**request),
                on_text=pieces.add,
                cancelled=partial(inbox.is_cancelled, number),
            )
        except RequestError as error:
            say(poem=number, refused=str(error))
        except BrokenPipeError:
            raise
        except Exception as error:
            # Without the exception's message, which could quote the seed.
            trace = "".join(traceback.format_tb(error.__traceback__))
            say(poem=number, broke=f"{trace}{type(error).__name__}")
        else:
            pieces.flush()
            say(poem=number, done=asdict(poem))


def _say_piece(say: Callable[..., None], number: int, text: str) -> None:
    say(poem=number, text=text)


class Inbox:
    """Reads the questions in a thread of its own, so that a poem can be cancelled halfway."""

    def __init__(self, questions: TextIO) -> None:
        self._requests: queue.SimpleQueue[tuple[int, dict[str, Any]] | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._ended = False
        threading.Thread(target=self._read, args=(questions,), daemon=True).start()

    def next(self) -> tuple[int, dict[str, Any]] | None:
        """Waits for the next poem to write; None when there will be no more."""
        return self._requests.get()

    def is_cancelled(self, number: int) -> bool:
        return self._ended or number in self._cancelled

    def _read(self, questions: TextIO) -> None:
        for line in questions:
            message = json.loads(line)
            if "write" in message:
                self._requests.put((message["write"], message["request"]))
            else:
                self._cancelled.add(message["cancel"])
        self._ended = True
        self._requests.put(None)


class Pieces:
    """Gathers characters into pieces worth sending."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._text = ""
        self._sent_at = 0.0

    def add(self, text: str) -> None:
        self._text += text
        if time.monotonic() - self._sent_at >= PIECE_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._text:
            self._send(self._text)
        self._text = ""
        self._sent_at = time.monotonic()


if __name__ == "__main__":
    sys.exit(main())
