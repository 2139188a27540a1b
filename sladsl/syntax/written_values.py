"""Dates, times, days, amounts and patterns as people write them elsewhere, written as the language has them.

Each function takes the match of a habit (`habits`) and gives what to write, None where there is nothing that surely means the same.
"""

from __future__ import annotations

import re
from datetime import date

from sladsl.syntax.repair import likeness

Match = re.Match[str]

_CLOCK = r"(?P<hour{n}>\d\d?)(?:[:.](?P<minute{n}>\d\d))?[ \t]*(?P<half{n}>(?i:[ap])\.?(?i:m)\.?)(?!\w)"
CLOCK = _CLOCK.format(n=1)
SECOND_CLOCK = _CLOCK.format(n=2)
_DATE = r"(?P<one{n}>\d\d?)[/.](?P<two{n}>\d\d?)[/.](?P<year{n}>\d\d\d\d)(?!\w)"
_YEAR_FIRST = r"(?P<y{n}>\d\d\d\d)[/.](?P<m{n}>\d\d?)[/.](?P<d{n}>\d\d?)(?!\w)"
DATE = f"(?:{_DATE.format(n='')}|{_YEAR_FIRST.format(n='')})"
SECOND_DATE = f"(?:{_DATE.format(n='2')}|{_YEAR_FIRST.format(n='2')})"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
NAMED_DATE = (
    rf"(?:(?P<month>{_MONTH})\s+(?P<day>\d\d?)(?:st|nd|rd|th)?|(?P<day2>\d\d?)(?:st|nd|rd|th|\.)?\s+(?P<month2>{_MONTH}))"
    r",?\s+(?P<year>\d\d\d\d)(?!\w)"
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = r"(?i:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?(?!\w)"
_PERIODS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year"}  # fmt: skip
_CADENCES = {period: word for word, period in _PERIODS.items() if word != "annually"}
_UNITS = {"h": "hour", "m": "minute", "s": "second", "d": "day", "w": "week", "y": "year"}


# --- amounts --------------------------------------------------------------------------------------


def thousands(found: Match) -> str:
    return re.sub(r"[,' ]", "_", found[1])


def times_thousand(found: Match) -> str | None:
    return _whole(found[1], 3)


def times_million(found: Match) -> str | None:
    return _whole(found[1], 6)


def _whole(number: str, zeros: int) -> str | None:
    """`2.5` and three zeros: `2_500`."""
    whole, _, rest = number.partition(".")
    if len(rest) > zeros:
        return None
    return f"{int(whole + rest.ljust(zeros, '0')):_}"


def unit(found: Match) -> str:
    return f"{_UNITS[found[0][0].lower()]}s"


def business_unit(found: Match) -> str:
    return f"business {_UNITS[found[1][0].lower()]}s"


def with_unit(found: Match) -> str:
    return f"{found[1]} {_UNITS[found[2][0].lower()]}s"


# --- times and dates ------------------------------------------------------------------------------


def clocks(found: Match) -> str | None:
    """`9am`, and `9am - 5pm`."""
    one = _clock(found, "1")
    if found["hour2"] is None:
        return one
    two = _clock(found, "2")
    return f"{one} to {two}" if one and two else None


def _clock(found: Match, n: str) -> str | None:
    hour, minute = int(found[f"hour{n}"]), int(found[f"minute{n}"] or 0)
    if not (1 <= hour <= 12 and minute < 60):
        return None
    return f"{hour % 12 + 12 * (found[f'half{n}'][0] in 'pP'):02}:{minute:02}"


def dates(found: Match) -> str | None:
    """`31.12.2026`, and a range of two: both read day first or both month first, and None where either order gives dates."""
    some = ("", "2") if found["year2"] or found["y2"] else ("",)
    readings = {tuple(_date(found, n, day_first) for n in some) for day_first in (True, False)}
    possible = [reading for reading in readings if all(reading)]
    return " to ".join(str(each) for each in possible[0]) if len(possible) == 1 else None


def _date(found: Match, n: str, day_first: bool) -> date | None:
    if found[f"y{n}"]:
        year, month, day = found[f"y{n}"], found[f"m{n}"], found[f"d{n}"]
    elif day_first:
        year, day, month = found[f"year{n}"], found[f"one{n}"], found[f"two{n}"]
    else:
        year, month, day = found[f"year{n}"], found[f"one{n}"], found[f"two{n}"]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def named_date(found: Match) -> str | None:
    month = _MONTHS.index((found["month"] or found["month2"])[:3].lower()) + 1
    try:
        return str(date(int(found["year"]), month, int(found["day"] or found["day2"])))
    except ValueError:
        return None


def weekdays(found: Match) -> str:
    """`Mon-Fri`, `Mon, Wed & Fri`."""
    joined = re.sub(r"\s*(?:,|&|and)\s*", ", ", found[0])
    joined = re.sub(r"\s*(?:-|\u2013|\u2014|to|until|till|through|thru)\s*(?=\w)", " to ", joined)
    return re.sub(WEEKDAY, lambda day: _weekday(day[0]), joined)


def _weekday(word: str) -> str:
    return next(day for day in _DAYS if day.startswith(word[:3].lower()))


def per(found: Match) -> str:
    return f"per {_PERIODS[found[0].lower()]}"


def per_calendar(found: Match) -> str:
    return f"per {found[1] or 'year'}"


def cadence(found: Match) -> str:
    return f"review {_CADENCES.get(found[1], 'daily')}"


def closures(found: Match) -> str:
    """`closed 2026-07-03, 2026-12-24`: a line for each, as far in as the first."""
    line = found.string.rfind("\n", 0, found.start()) + 1
    margin = found.string[line : found.start()]
    days = [each.strip() for each in found[1].removeprefix("closed").split(",")]
    return f"\n{margin}".join(f"closed {each}" for each in days)


# --- texts and names ------------------------------------------------------------------------------


def like(found: Match) -> str | None:
    """A pattern of SQL that has a word of its own: `"%@acme.com"` is how a text ends."""
    pattern = found[1][1:-1]
    bare = pattern.strip("%")
    if not bare or any(sign in bare for sign in "%_\\"):
        return None
    open_start, open_end = pattern.startswith("%"), pattern.endswith("%")
    word = {(True, True): "contains", (True, False): "ends with", (False, True): "starts with"}
    return f'{word.get((open_start, open_end), "=")} "{bare}"'


def with_commas(found: Match) -> str:
    return ", ".join(re.findall(r'"[^"\n]*"', found[0]))


def underscored(found: Match) -> str:
    return re.sub(r"[-\s]+", "_", found[0])


def begun_line(found: Match) -> str | None:
    """The name that begins a line, where it is of several words; None where one of them may be a misspelt word of ours."""
    before = found.string[: found.start()].rpartition("\n")[2]
    flags = ("key", "optional", "accountable", "at least", "at most", "of")
    rest = found[0].split()[1:]
    meant = any(likeness(word, flag) is not None for word in rest for flag in flags)
    return None if before.strip() or meant or "that" in rest else "_".join(found[0].split())


def braces(found: Match) -> str | None:
    """`in (1, 2)`; None for `(1,200, 3)`, of which nobody knows how many numbers it is."""
    return None if re.search(r"\d,\d{3}(?!\d)", found[2]) else f"{found[1]} {{{found[2]}}}"


def quoted_list(found: Match) -> str:
    return "one of " + ", ".join(f'"{each.strip()}"' for each in found[1].split(","))


def declared(found: Match) -> str:
    return f"{found[1]} {'_'.join(found[2].split())}"
