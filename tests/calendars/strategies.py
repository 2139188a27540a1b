"""Calendars to try: nasty windows of real zones, and every kind of hours, closures and openings in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from minute_oracle import Hours, Minutes, Oracle

from sladsl.calendars import (
    MINUTE,
    CalendarRules,
    ClosedHours,
    DatedWeek,
    HolidayRule,
    Instant,
    Spans,
    Week,
    day_number,
    instant,
)


@dataclass(frozen=True)
class Window:
    """Days of a zone in which something happens to its clock, and a region with the public holidays it has in
    them."""

    zone: str
    first: date
    region: str
    holidays: tuple[date, ...]
    days: int = 13


WINDOWS = (
    Window("America/New_York", date(2024, 10, 31), "US", (date(2024, 11, 11),)),
    Window("America/New_York", date(2024, 3, 6), "US", ()),
    Window("Europe/Berlin", date(2026, 3, 27), "DE-BE", (date(2026, 4, 3), date(2026, 4, 6))),
    # Half an hour, forward.
    Window("Australia/Lord_Howe", date(2024, 10, 3), "US", (date(2024, 10, 14),)),
    # 2011-12-30 never came.
    Window(
        "Pacific/Apia",
        date(2011, 12, 26),
        "US",
        (date(2011, 12, 25), date(2011, 12, 26), date(2012, 1, 1), date(2012, 1, 2)),
    ),
    # Ramadan, against the direction of summer time.
    Window("Africa/Casablanca", date(2024, 3, 7), "US", ()),
    Window("Asia/Kolkata", date(2024, 11, 6), "US", (date(2024, 11, 11),)),
    # The clock was put back across midnight, at 00:01.
    Window("America/St_Johns", date(2010, 11, 4), "US", (date(2010, 11, 11),)),
    # Midnight does not exist on 2024-09-08.
    Window("America/Santiago", date(2024, 9, 5), "US", ()),
    # The same on the last day of a short month.
    Window("Africa/Cairo", date(2010, 4, 27), "US", ()),
)


def hours(*spans: tuple[str, str]) -> Minutes:
    def minutes(clock: str) -> int:
        return int(clock[:2]) * 60 + int(clock[3:])

    return tuple((minutes(opens), minutes(closes)) for opens, closes in spans)


DAYS: tuple[Minutes, ...] = (
    hours(("09:00", "17:00")),
    hours(("09:00", "12:30"), ("13:30", "18:00")),
    hours(("00:00", "24:00")),
    hours(("22:00", "30:00")),
    hours(("20:30", "26:45")),
    hours(("00:30", "03:00"), ("23:00", "25:30")),
    hours(("01:15", "01:45"), ("02:10", "02:50")),
    hours(("23:30", "47:00")),
    hours(("09:07", "11:13"), ("11:13", "16:01"), ("15:00", "17:00")),
)


@dataclass(frozen=True)
class Case:
    """One calendar, as the code takes it and as the oracle does."""

    rules: CalendarRules
    oracle: Oracle

    @property
    def first(self) -> Instant:
        return instant(self.oracle.start)

    @property
    def last(self) -> Instant:
        return instant(self.oracle.start + timedelta(days=self.oracle.days))


def _spans(minutes: Minutes) -> Spans:
    return tuple((opens * MINUTE, closes * MINUTE) for opens, closes in minutes)


def _week(plain: Sequence[Minutes]) -> Week:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = map(_spans, plain)
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def case(window: Window, plain: Hours, with_holidays: bool) -> Case:
    rules = CalendarRules(
        name="desk",
        zone=window.zone,
        weekly=_week(plain.week),
        holidays=(HolidayRule(window.region),) if with_holidays else (),
        closed=tuple((day_number(day), day_number(day)) for day in sorted(plain.closed)),
        openings=tuple((day_number(day), _spans(spans)) for day, spans in plain.openings.items()),
        weeks=tuple(DatedWeek(day_number(a), day_number(b), _week(week)) for a, b, week in plain.changes),
        closed_hours=tuple(
            ClosedHours(day_number(day), a * MINUTE, b * MINUTE) for day, a, b in plain.closed_hours
        ),
    )
    return Case(rules, Oracle(plain, window.zone, window.first, window.days))


@st.composite
def _changes(
    draw: st.DrawFn, some_day: st.SearchStrategy[date]
) -> tuple[tuple[date, date, tuple[Minutes, ...]], ...]:
    """None, one or two weeks that begin on different dates, the later one first."""
    begins = sorted(draw(st.lists(some_day, max_size=2, unique=True)), reverse=True)
    return tuple(
        (
            first,
            first + timedelta(days=draw(st.integers(0, 9))),
            draw(st.tuples(*[st.sampled_from(((), *DAYS))] * 7)),
        )
        for first in begins
    )


def _closing(day: date) -> st.SearchStrategy[tuple[date, int, int]]:
    """Hours of a date that are closed, past midnight too."""
    lengths = st.integers(1, 1440)
    return st.builds(lambda opens, length: (day, opens, opens + length), st.integers(0, 1439), lengths)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    window = draw(st.sampled_from(WINDOWS))
    some_day = st.integers(-1, window.days).map(lambda later: window.first + timedelta(days=later))
    weekday, weekend = draw(st.sampled_from(DAYS)), draw(st.sampled_from(((), (), *DAYS)))
    odd_one = draw(st.sampled_from((weekday, weekday, (), *DAYS)))
    with_holidays = draw(st.booleans())
    plain = Hours(
        week=(weekday, weekday, odd_one, weekday, weekday, weekend, weekend),
        holidays=frozenset(window.holidays) if with_holidays else frozenset(),
        closed=frozenset(draw(st.lists(some_day, max_size=2))),
        openings=draw(st.dictionaries(some_day, st.sampled_from(DAYS), max_size=2)),
        changes=draw(_changes(some_day)),
        closed_hours=tuple(draw(st.lists(some_day.flatmap(_closing), max_size=2))),
    )
    return case(window, plain, with_holidays)


def moments(case: Case, days: int) -> st.SearchStrategy[datetime]:
    """Moments in the first days of the window, on and off the minute, from its second day on."""
    first = case.oracle.start + timedelta(days=1)
    minutes = st.integers(0, days * 1440 - 1).map(lambda minute: first + timedelta(minutes=minute))
    parts = st.sampled_from((0, 0, 1, 59_999_999, 30_000_000))
    return st.builds(lambda minute, part: minute + timedelta(microseconds=part), minutes, parts)


def aware(at: Instant) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
