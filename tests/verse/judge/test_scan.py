"""How a poem scans: syllables, beat, rhymes, form. The words are those that others got wrong."""

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from verse.judge.scan import Scan, scan
from verse.judge.shape import Fault, Shape, shape
from verse.sound.doubts import counts, is_guess

SYLLABLES = {
    1: """furled leered plashed purled thrummed sheaved shawms barque casque masque chouse brr psst
        thx i'th' o'th' snarled world girl masked curled""",
    2: """ev'ry bus'ness int'rest ev'ning sev'ral desp'rate sov'reign dev'lish temp'rate di'mond
        em'rald col'nel conqu'ring conqu'ror seraphs broidered ravished immured mither sumach clotho
        thrumming factious dearie grandees tepees biped whereon whereof whereto hereof falchion
        scutcheon poniard meagre lucre maugre nitre crinkled dandled swaddled tousled tancred
        flexile pensile codger
        ruing horeb yclept wingèd blessèd pâté lethe circe hebe thisbe procne aeon aeons aether
        didnt isnt wasnt couldnt i'd've o'erwhelm sabre kindled therein""",
    3: """ev'rywhere ev'rything minist'ring wheresoe'er prophesy environed
        artemis acheron erebus angelus astarte libations vexations pulsations courtesan accoutred
        dejection subjection hellebore eremite leveret sententious beauteous piteous bounteous
        plenteous duteous escutcheon domicile boreal boreas oread hallowèd résumé niobe arachne
        ismene euterpe danae noösphere pericles shouldn't've y'all'd've omg""",
    4: """lamentations beatitude insatiate sidereal thermopylae malediction amatory uproarious
        censorious avaricious eurydice persephone melpomene mnemosyne terpsichore andromache
        amphitrite alcyone gethsemane hesperides euripides anemone""",
    5: "multifarious",
}  # fmt: skip


@pytest.mark.parametrize(
    ("word", "expected"),
    [(word, count) for count, words in SYLLABLES.items() for word in words.split()],
)
def test_syllables_of_words_that_others_miscount(word: str, expected: int) -> None:
    (line,) = scan(f"the {word} again").lines
    assert line.syllables == expected + 3
    assert len(line.beat.stresses) in range(line.fewest, line.most + 1)
    for doubted in line.doubted:
        assert doubted.counts[0] == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("fire", (1, 2)), ("every", (2, 3)), ("flower", (2, 1)), ("family", (3, 2)),
        ("wandering", (3, 2)), ("memory", (3, 2)), ("poem", (2, 1)), ("cruel", (2, 1)),
        # Of old verse only, or of nobody at all.
        ("heaven", (2,)), ("walked", (1,)), ("going", (2,)), ("lion", (2,)), ("melody", (3,)),
        ("o'er", (1,)), ("wand'ring", (2,)), ("company", (3,)), ("idea", (3,)), ("being", (2,)),
    ],
)  # fmt: skip
def test_words_that_readers_count_differently(word: str, expected: tuple[int, ...]) -> None:
    assert counts(word) == expected


def test_words_that_only_their_letters_sound_out() -> None:
    assert all(map(is_guess, ("flibbertywock", "1609", "mp3", "qwrt", "x" * 60)))
    assert not any(map(is_guess, ("sea", "moon-lit", "unbosomed", "wand'ring", "father's", "'tis")))


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        *((pair, "perfect") for pair in ("furled world", "leered feared", "lamentations nations",
          "ravished lavished", "been seen", "shone gone", "sea tree", "through blue")),
        *((pair, "slant") for pair in ("last glass", "around town", "friends pens", "most close",
          "tale nightingale", "verse universe", "sing everything", "skies melodies", "sky company",
          "mood solitude", "rude solitude", "crawl waterfall", "all waterfall", "know no")),
        *((pair, "eye") for pair in ("love prove", "cough bough", "stone gone", "food good")),
        *((pair, None) for pair in ("us bless", "am gem", "good did", "plough go", "get sit",
          "can sun", "nice peace", "nestle sea", "cat dog", "singing walking")),
        ("rain rain", "same"),
    ],
)  # fmt: skip
def test_kinds_of_rhyme(pair: str, kind: str | None) -> None:
    first, second = pair.split()
    lines = scan(f"we saw the {first}\nwe heard the {second}").lines
    assert [line.rhyme and line.rhyme.kind for line in lines] == [kind, kind]
    if kind:
        assert lines[0].rhyme is not None
        assert (lines[0].rhyme.line, lines[0].rhyme.words) == (1, (first, second))


SONNET = """\
Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date;
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature's changing course untrimm'd;
But thy eternal summer shall not fade,
Nor lose possession of that fair thou ow'st;
Nor shall death brag thou wander'st in his shade,
When in eternal lines to time thou grow'st:
So long as men can breathe or eyes can see,
So long lives this, and this gives life to thee."""


def test_a_sonnet_that_everybody_knows() -> None:
    scanned = scan(SONNET)
    assert [line.most for line in scanned.lines] == [10] * 6 + [11] + [10] * 7
    assert [line.fewest for line in scanned.lines] == [10, 9] + [10] * 12
    assert [line.syllables for line in scanned.lines] == [10, 9] + [10] * 12
    assert scanned.scheme == ("A-A-BCBCDEDEFF",)
    found = shape(scanned)
    assert (found.form, found.is_near) == ("sonnet", True)
    assert found.faults == (Fault("eye", (1, 3)),), "temperate, date"
    assert (found.foot, found.beats) == ("iambic", (5,))
    assert scanned.lines[0].beat.stresses == "0101010101"
    assert [word.text for word in scanned.lines[6].doubted] == ["every"]


