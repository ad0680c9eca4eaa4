"""How a poem looks as a Discord message: its text, what it is, and the buttons under it.

Plain text rather than an embed, because that is how people read and quote each other there. What a
button does and to which poem stands in its custom_id (`bot.poem.actions`).
"""

from discord import ActionRow, Button, Message, ui

from bot.display import CUT, escape, message
from bot.i18n import language
from bot.i18n.texts import Texts
from bot.store import UNKEPT, StoredPoem, Tally
from bot.votes.rules import DOWN, UP


def finished(poem: StoredPoem, texts: Texts) -> str:
    """Returns the content of the message that shows the finished `poem` and says what it is."""
    notes = (escape(texts.say(note)) for note in poem.notes)
    return message(shown_lines(poem), signature(poem, texts), *notes)


def shown_lines(poem: StoredPoem) -> str:
    """Returns the lines of the finished `poem` that its message shows."""
    assert poem.text is not None
    # A poem that found no time to go on has no lines of its own.
    return own_lines(poem.text, poem.opening) or CUT if poem.continues else poem.text


def own_lines(text: str, opening: str) -> str:
    """Returns the `text` of a poem that goes on from another, without the lines of its `opening`.

    Those stand there already. Lines are counted, as the stanzas of the two may be parted elsewhere.
    """
    given = [line for line in opening.split("\n") if line.strip()]
    lines, passed = text.split("\n"), 0
    for number, line in enumerate(lines):
        passed += bool(line.strip())
        if given and passed == len(given):
            rest = line.removeprefix(given[-1])  # a network may have gone on in that very line
            return "\n".join([rest, *lines[number + 1 :]]).lstrip("\n ")
    return ""


def signature(poem: StoredPoem, texts: Texts) -> str:
    """Returns the line in small type under `poem`: what it is."""
    form, manner = poem.settings.get("form", "free"), poem.settings.get("manner")
    parts = [
        texts.small_model,
        "" if form == "free" else texts.form(form),
        texts.in_the_manner_of.format(author=manner) if manner else "",
        poem.checkpoint,
        texts.seed_number.format(seed=poem.seed),
    ]
    return escape(" · ".join(filter(None, parts)))


def poem_buttons(poem: StoredPoem, tally: Tally) -> ui.View:
    """Makes the buttons under `poem`, in the language of who asked for it, with its votes."""
    texts = language.texts(poem.language)
    if poem.id == UNKEPT:
        return _view([("delete", texts.delete)], UNKEPT)
    if poem.hidden:
        return _view([("show", texts.show_again), ("delete", texts.delete)], poem.id)
    voting = [
        *vote_labels(tally).items(),
        ("another", texts.another),
        ("edit", texts.edit),
        ("continue", texts.go_on),
    ]
    looking = [("scan", texts.scan), ("picture", texts.picture)]
    if poem.private:
        return _view(voting, poem.id, [("share", texts.share), *looking, ("delete", texts.delete)])
    ending = [("delete", texts.delete), ("report", texts.report)]
    return _view(voting, poem.id, [*looking, *ending])


def stop_button(poem_id: int, texts: Texts) -> ui.View:
    """Makes the one button under a poem that waits or is being written."""
    return _view([("stop", texts.stop)], poem_id)


def vote_labels(tally: Tally) -> dict[str, str]:
    """Returns what the buttons for votes say, by their actions."""
    return {
        "up": f"{UP} {tally.up}" if tally.up else UP,
        "down": f"{DOWN} {tally.down}" if tally.down else DOWN,
    }


def shown_labels(message: Message) -> dict[str, str | None]:
    """Returns what the buttons of a poem in a `message` say, by their actions."""
    rows = [row for row in message.components if isinstance(row, ActionRow)]
    buttons = [child for row in rows for child in row.children if isinstance(child, Button)]
    parts = [((button.custom_id or "").split(":"), button.label) for button in buttons]
    return {custom_id[1]: label for custom_id, label in parts if custom_id[0] == "poem"}


def _view(
    first: list[tuple[str, str]], poem_id: int, second: list[tuple[str, str]] | None = None
) -> ui.View:
    view = ui.View(timeout=None)
    view.stop()  # discord.py needs to keep nothing of it: a press is found by its custom_id
    for row, buttons in enumerate((first, second or [])):
        for action, label in buttons:
            view.add_item(ui.Button(label=label, custom_id=f"poem:{action}:{poem_id}", row=row))
    return view
