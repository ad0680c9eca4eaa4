"""Poems by the network alone."""

from benchmarks.alone import ROWS, write_alone
from benchmarks.header import ask
from model.tokenizer import POEM_END
from verse.request.format import Header
from verse.write.poet import Poet

SAMPLING = {"temperature": 0.8, "top_p": 0.95}


def test_more_poems_than_rows_come_in_their_order(poet: Poet) -> None:
    prompts = [f"{POEM_END}{chr(ord('A') + number)}" for number in range(ROWS + 3)]
    texts = write_alone(poet, prompts, SAMPLING)
    assert [text[: len(prompt)] for text, prompt in zip(texts, prompts, strict=True)] == prompts
    assert all(len(text) > 3 for text in texts)
    # Each hangs on its own number, not on the company.
    assert texts[:2] == write_alone(poet, prompts[:2], SAMPLING)


def test_a_request_stands_before_the_poem(poet: Poet) -> None:
    asked = ask(poet, [Header("ABAB", 2), Header(author="John Keats")], [8, None])
    assert asked[0].startswith(f"{POEM_END}§ABAB②\n⑧")
    assert asked[1].startswith(f"{POEM_END}@John Keats\n")
