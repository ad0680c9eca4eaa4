"""Books from a library that answers as badly as real ones do, and the verse that is in them."""

import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from train.corpus.book import poems_of
from train.corpus.gutenberg import Library, book_list, parse_numbers, read_gutenberg
from train.corpus.load import load_corpus
from train.corpus.poem import Poem
from verse.judge.files import CorpusError

VERSE = """\
     THE LANTERN

  I hung a lantern on the pear,      1
    To bring the moths about;
  The wind came up the orchard stair
    And blew my lantern out.

  I set a candle on the sill,[1]
    To tell you I was in;
  You climbed the other, darker hill,      7
    And let the night begin.

[Pg 12]

     THE MILL

  The water turns the wheel around,
    The wheel turns round the stone,
  And all day long the corn is ground
    For others than its own.
"""
PROSE = """\
The author of these verses was a miller, who wrote them in the evenings on the
backs of old accounts. They were found in a drawer by his niece, who thought
little of them, and who gave them to the present editor with a jar of pickles.
"""
BOOK = f"""\
The Project Gutenberg eBook of Lanterns, by A. Miller

This eBook is for the use of anyone anywhere at no cost.

Title: Lanterns

Author: Ann Miller

*** START OF THE PROJECT GUTENBERG EBOOK LANTERNS ***

Produced by Somebody Diligent

     CONTENTS

     The Lantern         1
     The Mill           12

{PROSE}


{VERSE}

[Footnote 1: A candle was a penny then, and it
was thought a great deal of money.]

*** END OF THE PROJECT GUTENBERG EBOOK LANTERNS ***

Section 1. General Terms of Use
"""
LANTERN = (
    "I hung a lantern on the pear,\nTo bring the moths about;\n"
    "The wind came up the orchard stair\nAnd blew my lantern out.\n\n"
    "I set a candle on the sill,\nTo tell you I was in;\n"
    "You climbed the other, darker hill,\nAnd let the night begin."
)
MILL = (
    "The water turns the wheel around,\nThe wheel turns round the stone,\n"
    "And all day long the corn is ground\nFor others than its own."
)
POEMS = [Poem(LANTERN, "Ann Miller", "THE LANTERN"), Poem(MILL, "Ann Miller", "THE MILL")]

Answer = Callable[[BaseHTTPRequestHandler], None]


class Mirror:
    """A mirror on this machine: for each path the answers to give, the last one again and again."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[str] = []
        self.agents: Counter[str | None] = Counter()
        self.at_once = self.most_at_once = 0
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.asked.append(self.path)
                mirror.agents[self.headers["User-Agent"]] += 1
                left = mirror.answers.get(self.path, [status(404)])
                (left.pop(0) if len(left) > 1 else left[0])(self)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def status(code: int, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def body(content: bytes, kind: str = "text/plain; charset=utf-8", missing: int = 0) -> Answer:
    """missing: bytes that are announced and never come."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content) + missing))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def drop(handler: BaseHTTPRequestHandler) -> None:
    """Hangs up before a word is said."""
    handler.connection.close()


