"""Business time by walking the clock minute by minute: slow, obvious, and sharing nothing with the code that
it judges.

Every UTC minute of a window is shown on a wall clock by the standard library, and the rules are asked about
that reading. Offsets are whole minutes in all the windows used, so a minute is wholly open or wholly closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)
Minutes = tuple[tuple[int, int], ...]
"""Opening and closing, in minutes after 00:00 of the day; past 1440 is the next date."""


def zone_info(name: str) -> ZoneInfo:
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


@dataclass(frozen=True)
class Hours:
    """Rules in their plainest form."""

    week: tuple[Minutes, ...]
    holidays: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()
    openings: dict[date, Minutes] = field(default_factory=dict)
    changes: tuple[tuple[date, date, tuple[Minutes, ...]], ...] = ()
    """Weeks between two dates, the one that begins last first."""
    closed_hours: tuple[tuple[date, int, int], ...] = ()

    def is_closed(self, day: date) -> bool:
        """Whether the date is closed; the shift that would have started on it may go on after its 24:00 all the same."""
        if day in self.closed or (day in self.holidays and day not in self.openings):
            return True
        own = [
            minute for opens, closes in self.starting_on(day) for minute in range(opens, min(closes, 1440))
        ]
        return bool(own) and all(self.is_shut(day, minute) for minute in own)

    def starting_on(self, day: date) -> Minutes:
        if day in self.openings:
            return self.openings[day]
        for first, last, week in self.changes:
            if first <= day <= last and week[day.weekday()]:
                return week[day.weekday()]
        return self.week[day.weekday()]

    def is_shut(self, shown: date, minute: int) -> bool:
        """Whether a minute of a date lies in hours that are closed, be it those of the night before."""
        return any(
            (shown == day and opens <= minute < closes)
            or (shown == day + ONE_DAY and opens <= minute + 1440 < closes)
            for day, opens, closes in self.closed_hours
        )

    def shifts_on(self, shown: date) -> list[list[date]]:
        """For each minute of a date on a wall clock, the days whose shifts are running, the earliest
        first."""
        running: list[list[date]] = [[] for _ in range(1440)]
        for day, passed in ((shown - ONE_DAY, 1440), (shown, 0)):
            dated = day in self.openings
            if shown in self.closed or (shown in self.holidays and not dated):
                continue
            for opens, closes in self.starting_on(day):
                for minute in range(max(opens - passed, 0), min(closes - passed, 1440)):
                    if day not in running[minute] and not self.is_shut(shown, minute):
                        running[minute].append(day)
        return running


@lru_cache(maxsize=32)
def wall_clock(zone: str, start: datetime, minutes: int) -> list[datetime]:
    """What the wall clock shows at the beginning of every minute from `start`."""
    info = zone_info(zone)
    return [(start + minute * MINUTE).astimezone(info).replace(tzinfo=None) for minute in range(minutes)]


@dataclass(frozen=True)
class Oracle:
    """The answers for instants inside a window of whole UTC days."""

    hours: Hours
    zone: str
    first: date
    days: int

    @cached_property
    def start(self) -> datetime:
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)

    @cached_property
    def clocks(self) -> list[datetime]:
        return wall_clock(self.zone, self.start, self.days * 1440)

    @cached_property
    def shifts(self) -> list[list[date]]:
        """The days whose shifts are running, for every minute."""
        on = {day: self.hours.shifts_on(day) for day in {clock.date() for clock in self.clocks}}
        return [on[clock.date()][clock.hour * 60 + clock.minute] for clock in self.clocks]

    def minute(self, t: datetime) -> int:
        return (t - self.start) // MINUTE

    def at(self, minute: int) -> datetime:
        return self.start + minute * MINUTE

    def is_open(self, t: datetime) -> bool:
        return bool(self.shifts[self.minute(t)])

    def next_open(self, t: datetime) -> datetime | None:
        """None where nothing opens before the window ends."""
        if self.is_open(t):
            return t
        later = (minute for minute in range(self.minute(t), len(self.shifts)) if self.shifts[minute])
        minute = next(later, None)
        return None if minute is None else self.at(minute)

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        """For a ≤ b: the open part of every minute between them."""
        total = timedelta()
        for minute in range(self.minute(a), self.minute(b) + 1):
            if minute < len(self.shifts) and self.shifts[minute]:
                part = min(b, self.at(minute + 1)) - max(a, self.at(minute))
                total += max(part, timedelta())
        return total

    def deadline(self, a: datetime, budget: timedelta) -> datetime | None:
        if not budget:
            return a
        left = budget
        for minute in range(self.minute(a), len(self.shifts)):
            if self.shifts[minute]:
                begins = max(a, self.at(minute))
                part = self.at(minute + 1) - begins
                if left <= part:
                    return begins + left
                left -= part
        return None

    def open_days(self) -> list[date]:
        return sorted({day for running in self.shifts for day in running if not self.hours.is_closed(day)})

    def business_days(self, a: datetime, count: int) -> datetime | None:
        """The same clock reading `count` open days later."""
        start = self.next_open(a)
        if start is None:
            return None
        day = self.shifts[self.minute(start)][0]
        target = self.later_day(day, count)
        if target is None:
            return None
        clock = self.clocks[self.minute(start)] + (start - self.at(self.minute(start)))
        wanted = self.when(clock + (target - day))
        for minute in range(len(self.shifts)):
            if target in self.shifts[minute] and wanted < self.at(minute + 1):
                return max(wanted, self.at(minute))
        return self.last_close(target)

    def close_of_business(self, a: datetime, count: int) -> datetime | None:
        start = self.next_open(a)
        if start is None:
            return None
        target = self.later_day(self.shifts[self.minute(start)][0], count)
        return None if target is None else self.last_close(target)

    def last_close(self, day: date) -> datetime:
        return self.at(max(minute for minute, running in enumerate(self.shifts) if day in running) + 1)

    def later_day(self, day: date, count: int) -> date | None:
        """None where the shift of the day found may run beyond the window."""
        if not count:
            return day
        days = self.open_days()
        at = sum(open_day <= day for open_day in days) + count - 1
        if at >= len(days) or days[at] >= self.first + (self.days - 3) * ONE_DAY:
            return None
        return days[at]

    def when(self, clock: datetime) -> datetime:
        """The first instant at which the wall clock shows this; a reading that it skips is moved forward by
        the gap."""
        whole = clock.replace(second=0, microsecond=0)
        rest = clock - whole
        if whole in self.clocks:
            return self.at(self.clocks.index(whole)) + rest
        after = next(minute for minute, shown in enumerate(self.clocks) if minute and shown > whole)
        return self.at(after) + (whole - self.clocks[after - 1] - MINUTE) + rest
