"""Business time, worked out the slow and plain way: a list of open stretches, walked from the start.

Written against the rules of time alone; nothing here comes from the package under test.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

Span = tuple[dt.time, dt.time | None]  # None closes at 24:00
DAY = dt.timedelta(days=1)
ZERO = dt.timedelta()


def instant(local: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """A local clock reading as UTC: the first of two, and moved forward by the gap where there is none."""
    return local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)


@dataclass
class Hours:
    """Weekly hours of one zone (0 is Monday), closed dates, and dates with hours of their own."""

    zone: ZoneInfo
    weekly: Mapping[int, Sequence[Span]]
    closed: frozenset[dt.date] = frozenset()
    special: Mapping[dt.date, Sequence[Span]] = field(default_factory=dict)
    first: dt.date = dt.date(2025, 10, 1)
    last: dt.date = dt.date(2027, 12, 31)

    def __post_init__(self) -> None:
        self.stretches: list[tuple[dt.datetime, dt.datetime]] = []
        self.by_day: dict[dt.date, list[tuple[dt.datetime, dt.datetime]]] = {}
        day = self.first
        while day <= self.last:
            found = [(self._at(day, a), self._at(day, b)) for a, b in self.spans(day)]
            if found:
                self.by_day[day] = found
                self.stretches += found
            day += DAY
        self.closings = [b for _, b in self.stretches]

    def spans(self, day: dt.date) -> Sequence[Span]:
        if day in self.closed:
            return ()
        return self.special.get(day, self.weekly.get(day.weekday(), ()))

    def _at(self, day: dt.date, clock: dt.time | None) -> dt.datetime:
        if clock is None:
            return instant(dt.datetime.combine(day + DAY, dt.time()), self.zone)
        return instant(dt.datetime.combine(day, clock), self.zone)

    def after(self, start: dt.datetime, budget: dt.timedelta) -> dt.datetime:
        """The earliest instant by which `budget` of open time has passed since `start`."""
        left = budget
        for a, b in self.stretches[bisect.bisect_right(self.closings, start) :]:
            begin = max(a, start)
            if b - begin >= left:
                return begin + left
            left -= b - begin
        raise AssertionError("the hours end before the deadline")

    def elapsed(self, start: dt.datetime, stop: dt.datetime) -> dt.timedelta:
        passed = ZERO
        for a, b in self.stretches[bisect.bisect_right(self.closings, start) :]:
            if a >= stop:
                break
            passed += min(b, stop) - max(a, start)
        return passed

    def next_opening(self, at: dt.datetime) -> dt.datetime:
        """`at` itself inside open hours (a closing instant is outside), else the next opening."""
        a, _ = self.stretches[bisect.bisect_right(self.closings, at)]
        return max(a, at)

    def days_later(self, start: dt.datetime, days: int) -> dt.datetime:
        """The same clock reading `days` open days later, kept inside that day's hours."""
        begin = self.next_opening(start).astimezone(self.zone)
        day = self._open_day_after(begin.date(), days)
        reading = instant(dt.datetime.combine(day, begin.time().replace(fold=0)), self.zone)
        for a, b in self.by_day[day]:
            if reading < b:
                return max(a, reading)
        return self.by_day[day][-1][1]

    def close_of_day(self, start: dt.datetime, days: int) -> dt.datetime:
        """The last close of the `days`-th open day after the start's own."""
        day = self._open_day_after(start.astimezone(self.zone).date(), days)
        return self.by_day[day][-1][1]

    def _open_day_after(self, day: dt.date, days: int) -> dt.date:
        for _ in range(days):
            day += DAY
            while day not in self.by_day:
                day += DAY
        return day


def months(
    first: dt.date, until: dt.datetime, zone: ZoneInfo, length: int = 1
) -> list[tuple[dt.datetime, dt.datetime]]:
    """The periods of `length` months from `first` on that have begun by `until`, each from its start to the next one's."""
    found = []
    year, month = first.year, first.month
    while instant(dt.datetime(year, month, 1), zone) <= until:
        nextly = (year + (month + length - 1) // 12, (month + length - 1) % 12 + 1)
        found.append((instant(dt.datetime(year, month, 1), zone), instant(dt.datetime(*nextly, 1), zone)))
        year, month = nextly
    return found


def label(start: dt.datetime, zone: ZoneInfo, length: int = 1) -> str:
    """How a report names the period: `2026-03`, `2026-Q1`."""
    local = start.astimezone(zone)
    return f"{local.year}-{local.month:02}" if length == 1 else f"{local.year}-Q{(local.month + 2) // 3}"
