"""The texts about a poem that is looked at: how it scans, and its picture. See `bot.i18n.texts`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LookingTexts:
    """Holds them in one language; names, punctuation and {braces} as in `bot.i18n.texts.Texts`."""

    # ---------------------------------------------------------- how it scans

    menu_scan: str = "Does it scan?"
    scan: str = "How it scans"
    scan_form: str = "**Form:** {form}"
    scan_form_but: str = "**Form:** {form}, but for {faults}"
    scan_free: str = "**Form:** none that I know"
    scan_nearest: str = "**Form:** none that I know; nearest to {form}, but for {faults}"
    scan_shape: str = "{lines}, {rhymes}, {syllables}"
    scan_rhymed: str = "rhymed {scheme}"
    scan_unrhymed: str = "unrhymed"
    scan_metre: str = "**Metre:** {metre}"
    scan_beats: str = "{foot}, {beats} beats to a line"
    scan_initials: str = "**First letters:** {word}"
    scan_legend: str = (
        "`/` is stressed, `x` is not; **?** behind a word: I know it by its letters alone"
    )
    scan_cut: str = "These are the first {lines} lines; I look at no more."
    scan_nothing: str = "I found no words in that message, so there is nothing to scan."
    one_line: str = "1 line"
    some_lines: str = "{count} lines"
    one_syllable: str = "1 syllable"
    some_syllables: str = "{count} syllables"
    about_syllables: str = "{fewest} to {most} syllables"
    fault_one_more: str = "one syllable too many in line {line}"
    fault_more: str = "{count} syllables too many in line {line}"
    fault_one_fewer: str = "one syllable too few in line {line}"
    fault_fewer: str = "{count} syllables too few in line {line}"
    fault_line_more: str = "one line too many"
    fault_line_fewer: str = "one line too few"
    fault_unrhymed: str = "lines {line} and {other}, which do not rhyme"
    fault_eye: str = "lines {line} and {other}, which rhyme for the eye only"
    fault_same: str = "lines {line} and {other}, which end on the same word"
    fault_others: str = "{count} more"
    and_last: str = "{others} and {last}"
    or_last: str = "{others} or {last}"
    foot_iambic: str = "iambic"
    foot_trochaic: str = "trochaic"
    foot_anapaestic: str = "anapaestic"
    foot_dactylic: str = "dactylic"
    foot_amphibrachic: str = "amphibrachic"
    foot_none: str = "no regular beat"
    rhyme_perfect: str = "full rhyme with line {line}: {word}, {other}"
    rhyme_slant: str = "slant rhyme with line {line}: {word}, {other}"
    rhyme_eye: str = "rhyme for the eye with line {line}: {word}, {other}"
    rhyme_same: str = "the same word as line {line}: {word}"

    # ---------------------------------------------------------- as a picture

    picture: str = "Picture"
    picture_ready: str = "Your picture of the poem, to keep or to share."
    side_busy: str = "Many people ask for that just now. Please press again in a moment."
