"""Reading literals. The grammar takes any digits in the right shape; here they become values, or a problem at their place.

A literal that cannot be read gets a stand-in value, so that the rest of its declaration is still looked at;
the caller drops a declaration that has a problem of this kind, and no stand-in gets any further.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from sladsl.diagnostics import Diagnostic
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.syntax.problems import Problems, problem, replacement
from sladsl.syntax.split import Word

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_ESCAPE = re.compile(r'\\(["\\])')
_MIDNIGHT = 24 * 3600
_THOUSANDS = re.compile(r"([1-9]\d{0,2})\.(\d{3})")
"""What may be thousands, as half of the world sets them apart; nobody writes `0.125` for them."""
_PLACES = 6
_DIGITS = 12


def text(word: Word) -> ast.Text:
    """A quoted string without its quotes; a backslash before anything but a quote or a backslash stands for
    itself.
    """
    return ast.Text(_ESCAPE.sub(r"\1", word.text[1:-1]), word.span)


def number(word: Word, problems: Problems) -> ast.Number:
    """A number; one that is written as thousands are elsewhere, `1.000`, is told of and read as it stands."""
    if thousands := _THOUSANDS.fullmatch(word.text):
        whole, places = thousands.groups()
        grouped, decimal = f"{whole}_{places}", f"{whole}.{places.rstrip('0') or '0'}"
        decimal = decimal if len(decimal) < len(word.text) else f"{decimal}0"
        problems.append(
            problem(
                "SLA110",
                f"`{word.text}` can be read in two ways, and is taken for the number {decimal}",
                word.span,
                help=f"write `{grouped}` where thousands are meant, and `{decimal}` otherwise",
                fixes=tuple(replacement(f"write `{x}`", word.span, x) for x in (grouped, decimal)),
            )
        )
    return ast.Number(_decimal(word.text, word, problems), word.span)


def percent(word: Word, problems: Problems) -> ast.Percent:
    return ast.Percent(_decimal(word.text[:-1], word, problems), word.span)


def _decimal(digits: str, word: Word, problems: Problems) -> Decimal:
    whole, _, places = digits.replace("_", "").partition(".")
    if len(places) > _PLACES:
        problems.append(
            problem(
                "SLA108",
                f"`{word.text}` has more than {_PLACES} decimal places",
                word.span,
                help="numbers are kept with six decimal places",
            )
        )
        return Decimal(0)
    if len(whole.lstrip("0")) > _DIGITS:
        problems.append(
            problem(
                "SLA108",
                f"`{_short(word.text)}` is too large",
                word.span,
                help="numbers have at most 12 digits before the decimal point",
            )
        )
        return Decimal(0)
    return Decimal(digits.replace("_", ""))


def _short(written: str) -> str:
    return written if len(written) <= 30 else written[:29] + "…"


def duration(amount: ast.Number, business: bool, unit: Word, span: Span, problems: Problems) -> ast.Duration:
    """`4 business hours`; the amount is whole, and business time is counted in minutes, hours or days."""
    counted = time_unit(business, unit, span, problems)
    if amount.value != amount.value.to_integral_value():
        problems.append(
            problem(
                "SLA108",
                f"a duration is a whole number of {counted.unit}s, not `{amount.value}`",
                amount.span,
                help="use a smaller unit: `90 minutes` for one and a half hours",
            )
        )
    return ast.Duration(int(amount.value), counted.unit, business, span)


def time_unit(business: bool, unit: Word, span: Span, problems: Problems) -> ast.TimeUnit:
    """`in business hours`."""
    word = _unit(unit.text.removesuffix("s"))
    if business and word not in ("minute", "hour", "day"):
        problems.append(
            problem(
                "SLA108",
                f"there are no business {word}s",
                span,
                help="business time is counted in business minutes, business hours or business days",
            )
        )
    return ast.TimeUnit(word, business, span)


def position(word: Word, problems: Problems) -> int:
    """`first` and `next` are 1, `5th` is 5, `last` is -1."""
    if word.text in ("first", "next", "last"):
        return -1 if word.text == "last" else 1
    count = int(word.text[:-2])
    if count == 0 or len(word.text) > 6:
        problems.append(
            problem(
                "SLA108", f"there is no `{word.text}` row", word.span, help="rows are counted from the first"
            )
        )
        return 1
    return count


def whole_rows(word: str, count: ast.Number) -> Diagnostic:
    """`at least 2.5 activity`."""
    help = f"write `{word} {int(count.value)}`"
    return problem("SLA108", "rows are counted in whole numbers", count.span, help=help)


def percentile(written: str, span: Span, problems: Problems) -> int:
    """`p90` is 90."""
    value = int(written[1:])
    if value == 0:
        problems.append(
            problem("SLA108", "there is no `p0`", span, help="percentiles run from `p1` to `p99`")
        )
    return value


def _unit(word: str) -> ast.Unit:
    units: dict[str, ast.Unit] = {
        "second": "second",
        "minute": "minute",
        "hour": "hour",
        "day": "day",
        "week": "week",
        "month": "month",
        "year": "year",
    }
    return units[word]


def date(word: Word, problems: Problems) -> ast.Date:
    return ast.Date(_date(word.text, word, problems), word.span)


def datetime(word: Word, problems: Problems) -> ast.DateTime:
    """`2026-03-07 15:00`: a naive local clock reading."""
    day_text, clock_text = re.split(r"[ \tT]+", word.text, maxsplit=1)
    before = len(problems)
    day = _date(day_text, word, problems)
    seconds = _seconds(clock_text, word, problems) if len(problems) == before else 0
    if seconds == _MIDNIGHT:
        after = day + dt.timedelta(days=1) if day < dt.date.max else day
        written = f"{after.isoformat()} 00:00"
        problems.append(
            problem(
                "SLA107",
                f"`{word.text}` is not a time of that day",
                word.span,
                help=f"the end of a day is the start of the next: `{written}`",
                fixes=(replacement(f"write `{written}`", word.span, written),),
            )
        )
        seconds = 0
    if "T" in word.text and len(problems) == before:
        written = f"{day_text} {clock_text}"
        problems.append(
            problem(
                "SLA107",
                "a date and a time are written with a space between them",
                word.span,
                help=f"write `{written}`",
                fixes=(replacement(f"write `{written}`", word.span, written, safe=True),),
            )
        )
    return ast.DateTime(dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds), word.span)


def clock(word: Word, problems: Problems) -> ast.TimeOfDay:
    return ast.TimeOfDay(_seconds(word.text, word, problems), word.span)


def _date(written: str, word: Word, problems: Problems) -> dt.date:
    year, month, day = (int(part) for part in written.split("-"))
    stand_in = dt.date(2000, 1, 1)
    try:
        value = dt.date(year, month, day)
    except ValueError:
        problems.append(
            problem("SLA107", f"there is no date `{written}`", word.span, help=_why_no_date(year, month, day))
        )
        return stand_in
    if written != value.isoformat():
        problems.append(_padding(written, value.isoformat(), word))
    return value


def _why_no_date(year: int, month: int, day: int) -> str:
    if year == 0:
        return "years begin at 0001"
    if not 1 <= month <= 12:
        return f"there is no month {month}; dates are written year-month-day"
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day if year < 9999 else 31
    return f"{MONTHS[month - 1].capitalize()} {year} has {last} days"


def _seconds(written: str, word: Word, problems: Problems) -> int:
    hour, minute, second = ([int(part) for part in written.split(":")] + [0])[:3]
    value = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or value > _MIDNIGHT:
        problems.append(
            problem(
                "SLA107", f"there is no time `{written}`", word.span, help="times run from `00:00` to `24:00`"
            )
        )
        return 0
    padded = written.rjust(len(written) + (written.index(":") == 1), "0")
    if padded != written:
        problems.append(_padding(written, padded, word))
    return value


def _padding(written: str, padded: str, word: Word) -> Diagnostic:
    whole = word.text.replace(written, padded)
    return problem(
        "SLA107",
        f"`{written}` is written `{padded}`",
        word.span,
        help=f"write `{whole}`",
        fixes=(replacement(f"write `{whole}`", word.span, whole, safe=True),),
    )
