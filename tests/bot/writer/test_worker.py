"""The worker gives each poem its turn; who wants an end of theirs waits for no other's."""

import os
import threading
import time
from collections.abc import Callable

from bot.writer.protocol import Answer, Begun, Cancel, Done, Write, encode
from bot.writer.worker import Inbox, write_poems
from verse.request.request import Poem, PoemRequest
from verse.write.writing import Steps

TURN_SECONDS = 5.0


def begin(request: PoemRequest, cancelled: Callable[[], bool], started: float) -> Steps:
    """One poem has a very long turn, as a stanza of many drafts on a busy machine; the other none.

    Within a turn it is asked again and again whether to stop, as between a network's steps.
    """
    yield request.seed_text
    until = time.monotonic() + (TURN_SECONDS if request.seed_text == "long" else 0)
    while not cancelled() and time.monotonic() < until:
        time.sleep(0.001)
    while not cancelled():
        yield ""
    return Poem(request.seed_text, "", "cancelled", 0.0)


def test_a_poem_ends_while_another_has_its_turn() -> None:
    reading, writing = os.pipe()
    answers: list[Answer] = []
    with os.fdopen(reading) as questions, os.fdopen(writing, "w") as bot:

        def ask(*asked: Write | Cancel) -> None:
            bot.writelines(map(encode, asked))
            bot.flush()

        def ended(number: int) -> float:
            """Seconds until that poem is over."""
            began = time.monotonic()
            while not any(isinstance(said, Done) and said.poem == number for said in answers):
                assert time.monotonic() < began + TURN_SECONDS, answers
                time.sleep(0.001)
            return time.monotonic() - began

        worker = threading.Thread(
            target=write_poems, args=(begin, Inbox(questions), answers.append)
        )
        worker.start()
        ask(Write(1, {"seed_text": "short"}), Write(2, {"seed_text": "long"}))
        time.sleep(0.1)  # by then the second has its turn
        ask(Cancel(1))
        assert ended(1) < 0.2
        ask(Write(3, {"seed_text": "short"}), Cancel(3))
        assert ended(3) < 0.2, "nor does one wait that has not begun"
        assert answers.count(Begun(3)) == 1
        ask(Cancel(2))
        assert ended(2) < 0.2
        bot.close()
        worker.join()
