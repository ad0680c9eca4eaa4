"""What a poem is to be is kept by rule, so even a network that never learnt anything keeps it."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from model.fast.decoder import Prefix, Row, SamplingParams
from model.tokenizer import POEM_END
from tests.verse.write.writing import LONG, SEED, compose, ends, lines_of, made_of, write
from verse.judge.copying import copying
from verse.judge.known_runs import KnownRuns
from verse.request import forms
from verse.request.forms import FORMS, IAMB, Form
from verse.request.messages import Message, RequestError
from verse.request.request import PoemRequest
from verse.sound.prosody import rhyme, syllables, words
from verse.write import composer, line_ends
from verse.write.composer import Composer
from verse.write.draft import Draft, Written
from verse.write.poet import Poet
from verse.write.score import mentions
from verse.write.word_list import WordList


@pytest.mark.parametrize("way", ["poet", "by_line"])
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
def test_a_form_is_kept(
    poet: Poet,
    way: str,
    form: str,
    lines: int | None,
    stanzas: list[int],
    request: pytest.FixtureRequest,
) -> None:
    request.getfixturevalue(way)
    asked = PoemRequest(SEED, form=form, lines=lines, max_seconds=LONG)
    poem = compose(poet, asked)
    assert poem.stopped_by == "end"
    assert [len(stanza.split("\n")) for stanza in poem.text.split("\n\n")] == stanzas
    assert not made_of(poet, poem.text)
    last: dict[int, list[str]] = {}
    for line, end in zip(asked.plan(), ends(poem), strict=True):
        if line.rhyme is not None:
            last.setdefault(line.rhyme, []).append(end.split("-")[-1])
    for one, other in itertools.chain(*(itertools.combinations(w, 2) for w in last.values())):
        assert rhyme(one, other), (one, other)


@pytest.mark.parametrize("seed_text", ["sea", "the sea", "so still the sea", "my silver sea at"])
def test_a_haiku_counts_right_whatever_it_begins_with(poet: Poet, seed_text: str) -> None:
    for seed in (1, 2):
        poem = write(poet, seed_text, seed=seed, form="haiku")
        assert list(map(syllables, lines_of(poem))) == [5, 7, 5], poem.text
        assert poem.text.lower().startswith(seed_text)


def test_the_pieces_are_the_poem_and_begin_with_the_seed(poet: Poet) -> None:
    pieces: list[str] = []
    poem = compose(poet, PoemRequest("the sea", form="couplet", max_seconds=LONG), pieces.append)
    assert "".join(pieces) == poem.text
    assert pieces[0] == poem.opening == "The sea"
    assert re.match(r"The sea\b", poem.text)
    assert len(lines_of(poem)) == 2


def test_a_free_poem_has_stanzas(poet: Poet) -> None:
    poem = write(poet, "the sea")
    assert len(lines_of(poem)) in (4, 8)
    assert not made_of(poet, poem.text)
    sizes = {stanza.count("\n") + 1 for stanza in poem.text.split("\n\n")}
    assert sizes in ({4}, {6})
    seven = write(poet, "the sea", lines=7)
    assert [stanza.count("\n") + 1 for stanza in seven.text.split("\n\n")] == [4, 3]


def test_lines_in_the_same_place_of_free_stanzas_are_equally_long(poet: Poet) -> None:
    poem = write(poet, "the sea", lines=8)
    first, second = ([*map(syllables, half.split("\n"))] for half in poem.text.split("\n\n"))
    assert first == second


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
    assert poem.text.startswith("So deep")
    assert [line[0].upper() for line in lines_of(poem)] == ["S", "O"]


def test_an_acrostic_before_a_seed_that_does_not_fit(poet: Poet) -> None:
    poem = write(poet, "moonlit night", acrostic="so")
    assert [line[0] for line in lines_of(poem)] == ["S", "O"]
    assert Message("seed_misses_letter", {"line": 1, "initial": "S"}) in poem.notes
    assert poem.opening == ""


def test_an_acrostic_names_the_line_that_the_seed_does_not_fit(poet: Poet) -> None:
    poem = write(poet, "sea\nmoon", acrostic="so")
    assert Message("seed_misses_letter", {"line": 2, "initial": "O"}) in poem.notes
    assert [line[0] for line in lines_of(poem)] == ["S", "O"]


@pytest.mark.parametrize(
    ("theme", "form"),
    [("nights", "quatrain"), ("fires", "quatrain"), ("moon", "couplet"), ("silver", "haiku")],
)
def test_a_theme_is_spoken_of(poet: Poet, theme: str, form: str) -> None:
    for seed in (1, 2, 3):
        poem = write(poet, "the sea", seed=seed, form=form, theme=theme)
        assert mentions({theme}, words(poem.text)) or poem.notes == (
            Message("theme_not_spoken_of", {"theme": theme}),
        )
        if form != "couplet":  # whose second line has to rhyme with an end left to luck
            assert not poem.notes


def test_a_theme_of_many_words_is_cut_with_a_note(poet: Poet) -> None:
    cut = Message("theme_cut", {"most": 3, "theme": "river, moon, rain"})
    asked = "the river, the moon and the rain"
    assert cut not in write(poet, "the sea", form="haiku", theme=asked).notes
    assert cut in write(poet, "the sea", form="haiku", theme=f"{asked} of silver gold").notes


def test_a_theme_that_no_line_can_speak_of(poet: Poet) -> None:
    poem = write(poet, "the sea", form="couplet", theme="zebra")
    assert list(map(str, poem.notes)) == ["I found no line that speaks of zebra."]
    poem = write(poet, "the sea", form="couplet", theme="π")
    assert poem.notes == (Message("theme_unknown"),)


def test_a_theme_too_long_for_a_line_does_not_end_it(
    poet: Poet, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = list(poet.word_list.syllables)
    counts[poet.word_list.places["silver"]] = 9
    monkeypatch.setitem(poet.word_list.__dict__, "syllables", tuple(counts))
    assert len(lines_of(write(poet, "the sea", form="haiku", theme="silver"))) == 3


def test_good_beginnings_are_given_other_ends(poet: Poet, monkeypatch: pytest.MonkeyPatch) -> None:
    fork, ends = poet.decoder.fork, set[str]()

    def noted(origins: Sequence[tuple[Row, int]], params: Sequence[SamplingParams]) -> list[Row]:
        rows = fork(origins, params)
        assert len(set(origins)) <= composer.STEMS
        for (origin, at), row in zip(origins, rows, strict=True):
            head = poet.decode(origin.tokens[:at])
            text = poet.decode(row.tokens).strip()
            assert text.startswith(head)
            if row.reason == "stop":
                assert syllables(text) - syllables(head) <= composer.MAX_ENDING_SYLLABLES
                ends.add(text)
        return rows

    monkeypatch.setattr(poet.decoder, "fork", noted)
    lines = lines_of(write(poet, form="quatrain", lines=8))
    assert ends & set(lines)  # now and then another end is the better one


@pytest.mark.usefixtures("by_line")
def test_a_poor_line_is_tried_once_more(poet: Poet, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Counter[int]()
    candidates = composer.Composer.candidates

    def noted(self: composer.Composer, *arguments: Any) -> list[Row]:
        written[self.draft.place] += 1
        return candidates(self, *arguments)

    monkeypatch.setattr(composer.Composer, "candidates", noted)
    monkeypatch.setattr(composer, "MAX_BACKTRACKS", 0)
    monkeypatch.setattr(composer, "MAX_ROUNDS", 2)
    poems = []
    for good_enough, times in ((-math.inf, 1), (math.inf, 2)):
        written.clear()
        monkeypatch.setattr(composer, "GOOD_ENOUGH_SCORE", good_enough)
        poems.append(write(poet, form="haiku").text)
        assert set(written.values()) == {times}
    assert poems[0] != poems[1]


@pytest.mark.usefixtures("by_line")
def test_only_the_last_line_ends_the_poem(poet: Poet, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes next is part of how likely a line is, and after a poem comes another."""
    ends: list[set[str]] = []
    branch = poet.decoder.branch

    def noted(
        prefix: Prefix, params: Sequence[SamplingParams], *rest: Any, **others: Any
    ) -> list[Row]:
        rows = branch(prefix, params, *rest, **others)
        ends.append({poet.decode(row.tokens)[-1] for row in rows if row.reason == "stop"})
        return rows

    monkeypatch.setattr(poet.decoder, "branch", noted)
    poem = write(poet, form="haiku")
    assert poem.text[-1] in ".!?"
    assert ends[0] == ends[-2] == {"\n"}
    assert ends[-1] == {POEM_END}


