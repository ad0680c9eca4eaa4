"""What a poem is to be is kept by rule, so even a network that never learnt anything keeps it."""

import itertools
import re
from collections.abc import Callable
from functools import partial

import pytest

from model.poet import Poet
from model.verse import composer, forms
from model.verse.composer import alternating, composing, proposed
from model.verse.forms import FORMS, IAMB, Form
from model.verse.prosody import last_word, rhyme, words
from model.verse.remarks import Remark, RequestError
from model.verse.request import Poem, PoemRequest
from model.verse.writing import write as write_in_one_go

LONG = 60.0
"""Seconds that no poem here needs, so that none is hurried."""
SEED = "The sea is deep, the moon is bright"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules hold for few candidates as for many."""
    monkeypatch.setattr(composer, "CANDIDATES", 12)
    monkeypatch.setattr(composer, "FEWEST", 2)
    monkeypatch.setattr(composer, "ROUNDS", 1)


def compose(
    poet: Poet,
    request: PoemRequest,
    on_text: Callable[[str], None] = lambda text: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Poem:
    return write_in_one_go(partial(composing, poet), request, on_text, cancelled)


def write(poet: Poet, seed_text: str = SEED, **wishes: object) -> Poem:
    request = PoemRequest(seed_text, **({"max_seconds": LONG} | wishes))  # type: ignore[arg-type]
    return compose(poet, request)


def lines_of(poem: Poem) -> list[str]:
    return [line for line in poem.text.split("\n") if line]


def ends(poem: Poem) -> list[str]:
    return [last_word(line) or "" for line in lines_of(poem)]


def made_of(poet: Poet, text: str) -> set[str]:
    """The words of a text that are not in the poet's stock."""
    return {part for word in words(text) for part in word.split("-")} - set(poet.stock.words)


@pytest.mark.parametrize(
    ("form", "lines", "stanzas"),
    [
        ("couplet", 4, [2, 2]),
        ("tercet", None, [3]),
        ("quatrain", 8, [4, 4]),
        ("quatrain-abba", None, [4]),
        ("ballad", 4, [4]),
        ("limerick", None, [5]),
        ("haiku", None, [3]),
    ],
)
def test_a_form_is_kept(poet: Poet, form: str, lines: int | None, stanzas: list[int]) -> None:
    request = PoemRequest(SEED, form=form, lines=lines, max_seconds=LONG)
    poem = compose(poet, request)
    assert poem.stopped_by == "end"
    assert [len(stanza.split("\n")) for stanza in poem.text.split("\n\n")] == stanzas
    assert not made_of(poet, poem.text)
    last: dict[int, list[str]] = {}
    for line, end in zip(request.plan(), ends(poem), strict=True):
        if line.rhyme is not None:
            last.setdefault(line.rhyme, []).append(end.split("-")[-1])
    for one, other in itertools.chain(*(itertools.combinations(w, 2) for w in last.values())):
        assert rhyme(one, other), (one, other)


def test_the_pieces_are_the_poem_and_begin_with_the_seed(poet: Poet) -> None:
    pieces: list[str] = []
    poem = compose(poet, PoemRequest("the sea", form="couplet", max_seconds=LONG), pieces.append)
    assert "".join(pieces) == poem.text
    assert poem.opening == "the sea"
    assert re.match(r"the sea\b", poem.text)
    assert len(lines_of(poem)) == 2


def test_a_poem_of_its_own_plan(poet: Poet) -> None:
    poem = write(poet, "the sea")
    assert 4 <= len(lines_of(poem)) <= 12
    assert not made_of(poet, poem.text)
    assert len(lines_of(write(poet, "the sea", lines=5))) == 5


def test_same_request_same_poem(poet: Poet) -> None:
    first, again, other = (write(poet, seed=seed, form="quatrain") for seed in (7, 7, 8))
    assert first.text == again.text
    assert first.text != other.text
    assert first.notes == again.notes


def test_an_acrostic(poet: Poet) -> None:
    poem = write(poet, "", acrostic="boat sail")
    assert "".join(line[0] for line in lines_of(poem)) == "BOATSAIL"
    assert poem.text.split("\n\n")[0].count("\n") == 3
    assert poem.opening == ""
    assert not made_of(poet, poem.text)
    assert not poem.notes


def test_an_acrostic_keeps_a_seed_that_fits(poet: Poet) -> None:
    poem = write(poet, "so deep", acrostic="so")
    assert poem.text.startswith("so deep")
    assert [line[0].upper() for line in lines_of(poem)] == ["S", "O"]


