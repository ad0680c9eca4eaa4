"""What is offered while somebody types an option."""

from collections.abc import Mapping

from discord.app_commands import Choice

from verse.request.lookup import lookup_key

CHOICES = 25
"""Discord shows no more of them."""
CHOICE_CHARS = 100


def matching(typed: str, values: Mapping[str, str]) -> list[Choice[str]]:
    """Returns what `typed` may become, of `values` by the names that are shown.

    Those that begin with it come before those that hold it.
    """
    wanted = lookup_key(typed)
    names = [name for name in values if wanted in lookup_key(name) and len(name) <= CHOICE_CHARS]
    # The sort is stable: otherwise their order stays.
    names.sort(key=lambda name: not lookup_key(name).startswith(wanted))
    return [Choice(name=name, value=values[name]) for name in names[:CHOICES]]
