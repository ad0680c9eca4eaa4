"""Time zones by their IANA names, daylight saving and all."""

from datetime import UTC, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from verse.request.lookup import lookup_key

DEFAULT = "UTC"
REGIONS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe"),
    *("Indian", "Pacific"),
)
"""Of the names that people know. The others are old ones, or turn the sign of an offset round."""
NO_PLACES = {"Factory", "localtime", "posixrules"}
MUCH_USED = (
    *(DEFAULT, "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome"),
    *("Europe/Warsaw", "Europe/Istanbul", "Europe/Moscow", "America/New_York", "America/Chicago"),
    *("America/Denver", "America/Los_Angeles", "America/Toronto", "America/Mexico_City"),
    *("America/Sao_Paulo", "Africa/Lagos", "Africa/Johannesburg", "Asia/Dubai", "Asia/Kolkata"),
    *("Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland"),
)
"""Offered to who has typed nothing yet; Discord shows 25."""


def zone(name: str) -> tzinfo:
    """Returns the time zone called `name`; UTC where this machine does not know it (any more)."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


@cache
def zone_names() -> tuple[str, ...]:
    """Returns the names to offer, in the order of the alphabet.

    Reads some 600 files the first time, in tens of milliseconds.
    """
    known = _all_names()
    return tuple(sorted(name for name in known if name.partition("/")[0] in (*REGIONS, DEFAULT)))


def zone_named(typed: str) -> str | None:
    """Returns the name that was `typed`, or that of the city; None where there is none.

    Capitals make no difference, nor whether words are parted by spaces or by underscores.
    """
    if typed in _all_names():
        return typed
    return _by_key().get(lookup_key(typed))


@cache
def _all_names() -> frozenset[str]:
    return frozenset(available_timezones() - NO_PLACES)


@cache
def _by_key() -> dict[str, str]:
    """Names by their keys, and by the keys of their cities."""
    cities = {lookup_key(name.rpartition("/")[2]): name for name in reversed(zone_names())}
    return cities | {lookup_key(name): name for name in zone_names()}
