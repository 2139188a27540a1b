"""Open time, and the arithmetic on it.

`OpenTime` works on instants and is what the engine uses; `BusinessCalendar` is the same for programs that
hold aware datetimes. `closed_between` says of the rest why it is closed, day by day.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sladsl.calendars.instants import (
    DAY,
    MINUTE,
    Instant,
    Zone,
    day_number,
    instant,
    iso,
    microseconds,
    moment,
    zone,
)
from sladsl.calendars.intervals import OpenIntervals, carried, work_out
from sladsl.calendars.rules import CalendarRules, HolidayRule, Spans, require_region

if TYPE_CHECKING:
    import pendulum

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from sladsl.calendars.rules import holiday_called

FIRST_DAY, LAST_DAY = day_number(date(1899, 12, 25)), day_number(date(2200, 1, 7))
"""What a calendar can be worked out for: the years 1900 to 2199, and a week around them."""
_GROWTH = 400
"""Days by which the worked-out stretch grows at least."""


class OutOfReach(ValueError):
    """The answer lies outside the years 1900 to 2199."""


class NeverOpen(ValueError):
    """The calendar has no open time at all."""


class OpenTime:
    """The open time of one calendar, exact to the microsecond.

    It is worked out as far as it is asked for, within the years 1900 to 2199; `lo` and `hi` say what will be
    asked for, so that it is done at once. Errors of every method: `OutOfReach` for answers outside those
    years, `NeverOpen` where the calendar has no open time.
    """

    def __init__(self, rules: CalendarRules, lo: Instant | None = None, hi: Instant | None = None) -> None:
        self.rules = rules
        self.zone: Zone = zone(rules.zone)
        self._anchor = lo
        self._known: OpenIntervals | None = None
        if lo is not None:
            self.covering(lo, lo if hi is None else hi)

    def open_time_until(self, t: Instant) -> int:
        """F(t): open time from this calendar's anchor to `t`, negative before it; only differences of it mean
        anything.

        The anchor is `lo`, or else the first instant that was asked about."""
        return self.covering(t, t).open_until(t)

    def elapsed(self, a: Instant, b: Instant) -> int:
        """Open time in `[a, b)` in microseconds; minus that of `[b, a)` when b is before a."""
        known = self.covering(min(a, b), max(a, b))
        return known.open_until(b) - known.open_until(a)

    def deadline(self, a: Instant, budget: int) -> Instant:
        """The earliest t ≥ a with `elapsed(a, t) >= budget`; a budget of zero is due at once, open or not."""
        if budget < 0:
            raise ValueError("a budget cannot be negative")
        if budget == 0:
            return a
        known = self.covering(a, a + budget)
        while True:
            wanted = known.open_until(a) + budget
            k = bisect_left(known.after, wanted)
            if k < len(known.after):
                due = known.starts[k] + wanted - known.before[k]
                if due <= known.hi:
                    return due
            known = self._later(known)

    def reaching(self, wanted: int) -> Instant:
        """The earliest t with `open_time_until(t) >= wanted`: where so much open time lies behind the anchor."""
        known = self.covering(*(2 * (0 if self._anchor is None else self._anchor,)))
        while True:
            k = bisect_left(known.after, wanted)
            if k == len(known.after) or (reached := known.starts[k] + wanted - known.before[k]) > known.hi:
                known = self._later(known)
            elif (k == 0 and wanted <= known.before[0]) or reached < known.lo:
                known = self._earlier(known)
            else:
                return reached

    def intervals(self, a: Instant, b: Instant) -> Spans:
        """The open intervals of `[a, b)`, cut at its ends; together they are `elapsed(a, b)` long."""
        if b <= a:
            return ()
        known = self.covering(a, b)
        first, last = bisect_right(known.ends, a), bisect_left(known.starts, b)
        spans = zip(known.starts[first:last], known.ends[first:last], strict=True)
        return tuple((max(opens, a), min(closes, b)) for opens, closes in spans)

    def is_open(self, t: Instant) -> bool:
        """Whether `t` lies in open time; the closing instant does not."""
        known = self.covering(t, t)
        k = bisect_right(known.starts, t) - 1
        return k >= 0 and t < known.ends[k]

    def next_open(self, t: Instant) -> Instant:
        """`t` itself when it is open, else the next opening."""
        known = self.covering(t, t)
        while True:
            k = bisect_right(known.ends, t)
            if k < len(known.ends) and known.starts[k] <= known.hi:
                return max(t, known.starts[k])
            known = self._later(known)

    def add_business_days(self, a: Instant, days: int) -> Instant:
        """The same clock reading so many open days later.

        A start outside open hours first moves to the next opening. A reading outside the target day's hours
        moves to that day's next opening, or to its last close; in a night shift the reading runs past 24:00
        of the day the shift started on. A closed date is no open day, though its night may have an open tail.
        Zero days is `a`.
        """
        if days == 0:
            return a
        start, day = self._start(a)
        target, shifts = self._open_day(day, days)
        reading = self.zone.local(start) - day * DAY
        wanted, _ = self.zone.to_instant(target * DAY + reading)
        for opens, closes in shifts:
            if wanted < closes:
                return max(wanted, opens)
        return shifts[-1][1]

    def close_of_business_day(self, a: Instant, days: int) -> Instant:
        """The last close of the so-manieth open day after the start's own; a start outside open hours first
        moves to the next opening."""
        _, day = self._start(a)
        return self._open_day(day, days)[1][-1][1]

    def open_day_of(self, a: Instant) -> int:
        """The day (since 1970-01-01) that `a`, or else the next opening, belongs to: the one its shift starts
        on."""
        return self._start(a)[1]

    def _start(self, a: Instant) -> tuple[Instant, int]:
        """Where business days are counted from: an open instant, and the day its shift starts on (of two at
        once, the earlier)."""
        start = self.next_open(a)
        shifts = self.covering(start, start).shifts
        shown = self.zone.date_of(start)
        for day in (shown - 1, shown):
            if any(opens <= start < closes for opens, closes in shifts.get(day, ())):
                return start, day
        raise AssertionError("an open instant belongs to a shift of its date or of the day before")

    def _open_day(self, day: int, later: int) -> tuple[int, Spans]:
        """The open day that many open days after a day with shifts, and its own intervals."""
        if later < 0:
            raise ValueError("a number of business days cannot be negative")
        known = self.covering(day * DAY, day * DAY)
        while (target := known.open_day(day, later)) is None:
            known = self._later(known)
        return target, known.shifts[target]

    def covering(self, lo: Instant, hi: Instant) -> OpenIntervals:
        """The intervals, worked out at least for `[lo, hi]`."""
        known = self._known
        if known is not None and known.lo <= lo and hi <= known.hi:
            return known
        first, last = lo // DAY - 5, hi // DAY + 5
        if first < FIRST_DAY or last > LAST_DAY:
            beyond = lo if first < FIRST_DAY else hi
            raise OutOfReach(
                f"{_shown(beyond)} is outside the years for which calendars are known, 1900 to 2199"
            )
        if known is not None:
            # Growing by as much again keeps the work linear, however many small steps lead to it.
            grown = max(_GROWTH, known.last_day - known.first_day)
            first = known.first_day if first >= known.first_day else min(first, known.first_day - grown)
            last = known.last_day if last <= known.last_day else max(last, known.last_day + grown)
        if self._anchor is None:
            self._anchor = lo
        first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
        self._known = work_out(self.rules, self.zone, first, last, self._anchor)
        return self._known

    def all_of_it(self) -> OpenIntervals:
        """The intervals of all years for which calendars are known."""
        return self.covering((FIRST_DAY + 5) * DAY, (LAST_DAY - 5) * DAY)

    def _earlier(self, known: OpenIntervals) -> OpenIntervals:
        """More of the calendar, towards the past."""
        back = max(known.first_day - max(_GROWTH, known.last_day - known.first_day), FIRST_DAY)
        if back + 5 >= known.first_day:
            raise OutOfReach(f"the calendar `{self.rules.name}` is not open long enough after the year 1900")
        return self.covering((back + 5) * DAY, (back + 5) * DAY)

    def _later(self, known: OpenIntervals) -> OpenIntervals:
        """More of the calendar, towards the future; an error when there is no more."""
        if not self.rules.has_hours:
            raise NeverOpen(f"the calendar `{self.rules.name}` is never open")
        if known.last_day < LAST_DAY:
            ahead = min(known.last_day + max(_GROWTH, known.last_day - known.first_day), LAST_DAY)
            return self.covering((ahead - 5) * DAY, (ahead - 5) * DAY)
        if not self.covering((FIRST_DAY + 5) * DAY, (FIRST_DAY + 5) * DAY).starts:
            raise NeverOpen(f"the calendar `{self.rules.name}` is never open")
        raise OutOfReach(f"the calendar `{self.rules.name}` is not open long enough before the year 2200")


def _shown(at: Instant) -> str:
    try:
        return iso(at)
    except OverflowError:
        return "an instant"


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|to)\s*(\d{1,2}):(\d{2})")


class BusinessCalendar:
    """Business time for aware datetimes: open time in `timedelta`s, moments as `pendulum.DateTime` in the
    calendar's zone.

    The rules are those of an agreement's `calendar`. A deadline is the earliest moment with so much open time
    behind it, so that an answer is on time exactly when it is not after its deadline; comparing elapsed time
    with a budget decides something else.

    >>> from datetime import timedelta
    >>> import pendulum
    >>> hours = {"monday to friday": "09:00-17:00"}
    >>> desk = BusinessCalendar.of(hours, zone="America/New_York", holidays="US")
    >>> friday = pendulum.datetime(2026, 3, 6, 13, tz="America/New_York")
    >>> due = desk.deadline(friday, timedelta(hours=4))
    >>> str(due)
    '2026-03-06 17:00:00-05:00'
    >>> answered = pendulum.datetime(2026, 3, 9, 8, 30, tz="America/New_York")
    >>> desk.elapsed(friday, answered)
    datetime.timedelta(seconds=14400)
    >>> answered <= due
    False

    Errors: `ValueError` for a naive datetime, a negative budget and answers outside the years 1900 to 2199
    (`OutOfReach`); `NeverOpen`, a `ValueError` too, where the calendar has no open time to wait for.
    """

    def __init__(self, rules: CalendarRules) -> None:
        self.open_time = OpenTime(rules)

    @classmethod
    def of(
        cls,
        weekly: Mapping[str, str],
        *,
        zone: str,
        holidays: str | Iterable[str | HolidayRule] = (),
        closed: Iterable[date | str | tuple[date | str, date | str]] = (),
        openings: Mapping[date | str, str] | None = None,
        name: str = "calendar",
    ) -> BusinessCalendar:
        """A calendar from words: days (`monday`, `monday to friday`, `every day`) with their hours, dates as
        `date`s or `YYYY-MM-DD`.

        A closure is a date or a pair of first and last; an opening's hours replace those that start on its
        date.

        >>> import pendulum
        >>> berlin = BusinessCalendar.of(
        ...     {"monday to thursday": "09:00-12:30, 13:30-18:00", "friday": "09:00-13:00"},
        ...     zone="Europe/Berlin",
        ...     holidays="DE-BE",
        ...     closed=["2026-11-27", ("2026-12-28", "2026-12-31")],
        ...     openings={"2026-12-24": "09:00-12:00"},
        ... )
        >>> berlin.is_open(pendulum.datetime(2026, 12, 24, 10, tz="Europe/Berlin"))
        True
        >>> str(berlin.next_open(pendulum.datetime(2026, 12, 24, 12, tz="Europe/Berlin")))
        '2027-01-04 09:00:00+01:00'
        """
        rules = [holidays] if isinstance(holidays, str) else list(holidays)
        return cls(
            CalendarRules(
                name=name,
                zone=zone,
                weekly=_weekly(weekly),
                holidays=tuple(_holiday_rule(rule) for rule in rules),
                closed=tuple(_closure(closure) for closure in closed),
                openings=tuple((_day(day), _hours(hours)) for day, hours in (openings or {}).items()),
            )
        )

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        """Open time between two moments; negative when b is before a."""
        return timedelta(microseconds=self.open_time.elapsed(instant(a), instant(b)))

    def deadline(self, a: datetime, duration: timedelta) -> pendulum.DateTime:
        """The earliest moment, not before `a`, with so much open time since `a`.

        >>> from datetime import timedelta
        >>> import pendulum
        >>> desk = BusinessCalendar.of({"monday to friday": "09:00-17:00"}, zone="America/New_York")
        >>> saturday = pendulum.datetime(2026, 3, 7, 15, tz="America/New_York")
        >>> str(desk.deadline(saturday, timedelta(hours=4)))
        '2026-03-09 13:00:00-04:00'
        """
        return self._moment(self.open_time.deadline(instant(a), microseconds(duration)))

    def add_business_days(self, a: datetime, n: int) -> pendulum.DateTime:
        """The same clock reading n open days later; a start outside open hours first moves to the next
        opening.

        >>> import pendulum
        >>> city = BusinessCalendar.of({"monday to friday": "08:30-17:00"}, zone="America/New_York")
        >>> str(city.add_business_days(pendulum.datetime(2026, 3, 2, 18, tz="America/New_York"), 1))
        '2026-03-04 08:30:00-05:00'
        """
        return self._moment(self.open_time.add_business_days(instant(a), n))

    def close_of_business_day(self, a: datetime, n: int) -> pendulum.DateTime:
        """The last close of the n-th open day after the start's own."""
        return self._moment(self.open_time.close_of_business_day(instant(a), n))

    def is_open(self, t: datetime) -> bool:
        """Whether the moment lies in open hours; the closing moment does not."""
        return self.open_time.is_open(instant(t))

    def next_open(self, t: datetime) -> pendulum.DateTime:
        """The moment itself when it lies in open hours, else the next opening."""
        return self._moment(self.open_time.next_open(instant(t)))

    def _moment(self, at: Instant) -> pendulum.DateTime:
        return moment(at, self.open_time.rules.zone)