def test_what_the_corpus_has_is_not_said_again(poet: Poet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composer, "CANDIDATES", 8)
    before = write(poet, form="couplet", lines=4)
    monkeypatch.setattr(poet, "known_runs", KnownRuns.of([before.text]))
    after = write(poet, form="couplet", lines=4)
    assert before.text.startswith(SEED)
    assert after.text.startswith(SEED)  # what was typed stays, whoever wrote it
    new = after.text.removeprefix(SEED)
    assert not copying([new], [before.text]).longest


def test_only_what_the_corpus_has_is_better_than_nothing(
    poet: Poet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poet, "known_runs", KnownRuns.of(["a"]))
    monkeypatch.setattr(KnownRuns, "holds", lambda self, text, after: True)
    poem = write(poet, form="couplet")
    assert len(lines_of(poem)) == 2
    assert poem.notes == (Message("may_recite", {"lines": "1, 2"}),)


@pytest.mark.parametrize(("times", "rewritten"), [(1, {2}), (2, {1, 2}), (9, {1, 2})])
def test_a_line_then_a_stanza_is_taken_back_when_the_next_one_fails(
    poet: Poet, monkeypatch: pytest.MonkeyPatch, times: int, rewritten: set[int]
) -> None:
    """The last line of a second ABAB stanza fails so many times: what its rhyme hangs on goes."""
    attempts: list[tuple[int, str]] = []
    write_line = Composer.write_line

    def failing(self: Composer, prefix: object) -> Written | None:
        place = self.draft.place
        line = write_line(self, prefix)  # type: ignore[arg-type]
        assert line is not None
        attempts.append((place, line.text))
        fails = place == 7 and sum(one == 7 for one, _ in attempts) <= times
        return replace(line, satisfies=not fails)

    monkeypatch.setattr(Composer, "write_line", failing)
    monkeypatch.setattr(WordList, "is_rich", lambda self, word: False)  # else no line waits
    pieces: list[str] = []
    request = PoemRequest(SEED, form="quatrain", lines=8, max_seconds=LONG)
    poem = compose(poet, request, pieces.append)
    assert "".join(pieces) == poem.text
    assert poem.stopped_by == "end"
    written = {place: [text for one, text in attempts if one == place] for place in range(8)}
    assert all(len(written[place]) == 1 for place in range(4))
    assert {place - 4 for place in range(4, 7) if len(written[place]) > 1} == rewritten
    assert written[6][0] != written[6][1]
    assert len(written[7]) == min(times, composer.MAX_BACKTRACKS) + 1


