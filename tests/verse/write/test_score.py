"""Of two lines that differ in one thing, the better one scores better."""

from dataclasses import replace

import pytest

from verse.write.score import WEAKEST_WORD_WEIGHT, Asked, likelihood, mentions, root, score

ASKED = Asked(
    syllables=8, exact=True, rhythm="01010101", partners=(),
    theme=(), before=(),
    closes=False,
)  # fmt: skip
LINE = "The sea at night is dark and deep,"


def value(text: str, asked: Asked = ASKED, logprob: float = -1.0) -> float:
    return score(text, [logprob / 10] * (len(text) + 1), asked)[0]


@pytest.mark.parametrize(
    ("better", "worse", "change"),
    [
        (LINE, "The sea at night is dark, and I fall,", {}),  # nine syllables
        (LINE, "Wonderful oceans, beautiful,", {}),  # metre
        (LINE, "Wonderful oceans, beautiful,", {"rhythm": None}),
        (LINE, "The sea at night is dark, a fire,", {}),  # one syllable or two
        (LINE, "The sea at night is night and deep,", {}),  # a word twice
        (LINE, "The sea at at is dark and deep,", {}),
        (LINE, "A sea at night is dark and blue,", {"partners": ("sleep",)}),
        (LINE, "The sky at dawn is dark and deep,", {"theme": ("night",)}),
        ("The sea at dawn is cold and deep,", LINE, {"before": ("A moonlit dark, a night",)}),
        ("A sea at dawn is dark and deep,", "The sea at dawn is dark and deep,",
         {"before": ("The rose is red",)}),
        (LINE, LINE[:-1], {"closes": True}),
    ],
)  # fmt: skip
def test_better_and_worse(better: str, worse: str, change: dict[str, object]) -> None:
    asked = replace(ASKED, **change)  # type: ignore[arg-type]
    assert value(better, asked) > value(worse, asked)


def test_a_line_is_as_likely_as_its_characters_and_its_weakest_word() -> None:
    assert likelihood("a b\n", [-1.0] * 4) == pytest.approx(-1 - 2 * WEAKEST_WORD_WEIGHT)
    even = likelihood("the sea\n", [-1.0] * 8)
    assert even == pytest.approx(-1 - 4 * WEAKEST_WORD_WEIGHT)
    odd = likelihood("the sea\n", [-0.5] * 4 + [-1.5] * 4)
    assert odd == pytest.approx(-1 - 6 * WEAKEST_WORD_WEIGHT)
    # Of a line whose beginning was given, what was written counts.
    asked = replace(ASKED, rhythm="????????")
    whole, part = (score(LINE, [-1.0] * count, asked)[0] for count in (len(LINE) + 1, 6))
    assert part - whole == pytest.approx(0)


def test_what_must_be_kept() -> None:
    def suits(text: str, **changes: object) -> bool:
        return score(text, [-1.0], replace(ASKED, **changes))[1]  # type: ignore[arg-type]

    assert suits(LINE)
    assert not suits("The sea is dark and deep,")
    assert not suits("The sea at night is so dark and deep,")
    assert suits("The sea at night is so dark and deep,", exact=False)
    assert not suits("The sea is dark and deep,", exact=False)
    assert suits(LINE, partners=("sleep", "keep"))
    assert not suits(LINE, partners=("sleep", "night"))
    assert not suits("The sea at night is dark and love,", partners=("prove",))  # to the eye only
    assert suits(LINE, theme=("nights",), owes_theme=True)
    assert not suits(LINE, theme=("day",), owes_theme=True)


def test_a_hyphenated_line_end_rhymes_as_a_whole() -> None:
    def suits(text: str, partner: str) -> bool:
        return score(text, [-1.0], replace(ASKED, partners=(partner,)))[1]

    assert suits("The sea at night is cold, storm-blue,", "true")
    assert not suits("The sea is dark, the moon un-kind,", "kind")


def test_a_theme_is_spoken_of_once() -> None:
    asked = replace(ASKED, theme=("night",))
    again = replace(asked, before=("By night",))
    assert value(LINE, asked) - value(LINE, replace(asked, theme=())) > 0.3
    assert value(LINE, again) == value(LINE, replace(again, theme=()))


def test_other_forms_of_a_word_are_that_word() -> None:
    assert mentions(("night", "flower"), ["flowers", "nights", "sea"]) == {"night", "flower"}
    assert mentions(("night",), ["nigh"]) == set()


@pytest.mark.parametrize(
    "forms",
    ["sea seas", "flower flowers flower's", "love loves loved loving", "sky skies", "tree trees",
     "glass glasses", "storm storms stormed storming", "city cities", "bed beds"],
)  # fmt: skip
def test_forms_of_a_word_have_one_root(forms: str) -> None:
    assert len(set(map(root, forms.split()))) == 1


@pytest.mark.parametrize(
    ("word", "other"),
    [("sea", "season"), ("star", "start"), ("king", "ring"), ("see", "sea"), ("red", "reed")],
)
def test_words_that_only_begin_alike_have_not(word: str, other: str) -> None:
    assert root(word) != root(other)
