"""All that is set in a server, at one look."""

from datetime import datetime, timedelta

from bot import display, zones
from bot.i18n.texts import Texts
from bot.store import SERVER, Defaults, GuildSettings

ROOM = display.MESSAGE_CHARS - 100


def overview(chosen: GuildSettings, texts: Texts, now: datetime) -> str:
    """Returns all that is set, in a list that fits into a message.

    now: tells from when on the next poem of the day is counted.
    """
    forms = ", ".join(map(texts.form, chosen.forms))
    lines = [
        texts.set_channels.format(channels=_channels(chosen, texts)),
        texts.set_forms.format(forms=forms or texts.all_forms),
        texts.set_cooldown.format(seconds=chosen.cooldown),
        texts.set_reactions.format(shown=texts.yes if chosen.reactions else texts.no),
        texts.set_zone.format(zone=display.escape(chosen.zone)),
        _daily(chosen, texts, now),
        _wall(chosen, texts),
        texts.set_defaults.format(
            what=described(chosen.defaults_in(), texts) or texts.nothing_special
        ),
    ]
    shown = "\n".join([f"### {texts.settings_title}", *(f"- {line}" for line in lines)])
    channels = [channel for channel in chosen.defaults if channel != SERVER]
    for number, channel in enumerate(channels):
        what = described(chosen.defaults[channel], texts)
        line = f"\n  - {texts.set_defaults_in.format(channel=f'<#{channel}>', what=what)}"
        if len(shown) + len(line) > ROOM:
            return f"{shown}\n  - {texts.and_more.format(count=len(channels) - number)}"
        shown += line
    return shown


def described(defaults: Defaults, texts: Texts) -> str:
    """Says what `defaults` ask for; nothing where that is nothing."""
    manner = defaults.manner and display.escape(defaults.manner)
    parts = [
        texts.form(defaults.form) if defaults.form else "",
        texts.in_the_manner_of.format(author=manner or texts.no_manner)
        if manner is not None
        else "",
        str(getattr(texts, f"mood_{defaults.mood}", "")),
    ]
    return ", ".join(filter(None, parts))


def next_time(chosen: GuildSettings, now: datetime) -> datetime:
    """Returns when the next poem of the day is due, in the server's own time zone."""
    there = now.astimezone(zones.zone(chosen.zone))
    for days in range(8):
        # Of the wall clock: the hour stays, whatever daylight saving does in between.
        moment = (there + timedelta(days=days)).replace(
            hour=chosen.daily_hour, minute=0, second=0, microsecond=0
        )
        if moment > there and chosen.daily_weekday in (None, moment.weekday()):
            break
    return moment


def _channels(chosen: GuildSettings, texts: Texts) -> str:
    return display.channels(chosen.channels, texts.and_more) or texts.everywhere


def _daily(chosen: GuildSettings, texts: Texts, now: datetime) -> str:
    if chosen.daily_channel is None:
        return texts.set_no_daily
    day = chosen.daily_weekday
    return texts.set_daily.format(
        title=texts.daily_title(day),
        kind=texts.kind_new if chosen.daily_kind == "new" else texts.kind_best,
        channel=f"<#{chosen.daily_channel}>",
        days=texts.every_day if day is None else texts.weekdays.split(",")[day],
        hour=f"{chosen.daily_hour}:00",
        # Discord shows a moment in the time of who reads it.
        time=f"<t:{int(next_time(chosen, now).timestamp())}:t>",
    )


def _wall(chosen: GuildSettings, texts: Texts) -> str:
    if chosen.wall_channel is None:
        return texts.set_no_wall
    return texts.set_wall.format(channel=f"<#{chosen.wall_channel}>", likes=chosen.wall_likes)