def stall(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    mirror = Mirror()
    thread = threading.Thread(target=mirror.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield mirror
    mirror.server.shutdown()
    mirror.server.server_close()
    thread.join()


@pytest.fixture
def library(mirror: Mirror, tmp_path: Path) -> Library:
    return Library(mirror.url, tmp_path / "cache", pause=0.01, tries=3, timeout=0.5)


def path(number: int) -> str:
    return f"/cache/epub/{number}/pg{number}.txt"


def test_a_book_is_fetched_once(mirror: Mirror, library: Library) -> None:
    mirror.answers[path(99999)] = [body(BOOK.encode())]
    assert list(read_gutenberg("gutenberg:99999", library)) == POEMS
    assert list(read_gutenberg("gutenberg:99999", library)) == POEMS
    assert mirror.asked == [path(99999)]
    assert [agent for agent in mirror.agents if agent and agent.startswith("discord-poet")]
    assert [file.name for file in library.folder.iterdir()] == ["99999.txt"]


def test_a_full_disk_leaves_nothing_unfinished(mirror: Mirror, library: Library) -> None:
    """The system refuses to write a single character."""
    mirror.answers[path(99999)] = [body(BOOK.encode())]
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            library.book(99999)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list(library.folder.iterdir()) == []


def test_the_list_knows_better_than_the_book(mirror: Mirror, library: Library) -> None:
    mirror.answers[path(19)] = [body(BOOK.encode())]
    poems = list(read_gutenberg("gutenberg:19", library))
    assert {poem.author for poem in poems} == {"Henry Wadsworth Longfellow"}


def test_a_book_under_another_name(mirror: Mirror, library: Library) -> None:
    mirror.answers["/4/2/423/423-8.txt"] = [body(BOOK.encode())]
    assert library.book(423) == BOOK
    assert mirror.asked == [path(423), "/4/2/423/423-0.txt", "/4/2/423/423-8.txt"]


def test_a_book_that_is_nowhere(
    mirror: Mirror, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror.answers[path(2)] = [body(BOOK.encode())]
    assert len(list(read_gutenberg("gutenberg:1,2", library))) == len(POEMS)
    assert "no text of 1." in capsys.readouterr().err
    assert "/0/1/1.txt" in mirror.asked
    assert not (library.folder / "1.txt").exists()


@pytest.mark.parametrize(
    "fault",
    [
        status(503),
        status(500),
        status(429, Retry_After="0"),
        status(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"),
        body(BOOK.encode()[:300], missing=500),
        body(b"<!DOCTYPE html><p>Are you a robot?", "text/html"),
        drop,
        stall,
    ],
    ids=["503", "500", "429", "date", "truncated", "page", "dropped", "stalled"],
)
def test_what_goes_better_the_second_time(mirror: Mirror, library: Library, fault: Answer) -> None:
    mirror.answers[path(7)] = [fault, body(BOOK.encode())]
    assert library.book(7) == BOOK
    assert mirror.asked == [path(7)] * 2


def test_waits_as_long_as_it_is_asked_to(mirror: Mirror, library: Library) -> None:
    mirror.answers[path(7)] = [status(429, Retry_After="1"), body(BOOK.encode())]
    started = time.monotonic()
    assert library.book(7) == BOOK
    assert 1 <= time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (status(503), "the mirror answers 503.*try again later"),
        (body(BOOK.encode()[:300], missing=500), "of 800 bytes came"),
        (drop, "can't be downloaded"),
        (status(403), "refused with 403"),
        (body(b"x" * 5000), "larger than 4,000 bytes"),
    ],
    ids=["503", "truncated", "dropped", "403", "large"],
)
def test_gives_up_with_a_sentence_and_keeps_nothing_half(
    mirror: Mirror, library: Library, fault: Answer, message: str
) -> None:
    mirror.answers[path(5)] = [body(BOOK.encode())]
    mirror.answers[path(7)] = [fault]
    with pytest.raises(CorpusError, match=message) as caught:
        list(read_gutenberg("gutenberg:5,7", replace(library, max_bytes=4000)))
    assert "\n" not in str(caught.value)
    assert len(mirror.asked) <= 1 + library.tries
    assert [file.name for file in library.folder.iterdir()] == ["5.txt"]
    mirror.answers[path(7)] = [body(BOOK.encode())]
    assert len(list(read_gutenberg("gutenberg:5,7", library))) == 2 * len(POEMS)
    assert mirror.asked.count(path(5)) == 1


def test_no_mirror_at_all(tmp_path: Path) -> None:
    nowhere = Library("http://127.0.0.1:9", tmp_path, pause=0.0, tries=2, timeout=0.5)
    with pytest.raises(CorpusError, match="GUTENBERG_MIRROR"):
        nowhere.book(1)


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("latin-1", "iso-8859-1"), ("latin-1", "utf-8"),
     ("cp1252", "us-ascii"), ("utf-8", "iso-8859-1")],
)  # fmt: skip
def test_bytes_decide_the_encoding(
    mirror: Mirror, library: Library, encoding: str, charset: str
) -> None:
    content = BOOK.replace("lantern on the pear", "lantérn on the pear").encode(encoding)
    mirror.answers[path(7)] = [body(content, f"text/plain; charset={charset}")]
    poems = list(read_gutenberg("gutenberg:7", library))
    assert poems == POEMS  # accents are for typesetters


def test_as_a_corpus(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUTENBERG_MIRROR", mirror.url + "/")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(Library, "__init__", _impatient(Library.__init__))
    mirror.answers[path(99999)] = [body(BOOK.encode())]
    assert load_corpus(["gutenberg:99999"]) == POEMS
    assert (tmp_path / "discord-poet" / "gutenberg" / "99999.txt").is_file()
    monkeypatch.setenv("GUTENBERG_MIRROR", "ftp://example")
    with pytest.raises(CorpusError, match="must begin with https://"):
        load_corpus(["gutenberg:99999"])


def _impatient(init: Callable[..., None]) -> Callable[..., None]:
    return lambda self, mirror, folder: init(self, mirror, folder, pause=0.01)


def test_numbers() -> None:
    assert parse_numbers("gutenberg") == []
    assert parse_numbers("gutenberg:1322, 8800,1322") == [1322, 8800]
    for wrong in ("gutenberg:", "gutenberg:x", "gutenberg:1,,2", "gutenberg:-1", "gutenberg:../1"):
        with pytest.raises(CorpusError, match="names no books"):
            parse_numbers(wrong)


def test_the_list_of_books() -> None:
    listed = book_list()
    assert len(listed) > 1000
    assert listed[26] == "John Milton"
    assert all(author and number > 0 for number, author in listed.items())


def test_a_book_without_marks() -> None:
    bare = BOOK.replace("*** START OF", "").replace("*** END OF", "")
    assert [poem.text for poem in poems_of(bare)] == [LANTERN, MILL]


def test_a_book_of_prose_has_no_poems() -> None:
    chapters = "\n\n".join(f"CHAPTER {number}\n\n{PROSE}\n{PROSE}" for number in range(1, 9))
    assert poems_of(f"Author: Ann Miller\n\n{chapters}") == []


def test_contents_without_page_numbers_are_no_poem() -> None:
    titles = ["The Lantern", "The Mill", "Song of the Orchard", "Evening on the Weir", "Farewell"]
    listed = "\n".join(f"  {title}" for title in titles)
    assert [poem.text for poem in poems_of(f"CONTENTS\n\n{listed}\n\n\n\n{VERSE}")] == [
        LANTERN,
        MILL,
    ]


def test_parts_of_a_poem_share_its_title() -> None:
    parts = VERSE.replace("THE LANTERN\n", "THE LANTERN\n\n     I\n").replace("THE MILL", "II")
    assert [poem.title for poem in poems_of(parts)] == ["THE LANTERN", "THE LANTERN"]
