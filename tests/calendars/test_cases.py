"""Deadlines that people have argued about, one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from minute_oracle import zone_info

from sladsl.calendars import (
    HOUR,
    BusinessCalendar,
    CalendarRules,
    Duration,
    DurationKind,
    NeverOpen,
    OpenTime,
    OutOfReach,
    add_local,
    instant,
    moment,
)

NEW_YORK = BusinessCalendar.of({"monday to friday": "09:00-17:00"}, zone="America/New_York")
BERLIN = BusinessCalendar.of(
    {"monday to friday": "09:00-12:30, 13:30-18:00"},
    zone="Europe/Berlin",
    closed=["2026-04-03", "2026-04-06"],
)


def clock(written: str, zone: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=zone_info(zone))


def shown(at: datetime) -> str:
    return at.strftime("%a %Y-%m-%d %H:%M %Z")


@pytest.mark.parametrize(
    ("calendar", "start", "due"),
    [
        pytest.param(NEW_YORK, "2026-03-04 10:00", "Wed 2026-03-04 14:00 EST", id="in hours"),
        pytest.param(NEW_YORK, "2026-03-06 13:00", "Fri 2026-03-06 17:00 EST", id="ends exactly at close"),
        pytest.param(NEW_YORK, "2026-03-06 07:00", "Fri 2026-03-06 13:00 EST", id="before opening"),
        pytest.param(NEW_YORK, "2026-03-06 18:00", "Mon 2026-03-09 13:00 EDT", id="after close, across DST"),
        pytest.param(NEW_YORK, "2026-03-07 15:00", "Mon 2026-03-09 13:00 EDT", id="weekend arrival"),
        pytest.param(BERLIN, "2026-03-04 11:30", "Wed 2026-03-04 16:30 CET", id="lunch"),
        pytest.param(BERLIN, "2026-04-02 17:00", "Tue 2026-04-07 12:00 CEST", id="Easter"),
    ],
)
def test_four_business_hours(calendar: BusinessCalendar, start: str, due: str) -> None:
    began = clock(start, calendar.open_time.zone.name)
    assert shown(calendar.deadline(began, timedelta(hours=4))) == due


def test_24_hours_are_absolute_and_one_day_is_a_clock_reading() -> None:
    start = instant(clock("2026-03-07 12:00", "America/New_York"))
    always = OpenTime(_rules(every_day=((0, 24 * HOUR),)))
    tomorrow = add_local(start, Duration(DurationKind.LOCAL, 1, "day"), "America/New_York")
    assert str(moment(always.deadline(start, 24 * HOUR), "America/New_York")) == "2026-03-08 13:00:00-04:00"
    assert str(moment(tomorrow, "America/New_York")) == "2026-03-08 12:00:00-04:00"


def test_the_deadline_decides_and_not_the_elapsed_time() -> None:
    asked, answered = (
        clock("2026-03-06 13:00", "America/New_York"),
        clock("2026-03-09 08:30", "America/New_York"),
    )
    assert NEW_YORK.elapsed(asked, answered) == timedelta(hours=4)
    assert answered > NEW_YORK.deadline(asked, timedelta(hours=4))


@pytest.mark.parametrize(
    ("weekly", "start", "days", "due"),
    [
        ("08:30-17:00", "2026-03-02 18:00", 1, "Wed 2026-03-04 08:30 EST"),
        ("08:30-17:00", "2026-03-02 17:00", 1, "Wed 2026-03-04 08:30 EST"),
        ("08:30-17:00", "2026-03-02 16:59", 1, "Tue 2026-03-03 16:59 EST"),
        ("08:30-17:00", "2026-03-06 10:15", 1, "Mon 2026-03-09 10:15 EDT"),
        ("08:30-17:00", "2026-03-07 10:15", 2, "Wed 2026-03-11 08:30 EDT"),
        ("22:00-06:00", "2026-03-03 01:30", 1, "Wed 2026-03-04 01:30 EST"),
        ("22:00-06:00", "2026-03-07 01:30", 1, "Tue 2026-03-10 01:30 EDT"),
    ],
)
def test_business_days_keep_the_clock_reading(weekly: str, start: str, days: int, due: str) -> None:
    desk = BusinessCalendar.of({"monday to friday": weekly}, zone="America/New_York")
    began = clock(start, "America/New_York")
    assert shown(desk.add_business_days(began, days)) == due


def test_a_reading_outside_the_target_days_hours_moves_to_an_opening_or_the_last_close() -> None:
    desk = BusinessCalendar.of(
        {"monday": "08:00-20:00", "tuesday": "09:00-12:00, 13:00-17:00"}, zone="America/New_York"
    )
    readings = {"08:15": "09:00", "10:00": "10:00", "12:00": "13:00", "12:30": "13:00", "18:00": "17:00"}
    for asked, due in readings.items():
        monday = clock(f"2026-03-02 {asked}", "America/New_York")
        assert shown(desk.add_business_days(monday, 1)) == f"Tue 2026-03-03 {due} EST"


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-02 10:00", 0, "Mon 2026-03-02 17:00 EST"),
        ("2026-03-02 10:00", 2, "Wed 2026-03-04 17:00 EST"),
        ("2026-03-02 18:00", 1, "Wed 2026-03-04 17:00 EST"),
        ("2026-03-06 12:00", 1, "Mon 2026-03-09 17:00 EDT"),
    ],
)
def test_by_close(start: str, days: int, due: str) -> None:
    assert shown(NEW_YORK.close_of_business_day(clock(start, "America/New_York"), days)) == due


@pytest.mark.parametrize(
    ("start", "days", "due", "close"),
    [
        ("2026-03-02 17:00", 1, "Wed 2026-03-04 17:00 EST", "Thu 2026-03-05 02:00 EST"),
        ("2026-03-02 20:00", 2, "Thu 2026-03-05 20:00 EST", "Fri 2026-03-06 02:00 EST"),
        # In the tail of the closed Tuesday's night, which is open: before Wednesday's day.
        ("2026-03-04 01:00", 1, "Thu 2026-03-05 01:00 EST", "Thu 2026-03-05 02:00 EST"),
        ("2026-03-04 01:00", 0, "Wed 2026-03-04 01:00 EST", "Wed 2026-03-04 02:00 EST"),
    ],
)
def test_a_closed_date_is_no_business_day_whatever_tail_its_night_keeps(
    start: str, days: int, due: str, close: str
) -> None:
    desk = BusinessCalendar.of(
        {"monday to friday": "17:00-02:00"}, zone="America/New_York", closed=["2026-03-03"]
    )
    began = clock(start, "America/New_York")
    assert shown(desk.add_business_days(began, days)) == due
    assert shown(desk.close_of_business_day(began, days)) == close


def test_closing_a_date_takes_the_tail_of_the_night_before_and_leaves_the_tail_of_its_own() -> None:
    night = BusinessCalendar.of({"every day": "22:00-06:00"}, zone="Europe/Berlin", closed=["2026-05-13"])
    open_at = {
        reading: night.is_open(clock(reading, "Europe/Berlin"))
        for reading in ("2026-05-12 23:00", "2026-05-13 05:00", "2026-05-13 23:00", "2026-05-14 05:00")
    }
    assert list(open_at.values()) == [True, False, False, True]


def test_the_more_specific_wins() -> None:
    christmas = BusinessCalendar.of(
        {"every day": "09:00-17:00"},
        zone="America/New_York",
        holidays="US",
        closed=["2026-12-26"],
        openings={"2026-12-25": "10:00-11:00", "2026-12-26": "10:00-11:00"},
    )

    def hours(day: str) -> timedelta:
        return christmas.elapsed(
            clock(f"{day} 00:00", "America/New_York"), clock(f"{day} 23:59", "America/New_York")
        )

    assert hours("2026-12-24") == timedelta(hours=8)
    assert hours("2026-12-25") == timedelta(hours=1)
    assert hours("2026-12-26") == timedelta()
    assert hours("2026-11-26") == timedelta()


def test_an_hour_that_comes_twice_is_open_twice_and_one_that_is_skipped_is_not() -> None:
    always = BusinessCalendar.of({"every day": "00:00-24:00"}, zone="America/New_York")
    early = BusinessCalendar.of({"every day": "01:00-03:00"}, zone="America/New_York")

    def on(calendar: BusinessCalendar, day: str, after: str) -> timedelta:
        start, end = clock(f"{day} 00:00", "America/New_York"), clock(f"{after} 00:00", "America/New_York")
        return calendar.elapsed(start, end)

    night = BusinessCalendar.of({"saturday": "22:00-06:00"}, zone="America/New_York")
    assert on(night, "2026-03-07", "2026-03-09") == timedelta(hours=7)
    assert on(night, "2026-10-31", "2026-11-02") == timedelta(hours=9)
    assert on(always, "2026-11-01", "2026-11-02") == timedelta(hours=25)
    assert on(early, "2026-11-01", "2026-11-02") == timedelta(hours=3)
    assert on(always, "2026-03-08", "2026-03-09") == timedelta(hours=23)
    assert on(early, "2026-03-08", "2026-03-09") == timedelta(hours=1)


def test_what_has_no_answer_says_so() -> None:
    start = instant(clock("2026-03-02 10:00", "UTC"))
    never, once = OpenTime(_rules(every_day=())), OpenTime(_rules(every_day=(), opening=20_000))
    closed = OpenTime(_rules(every_day=((9 * HOUR, 10 * HOUR),), closed=((-100_000, 100_000),)))
    for calendar in (never, closed):
        with pytest.raises(NeverOpen, match="`desk` is never open"):
            calendar.deadline(start, 1)
    with pytest.raises(OutOfReach, match="not open long enough before the year 2200"):
        once.next_open(start)
    with pytest.raises(OutOfReach, match="2250-01-01T00:00:00Z is outside"):
        never.is_open(instant(clock("2250-01-01 00:00", "UTC")))
    with pytest.raises(ValueError, match="cannot be negative"):
        never.deadline(start, -1)
    assert never.elapsed(start, start + HOUR) == 0


def test_the_years_1900_to_2199_are_within_reach() -> None:
    for start, due in (("1900-01-01 10:00", "1900-01-01 14:00"), ("2199-12-31 10:00", "2199-12-31 14:00")):
        zone = "America/New_York"
        assert NEW_YORK.deadline(clock(start, zone), timedelta(hours=4)) == clock(due, zone)


@pytest.mark.parametrize(
    ("weekly", "part"),
    [
        ({"mondays": "09:00-17:00"}, "`mondays` is not a day of the week"),
        ({"monday": "9 to 5"}, "`9 to 5` is not a span of hours"),
        ({"monday": "09:00-09:00"}, "`09:00-09:00` is not a span of hours"),
        ({"monday": "09:00-24:30"}, "`09:00-24:30` is not a span of hours"),
    ],
)
def test_words_that_are_no_hours_are_refused(weekly: dict[str, str], part: str) -> None:
    with pytest.raises(ValueError, match=part):
        BusinessCalendar.of(weekly, zone="UTC")


def test_unknown_regions_zones_and_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="no holidays are known for `DE-XX`"):
        BusinessCalendar.of({}, zone="UTC", holidays="DE-XX")
    with pytest.raises(ValueError, match="`EST` is not a time zone"):
        BusinessCalendar.of({}, zone="EST")
    with pytest.raises(ValueError, match="has no time zone"):
        NEW_YORK.is_open(datetime(2026, 3, 2, 10))


def _rules(
    every_day: tuple[tuple[int, int], ...],
    closed: tuple[tuple[int, int], ...] = (),
    opening: int | None = None,
) -> CalendarRules:
    return CalendarRules(
        name="desk",
        zone="America/New_York",
        weekly=(every_day, every_day, every_day, every_day, every_day, every_day, every_day),
        closed=closed,
        openings=() if opening is None else ((opening, ((0, HOUR),)),),
    )