def test_an_acrostic_before_a_seed_that_does_not_fit(poet: Poet) -> None:
    poem = write(poet, "moonlit night", acrostic="so")
    assert [line[0] for line in lines_of(poem)] == ["S", "O"]
    assert Remark("seed_made_theme", {"initial": "S"}) in poem.notes
    assert poem.opening == ""


def test_nothing_rhymes_with_orange(poet: Poet) -> None:
    poem = write(poet, "The sea is deep, the moon is bright orange", form="couplet")
    assert len(lines_of(poem)) == 2
    assert list(map(str, poem.notes)) == ["I know no other rhyme for orange."]


def test_more_lines_than_the_form_has(poet: Poet) -> None:
    poem = write(poet, "one\ntwo\nthree\nfour", form="couplet")
    assert poem.text.replace("\n\n", "\n").startswith("one\ntwo\nthree\nfour")
    assert len(lines_of(poem)) == 4
    assert "Your words fill 4 lines, more than the 2 of this form." in map(str, poem.notes)


def test_time_stops_a_poem(poet: Poet) -> None:
    poem = write(poet, "the sea", form="couplet", lines=16, max_seconds=0.1)
    assert poem.stopped_by == "time"
    assert poem.seconds < 2
    written = len(lines_of(poem))
    assert written < 16
    assert f"Only {written} of 16 lines are there: time was over." in map(str, poem.notes)


def test_a_cancelled_poem_has_whole_lines_only(poet: Poet) -> None:
    whole = write(poet, form="quatrain", lines=8)
    pieces: list[str] = []
    request = PoemRequest(SEED, form="quatrain", lines=8, max_seconds=LONG)
    poem = compose(poet, request, pieces.append, lambda: "".join(pieces).count("\n") >= 2)
    assert poem.stopped_by == "cancelled"
    assert "".join(pieces) == poem.text
    assert 2 < len(lines_of(poem)) < 8
    assert whole.text.startswith(poem.text + "\n")


def test_two_poems_in_turns_are_those_written_alone(poet: Poet) -> None:
    requests = [PoemRequest(SEED, seed, form="couplet", max_seconds=LONG) for seed in (1, 2)]
    alone = [compose(poet, request).text for request in requests]
    turns = [composing(poet, request) for request in requests]
    texts = ["", ""]
    for one, other in itertools.zip_longest(*turns, fillvalue=""):
        texts = [texts[0] + one, texts[1] + other]
    assert texts == alone


def test_a_new_form_is_a_new_entry(poet: Poet, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Form("mine", "five lines", "ABABA", (2 * IAMB, 3 * IAMB), repeats=False)
    monkeypatch.setitem(forms.FORMS, "mine", mine)
    assert FORMS["mine"] is mine
    poem = write(poet, "the sea", form="mine")
    assert len(lines_of(poem)) == 5
    one, two, *others = (end.split("-")[-1] for end in ends(poem))
    assert all(rhyme(one, end) for end in others[::2])
    assert rhyme(two, others[1])


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"form": "epic"}, "no form epic"),
        ({"manner": "nobody at all"}, "I have read nothing by"),
        ({"seed_text": "🌙"}, "Latin alphabet"),
        ({"temperature": 99.0}, "temperature"),
    ],
)
def test_refusals_come_before_any_text(poet: Poet, wishes: dict[str, object], message: str) -> None:
    pieces: list[str] = []
    request = PoemRequest(**({"seed_text": "the sea"} | wishes))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=message) as caught:
        compose(poet, request, pieces.append)
    assert not "".join(pieces)
    assert "temperature" in wishes or isinstance(caught.value, RequestError)


def test_alternating() -> None:
    assert alternating(8).scheme == "ABABABAB"
    assert alternating(6).scheme == "ABABCC"


@pytest.mark.parametrize(
    ("written", "scheme", "stanzas"),
    [("§ABAB②\n", "ABAB", 2), ("§-A-A①@", "-A-A", 1), ("§AA⑫#", "AA", 12)],
)
def test_plans_that_make_sense(written: str, scheme: str, stanzas: int) -> None:
    form = proposed(written)
    assert form is not None
    assert (form.scheme, form.stanzas) == (scheme, stanzas)


@pytest.mark.parametrize(
    "written", ["§A①\n", "§ABAB\n", "§abab①\n", "§", "§AB/BA\n", "§ABABABABC①"]
)
def test_plans_that_make_none(written: str) -> None:
    assert proposed(written) is None
