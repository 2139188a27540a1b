"""What somebody wrote in the spelling of the language: the amounts, lengths of time, dates, clock readings, periods and limits of a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from sladsl.syntax.rewriting import (
    CLOCK,
    MONTH,
    NAMED_DATE,
    WEEKDAY,
    Match,
    clocks,
    dates,
    named_date,
    weekdays,
)
from sladsl.syntax.rewriting import DATE as ELSEWHERE

NAME = r"[A-Za-z_]\w*"
PATH = rf"{NAME}(?:\.{NAME})*"
TEXT = r'"[^"\n]*"'
DAY = r"\d{4}-\d\d-\d\d"
SPAN = r"\d+ (?:business )?(?:second|minute|hour|day|week|month|year)s?(?!\w)"
AMOUNT = rf"(?:{SPAN}|\d[\d_]*(?:\.\d+)?%?(?!\w))"
OPENED = r"\d\d:\d\d to \d\d:\d\d"

_UNITS = {
    "second": "s|sec|secs|seconds?|sekunden?", "minute": "min|mins|minutes?|minuten?", "hour": "h|hr|hrs|hours?|std|stunden?|heures?",
    "day": "d|days?|tage?n?|jours?", "week": "w|wks?|weeks?|wochen?|semaines?", "month": "months?|monate?n?|mois", "year": "years?|yrs?|jahre?n?",
}  # fmt: skip
_PERIODS = {
    "day": "day|tag|jour", "week": "week|woche|semaine", "month": "month|monat|mois", "quarter": "quarter|quartal|trimestre", "year": "year|jahr",
}  # fmt: skip
_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year"}  # fmt: skip
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12}  # fmt: skip
_ANY_UNIT = "|".join(_UNITS.values())
_ANY_PERIOD = "|".join(_PERIODS.values())
_OPEN = r"business|working|work|office|opening|biz|bus"
_STRAIGHT = str.maketrans("“”„‟«»", '""""""')
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def straight(written: str) -> str:
    """With the quotes and dashes of a keyboard, in single spaces."""
    flat = written.translate(_STRAIGHT).replace("\u2013", "-").replace("\u2014", "-").replace("\u2026", "...")
    return " ".join(re.sub(r"(?<!\w)'([^'\n\"]*)'(?!\w)", r'"\1"', flat).split())


def plain(written: str) -> str:
    """With amounts, lengths of time, periods and limits as they are spelt here. What stands in quotes stays as it is."""
    texts = re.split(rf"({TEXT})", straight(written))
    for at in range(0, len(texts), 2):
        for pattern, new in _SPELT:
            texts[at] = pattern.sub(new, texts[at])
    return " ".join("".join(texts).split())


def with_one_name(written: str) -> tuple[str, bool]:
    """A line of a field whose name stands first and is one word, and whether it said first that this is the key."""
    keyed = re.match(
        rf"(?:primary key|pk)[ \t]*:?[ \t]+({NAME})[ \t]*(?=$|text|string|varchar|uuid|int|number)",
        written,
    )
    if keyed:
        written = f"{keyed[1]} key {written[keyed.end() :] or 'text'}"
    spaced = re.match(rf"({NAME}(?: {NAME}){{1,3}})(?:[ \t]{{2,}}|[ \t]*:[ \t]*)(?=\S)", written)
    if spaced and spaced[1].split()[-1] not in ("optional", "key", "accountable"):
        written = f"{'_'.join(spaced[1].split())} {written[spaced.end() :]}"
    return written, keyed is not None


def days(written: str, year: str = "2026") -> str:
    """With dates as they are spelt here; one without a year is of this one, and one that can be read in two ways stays."""
    with_years = re.sub(NAMED_DATE, lambda each: named_date(each) or each[0], written)
    with_years = re.sub(ELSEWHERE, lambda each: dates(_alone(ELSEWHERE, each)) or each[0], with_years)
    with_years = re.sub(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", _padded, with_years)
    return re.sub(_YEARLESS, lambda each: _of_year(each, year), with_years)


def first_days(written: str, year: str = "2026") -> str:
    """With the first day of a month in which something begins: `starting in July`."""
    return re.sub(
        _FROM_MONTH,
        lambda each: f"from {each['year'] or year}-{_MONTHS.index(each['month'][:3].lower()) + 1:02}-01",
        written,
    )


def of_which_year(written: str) -> str:
    """What is to be said of dates where nobody wrote their year."""
    return "" if re.search(r"20\d\d", written) else "with the year that is meant"


def hours(written: str) -> str:
    """With spans of clock readings as they are spelt here: `9-18`, `9am to 6pm`, `9h30 - 12h`."""
    halves = re.sub(CLOCK, lambda each: clocks(_alone(_ONE_CLOCK, each)) or each[0], written)
    return re.sub(_HOURS, _hours, halves)


def weekday_names(written: str) -> str:
    """With days of the week as they are spelt here: `Mon-Fri`, `montag bis freitag`, `mo-fr`."""
    short = "|".join(_SHORT_DAYS)
    written = re.sub(
        rf"\b({short})\s*(-|bis|to)\s*({short})\b",
        lambda each: f"{_SHORT_DAYS[each[1]]} to {_SHORT_DAYS[each[3]]}",
        written,
    )
    return re.sub(rf"{WEEKDAY}(?:\s*(?:-|to|until|bis|through|thru|,|&|and)\s*{WEEKDAY})*", weekdays, written)


_SHORT_DAYS = {"mo": "monday", "di": "tuesday", "mi": "wednesday", "do": "thursday", "fr": "friday", "sa": "saturday", "so": "sunday"}  # fmt: skip


def _alone(pattern: str, match: Match) -> Match:
    """The same place as a match of another pattern, which has the groups of two."""
    return re.match(pattern + _NO_SECOND, match[0]) or match


_NO_SECOND = r"(?P<hour2>(?!))?(?P<year2>(?!))?(?P<y2>(?!))?"
_ONE_CLOCK = CLOCK
_YEARLESS = (
    rf"(?:(?P<month>{MONTH})\s+(?P<day>\d\d?)(?:st|nd|rd|th)?|(?P<day2>\d\d?)(?:st|nd|rd|th|\.)?\s+(?P<month2>{MONTH})"
    r"|(?P<day3>\d\d?)\.(?P<month3>\d\d?)\.)(?![\w:])(?!\s*\d)"
)
_HOURS = r"(?<![\w:.-])(\d\d?)(?:[:.h](\d\d))?\s*h?(?:\s*uhr)?\s*(?:-|to|until|till|bis|\u00e0|a)\s*(\d\d?)(?:[:.h](\d\d))?\s*h?(?:\s*uhr)?(?![\w:%-])"


_FROM_MONTH = rf"\b(?:starting|beginning|effective|as of|from)\s+(?:in\s+|the\s+(?:start|beginning)\s+of\s+)?(?P<month>{MONTH})(?:\s+(?P<year>20\d\d))?(?![\w:])(?!\s*\d)"


def _padded(match: Match) -> str:
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"


def _of_year(match: Match, year: str) -> str:
    named = match["month"] or match["month2"]
    month = _MONTHS.index(named[:3].lower()) + 1 if named else int(match["month3"])
    try:
        return str(date(int(year), month, int(match["day"] or match["day2"] or match["day3"])))
    except ValueError:
        return match[0]


def _hours(match: Match) -> str:
    ends = [(int(match[1]), match[2] or "00"), (int(match[3]), match[4] or "00")]
    if ends[1][0] > 24 or ends[0] >= ends[1]:
        return match[0]  # `9 to 5` may be meant until five o'clock in the afternoon
    return " to ".join(f"{hour:02}:{minute}" for hour, minute in ends)


def _length(match: Match) -> str:
    unit = next(name for name, spelt in _UNITS.items() if re.fullmatch(spelt, match[3], re.IGNORECASE))
    open_time = "business " if match[2] or match[4] else ""
    return f"{match[1]} {open_time}{unit}{'' if match[1] == '1' else 's'}"


_SMALLER = {"minute": (60, "seconds"), "hour": (60, "minutes"), "day": (24, "hours")}


def _and_a_half(match: Match) -> str:
    """`an hour and a half`, `2.5 hours`, in whole units of the next smaller kind."""
    unit = next(x for x in (match[2], match[4], match[6]) if x).lower()
    whole = next((x for x in (match[1], match[3], match[5]) if x), "0" if match[6] else "1")
    many, smaller = _SMALLER[unit]
    return f"{int(whole) * many + many // 2} {smaller}"


def _fraction(match: Match) -> str:
    """`3/4` in percent; one that is not a whole number of them stays."""
    part, rest = divmod(100 * int(match[1]), int(match[2]))
    return f"{part}%" if part < 100 and not rest else match[0]


def _part_of(match: Match) -> str:
    many, smaller = _SMALLER[match[2].lower()]
    return f"{many // (2 if match[1].lower() == 'half' else 4)} {smaller}"


def _period(match: Match) -> str:
    word = match[1].lower()
    return f" per {next(name for name, spelt in _PERIODS.items() if re.fullmatch(spelt, word))}"


def _thousand(match: Match) -> str:
    return f"{round(float(match[1]) * 1000):_}"


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_SPELT: tuple[tuple[re.Pattern[str], str | Callable[[Match], str]], ...] = (
    (_any(r"(?<=\d)[,'](?=\d{3}(?!\d))"), "_"),
    (_any(r"(?<![\w.])(\d+(?:\.\d+)?)\s?k(?!\w)"), _thousand),
    (_any(rf"\b({'|'.join(_NUMBERS)})\b"), lambda each: str(_NUMBERS[each[1].lower()])),
    (_any(rf"\b(?:an?|one)\s+(?=(?:(?:{_OPEN})\s+)?(?:hour|minute|business|working)(?!\w))"), "1 "),
    (_any(r"\b(twice)\b"), "2 times"),
    (_any(r"(?<![\w./])([1-9])/([2-9])(?![\w./])(?:\s+of(?:\s+the\s+time)?(?!\w))?"), _fraction),
    (_any(r"\ba\s+(?:couple|pair)(?:\s+of)?(?=\s+[a-z])"), "2"),
    (_any(r"(?<![\w.])(?:(?:(\d+)|an?|one)\s+and\s+a\s+half\s+(hour|minute|day)s?|(?:(\d+)|an?|one)\s+(hour|minute|day)s?\s+and\s+a\s+half|(\d*)\.5\s*(hour|minute|day)s?)(?!\w)"), _and_a_half),
    (_any(r"\b(half|quarter)(?:\s+of)?\s+an?\s+(hour|minute|day)(?!\w)"), _part_of),
    (_any(r"(?<!\w)(\d+)\s+(?:more|further|additional|extra|other)\s+(?=[a-z]+ ?[a-z]*)"), r"\1 "),
    (_any(r"(?<![\w.])(\d+)\s+(?:out\s+of|of|in|von|sur)\s+(?:every\s+)?(10|100)(?![\d%])"), lambda each: f"{int(each[1]) * 100 // int(each[2])}%"),
    (_any(r"(?<=within )(\d+|an?|one)\s+quarters?(?!\w)"), lambda each: f"{3 * (int(each[1]) if each[1].isdigit() else 1)} months"),
    (_any(r"(\d[\d.]*)\s*(?:%|percent(?!\w)|per\s+cent(?!\w)|pct\.?(?!\w)|prozent(?!\w)|pour\s*cent(?!\w))"), r"\1%"),
    (_any(r"(?<![\w.])(\d+)\s*b(?=d(?:s|ays?)?(?!\w)|h(?:rs?|ours?)?(?!\w))"), r"\1 business "),
    (_any(rf"(?<![\w.:])(\d+)\s*-?\s*(?:({_OPEN})[-\s]*)?({_ANY_UNIT})\.?(?!\w)((?:\s+(?:of|during|in))?\s+\(?(?:{_OPEN})(?:\s+(?:time|hours?|days?))?\)?(?!\w))?"), _length),
    (_any(rf"(?:\bin\s+)?(?:/\s*|\b(?:per|an?|each|every|any|pro|par|je)\s+)(?:calendar\s+|single\s+)?({_ANY_PERIOD})s?(?!\w)"), _period),
    (_any(rf"(?<!-)\b({'|'.join(_ADVERBS)})(?!\w)"), lambda each: f"per {_ADVERBS[each[1].lower()]}"),
    (_any(r"(?:>=|\u2265|=>|\b(?:minimum|min\.?|no\s+(?:less|fewer)\s+than|not\s+(?:less|fewer)\s+than|mindestens|au\s+moins)(?!\w))(?:\s+of(?!\w))?"), " at least "),
    (_any(r"(?:<=|\u2264|=<|\b(?:maximum|max\.?|no\s+more\s+than|not\s+more\s+than|up\s+to|h\u00f6chstens|maximal|au\s+plus|capped?\s+at|limited\s+to|no\s+longer\s+than)(?!\w))(?:\s+of(?!\w))?"), " at most "),
    (_any(rf"({AMOUNT})\s*(?:\+|or\s+(?:more|higher|above|better)(?!\w))"), r"at least \1"),
    (_any(rf"({AMOUNT})\s*or\s+(?:less|lower|below|fewer)(?!\w)"), r"at most \1"),
)  # fmt: skip
"""What is written elsewhere, and how it is spelt here; each reads what those above it have left."""
