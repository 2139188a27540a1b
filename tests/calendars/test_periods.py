"""Periods, their labels, and calendar arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from minute_oracle import zone_info

from sladsl.calendars import (
    HOUR,
    Duration,
    DurationKind,
    PeriodKind,
    Periods,
    add_local,
    day_date,
    instant,
    iso,
    moment,
)

ZONES = st.sampled_from(("America/New_York", "America/St_Johns", "America/Santiago", "Pacific/Apia", "UTC"))
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))


def local(written: str, zone: str) -> int:
    return instant(datetime.fromisoformat(written).replace(tzinfo=zone_info(zone)))


@settings(max_examples=200, deadline=None)
@given(MOMENTS, ZONES, st.sampled_from(PeriodKind), st.integers(1, 12), st.integers(0, 6))
def test_periods_tile_time(
    at: datetime, zone: str, kind: PeriodKind, year_starts: int, week_starts: int
) -> None:
    periods, t = Periods(zone, year_starts, week_starts), instant(at)
    period = periods.containing(kind, t)
    assert period.start <= t < period.end
    assert periods.containing(kind, period.start).index == period.index
    assert periods.containing(kind, period.end).index == period.index + 1
    assert period.end == periods.start(kind, period.index + 1)
    assert periods.parse(period.label) == period


@settings(max_examples=100, deadline=None)
@given(MOMENTS, st.sampled_from(("America/New_York", "Asia/Kolkata")), st.integers(1, 12), st.integers(0, 6))
def test_a_period_is_the_one_of_the_local_date(
    at: datetime, zone: str, year_starts: int, week_starts: int
) -> None:
    periods, t = Periods(zone, year_starts, week_starts), instant(at)
    shown = at.astimezone(zone_info(zone)).date()
    months = (shown.month - year_starts) % 12
    year = shown.year - (shown.month < year_starts)

    def first_date(kind: PeriodKind) -> date:
        return day_date(periods.first_day(kind, periods.index(kind, t)))

    assert first_date(PeriodKind.DAY) == shown
    assert first_date(PeriodKind.WEEK) == shown - timedelta(days=(shown.weekday() - week_starts) % 7)
    assert first_date(PeriodKind.MONTH) == shown.replace(day=1)
    assert first_date(PeriodKind.YEAR) == date(year, year_starts, 1)
    quarter_starts = (year_starts - 1 + months // 3 * 3) % 12 + 1
    assert first_date(PeriodKind.QUARTER) == date(
        shown.year - (quarter_starts > shown.month), quarter_starts, 1
    )


def test_a_week_that_starts_on_another_day_is_named_by_its_first_date() -> None:
    at = local("2026-10-05 12:00", "America/New_York")
    week = Periods("America/New_York", 1, 6).containing(PeriodKind.WEEK, at)
    assert week.label == "W2026-10-04"
    assert iso(week.start) == "2026-10-04T04:00:00Z"
    with pytest.raises(ValueError, match=r"`2026-W41` is not a period: .*, `W2026-10-04` or `2026-10-05`"):
        Periods("America/New_York", 1, 6).parse("2026-W41")
    with pytest.raises(ValueError, match=r"`W2026-10-04` is not a period: .*, `2026-W41` or `2026-10-05`"):
        Periods("America/New_York").parse("W2026-10-04")


@pytest.mark.parametrize(
    ("kind", "january", "february"),
    [
        (PeriodKind.DAY, "2026-12-31", "2026-12-31"),
        (PeriodKind.WEEK, "2026-W53", "2026-W53"),
        (PeriodKind.MONTH, "2026-12", "2026-12"),
        (PeriodKind.QUARTER, "2026-Q4", "FY2026-27-Q4"),
        (PeriodKind.YEAR, "2026", "FY2026-27"),
    ],
)
def test_labels(kind: PeriodKind, january: str, february: str) -> None:
    at = local("2026-12-31 12:00", "Europe/Berlin")
    assert Periods("Europe/Berlin").containing(kind, at).label == january
    assert Periods("Europe/Berlin", 2).containing(kind, at).label == february


def test_january_belongs_to_the_year_that_started_in_february() -> None:
    periods = Periods("UTC", 2)
    period = periods.containing(PeriodKind.QUARTER, local("2027-01-31 23:59", "UTC"))
    assert (period.label, iso(period.start), iso(period.end)) == (
        "FY2026-27-Q4",
        "2026-11-01T00:00:00Z",
        "2027-02-01T00:00:00Z",
    )


def test_late_on_31_march_in_new_york_is_march() -> None:
    late = local("2026-03-31 23:30", "America/New_York")
    assert iso(late) == "2026-04-01T03:30:00Z"
    assert Periods("America/New_York").containing(PeriodKind.MONTH, late).label == "2026-03"


def test_a_period_that_has_begun_is_not_left_when_the_clock_is_put_back_across_midnight() -> None:
    """In St. John's the clock showed 00:01 on 7 November 2010 and went back to 23:01 on the 6th."""
    periods = Periods("America/St_Johns")
    begun = periods.parse("2010-11-07")
    again = local("2010-11-06 23:30", "America/St_Johns") + HOUR
    assert periods.zone.date_of(again) == begun.index - 1
    assert begun.start < again
    assert periods.containing(PeriodKind.DAY, again) == begun