def test_the_opening_is_how_the_poem_begins_across_stanzas(poet: Poet) -> None:
    seed = "The sea is deep,\nthe moon is bright,\nthe day is long,\nthe ground"
    poem = write(poet, seed, form="couplet", lines=6)
    assert poem.opening == "The sea is deep,\nThe moon is bright,\n\nThe day is long,\nThe ground"
    assert poem.text.startswith(poem.opening)


@pytest.mark.usefixtures("by_line")
def test_a_line_that_nothing_can_answer_is_taken_back(
    poet: Poet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it was typed: that stays, and is said."""
    rhyming, asked = line_ends.rhyming, list[str]()

    def none_at_first(word_list: WordList, draft: Draft, most: int) -> list[str]:
        if draft.place == 1:
            asked.append(draft.texts[0])
            if len(asked) == 1:
                return []
        return rhyming(word_list, draft, most)

    monkeypatch.setattr(line_ends, "rhyming", none_at_first)
    monkeypatch.setattr(WordList, "is_rich", lambda self, word: False)
    poem = write(poet, "the sea", form="couplet")
    assert len(asked) == 2
    assert asked[0] != asked[1] == lines_of(poem)[0]
    assert rhyme(*ends(poem)) == "perfect"
    assert not poem.notes


def test_nothing_rhymes_with_orange(poet: Poet) -> None:
    poem = write(poet, "The sea is deep, the moon is bright orange", form="couplet")
    assert len(lines_of(poem)) == 2
    assert list(map(str, poem.notes)) == ["I know no other rhyme for orange."]


@pytest.mark.parametrize(
    ("form", "seed_text", "bent"),
    [
        ("haiku", "The extraordinary", "1"),  # the first line is "The" alone
        ("couplet", "The sea\nThe moon is bright and all the night is", "1"),
        ("couplet", "The sea is deep, the moon is bright to see\n" * 2, "2"),  # no rhyme
        ("free", "The sea\nThe moon\nThe day", ""),
    ],
)
def test_what_the_seed_bends_is_said(poet: Poet, form: str, seed_text: str, bent: str) -> None:
    notes = write(poet, seed_text, form=form).notes
    bends = [message for message in notes if message.name == "seed_bends"]
    assert bends == ([Message("seed_bends", {"lines": bent})] if bent else [])


def test_a_line_that_has_no_room_ends_the_poem(poet: Poet) -> None:
    """However much room the context has left, and whether the line is given or not."""
    for seed_text in ("The sea", "The sea is deep, the moon is bright\n"):
        for room in range(0, 64, 3):
            writing = Composer(poet, PoemRequest(seed_text, form="couplet"), lambda: False)
            writing.draft.given = writing.lay_out()
            prefix = poet.decoder.prefix([1] * (poet.decoder.packed.config.block_size - room))
            line = writing.write_line(prefix)
            assert line is None or len(line.text) < room


def test_more_lines_than_the_form_has(poet: Poet) -> None:
    poem = write(poet, "one\ntwo\nthree\nfour", form="couplet")
    assert poem.text.replace("\n\n", "\n").startswith("One\nTwo\nThree\nFour")
    assert len(lines_of(poem)) == 4
    assert "Your words fill 4 lines, more than the 2 of this form." in map(str, poem.notes)


def test_a_new_form_is_a_new_entry(poet: Poet, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Form("mine", "five lines", "ABABA", (2 * IAMB, 3 * IAMB), repeats=False)
    monkeypatch.setitem(forms.FORMS, "mine", mine)
    assert FORMS["mine"] is mine
    poem = write(poet, "the sea is deep", form="mine")
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
