"""Instants, zones and what a clock reading means in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from minute_oracle import zone_info

from sladsl.calendars import (
    DAY,
    HOUR,
    MINUTE,
    ClockReading,
    day_date,
    day_number,
    instant,
    is_zone,
    iso,
    local_time,
    moment,
    zone,
    zone_names,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = (
    "Africa/Casablanca",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "UTC",
)


def aware(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def on(day: str) -> int:
    return day_number(date.fromisoformat(day))


def reading(written: str) -> int:
    return local_time(datetime.fromisoformat(written))


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)), st.sampled_from(ZONES)
)
@settings(max_examples=300)
def test_a_wall_clock_shows_what_the_standard_library_shows(at: datetime, name: str) -> None:
    shown = at.astimezone(zone_info(name))
    assert zone(name).local(instant(at)) == local_time(shown)
    assert zone(name).date_of(instant(at)) == day_number(shown.date())
    assert instant(shown) == instant(at)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)), st.sampled_from(ZONES))
@settings(max_examples=300)
def test_a_clock_reading_means_what_the_standard_library_says(clock: datetime, name: str) -> None:
    first, second = (
        instant(clock.replace(tzinfo=zone_info(name), fold=fold).astimezone(UTC)) for fold in (0, 1)
    )
    assert zone(name).to_instant(clock)[0] == first
    assert zone(name).other_reading(clock) == second


@pytest.mark.parametrize("name", ZONES)
def test_around_every_change_of_a_clock(name: str) -> None:
    place, info = zone(name), zone_info(name)
    for change in place.transitions(0, instant(datetime(2040, 1, 1, tzinfo=UTC))):
        assert place.offset(change - 1) != place.offset(change)
        for at in (change - 1, change, change + 1):
            assert place.local(at) == local_time(aware(at).astimezone(info))
        before, after = place.local(change - 1) + 1, place.local(change)
        lo, hi = min(before, after), max(before, after)
        strange = ClockReading.NONEXISTENT if before < after else ClockReading.AMBIGUOUS
        for local, expected in (
            (lo - 1, ClockReading.CLEAR),
            (lo, strange),
            (hi - 1, strange),
            (hi, ClockReading.CLEAR),
        ):
            first, found = place.to_instant(local)
            clock = datetime(1970, 1, 1) + timedelta(microseconds=local)
            assert found is expected
            assert first == instant(clock.replace(tzinfo=info))
            assert place.other_reading(local) == instant(clock.replace(tzinfo=info, fold=1))


@pytest.mark.parametrize("name", ZONES)
def test_midnight_is_the_first_instant_of_its_date(name: str) -> None:
    place = zone(name)
    changed = {place.date_of(change) for change in place.transitions(0, 60 * 365 * DAY)}
    for day in {near + step for near in changed for step in (-1, 0, 1)}:
        start = place.midnight(day)
        assert place.date_of(start) >= day
        assert all(place.date_of(start - before) < day for before in (1, MINUTE, HOUR, 3 * HOUR, DAY))


def test_a_date_whose_midnight_lies_inside_a_gap_starts_when_the_gap_ends() -> None:
    """In Toronto the clock went from 23:30 on 30 March 1919 to 00:30."""
    toronto = zone("America/Toronto")
    start = toronto.midnight(on("1919-03-31"))
    assert iso(start) == "1919-03-31T04:30:00Z"
    assert toronto.local(start) == reading("1919-03-31 00:30")


def test_a_skipped_date_starts_where_the_next_one_does() -> None:
    apia = zone("Pacific/Apia")
    assert apia.midnight(on("2011-12-30")) == apia.midnight(on("2011-12-31"))
    assert apia.date_of(apia.midnight(on("2011-12-30")) - 1) == on("2011-12-29")


def test_a_skipped_reading_moves_forward_by_the_gap_and_its_other_reading_back() -> None:
    new_york = zone("America/New_York")
    first, found = new_york.to_instant(reading("2026-03-08 02:30"))
    assert (iso(first), found) == ("2026-03-08T07:30:00Z", ClockReading.NONEXISTENT)
    assert iso(new_york.other_reading(reading("2026-03-08 02:30"))) == "2026-03-08T06:30:00Z"


def test_of_a_repeated_reading_the_first_is_taken() -> None:
    new_york = zone("America/New_York")
    first, found = new_york.to_instant(datetime(2026, 11, 1, 1, 30))
    assert (iso(first), found) == ("2026-11-01T05:30:00Z", ClockReading.AMBIGUOUS)
    assert iso(new_york.other_reading(datetime(2026, 11, 1, 1, 30))) == "2026-11-01T06:30:00Z"


def test_dates_far_away_keep_the_last_offset_known() -> None:
    berlin = zone("Europe/Berlin")
    assert berlin.to_instant(reading("9999-12-31 23:59:59")) == (
        reading("9999-12-31 22:59:59"),
        ClockReading.CLEAR,
    )
    assert berlin.to_instant(reading("0001-01-01 00:00")) == (
        reading("0001-01-01 00:00") - local_mean_time(),
        ClockReading.CLEAR,
    )


def local_mean_time() -> int:
    """Berlin's before 1893: 53 minutes 28 seconds."""
    return 53 * MINUTE + 28_000_000


@pytest.mark.parametrize("name", ["UTC", "America/New_York", "America/Argentina/Ushuaia", "US/Eastern"])
def test_zones_have_iana_names(name: str) -> None:
    assert is_zone(name)
    assert name in zone_names()


@pytest.mark.parametrize(
    "name",
    ["EST", "+05:00", "Etc/GMT+5", "Etc/UTC", "GMT", "america/new_york", "Europe/Atlantis", "", "../UTC"],
)
def test_other_names_are_refused(name: str) -> None:
    assert not is_zone(name)
    with pytest.raises(ValueError, match="is not a time zone"):
        zone(name)


def test_an_instant_is_written_as_short_as_it_can_be() -> None:
    at = instant(datetime(2026, 3, 9, 13, tzinfo=UTC))
    assert (iso(at), iso(at + 250_000), iso(-1)) == (
        "2026-03-09T13:00:00Z",
        "2026-03-09T13:00:00.250000Z",
        "1969-12-31T23:59:59.999999Z",
    )


def test_a_moment_is_the_same_instant_in_the_zones_clock() -> None:
    at = instant(pendulum.datetime(2026, 11, 1, 6, 30, 0, 123_456))
    assert str(moment(at, "America/New_York")) == "2026-11-01 01:30:00.123456-05:00"
    assert str(moment(at - HOUR, "America/New_York")) == "2026-11-01 01:30:00.123456-04:00"
    assert instant(moment(at, "America/New_York")) == at


def test_a_naive_datetime_is_no_instant() -> None:
    with pytest.raises(ValueError, match="`2026-03-09 13:00:00` has no time zone"):
        instant(datetime(2026, 3, 9, 13))


@given(st.dates())
def test_days_are_counted_from_1970(day: date) -> None:
    assert day_date(day_number(day)) == day
    assert (day_number(day) * DAY) // DAY == (day - date(1970, 1, 1)).days
