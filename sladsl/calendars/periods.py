"""Periods of a zone's calendar, and calendar arithmetic on instants.

A period is half-open and starts at local 00:00. Its *index* is an integer that grows by one from a period to the
next, with index 0 the one that holds 1970-01-01. Labels:

| kind | year starts in January | year starts in another month |
|---|---|---|
| day, week, month | `2026-10-05`, `2026-W41` (ISO 8601), `2026-10` | the same |
| quarter | `2026-Q4` | `FY2026-27-Q1` |
| year | `2026` | `FY2026-27` |

A week that starts on another day than Monday has no number that everybody knows: it is named by its first date,
`W2026-10-04`. A year that runs across two calendar years names both, because half of the world names such a year by its
first and half by its last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from sladsl.calendars.durations import Duration, DurationKind
from sladsl.calendars.instants import DAY, Instant, Zone, day_date, day_number, zone


class PeriodKind(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """One period: `[start, end)` as instants."""

    kind: PeriodKind
    index: int
    label: str
    start: Instant
    end: Instant


class Periods:
    """The periods of one zone, whose year (and so whose quarters) starts in the month `year_starts`, 1 to
    12, and whose weeks start on the day `week_starts`, 0 (Monday) to 6."""

    def __init__(self, where: Zone | str, year_starts: int = 1, week_starts: int = 0) -> None:
        if not 1 <= year_starts <= 12:
            raise ValueError(f"a year starts in a month from 1 to 12, not in {year_starts}")
        if not 0 <= week_starts <= 6:
            raise ValueError(f"a week starts on a day from 0 to 6, not on {week_starts}")
        self.zone = zone(where)
        self.year_starts = year_starts
        self.week_starts = week_starts

    def index(self, kind: PeriodKind, at: Instant) -> int:
        """The period that contains the instant."""
        day = self.zone.date_of(at)
        # A clock put back across midnight shows the old date again; the new date's period has begun
        # nevertheless.
        if self.zone.midnight(day + 1) <= at:
            day += 1
        return self.index_of_day(kind, day)

    def index_of_day(self, kind: PeriodKind, day: int) -> int:
        """The period that contains a local date, given as days since 1970-01-01."""
        match kind:
            case PeriodKind.DAY:
                return day
            case PeriodKind.WEEK:
                return (day + self._days_before) // 7
            case PeriodKind.MONTH:
                return month_of(day)
            case PeriodKind.QUARTER:
                return (month_of(day) + self._shift) // 3
            case PeriodKind.YEAR:
                return (month_of(day) + self._shift) // 12
            case _:
                assert_never(kind)

    def first_day(self, kind: PeriodKind, index: int) -> int:
        """The period's first local date, as days since 1970-01-01."""
        match kind:
            case PeriodKind.DAY:
                return index
            case PeriodKind.WEEK:
                return index * 7 - self._days_before
            case PeriodKind.MONTH:
                return first_of_month(index)
            case PeriodKind.QUARTER:
                return first_of_month(index * 3 - self._shift)
            case PeriodKind.YEAR:
                return first_of_month(index * 12 - self._shift)
            case _:
                assert_never(kind)

    def start(self, kind: PeriodKind, index: int) -> Instant:
        """The instant at which the period starts; its end is the start of the next."""
        return self.zone.midnight(self.first_day(kind, index))

    def label(self, kind: PeriodKind, index: int) -> str:
        """The period's name; see the table at the top of this module."""
        first = day_date(self.first_day(kind, index))
        match kind:
            case PeriodKind.DAY:
                return first.isoformat()
            case PeriodKind.WEEK:
                if self.week_starts:
                    return f"W{first.isoformat()}"
                year, week, _ = first.isocalendar()
                return f"{year:04d}-W{week:02d}"
            case PeriodKind.MONTH:
                return f"{first.year:04d}-{first.month:02d}"
            case PeriodKind.QUARTER:
                year_index = index // 4
                return f"{self.label(PeriodKind.YEAR, year_index)}-Q{index - year_index * 4 + 1}"
            case PeriodKind.YEAR:
                across = "" if self.year_starts == 1 else f"-{(first.year + 1) % 100:02d}"
                return f"FY{first.year:04d}{across}" if across else f"{first.year:04d}"
            case _:
                assert_never(kind)

    def period(self, kind: PeriodKind, index: int) -> Period:
        """The period of that index."""
        return Period(
            kind, index, self.label(kind, index), self.start(kind, index), self.start(kind, index + 1)
        )

    def containing(self, kind: PeriodKind, at: Instant) -> Period:
        """The period that contains the instant."""
        return self.period(kind, self.index(kind, at))

    def between(self, kind: PeriodKind, first: Instant, last: Instant) -> Iterator[Period]:
        """The periods from the one that contains `first` to the one that contains `last`, in order; a day that the zone never had, as
        30 December 2011 in Apia, is none."""
        for index in range(self.index(kind, first), self.index(kind, last) + 1):
            period = self.period(kind, index)
            if period.start < period.end:
                yield period

    def parse(self, label: str) -> Period:
        """The period of that label; `ValueError` for text that is no label of these periods."""
        for kind, pattern in _LABELS:
            match = pattern.fullmatch(label)
            if match is not None:
                try:
                    period = self.period(kind, self.index_of_day(kind, self._labelled_day(kind, match)))
                except ValueError:
                    break
                if period.label == label:
                    return period
        year = self.index_of_day(PeriodKind.YEAR, day_number(date(2026, 12, 31)))
        known = [self.label(PeriodKind.YEAR, year), self.label(PeriodKind.QUARTER, year * 4 + 3)]
        week = self.label(PeriodKind.WEEK, self.index_of_day(PeriodKind.WEEK, day_number(date(2026, 10, 5))))
        expected = ", ".join(f"`{name}`" for name in (*known, "2026-10", week))
        raise ValueError(f"`{label}` is not a period: expected the form of {expected} or `2026-10-05`")

    def _labelled_day(self, kind: PeriodKind, match: re.Match[str]) -> int:
        """A day inside the period that the label's numbers name."""
        first, *rest = (int(number) for number in match.groups())
        match kind:
            case PeriodKind.DAY:
                return day_number(date(first, *rest))
            case PeriodKind.WEEK:
                if len(rest) == 2:
                    return day_number(date(first, *rest))
                return day_number(date.fromisocalendar(first, rest[0], 1))
            case PeriodKind.MONTH:
                return day_number(date(first, rest[0], 1))
            case PeriodKind.QUARTER:
                return first_of_month((first - 1970) * 12 + self.year_starts - 1 + 3 * (rest[0] - 1))
            case PeriodKind.YEAR:
                return day_number(date(first, self.year_starts, 1))
            case _:
                assert_never(kind)

    @property
    def _days_before(self) -> int:
        """Days by which the week that holds 1970-01-01, a Thursday, started before that date."""
        return (3 - self.week_starts) % 7

    @property
    def _shift(self) -> int:
        """Months by which the year that holds 1970-01-01 started before that date."""
        return (1 - self.year_starts) % 12


