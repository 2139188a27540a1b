"""Why a calendar is not open: the closed stretches between two instants, day by day, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sladsl.calendars.calendar import OpenTime
from sladsl.calendars.instants import Instant
from sladsl.calendars.rules import holiday_called


class Why(StrEnum):
    """Why a stretch of a day is not open; the first that holds, as the more specific wins."""

    CLOSED = "closed"
    """`closed DATE`."""
    HOLIDAY = "holiday"
    NO_HOURS = "no hours"
    """A day of the week, or a date with hours of its own, that has none: a weekend."""
    BREAK = "break"
    """Between two hours of the same day: lunch."""
    OUTSIDE = "outside hours"
    """Before the day opens or after it closes."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed stretch `[start, end)` of one local day (days since 1970-01-01); `name` is the holiday's."""

    start: Instant
    end: Instant
    day: int
    why: Why
    name: str = ""


def closed_between(open_time: OpenTime, a: Instant, b: Instant) -> tuple[Closed, ...]:
    """The closed stretches of `[a, b)`, cut at local midnights. Together with `OpenTime.intervals` they are all of it.

    Errors are those of `OpenTime`.
    """
    found: list[Closed] = []
    at = a
    for opens, closes in (*open_time.intervals(a, b), (b, b)):
        if at < opens:
            found += (_reason(open_time, day, start, end) for day, start, end in _days(open_time, at, opens))
        at = closes
    return tuple(found)


def is_dated_opening(open_time: OpenTime, at: Instant) -> bool:
    """Whether the shift that holds `at` has the hours of its date (`open 2026-12-24 …`) rather than of its weekday."""
    day = open_time.open_day_of(at)
    return any(day == dated and spans for dated, spans in open_time.rules.openings)


def why_closed(open_time: OpenTime, day: int) -> tuple[Why, str]:
    """Why a day that has no open time of its own is closed, with the holiday's name."""
    rules = open_time.rules
    if any(first <= day <= last for first, last in rules.closed):
        return Why.CLOSED, ""
    if all(day != dated for dated, _ in rules.openings):
        named = next((name for rule in rules.holidays if (name := holiday_called(rule, day))), None)
        if named is not None:
            return Why.HOLIDAY, named
        if rules.weekly[(day + 3) % 7]:
            return Why.OUTSIDE, ""
    return Why.NO_HOURS, ""


def _days(open_time: OpenTime, a: Instant, b: Instant) -> Iterator[tuple[int, Instant, Instant]]:
    """`[a, b)` cut at local midnights, each piece with its day."""
    where = open_time.zone
    while a < b:
        day = where.date_of(a)
        end = where.midnight(day + 1)
        # A clock put back across midnight shows the old date again after the new one's beginning.
        if end <= a:
            day, end = day + 1, where.midnight(day + 2)
        yield day, a, min(b, end)
        a = end


def _reason(open_time: OpenTime, day: int, start: Instant, end: Instant) -> Closed:
    why, name = why_closed(open_time, day)
    own = open_time.covering(start, end).shifts.get(day, ())
    if own and why in {Why.NO_HOURS, Why.OUTSIDE}:
        between = any(closes <= start for _, closes in own) and any(opens >= end for opens, _ in own)
        why = Why.BREAK if between else Why.OUTSIDE
    return Closed(start, end, day, why, name)
