"""Syllables, against words that have bitten others."""

import pytest

from verse.sound.prosody import iambic, syllable_range, syllables


@pytest.mark.parametrize(
    ("line", "count", "fewest", "most"),
    [
        ("Shall I compare thee to a summer's day?", 10, 10, 10),
        ("fire", 1, 1, 2),
        ("hour", 1, 1, 2),
        ("desire", 2, 2, 3),
        ("heaven", 2, 1, 2),
        ("flower", 2, 1, 2),
        ("power", 2, 1, 2),
        ("every", 2, 2, 3),
        ("o'er", 1, 1, 2),
        ("wand'ring", 2, 2, 3),
        ("heav'n", 1, 1, 2),
        ("winged", 1, 1, 2),
        ("wanted", 2, 2, 2),
        ("lov'd", 1, 1, 1),
        ("tatter'd", 2, 2, 2),
        ("need", 1, 1, 1),
        ("month", 1, 1, 1),
        ("colour", 2, 2, 2),
        ("fbi", 3, 3, 3),
        ("1609", 4, 4, 4),
        ("", 0, 0, 0),
        ("?!...", 0, 0, 0),
    ],
)
def test_syllables(line: str, count: int, fewest: int, most: int) -> None:
    assert (syllables(line), syllable_range(line)) == (count, (fewest, most))


def test_british_spelling_and_bosoms_are_certain() -> None:
    for word in ("colour", "harbour", "bosom", "fathom", "need", "wanted"):
        low, high = syllable_range(word)
        assert low == high == syllables(word), word


def counts(expected: int, listed: str) -> list[tuple[str, int]]:
    return [(word, expected) for word in listed.split()]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(1, "i'th' o'th' by'th' heav'n pow'r e'en spir't"),
        *counts(
            2, "ev'ry bus'ness int'rest ev'ning sev'ral desp'rate sov'reign dev'lish temp'rate"
        ),
        *counts(2, "di'mond em'rald col'nel o'erwhelm fav'rite flow'ry op'ning se'nnight i'faith"),
        *counts(2, "conqu'ring conqu'ror"),  # "See, the conqu'ring hero comes" has seven
        *counts(
            3, "ev'rywhere ev'rything minist'ring o'erwhelming whosoe'er howsoe'er rememb'ring"
        ),
    ],
)
def test_an_apostrophe_takes_one_vowel_and_no_other(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(1, "swale vole pule"),
        *counts(
            2, "whereon whereof whereto hereof thereat falchion scutcheon poniard meagre lucre"
        ),
        *counts(2, "maugre nitre sombre antre crinkled dandled swaddled tousled raddled tancred"),
        *counts(2, "flexile pensile codger ruing horeb yclept trousseau faery"),
        *counts(3, "beauteous piteous bounteous plenteous duteous nacreous escutcheon domicile"),
        *counts(3, "boreal boreas oread sepulchre wheresoe'er chaldean"),
        *counts(4, "piteously plenteously corporeal empyreal empyrean cerulean howsoever"),
    ],
)
def test_words_by_their_letters(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(1, "fête crêpe père"),
        *counts(2, "wingèd blessèd blesséd pâté café tirèd wantèd winge\u0300d über Zoë naïve"),
        *counts(3, "hallowèd résumé belovèd desirèd reëcho fiancée noösphere"),
        *counts(4, "rememberèd coöperate golden-wingèd"),
    ],
)
def test_accents_say_what_is_sounded(word: str, expected: int) -> None:
    assert syllables(word) == expected
    assert syllables(f"the {word} night") == expected + 2


def test_a_sounded_ending_is_certain() -> None:
    assert syllable_range("winged") == (1, 2)
    assert syllable_range("wingèd") == (2, 2)
    assert iambic("the wingèd night the blessèd day") == 1


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(
            1, "furled leered plashed purled thrummed sheaved shawms barque casque masque chouse"
        ),
        *counts(1, "shrieve plaice weened brogue"),
        *counts(
            2, "seraphs broidered ravished immured mither sumach clotho thrumming factious dearie"
        ),
        *counts(2, "grandees tepees biped lovelorn pasteboard tradesman dragoons straightway"),
        *counts(
            3, "prophesy environed artemis acheron erebus angelus libations vexations pulsations"
        ),
        *counts(
            3, "courtesan accoutred dejection subjection hellebore eremite leveret sententious"
        ),
        *counts(3, "sorceress musketry quietude wayfarer"),
        *counts(4, "lamentations beatitude insatiate sidereal thermopylae malediction amatory"),
        *counts(4, "uproarious censorious avaricious forevermore egeria reverberant"),
        *counts(3, "pincushion"),
        *counts(5, "multifarious"),
    ],
)
def test_no_word_is_made_of_names_and_initials(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(1, "tides bathe"),
        *counts(2, "lethe circe hebe thisbe procne aeon aeons aether strophe circlet"),
        *counts(3, "niobe niobe's arachne ismene euterpe danae pericles cybele apelles selene"),
        *counts(2, "chickpea swansea bemoaned"),
        *counts(3, "dryope merope chaldea hydrangea simile telephone crusaders"),
        *counts(4, "leucothea leucothea's diomedes diomedes' arsinoe hippocrates"),
        *counts(4, "eurydice persephone melpomene mnemosyne terpsichore andromache amphitrite"),
        *counts(
            4, "alcyone gethsemane hesperides euripides aeolian anemone miltiades hesione menelaus"
        ),
    ],
)
def test_greek_names_sound_their_last_vowel(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(3, "seraglio imbroglio scagliola ganglion uglier"),
        *counts(4, "zabaglione zabaglione's tagliatelle passacaglia neuroglia"),
        *counts(4, "menadione glutathione"),  # of chemistry, not of Greece
    ],
)
def test_italian_gl_and_endings_in_one(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(1, "thumbed plumbed curbed garbed probed bribed"),
        *counts(2, "roadbed streambed sickbed daybed sunbed childbed"),
        *counts(3, "flowerbed slugabed undisturbed"),
    ],
)
def test_a_bed_is_no_past(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(2, "aloes haloes hoopoes salvoes florae bursae oboes"),
        *counts(3, "achaea judaea retinae laminae chaldaea"),
        *counts(4, "anaesthetic"),
    ],
)
def test_ae_and_oe_are_not_always_a_british_e(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(1, "brr grr pst psst zzz mm mmm hm hmm hmmm sh shh shhh hmph"),
        *counts(1, "thx pls dont theyre youve we've arent aren't werent weren't"),
        *counts(2, "didnt isnt wasnt couldnt shouldnt wouldve i'd've who'd've gg"),
        *counts(3, "shouldn't've y'all'd've couldn't've omg idk fbi bbc"),
        *counts(5, "wtf"),  # a double-u has three of them
    ],
)
def test_chat(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(1, "snarled gnarled whirled curled hurled furled world worlds girls ebbed quaffed"),
        *counts(2, "unsnarled unfurled worldly snarling crooked ragged heralds wanted"),
    ],
)
def test_a_past_has_the_syllables_of_its_verb(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *counts(1, "jove's vole's shrike's"),
        *counts(2, "rapine's pibroch's plutarch's"),
        *counts(3, "cfc's onrush's"),
    ],
)
def test_a_possessive_reads_as_its_word(word: str, expected: int) -> None:
    assert syllables(word) == expected
