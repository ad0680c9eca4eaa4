"""The answer to how a text scans: its form, its metre, and each of its lines."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.display import MESSAGE_CHARS, escape
from bot.i18n import language
from bot.i18n.texts import Texts
from bot.poem.admission import beside_poems
from verse.judge.metre import Beat, as_prose
from verse.judge.scan import ScannedLine, Word, scan
from verse.judge.shape import Fault, Shape, shape

if TYPE_CHECKING:
    from bot.client import PoetInteraction

MAX_LINES = 40
"""Lines of a text that are looked at."""
MAX_CHARS = 160
"""Characters of a line that are shown."""
MAX_FAULTS = 3
"""Faults that are named where a form is missed by more."""


async def show_scan(interaction: "PoetInteraction", text: str) -> None:
    """Tells who asked, alone, how `text` scans.

    Raises Refusal for who asks too often, SideBusy, or ShuttingDown.
    """
    texts = language.of(interaction)
    pages = await beside_poems(
        interaction, interaction.client.scans, lambda: described(text, texts)
    )
    first, *more = pages
    await interaction.edit_original_response(content=first)
    for page in more:
        await interaction.followup.send(page, ephemeral=True)


def described(text: str, texts: Texts) -> list[str]:
    """Returns how `text` scans, in as many messages as that needs."""
    lines = text.split("\n")
    scanned = scan("\n".join(lines[:MAX_LINES]))
    found = shape(scanned)
    blocks = [summary(scanned.lines, scanned.scheme, found, texts)]
    stanza = 0
    for number, line in enumerate(scanned.lines, start=1):
        apart = "\n" if line.stanza != stanza else ""
        stanza = line.stanza
        blocks.append(apart + described_line(number, line, found, texts))
    blocks.append(f"-# {texts.scan_legend}")
    if len(lines) > MAX_LINES:
        blocks.append(f"-# {texts.scan_cut.format(lines=MAX_LINES)}")
    return _pages(blocks)


def _pages(blocks: Sequence[str]) -> list[str]:
    pages = [""]
    for block in blocks:
        if len(pages[-1]) + 1 + len(block) > MESSAGE_CHARS:
            pages.append("")
        pages[-1] = f"{pages[-1]}\n{block}".lstrip("\n")
    return pages


def summary(lines: Sequence[ScannedLine], scheme: Sequence[str], found: Shape, texts: Texts) -> str:
    """Returns what is true of the whole poem, a line for each thing."""
    form = texts.form(found.form or "")
    faults = _named(found.faults, texts)
    if found.form is None:
        first = texts.scan_free
    elif not faults:
        first = texts.scan_form.format(form=form)
    else:
        said = texts.scan_form_but if found.is_near else texts.scan_nearest
        first = said.format(form=form, faults=faults)
    counts = [line.syllables for line in lines]
    rhymed = texts.scan_rhymed.format(scheme=" ".join(scheme))
    details = texts.scan_shape.format(
        lines=_some(len(lines), texts.one_line, texts.some_lines),
        rhymes=rhymed if set("".join(scheme)) - {"-"} else texts.scan_unrhymed,
        syllables=_range(min(counts), max(counts), texts),
    )
    said_of_it = [f"{first} ({details})"]
    if found.foot:
        foot = _foot(found, texts)
        beats = [str(number) for number in dict.fromkeys(found.beats)]
        if beats:
            foot = texts.scan_beats.format(foot=foot, beats=_listed(beats, texts.and_last))
        said_of_it.append(texts.scan_metre.format(metre=foot))
    if found.initials:
        said_of_it.append(texts.scan_initials.format(word=found.initials))
    return "\n".join(said_of_it)


def described_line(number: int, line: ScannedLine, found: Shape, texts: Texts) -> str:
    """Returns the line with its `number` and, in small type, how it scans."""
    shown = line.text if len(line.text) <= MAX_CHARS else line.text[:MAX_CHARS] + "..."
    syllables = _some(line.syllables, texts.one_syllable, texts.some_syllables)
    if line.doubted:
        words = (_doubted(word, texts) for word in line.doubted)
        if line.fewest != line.most:
            syllables = _range(line.fewest, line.most, texts)
        syllables += f" ({escape(', '.join(words))[:MAX_CHARS]})"
    # A line may keep to a foot by chance, where the poem does not.
    parts = [syllables, _beat(line.beat if found.foot else as_prose(line.text), found, texts)]
    if rhyme := line.rhyme:
        said = str(getattr(texts, f"rhyme_{rhyme.kind}"))
        word, other = (escape(word[: MAX_CHARS // 4]) for word in rhyme.words)
        parts.append(said.format(line=rhyme.line + 1, word=word, other=other))
    return f"**{number}** {escape(shown)}\n-# {' · '.join(parts)}"


def _doubted(word: Word, texts: Texts) -> str:
    """Returns a word and how many syllables it may have, the likeliest number first."""
    counts = _listed([str(count) for count in word.counts], texts.or_last)
    return f"{word.text[: MAX_CHARS // 4]} {counts}{'?' if word.guessed else ''}"


def _beat(beat: Beat, found: Shape, texts: Texts) -> str:
    """Returns the stresses of a line; its foot only where it is not that of the poem."""
    signs = " ".join(beat.stresses.translate(_SIGNS))[:MAX_CHARS]
    if beat.foot == found.foot or not found.foot:
        return f"`{signs}`"
    return f"`{signs}` {texts.foot_none if beat.foot is None else _foot(beat, texts)}"


_SIGNS = str.maketrans("01", "x/")


def _foot(of: Beat | Shape, texts: Texts) -> str:
    return str(getattr(texts, f"foot_{of.foot}"))


def _named(faults: Sequence[Fault], texts: Texts) -> str:
    """Returns the `faults` as a list; the first few of many."""
    named = [_fault(fault, texts) for fault in faults[:MAX_FAULTS]]
    if len(faults) > MAX_FAULTS:
        named.append(texts.fault_others.format(count=len(faults) - MAX_FAULTS))
    return _listed(named, texts.and_last)


def _fault(fault: Fault, texts: Texts) -> str:
    direction = "more" if fault.amiss > 0 else "fewer"
    if fault.kind == "lines":
        return str(getattr(texts, f"fault_line_{direction}"))
    if fault.kind == "syllables":
        amount = "_one" if abs(fault.amiss) == 1 else ""
        name = f"fault{amount}_{direction}"
    else:
        name = f"fault_{fault.kind}"
    line, *other = (place + 1 for place in fault.lines)
    values = {"line": line, "other": other[0] if other else 0, "count": abs(fault.amiss)}
    return str(getattr(texts, name)).format(**values)


def _range(fewest: int, most: int, texts: Texts) -> str:
    if fewest == most:
        return _some(most, texts.one_syllable, texts.some_syllables)
    return texts.about_syllables.format(fewest=fewest, most=most)


def _some(count: int, one: str, some: str) -> str:
    return one if count == 1 else some.format(count=count)


def _listed(items: Sequence[str], joined: str) -> str:
    """Returns the `items` with commas, and the last as `joined` has it: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return joined.format(others=", ".join(items[:-1]), last=items[-1])
