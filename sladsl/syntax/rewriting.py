"""What to write instead of dates, times, days, amounts, patterns and names as people write them elsewhere.

Each function takes the match of a habit (`habits`) and gives what to write, None where there is nothing that surely means the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from sladsl.syntax.repair import likeness

Match = re.Match[str]
Write = Callable[[Match], str | None]


_CLOCK = r"(?P<hour{n}>\d\d?)(?:[:.](?P<minute{n}>\d\d))?[ \t]*(?P<half{n}>(?i:[ap])\.?(?i:m)\.?)(?!\w)"
CLOCK = _CLOCK.format(n=1)
SECOND_CLOCK = _CLOCK.format(n=2)
_DATE = r"(?P<one{n}>\d\d?)[/.](?P<two{n}>\d\d?)[/.](?P<year{n}>\d\d\d\d)(?!\w)"
_YEAR_FIRST = r"(?P<y{n}>\d\d\d\d)[/.](?P<m{n}>\d\d?)[/.](?P<d{n}>\d\d?)(?!\w)"
DATE = f"(?:{_DATE.format(n='')}|{_YEAR_FIRST.format(n='')})"
SECOND_DATE = f"(?:{_DATE.format(n='2')}|{_YEAR_FIRST.format(n='2')})"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
NAMED_DATE = (
    rf"(?:(?P<month>{MONTH})\s+(?P<day>\d\d?)(?:st|nd|rd|th)?|(?P<day2>\d\d?)(?:st|nd|rd|th|\.)?\s+(?P<month2>{MONTH}))"
    r",?\s+(?P<year>\d\d\d\d)(?!\w)"
)
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAYS_ELSEWHERE = {
    "montag": "monday", "dienstag": "tuesday", "mittwoch": "wednesday", "donnerstag": "thursday", "freitag": "friday",
    "samstag": "saturday", "sonnabend": "saturday", "sonntag": "sunday", "lundi": "monday", "mardi": "tuesday", "mercredi": "wednesday",
    "jeudi": "thursday", "vendredi": "friday", "samedi": "saturday", "dimanche": "sunday",
}  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ANY_TEXT = r"(?:\"[^\"\n]*\"|'[^'\n]*')"
WEEKDAY = (
    r"(?i:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|"
    + "|".join(_DAYS_ELSEWHERE)
    + r")s?(?!\w)"
)
_PERIODS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year"}  # fmt: skip
_CADENCES = {period: word for word, period in _PERIODS.items() if word != "annually"}
_UNIT_OF_LETTER = {"h": "hour", "m": "minute", "s": "second", "d": "day", "w": "week", "y": "year"}


# --- amounts --------------------------------------------------------------------------------------


def alone(match: Match) -> str | None:
    """`50 points`; None where the word may be a misspelt unit of time."""
    units = ("second", "minute", "hour", "day", "week", "month", "quarter", "year", "business")
    word = match[2].lower()
    meant = any(likeness(word, each) is not None for unit in units for each in (unit, f"{unit}s"))
    return None if meant or word in _SHORT_UNITS else match[1]


_SHORT_UNITS = frozenset(
    [
        "h",
        "hr",
        "hrs",
        "m",
        "min",
        "mins",
        "s",
        "sec",
        "secs",
        "d",
        "w",
        "wk",
        "wks",
        "mo",
        "mos",
        "y",
        "yr",
        "yrs",
    ]
)


def thousands(match: Match) -> str:
    return re.sub(r"[,.' ]", "_", match[1])


def times_thousand(match: Match) -> str | None:
    return _whole(match[1], 3)


def times_million(match: Match) -> str | None:
    return _whole(match[1], 6)


def _whole(number: str, zeros: int) -> str | None:
    """`2.5` and three zeros: `2_500`."""
    whole, _, rest = number.partition(".")
    if len(rest) > zeros:
        return None
    return f"{int(whole + rest.ljust(zeros, '0')):_}"


def unit(match: Match) -> str:
    return f"{_UNIT_OF_LETTER[match[0][0].lower()]}s"


def business_unit(match: Match) -> str:
    return f"business {_UNIT_OF_LETTER[match[1][0].lower()]}s"


def hyphenated(match: Match) -> str:
    return f"{match[1]} {'business ' if match[2] else ''}{match[3]}s"


def with_unit(match: Match) -> str:
    return f"{match[1]} {_UNIT_OF_LETTER[match[2][0].lower()]}s"


# --- times and dates ------------------------------------------------------------------------------


def clocks(match: Match) -> str | None:
    """`9am`, and `9am - 5pm`."""
    one = _clock(match, "1")
    if match["hour2"] is None:
        return one
    two = _clock(match, "2")
    return f"{one} to {two}" if one and two else None


def _clock(match: Match, n: str) -> str | None:
    hour, minute = int(match[f"hour{n}"]), int(match[f"minute{n}"] or 0)
    if not (1 <= hour <= 12 and minute < 60):
        return None
    return f"{hour % 12 + 12 * (match[f'half{n}'][0] in 'pP'):02}:{minute:02}"


def dates(match: Match) -> str | None:
    """`31.12.2026`, and a range of two: both read day first or both month first, and None where either order gives dates."""
    some = ("", "2") if match["year2"] or match["y2"] else ("",)
    readings = {tuple(_date(match, n, day_first) for n in some) for day_first in (True, False)}
    possible = [reading for reading in readings if all(reading)]
    return " to ".join(str(each) for each in possible[0]) if len(possible) == 1 else None


def _date(match: Match, n: str, day_first: bool) -> date | None:
    if match[f"y{n}"]:
        year, month, day = match[f"y{n}"], match[f"m{n}"], match[f"d{n}"]
    elif day_first:
        year, day, month = match[f"year{n}"], match[f"one{n}"], match[f"two{n}"]
    else:
        year, month, day = match[f"year{n}"], match[f"one{n}"], match[f"two{n}"]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def named_date(match: Match) -> str | None:
    month = _MONTHS.index((match["month"] or match["month2"])[:3].lower()) + 1
    try:
        return str(date(int(match["year"]), month, int(match["day"] or match["day2"])))
    except ValueError:
        return None


def weekdays(match: Match) -> str:
    """`Mon-Fri`, `Mon, Wed & Fri`."""
    joined = re.sub(r"\s*(?:,|&|and)\s*", ", ", match[0])
    joined = re.sub(
        r"\s*(?:-|\u2013|\u2014|to|until|till|through|thru|bis|au|\u00e0)\s*(?=\w)", " to ", joined
    )
    return re.sub(WEEKDAY, lambda day: _weekday(day[0]), joined)


def _weekday(word: str) -> str:
    lowered = word.lower()
    elsewhere = _DAYS_ELSEWHERE.get(lowered) or _DAYS_ELSEWHERE.get(lowered.removesuffix("s"))
    return elsewhere or next(day for day in _DAYS if day.startswith(lowered[:3]))


def opened(match: Match) -> str | None:
    """`Mon-Fri: 09:00`, at the beginning of a line."""
    if match.string[: match.start()].rpartition("\n")[2].strip():
        return None
    days = re.compile(r".+", re.DOTALL).fullmatch(match[1])
    return f"open {weekdays(days)} " if days else None


def parties(match: Match) -> str:
    """`between Marketing Team and Sales`: each party with a name and, where it has more words, a label."""
    sides = (
        f'{"_".join(side.lower().split())} "{side}"' if len(side.split()) > 1 else side
        for side in match.groups()
    )
    return f"between {' and '.join(sides)}"


def per(match: Match) -> str:
    return f"per {_PERIODS[match[0].lower()]}"


def per_calendar(match: Match) -> str:
    return f"per {match[1] or 'year'}"


def cadence(match: Match) -> str:
    return f"review {_CADENCES.get(match[1], 'daily')}"


def closures(match: Match) -> str:
    """`closed 2026-07-03, 2026-12-24`: a line for each, as far in as the first."""
    line = match.string.rfind("\n", 0, match.start()) + 1
    margin = match.string[line : match.start()]
    days = [each.strip() for each in match[1].removeprefix("closed").split(",")]
    return f"\n{margin}".join(f"closed {each}" for each in days)


# --- texts and names ------------------------------------------------------------------------------


def like(match: Match) -> str | None:
    """A pattern of SQL that has a word of its own: `"%@acme.com"` is how a text ends."""
    pattern = match[1][1:-1]
    bare = pattern.strip("%")
    if not bare or any(sign in bare for sign in "%_\\"):
        return None
    open_start, open_end = pattern.startswith("%"), pattern.endswith("%")
    word = {(True, True): "contains", (True, False): "ends with", (False, True): "starts with"}
    return f'{word.get((open_start, open_end), "=")} "{bare}"'


def with_commas(match: Match) -> str:
    return ", ".join(re.findall(r'"[^"\n]*"', match[0]))


def underscored(match: Match) -> str:
    return re.sub(r"[-\s]+", "_", match[0])


_LINKING = frozenset(
    {
        "a",
        "an",
        "the",
        "there",
        "is",
        "are",
        "was",
        "has",
        "have",
        "be",
        "should",
        "must",
        "shall",
        "will",
        "if",
        "when",
        "where",
        "while",
        "only",
        "and",
        "or",
        "of",
        "to",
        "from",
        "on",
        "at",
        "with",
        "references",
        "belongs",
        "extends",
        "select",
        "that",
        "required",
        "mandatory",
        "unique",
        "planned",
        "nullable",
        "primary",
        "not",
        "per",
        "for",
        "every",
        "each",
        "by",
        "in",
        "under",
    }
)
"""Words that say something between a name and what follows, and are hardly a part of the name."""


def begun_line(match: Match) -> str | None:
    """The name that begins a line, where it is of several words; None where one of them may be a misspelt word of ours."""
    before = match.string[: match.start()].rpartition("\n")[2]
    flags = ("key", "optional", "accountable", "at least", "at most", "of")
    rest = match[0].split()[1:]
    meant = any(likeness(word, flag) is not None for word in rest for flag in flags)
    return None if before.strip() or meant or _LINKING & {*rest} else "_".join(match[0].split())


def braces(match: Match) -> str | None:
    """`in (1, 2)`; None for `(1,200, 3)`, of which nobody knows how many numbers it is."""
    return None if re.search(r"\d,\d{3}(?!\d)", match[2]) else f"{match[1]} {{{match[2]}}}"


def contains_any(match: Match) -> str:
    """`name contains any of ("a", "b")`."""
    return f"({' or '.join(f'{match[1]} contains {each}' for each in re.findall(ANY_TEXT, match[2]))})"


def between_moments(match: Match) -> str:
    """`first_touch.at - MQL.mql_at`: the time between two moments, each by its name."""
    return f"time from {moment_of(match[2])} to {moment_of(match[1])}"


def moment_of(path: str) -> str:
    """`first_touch` of `first_touch.at`, and `MQL` of `MQL.mql_at`: an event and a definition are moments themselves."""
    first, dot, last = path.partition(".")
    return first if dot and (last in ("at", "date", "time", "timestamp") or first[0].isupper()) else path


def in_braces(match: Match) -> str:
    """`is any of "US" or "CA"`, with brackets or without."""
    word = "not in" if re.match(r"(?:is\s+)?(?:not|none)", match[0], re.IGNORECASE) else "in"
    return f"{word} {{{with_commas(match)}}}"


def as_percent(match: Match) -> str:
    """`0.75`: `75%`."""
    whole, part = divmod(round(float(match[0]) * 10_000), 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".") + "%"


def ordinal(match: Match) -> str:
    number = 2 + ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth").index(
        match[0].lower()
    )
    return f"{number}{ {2: 'nd', 3: 'rd'}.get(number, 'th') }"


def in_a_row(match: Match) -> str:
    number = {"twice": 2, "two": 2, "three": 3, "four": 4}.get(match[1]) or int(match[1])
    return f"{number} in a row"


def month_of(match: Match) -> str | None:
    """`year begins in Feb`, `fiscal year starts 2`."""
    written = match[1].lower()
    number = int(written) if written.isdigit() else _MONTHS.index(written[:3]) + 1
    return f"year starts {_MONTH_NAMES[number - 1]}" if 1 <= number <= 12 else None


def first_day(match: Match) -> str:
    return f"week starts {_weekday(match[1])}"


def counted(match: Match) -> str | None:
    """`COUNT(*) of MQL`, `count(MQL)`."""
    rows = match[1] or match[2]
    return f"count of {rows}" if rows else None


def quoted_list(match: Match) -> str:
    return "one of " + ", ".join(f'"{each.strip()}"' for each in match[1].split(","))


def declared(match: Match) -> str | None:
    words = match[2].split()
    return None if _LINKING & {*words} else f"{match[1]} {'_'.join(words)}"


def mark(match: Match) -> str | None:
    """The mark of a list at the beginning of a line: `- volume at least …`."""
    return None if match.string[: match.start()].rpartition("\n")[2].strip() else ""


def in_set(match: Match) -> str:
    """`("US", "CA")`, `['US']`."""
    return "{" + ", ".join(f'"{each[1:-1]}"' for each in re.findall(ANY_TEXT, match[0])) + "}"


def selected(match: Match) -> str | None:
    """`select sum(amount) from deal`."""
    statistic = {
        "sum": "sum",
        "avg": "average",
        "average": "average",
        "min": "least",
        "max": "greatest",
        "median": "median",
    }
    name, of, rows = match[1].lower(), match[2], match[3]
    if name == "count":
        return f"count of {rows}"
    return f"{statistic[name]} of {of} over {rows}" if of != "*" else None


def statistic_of(match: Match) -> str:
    """`SUM(deal.amount)`."""
    name = {"avg": "average"}.get(match[1].lower(), match[1].lower())
    return f"{name} of {match[3]} over {match[2]}"


def enumerated(match: Match) -> str:
    values = (re.sub("[\"']", "", each).strip() for each in match[1].split(","))
    return "one of " + ", ".join(f'"{value}"' for value in values)
