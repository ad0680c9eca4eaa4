"""Spells out numbers written in digits."""

import re

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
          "eighteen", "nineteen")  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth",
             "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}  # fmt: skip


def spoken(number: str) -> list[str]:
    """Spells out `number` as words; [] if it is none.

    Knows "1,000", years ("1609": sixteen oh nine), "21st", "1920s" and digits one by one ("007").
    """
    match = re.fullmatch(r"([0-9][0-9,]*)(s|st|nd|rd|th)?", number)
    if not match:
        return []
    *names, last = _cardinal(match.group(1).replace(",", ""))
    if match.group(2) == "s":
        last = last[:-1] + "ies" if last[-1] == "y" else last + "s"
    elif match.group(2):
        last = _ORDINALS.get(last) or (last[:-1] + "ieth" if last[-1] == "y" else last + "th")
    return [*names, last]


def _cardinal(digits: str) -> list[str]:
    if len(digits) > 12 or (len(digits) > 1 and digits[0] == "0"):
        return [_UNITS[int(digit)] for digit in digits]
    number = int(digits)
    if len(digits) == 4 and 1100 <= number < 2000:  # a year
        century, rest = divmod(number, 100)
        if not rest:
            return [*_whole(century), "hundred"]
        return [*_whole(century), *(["oh"] if rest < 10 else []), *_whole(rest)]
    return _whole(number)


def _whole(number: int) -> list[str]:
    for size, name in _SCALES:
        if number >= size:
            head, rest = divmod(number, size)
            return [*_whole(head), name, *(_whole(rest) if rest else [])]
    if number < 20:
        return [_UNITS[number]]
    tens, units = divmod(number, 10)
    return [_TENS[tens], *([_UNITS[units]] if units else [])]
