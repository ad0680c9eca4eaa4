"""What counts as a vote, and what a member's marks on a poem add up to.

A mark is anything by which a member says something about a poem: a reaction, or the button last
pressed. Several may stand at once (a 👍 and a 👎 side by side); the newest counts, and when it is
taken away the one before it counts again.
"""

from collections.abc import Callable, Sequence

UP, DOWN = "👍", "👎"
Change = Callable[[Sequence[str], str], list[str]]
"""What setting or taking away a mark does to the marks that stand, oldest first."""

_VALUES = {UP: 1, "❤": 1, DOWN: -1, "button:up": 1, "button:down": -1}
_SKIN_TONES = {chr(code): None for code in range(0x1F3FB, 0x1F400)}
_VARIATION = {"\ufe0f": None}
_PLAIN = str.maketrans(_SKIN_TONES | _VARIATION)


def reaction_value(emoji: str) -> int | None:
    """Returns 1, -1, or None for a reaction that is no vote. Every skin colour counts the same."""
    return _VALUES.get(emoji.translate(_PLAIN))


def mark_value(mark: str) -> int:
    """Returns 1 or -1 for a `mark` that stands."""
    return _VALUES[mark.translate(_PLAIN)]


def add(standing: Sequence[str], mark: str) -> list[str]:
    """Returns the marks after `mark` was set: it becomes the newest."""
    return [*remove(standing, mark), mark]


def remove(standing: Sequence[str], mark: str) -> list[str]:
    """Returns the marks after `mark` was taken away."""
    return [other for other in standing if other != mark]


def press(standing: Sequence[str], value: int) -> list[str]:
    """Returns the marks after the button of `value` was pressed.

    Pressing it again takes it back; a reaction that still stands under the poem counts again, as
    everybody can see it there.
    """
    button, other = ("button:up", "button:down")[:: 1 if value > 0 else -1]
    if button in standing and mark_value(standing[-1]) == value:
        return remove(standing, button)
    return add(remove(standing, other), button)