@pytest.mark.parametrize(
    "label", ["2026-13", "2026-Q5", "2026-W54", "2026-02-30", "FY2026-27", "26", "2026-Q04", " 2026", "soon"]
)
def test_what_is_no_period_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="is not a period: expected the form of `2026`, `2026-Q4`"):
        Periods("UTC").parse(label)


def test_a_year_of_another_start_is_asked_for_by_its_own_name() -> None:
    with pytest.raises(
        ValueError, match="`2026` is not a period: expected the form of `FY2026-27`, `FY2026-27-Q4`"
    ):
        Periods("UTC", 2).parse("2026")
    with pytest.raises(ValueError, match="a week starts on a day from 0 to 6"):
        Periods("UTC", 1, 7)
    with pytest.raises(ValueError, match="a year starts in a month from 1 to 12"):
        Periods("UTC", 0)


def test_a_day_that_a_zone_never_had_is_no_period() -> None:
    apia, hour = Periods("Pacific/Apia"), 3_600_000_000
    skipped = local("2011-12-31 00:00", "Pacific/Apia")
    found = [p.label for p in apia.between(PeriodKind.DAY, skipped - 30 * hour, skipped + 30 * hour)]
    assert found == ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]
    weeks = apia.between(PeriodKind.WEEK, skipped, skipped + 24 * hour)
    assert [p.label for p in weeks] == ["2011-W52"]


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-01-31 10:00", 1, "month", "2026-02-28 10:00:00-05:00"),
        ("2028-01-31 10:00", 1, "month", "2028-02-29 10:00:00-05:00"),
        ("2026-01-31 10:00", 2, "month", "2026-03-31 10:00:00-04:00"),
        ("2026-11-30 10:00", 1, "quarter", "2027-02-28 10:00:00-05:00"),
        ("2028-02-29 10:00", 1, "year", "2029-02-28 10:00:00-05:00"),
        ("2026-03-07 12:00", 1, "day", "2026-03-08 12:00:00-04:00"),
        ("2026-03-07 02:30", 1, "day", "2026-03-08 03:30:00-04:00"),
        ("2026-10-25 01:30", 1, "week", "2026-11-01 01:30:00-04:00"),
    ],
)
def test_calendar_arithmetic(start: str, amount: int, unit: str, end: str) -> None:
    duration = Duration(DurationKind.LOCAL, amount, unit)
    later = add_local(local(start, "America/New_York"), duration, "America/New_York")
    assert str(moment(later, "America/New_York")) == end


def test_zero_stays_where_it_is_even_in_an_hour_that_comes_twice() -> None:
    second = local("2026-11-01 01:30", "America/New_York") + HOUR
    assert add_local(second, Duration(DurationKind.LOCAL, 0, "day"), "America/New_York") == second


def test_only_calendar_durations_are_calendar_arithmetic() -> None:
    with pytest.raises(ValueError, match="not a stretch of the local calendar"):
        add_local(0, Duration(DurationKind.ABSOLUTE, HOUR), "UTC")