_LABELS = (
    (PeriodKind.DAY, re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)),
    (PeriodKind.WEEK, re.compile(r"(\d{4})-W(\d{2})", re.ASCII)),
    (PeriodKind.WEEK, re.compile(r"W(\d{4})-(\d{2})-(\d{2})", re.ASCII)),
    (PeriodKind.MONTH, re.compile(r"(\d{4})-(\d{2})", re.ASCII)),
    (PeriodKind.QUARTER, re.compile(r"(?:FY)?(\d{4})(?:-\d{2})?-Q([1-4])", re.ASCII)),
    (PeriodKind.YEAR, re.compile(r"(?:FY)?(\d{4})(?:-\d{2})?", re.ASCII)),
)


def month_of(day: int) -> int:
    """Months since January 1970."""
    local_date = day_date(day)
    return (local_date.year - 1970) * 12 + local_date.month - 1


def first_of_month(month: int) -> int:
    return day_number(date(1970 + month // 12, month % 12 + 1, 1))


DAYS_OF = {"day": 1, "week": 7}
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


def at_reading(at: Instant, duration: Duration, where: Zone | str) -> Instant:
    """The clock reading at which a duration ends, on the local day of the instant at which it would end without; of a reading that does
    not exist the instant as far behind the gap, of one that occurs twice the first."""
    if duration.reading is None:
        return at
    place = zone(where)
    return place.to_instant(place.date_of(at) * DAY + duration.reading)[0]


def add_local(at: Instant, duration: Duration, where: Zone | str) -> Instant:
    """The same clock reading so many days, weeks, months, quarters or years later in the zone's calendar.

    A month that overflows rounds down to its last day (31 January + 1 month is 28 or 29 February); a reading
    that does not exist moves forward by the gap; of one that occurs twice the first is taken. Zero stays
    where it is. Errors: `ValueError` for a duration that is not LOCAL, and for a result after the year 9999.
    """
    if duration.kind is not DurationKind.LOCAL:
        raise ValueError(f"a duration of kind `{duration.kind}` is not a stretch of the local calendar")
    if duration.amount == 0:
        return at
    place = zone(where)
    return place.to_instant(shift_local(place.local(at), duration))[0]


def shift_local(local: int, duration: Duration) -> int:
    """`add_local` on the face of a clock: from a local value to a local value, which may not exist."""
    if duration.unit in DAYS_OF:
        return local + duration.amount * DAYS_OF[duration.unit] * DAY
    day, time = divmod(local, DAY)
    start = day_date(day)
    month = month_of(day) + duration.amount * MONTHS_OF[duration.unit]
    first, after = first_of_month(month), first_of_month(month + 1)
    return (first + min(start.day, after - first) - 1) * DAY + time
