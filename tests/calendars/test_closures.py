"""Why a calendar is not open: by hand, and together with its open time all of the line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Case, cases, moments

from sladsl.calendars import (
    HOUR,
    MINUTE,
    CalendarRules,
    HolidayRule,
    OpenTime,
    Why,
    closed_between,
    day_date,
    day_number,
    instant,
    is_dated_opening,
    why_closed,
)

HOURS = ((9 * HOUR, 12 * HOUR + 30 * MINUTE), (13 * HOUR + 30 * MINUTE, 18 * HOUR))
DESK = OpenTime(
    CalendarRules(
        "desk",
        "America/New_York",
        (HOURS,) * 5 + ((), ()),
        holidays=(HolidayRule("US", ("Columbus Day",)),),
        closed=((day_number(date(2026, 11, 27)), day_number(date(2026, 11, 27))),),
        openings=((day_number(date(2026, 12, 24)), ((9 * HOUR, 13 * HOUR),)),),
    )
)


def at(local: str) -> int:
    day, clock = local.split()
    hours, minutes = clock.split(":")
    number = day_number(date.fromisoformat(day))
    return DESK.zone.to_instant((number * 24 + int(hours)) * HOUR + int(minutes) * MINUTE)[0]


def told(a: str, b: str) -> list[tuple[str, str, str]]:
    return [(day_date(c.day).isoformat(), str(c.why), c.name) for c in closed_between(DESK, at(a), at(b))]


def test_lunch_and_night() -> None:
    assert told("2026-03-04 08:00", "2026-03-04 20:00") == [
        ("2026-03-04", "outside hours", ""),
        ("2026-03-04", "break", ""),
        ("2026-03-04", "outside hours", ""),
    ]
    assert told("2026-03-04 13:00", "2026-03-04 13:30") == [("2026-03-04", "break", "")]
    assert told("2026-03-04 10:00", "2026-03-04 12:30") == []


def test_a_holiday_by_its_name_and_the_closed_date_after_it() -> None:
    assert told("2026-11-25 18:00", "2026-11-30 09:00") == [
        ("2026-11-25", "outside hours", ""),
        ("2026-11-26", "holiday", "Thanksgiving Day"),
        ("2026-11-27", "closed", ""),
        ("2026-11-28", "no hours", ""),
        ("2026-11-29", "no hours", ""),
        ("2026-11-30", "outside hours", ""),
    ]


def test_an_excepted_holiday_is_a_day_like_others() -> None:
    assert told("2026-10-12 09:00", "2026-10-12 12:30") == []
    assert why_closed(DESK, day_number(date(2026, 10, 12))) == (Why.OUTSIDE, "")


def test_a_dated_opening_has_hours_of_its_own() -> None:
    assert is_dated_opening(DESK, at("2026-12-24 09:00"))
    assert not is_dated_opening(DESK, at("2026-12-23 09:00"))
    assert told("2026-12-24 13:00", "2026-12-24 18:00") == [("2026-12-24", "outside hours", "")]


def test_the_tail_of_a_night_shift_belongs_to_the_day_before() -> None:
    weekly = (((22 * HOUR, 30 * HOUR),),) * 5 + ((), ())
    night = OpenTime(CalendarRules("night", "UTC", weekly))
    saturday = day_number(date(2026, 3, 7)) * 24 * HOUR
    found = closed_between(night, saturday, saturday + 24 * HOUR)
    assert [(c.start - saturday, c.why) for c in found] == [(6 * HOUR, Why.NO_HOURS)]


@pytest.mark.parametrize("clock", ["03:00", "12:00"])
def test_nothing_between_an_instant_and_itself(clock: str) -> None:
    assert told(f"2026-03-07 {clock}", f"2026-03-07 {clock}") == []


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_open_and_closed_are_all_there_is(case: Case, data: st.DataObject) -> None:
    """Intervals and closed stretches, put in order, run from one instant to the other without a gap; open ones are what elapsed."""
    desk = OpenTime(case.rules)
    a, b = sorted(instant(data.draw(moments(case, 10))) for _ in range(2))
    spans, closed = desk.intervals(a, b), closed_between(desk, a, b)
    assert sum(end - start for start, end in spans) == desk.elapsed(a, b)
    both = sorted([*spans, *((c.start, c.end) for c in closed)])
    ends = [a, *(end for _, end in both)]
    assert [start for start, _ in both] == ends[:-1]
    assert ends[-1] == b
    for c in closed:
        assert c.start < c.end
        assert not desk.is_open(c.start)
        assert not desk.is_open(c.end - 1)