def _weekly(hours: Mapping[str, str]) -> tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]:
    week: list[Spans] = [()] * 7
    for days, written in hours.items():
        for day in _weekdays(days):
            week[day] += _hours(written)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = week
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _weekdays(written: str) -> list[int]:
    words = written.lower().split()
    match words:
        case ["every", "day"]:
            return list(range(7))
        case [day] if day in _DAYS:
            return [_DAYS.index(day)]
        case [first, "to", last] if first in _DAYS and last in _DAYS:
            start = _DAYS.index(first)
            return [(start + at) % 7 for at in range((_DAYS.index(last) - start) % 7 + 1)]
        case _:
            expected = "`monday`, `monday to friday` or `every day`"
            raise ValueError(f"`{written}` is not a day of the week: expected {expected}")


def _hours(written: str) -> Spans:
    return tuple(_span(part.strip()) for part in written.split(","))


def _span(written: str) -> tuple[int, int]:
    match = _HOURS.fullmatch(written)
    if match is None:
        raise ValueError(f"`{written}` is not a span of hours: expected the form `09:00-17:00`")
    hour, minute, until_hour, until_minute = map(int, match.groups())
    opens, closes = (hour * 60 + minute) * MINUTE, (until_hour * 60 + until_minute) * MINUTE
    if hour > 23 or minute > 59 or until_minute > 59 or closes > DAY or opens == closes:
        expected = "an opening from 00:00 to 23:59 and another time, up to 24:00, to close"
        raise ValueError(f"`{written}` is not a span of hours: expected {expected}")
    return opens, closes if closes > opens else closes + DAY


