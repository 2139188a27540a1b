"""A table is the function it was made from: at every piece's ends, a microsecond to each side, and
anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import WINDOWS, Case, Window, cases

from sladsl.calendars import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    CalendarRules,
    Duration,
    DurationKind,
    OpenTime,
    PeriodKind,
    Periods,
    TimeMap,
    add_local,
    date_map,
    day_number,
    deadline_map,
    local_reading_map,
    local_to_instant_map,
    midnight_map,
    open_at_map,
    open_time_map,
    other_reading_map,
    period_end_map,
    period_index_map,
    period_start_map,
    zone,
)

BUDGETS = st.sampled_from((0, 1, 15 * MINUTE, 4 * HOUR, 8 * HOUR, 24 * HOUR, 7 * HOUR + 13 * SECOND))


def assert_same(table: TimeMap, function: Callable[[int], int], reach: range, data: st.DataObject) -> None:
    """`reach` is what was asked for; the table may reach further."""
    bends = {start + table.offset for start in (*table.starts, table.end)}
    anywhere = data.draw(st.lists(st.integers(reach.start, reach.stop - 1), min_size=20, max_size=20))
    asked = {reach.start, reach.stop - 1, *anywhere, *(bend + side for bend in bends for side in (-1, 0, 1))}
    for t in asked:
        if t in reach or table(t) is not None:
            assert table(t) == function(t)
    assert_well_made(table)


def assert_well_made(table: TimeMap) -> None:
    assert list(table.starts) == sorted(set(table.starts))
    assert table.starts[-1] < table.end
    assert set(table.slopes) <= {0, 1}
    assert all(start % table.quantum == 0 for start in (*table.starts, table.end))
    assert table(table.starts[0] + table.offset - 1) is None
    assert table(table.end + table.offset) is None


@settings(max_examples=25, deadline=None)
@given(cases(), BUDGETS, st.data())
def test_open_time_and_its_deadlines(case: Case, budget: int, data: st.DataObject) -> None:
    assume(any(case.rules.weekly))
    desk = OpenTime(case.rules)
    lo, hi = case.first + 12 * HOUR, case.last - 12 * HOUR
    reach = range(lo, hi)
    assert_same(open_time_map(desk, lo, hi), desk.open_time_until, reach, data)
    table = deadline_map(desk, "UTC", Duration(DurationKind.BUSINESS, budget), lo, hi)
    assert_same(table, lambda t: desk.deadline(t, budget), reach, data)
    opened = range(desk.open_time_until(lo) - HOUR, desk.open_time_until(hi) + HOUR)
    assert_same(open_at_map(desk, opened.start, opened.stop), desk.reaching, opened, data)


@settings(max_examples=25, deadline=None)
@given(cases(), st.integers(0, 4), st.data())
def test_business_days(case: Case, days: int, data: st.DataObject) -> None:
    assume(any(case.rules.weekly))
    desk = OpenTime(case.rules)
    reach = range(case.first, case.last)
    later = deadline_map(desk, "UTC", Duration(DurationKind.BUSINESS_DAYS, days), case.first, case.last)
    assert_same(later, lambda t: desk.add_business_days(t, days), reach, data)
    close = deadline_map(desk, "UTC", Duration(DurationKind.CLOSE_OF_BUSINESS, days), case.first, case.last)
    assert_same(close, lambda t: desk.close_of_business_day(t, days), reach, data)


def around(window: Window) -> range:
    first = day_number(window.first) * DAY
    return range(first - 200 * DAY, first + 200 * DAY)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(WINDOWS),
    st.sampled_from(("day", "week", "month", "quarter", "year")),
    st.integers(0, 13),
    st.data(),
)
def test_calendar_durations(window: Window, unit: str, amount: int, data: st.DataObject) -> None:
    duration, reach = Duration(DurationKind.LOCAL, amount, unit), around(window)
    table = deadline_map(None, window.zone, duration, reach.start, reach.stop)
    assert_same(table, lambda t: add_local(t, duration, window.zone), reach, data)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100 * HOUR), st.data())
def test_absolute_durations(amount: int, data: st.DataObject) -> None:
    reach = around(WINDOWS[0])
    duration = Duration(DurationKind.ABSOLUTE, amount)
    table = deadline_map(None, "UTC", duration, reach.start, reach.stop)
    assert_same(table, lambda t: t + amount, reach, data)
    assert len(table.starts) == 1


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(WINDOWS), st.sampled_from(PeriodKind), st.integers(1, 12), st.data())
def test_periods(window: Window, kind: PeriodKind, year_starts: int, data: st.DataObject) -> None:
    periods, reach = Periods(window.zone, year_starts), around(window)
    for make, function in (
        (period_start_map, lambda t: periods.containing(kind, t).start),
        (period_end_map, lambda t: periods.containing(kind, t).end),
        (period_index_map, lambda t: periods.index(kind, t)),
    ):
        assert_same(make(periods, kind, reach.start, reach.stop), function, reach, data)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(WINDOWS), st.data())
def test_dates_and_clock_readings(window: Window, data: st.DataObject) -> None:
    place, reach = zone(window.zone), around(window)
    lo, hi = reach.start, reach.stop
    assert_same(date_map(place, lo, hi), place.date_of, reach, data)
    assert_same(local_to_instant_map(place, lo, hi), lambda local: place.to_instant(local)[0], reach, data)
    assert_same(local_reading_map(place, lo, hi), lambda local: place.to_instant(local)[1], reach, data)
    assert_same(other_reading_map(place, lo, hi), place.other_reading, reach, data)
    days = range(lo // DAY, hi // DAY)
    midnights = midnight_map(place, days.start, days.stop - 1)
    assert_same(midnights, place.midnight, days, data)
    assert set(midnights.slopes) == {0}


@pytest.mark.parametrize("where", ["Pacific/Auckland", "America/Los_Angeles", "Australia/Lord_Howe"])
def test_a_reach_of_one_day_beside_a_change_of_the_clocks(where: str) -> None:
    """Far from UTC the readings of a day lie outside its instants: a table of so little has the change of the clocks all the same."""
    place = zone(where)
    year = (day_number(date(2024, 1, 1)) * DAY, day_number(date(2025, 1, 1)) * DAY)
    months, days = (Duration(DurationKind.LOCAL, 1, unit) for unit in ("month", "day"))
    for change in place.transitions(*year):
        for lo in range((change // DAY - 1) * DAY, (change // DAY + 2) * DAY, DAY):
            hi = lo + DAY
            for table, function in (
                (date_map(place, lo, hi), place.date_of),
                (local_to_instant_map(place, lo, hi), lambda local: place.to_instant(local)[0]),
                (local_reading_map(place, lo, hi), lambda local: place.to_instant(local)[1]),
                (other_reading_map(place, lo, hi), place.other_reading),
                (deadline_map(None, place, days, lo, hi), lambda t: add_local(t, days, place)),
                (deadline_map(None, place, months, lo, hi), lambda t: add_local(t, months, place)),
            ):
                for t in range(lo, hi, 30 * MINUTE):
                    for asked in (t, t + 30 * MINUTE - 1):
                        assert table(asked) == function(asked)


def test_a_deadline_jumps_just_after_the_instant_whose_deadline_is_a_closing() -> None:
    monday = ((9 * HOUR, 17 * HOUR),)
    desk = OpenTime(CalendarRules("desk", "UTC", (monday, monday, monday, monday, monday, (), ())))
    friday = day_number(WINDOWS[0].first) * DAY + DAY
    table = deadline_map(desk, "UTC", Duration(DurationKind.BUSINESS, 4 * HOUR), friday, friday + DAY)
    assert table.offset == 1
    assert table(friday + 13 * HOUR) == friday + 17 * HOUR
    assert table(friday + 13 * HOUR + 1) == friday + 3 * DAY + 9 * HOUR + 1
    assert table.quantum == HOUR


def test_business_days_bend_where_a_skipped_reading_lands() -> None:
    """In Santiago the clock went from 00:00 on Sunday 8 September 2024 to 01:00: Friday 00:15 and 01:15 both
    mean Sunday 01:15."""
    day, night = ((0, 24 * HOUR),), ((75 * MINUTE, 105 * MINUTE), (130 * MINUTE, 170 * MINUTE))
    desk = OpenTime(CalendarRules("desk", "America/Santiago", (day, day, day, day, day, night, night)))
    friday = day_number(date(2024, 9, 6)) * DAY
    table = deadline_map(desk, "UTC", Duration(DurationKind.BUSINESS_DAYS, 2), friday, friday + 2 * DAY)
    for t in range(friday, friday + 2 * DAY, 5 * MINUTE):
        assert [table(t + side) for side in (0, 1)] == [
            desk.add_business_days(t + side, 2) for side in (0, 1)
        ]


def test_what_a_table_cannot_be_made_of() -> None:
    with pytest.raises(ValueError, match="needs a calendar"):
        deadline_map(None, "UTC", Duration(DurationKind.BUSINESS, HOUR), 0, DAY)
    with pytest.raises(ValueError, match="a reach ends after it begins"):
        date_map("UTC", DAY, DAY)
