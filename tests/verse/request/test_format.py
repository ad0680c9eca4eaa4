"""What the network reads and writes says the same as the poem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.tokenizer import POEM_END
from verse.request.format import MARKS, SIGNS, Header, count, read, write, write_line

PLAIN = st.text("abcXYZ '-,.!\"", min_size=1, max_size=40)
STANZAS = st.lists(st.lists(PLAIN, min_size=1, max_size=5), min_size=1, max_size=4)
HEADERS = st.builds(
    Header,
    scheme=st.sampled_from(["", "AABB", "-A-A", "AA/BCBC"]),
    stanzas=st.integers(0, 25),
    author=st.sampled_from(["", "John Keats", "Sir W. S. Gilbert"]),
    theme=st.sampled_from([(), ("sea",), ("sea", "night")]),
)


def lines_of(stanzas: list[list[str]]) -> list[str]:
    lines = [line for stanza in stanzas for line in ["", *stanza]]
    return lines[1:]


@given(stanzas=STANZAS, header=HEADERS, data=st.data())
def test_what_was_written_is_read(
    stanzas: list[list[str]], header: Header, data: st.DataObject
) -> None:
    lines = lines_of(stanzas)
    counts = data.draw(
        st.none() | st.lists(st.integers(0, 30), min_size=len(lines), max_size=len(lines))
    )
    written = write(lines, header, counts)
    assert read(written) == read(written + POEM_END) == "\n".join(lines)
    assert written.count(POEM_END) == 1
    assert written.startswith(POEM_END)


def test_a_line_stands_behind_its_syllables() -> None:
    assert write_line("And where I sleep,", 4) == "④And where I sleep,"
    assert write_line("The sea") == "The sea"
    assert write_line("", 3) == ""


@pytest.mark.parametrize(("number", "sign"), [(1, "①"), (20, "⑳"), (0, ""), (21, ""), (None, "")])
def test_counts(number: int | None, sign: str) -> None:
    assert count(number) == sign


def test_a_header_says_only_what_is_asked() -> None:
    assert Header().write() == POEM_END
    assert Header(theme=("sea", "night")).write() == POEM_END + "#sea night\n"
    full = Header("ABAB", 2, "Emily Dickinson", ("sea",))
    assert full.write() == POEM_END + "§ABAB②@Emily Dickinson#sea\n"
    assert Header("AA/BCBC").write() == POEM_END + "§AA/BCBC\n"


def test_a_poem_of_which_nothing_is_said_stands_as_it_is() -> None:
    assert write(["One,", "", "two."]) == POEM_END + "One,\n\ntwo."


def test_the_marks_suffice_for_headers() -> None:
    header = Header("ABAB/CC", 0, "", ()).write() + Header("-A-A", 20).write()
    assert set(header) <= set(MARKS) | {POEM_END, "\n"}
    assert set(MARKS) >= SIGNS
