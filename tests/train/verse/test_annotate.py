"""What a header says is what the poem does; and no draw of a header changes the poem."""

import random
from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.tokenizer import POEM_END
from train.corpus.poem import Poem
from train.verse.annotate import (
    PART_CHARS,
    Part,
    annotate,
    describe,
    divide,
    rhyme_scheme,
    sample_header,
)
from train.verse.register import register_of
from verse.request.format import Header, read

STANZA = ["The sea is wide and cold at night,", "And I am far from home;",
          "The harbour shows its only light,", "The waves are white with foam."]  # fmt: skip


@pytest.mark.parametrize(
    ("ends", "scheme"),
    [
        ("night garden light foam", "A-A-"),
        ("night light sea free", "AABB"),
        ("night sea light free", "ABAB"),
        ("night sea free light", "ABBA"),
        ("night sea garden free", "-A-A"),
        ("night light bright sight", "AAAA"),
        ("night garden window silver sea light", "------"),  # too far apart
        ("night night", "--"),  # the same word is no rhyme
        ("night", "-"),
    ],
)
def test_rhyme_schemes(ends: str, scheme: str) -> None:
    assert rhyme_scheme([f"and then the {end}," for end in ends.split()]) == scheme


def test_a_line_without_words_rhymes_with_nothing() -> None:
    assert rhyme_scheme(["the night", "* * *", "the light"]) == "A-A"


def described(lines: list[str], author: str = "", themes: tuple[str, ...] = ()) -> Part:
    """Describes a whole poem."""
    text = "\n".join(lines)
    return describe(Poem(text, author), text, themes)


def test_what_is_said_of_a_part() -> None:
    part = described([*STANZA, "", *STANZA], "Zoë Jones (ed.)", ("harbour",))
    assert part.scheme == rhyme_scheme(STANZA)
    assert part.stanzas == 2
    assert part.syllables == (8, 6, 8, 6, 0, 8, 6, 8, 6)
    assert part.author == "Zo Jones ed."
    assert part.text.split("\n\n") == ["\n".join(STANZA)] * 2
    unlike = described([*STANZA, "", *STANZA[:2]])
    assert (unlike.scheme, unlike.stanzas) == (f"{rhyme_scheme(STANZA)}/--", 0)


@settings(max_examples=40, deadline=None)
@given(
    stanzas=st.lists(
        st.lists(st.integers(1, 9).map(lambda n: "word " * n + "end"), min_size=1, max_size=30),
        min_size=1,
        max_size=8,
    )
)
def test_parts_keep_all_lines_in_order(stanzas: list[list[str]]) -> None:
    text = "\n\n".join(map("\n".join, stanzas))
    parts = list(divide(text))
    assert [line for part in parts for line in part.split("\n") if line] == list(chain(*stanzas))
    assert max(map(len, parts)) <= 2 * PART_CHARS  # stanzas are cut by lines, which differ
    assert not any(part.startswith("\n") or part.endswith("\n") for part in parts)


def test_a_short_poem_is_one_part_and_a_sonnet_too() -> None:
    assert list(divide("\n".join(STANZA))) == ["\n".join(STANZA)]
    sonnet = "\n".join(14 * ["Ten syllables are in a line like this,"])
    assert list(divide(sonnet)) == [sonnet]


def test_a_poem_with_the_formats_own_signs_is_left_out() -> None:
    poems = [Poem("\n".join(STANZA), "A"), Poem("See § 4,\nand more"), Poem("# 1\nno")]
    assert [part.text for part in annotate(poems)] == ["\n".join(STANZA)]


def test_themes_are_what_sets_a_part_apart() -> None:
    others = [Poem(f"Nothing about the {'lantern' if n < 8 else 'thing'} {n}") for n in range(300)]
    (*_, last) = annotate([*others, Poem("My lantern, lantern, and a nonceword thing")])
    assert last.themes == ("lantern",)


def drawn(part: Part, seed: int) -> str:
    """The part as one training reads it."""
    header, counted = sample_header(part, random.Random(seed))
    return header.write() + part.body(counted)


def test_every_draw_reads_back_to_the_poem() -> None:
    part = described([*STANZA, "", *STANZA], "John Keats", ("harbour", "waves", "light", "home"))
    written = [drawn(part, seed) for seed in range(300)]
    assert {read(one) for one in written} == {part.text}
    headers = [one.split("\n")[0] for one in written]
    for sign in "§@#":
        assert 0.3 < sum(sign in header for header in headers) / 300 < 0.65
    bare = [one for one in written if one == Header().write() + part.text]
    assert len(bare) > 30
    full = [one for one in headers if "§" in one and "@John Keats#" in one]
    assert full
    assert all(len(one.partition("#")[2].split()) <= 3 for one in full)
    assert any("\n④" in one or "\n⑧" in one for one in written)


def test_the_same_seed_samples_the_same() -> None:
    part = described(STANZA, "John Keats", ("harbour",))
    assert all(a == b for a, b in pairwise(drawn(part, 5) for _ in range(3)))


def test_the_register_is_told_by_the_words() -> None:
    plain = "She'd left her coat and I'd called twice.\nThe bus was late. Where'd he go?"
    old = "Thou art the star that guides my way,\nO'er hill and vale at close of day."
    assert [register_of(text) for text in (plain, old)] == ["plain", "old"]
    parts = annotate([Poem(plain), Poem(old)])
    assert [part.register for part in parts] == ["plain", "old"]


def test_what_a_poem_answers_is_its_theme_in_the_order_typed() -> None:
    asked = Poem("My old bike leans against the wall.\nI ring the bell.", prompt="my old bike")
    (part,) = annotate([asked])
    assert part.themes == ("old", "bike")
    rng = random.Random(1)
    themes = {sample_header(part, rng)[0].theme for _ in range(50)}
    assert themes == {(), ("old", "bike")}


def test_prose_has_neither_rhymes_nor_syllables() -> None:
    story = "Tom lost a shoe in the lake.\n\nA duck sat on it, and would not get up."
    (part,) = annotate([Poem(story, prompt="a shoe", prose=True)])
    rng = random.Random(1)
    samples = [sample_header(part, rng) for _ in range(50)]
    assert not any(counted for _, counted in samples)
    assert {header.write()[1:2] for header, _ in samples} == {"", "♮"}
    full = next(header for header, _ in samples if header.theme)
    assert full.write() == POEM_END + "♮¶#shoe\n"
    assert part.text == story