def _holiday_rule(written: str | HolidayRule) -> HolidayRule:
    rule = HolidayRule(written) if isinstance(written, str) else written
    require_region(rule.region)
    return rule


def _closure(written: date | str | tuple[date | str, date | str]) -> tuple[int, int]:
    first, last = written if isinstance(written, tuple) else (written, written)
    return _day(first), _day(last)


def _day(written: date | str) -> int:
    return day_number(date.fromisoformat(written) if isinstance(written, str) else written)


# ----------------------------------------------------------------------------------------------------- why it is closed


class Why(StrEnum):
    """Why a stretch of a day is not open; the first that holds, as the more specific wins."""

    CLOSED = "closed"
    """`closed DATE`, or hours of one."""
    HOLIDAY = "holiday"
    NO_HOURS = "no hours"
    """A day of the week, or a date with hours of its own, that has none: a weekend."""
    BREAK = "break"
    """Between two hours of the same day: lunch."""
    OUTSIDE = "outside hours"
    """Before the day opens or after it closes."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed stretch `[start, end)` of one local day (days since 1970-01-01); `name` is the holiday's, or the reason that is given."""

    start: Instant
    end: Instant
    day: int
    why: Why
    name: str = ""


def closed_between(open_time: OpenTime, a: Instant, b: Instant) -> tuple[Closed, ...]:
    """The closed stretches of `[a, b)`, cut at local midnights. Together with `OpenTime.intervals` they are all of it.

    Errors are those of `OpenTime`.
    """
    closed: list[Closed] = []
    at = a
    for opens, closes in (*open_time.intervals(a, b), (b, b)):
        if at < opens:
            for day, start, end in _days(open_time, at, opens):
                closed += _reasons(open_time, day, start, end)
        at = closes
    return tuple(closed)