@pytest.mark.parametrize(
    ("line", "foot", "beats"),
    [
        ("Tyger, Tyger, burning bright", "trochaic", 4),
        ("The curfew tolls the knell of parting day", "iambic", 5),
        ("And the sheen of their spears was like stars on the sea", "anapaestic", 4),
        ("This is the forest primeval, the murmuring pines and the hemlocks", "dactylic", 6),
        ("Because I could not stop for Death", "iambic", 4),
    ],
)
def test_beats_of_lines_that_everybody_knows(line: str, foot: str | None, beats: int) -> None:
    beat = scan(line).lines[0].beat
    assert (beat.foot, beat.beats) == (foot, beats)


def test_prose_has_no_metre() -> None:
    note = """\
        Please sign the forms, both copies, and send them
        back to the office before Friday at noon,
        or phone us if anything about the dates is wrong.
        We close early on Thursdays, as you know."""
    assert {line.beat.foot for line in scan(note).lines} == {None}


def judged(text: str) -> tuple[Scan, Shape]:
    scanned = scan(text)
    return scanned, shape(scanned)


def test_a_haiku_but_for_one_syllable() -> None:
    exact = judged("An old silent pond\nA frog jumps into the pond\nSplash! Silence again")[1]
    assert (exact.form, exact.faults) == ("haiku", ())
    near = judged("An old silent pond\nA green frog jumps into the pond\nSplash! Silence again")[1]
    assert (near.form, near.is_near) == ("haiku", True)
    assert near.faults == (Fault("syllables", (1,), 1),)
    none = judged("An old pond\nA green frog jumps into the deep pond\nSplash! Silence")[1]
    assert (none.form, none.is_near) == ("haiku", False)


def test_a_doubted_word_may_make_a_haiku() -> None:
    text = "By the fire we wait\nAn owl in the old oak tree\nCounting every spark"
    assert judged(text)[1].faults == ()


def test_a_line_that_does_not_rhyme_is_named() -> None:
    broken = SONNET.replace("summer shall not fade", "summer shall not die")
    found = judged(broken)[1]
    assert (found.form, found.is_near) == ("sonnet", True)
    assert found.faults == (Fault("eye", (1, 3)), Fault("unrhymed", (8, 10)))
    only_in_letters = "I sat beside the one I love\nAnd had not anything to prove"
    assert judged(only_in_letters)[1].faults == (Fault("eye", (0, 1)),)


def test_a_line_too_few_or_too_many() -> None:
    short = judged(SONNET.rpartition("\n")[0])[1]
    assert (short.form, short.is_near) == ("sonnet", True)
    assert short.faults == (Fault("lines", (), -1), Fault("eye", (1, 3)))
    assert judged(SONNET + "\nAnd this is more")[1].faults[0] == Fault("lines", (), 1)
    free = judged("the cat\nthe dog\nthe sea\nthe tree house\nthe door\nthe road")[1]
    assert free.form is None


def test_the_first_letters_of_lines() -> None:
    assert judged("Roses\nover\nsilent\nevening\nseas")[1].initials == "ROSES"
    assert judged("Roses\nover\nsilent\nevenings\nqueue")[1].initials == ""


@pytest.mark.parametrize("text", ["", " \n\n", "***", "🌙\n\n你"])
def test_what_is_no_verse(text: str) -> None:
    scanned, found = judged(text)
    assert len(scanned.lines) == ("你" in text)
    assert found.form is None
    assert found.faults == ()


def test_lines_parted_by_blank_ones_are_one_stanza() -> None:
    spaced = SONNET.replace("\n", "\n\n")
    assert judged(spaced)[1].form == "sonnet"
    assert judged(spaced)[0].scheme == judged(SONNET)[0].scheme


# ----------------------------------------------------------------- poems of every form

PRIMER = Path("train/primer")
QUATRAINS = {"quatrain", "quatrain-aabb", "quatrain-abba", "quatrain-abcb", "ballad"}
EXPECTED = {
    "haiku": {"haiku"},
    "limerick": {"limerick"},
    "sonnet": {"sonnet"},
    "couplet": {"couplet", "quatrain-aabb"},
    "quatrain": QUATRAINS,
    "ballad": QUATRAINS,  # to the primer, a story in quatrains
}
EACH = 60


def test_poems_of_every_form() -> None:
    right: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for path in sorted(PRIMER.glob("*.txt")):
        for piece in re.split(r"\n{3,}", path.read_text(encoding="utf-8")):
            title, _, text = piece.strip("\n").partition("\n")
            form = title.rpartition("| ")[2]
            if tried[form] == EACH or form not in (*EXPECTED, "free"):
                continue
            tried[form] += 1
            found = judged(text)[1]
            exact = found.form if not found.faults else None
            right[form] += exact in EXPECTED[form] if form in EXPECTED else not found.is_near
    assert set(tried.values()) == {EACH}
    shares = {form: right[form] / EACH for form in tried}
    assert min(shares.values()) >= 0.95, shares


@pytest.mark.parametrize(
    "text",
    ["a " * 2000, "o'" * 2000, "x" * 4000, "every fire\n" * 400, "lamentations-" * 300,
     "1234567 " * 500],
)  # fmt: skip
def test_hostile_texts_take_little_time(text: str) -> None:
    began = time.process_time()
    judged(text)
    assert time.process_time() - began < 2