def is_dated_opening(open_time: OpenTime, at: Instant) -> bool:
    """Whether the shift that holds `at` has the hours of its date (`open 2026-12-24 …`) rather than of its weekday."""
    day = open_time.open_day_of(at)
    return any(day == dated and spans for dated, spans in open_time.rules.openings)


def why_closed(open_time: OpenTime, day: int) -> tuple[Why, str]:
    """Why a day that has no open time of its own is closed, with the holiday's name or the reason that is given."""
    rules = open_time.rules
    if any(first <= day <= last for first, last in rules.closed):
        return Why.CLOSED, rules.reason(day)
    for each in rules.closed_hours:
        if each.day == day and day not in open_time.covering(day * DAY, day * DAY).open_days:
            return Why.CLOSED, each.because
    if all(day != dated for dated, _ in rules.openings):
        named = next((name for rule in rules.holidays if (name := holiday_called(rule, day))), None)
        if named is not None:
            return Why.HOLIDAY, named
        if rules.weekly_on(day):
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


def _reasons(open_time: OpenTime, day: int, a: Instant, b: Instant) -> Iterator[Closed]:
    """A closed stretch of one day, cut where hours of a date are closed."""
    closings = {
        span: each.because
        for each in open_time.rules.closed_hours
        if day - 1 <= each.day <= day
        for span in carried(((each.opens, each.closes),), each.day, open_time.zone)
        if span[0] < b and a < span[1]
    }
    cuts = sorted({a, b, *(at for span in closings for at in span if a < at < b)})
    for start, end in pairwise(cuts):
        because = next((why for (opens, closes), why in closings.items() if opens <= start < closes), None)
        yield (
            _reason(open_time, day, start, end)
            if because is None
            else Closed(start, end, day, Why.CLOSED, because)
        )


def _reason(open_time: OpenTime, day: int, start: Instant, end: Instant) -> Closed:
    why, name = why_closed(open_time, day)
    own = open_time.covering(start, end).shifts.get(day, ())
    if own and why in {Why.NO_HOURS, Why.OUTSIDE}:
        between = any(closes <= start for _, closes in own) and any(opens >= end for opens, _ in own)
        why = Why.BREAK if between else Why.OUTSIDE
    return Closed(start, end, day, why, name)
