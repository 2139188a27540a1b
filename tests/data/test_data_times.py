"""Times, dates and durations as exports spell them: read exactly, or missing and listed with their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_cases import (
    DATE,
    DURATION,
    TIME,
    utc,
)
from value_cases import DAY, HOUR, unreadable, value, values

from sladsl.data import DataError

# --------------------------------------------------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-07-06 06:30", "2026-07-06 06:30"),
        ("2026-07-06 6:30:51", "2026-07-06 06:30:51"),
        ("2026-07-06T06:30:51Z", "2026-07-06 06:30:51"),
        ("2026-07-06 06:30:51 UTC", "2026-07-06 06:30:51"),
        ("2026-07-06 06:30:51.879147+00", "2026-07-06 06:30:51.879147"),
        ("2026-07-06 06:30:51.8791479+00:00", "2026-07-06 06:30:51.879147"),
        ("2026-07-06T06:30:51.5-0500", "2026-07-06 11:30:51.5"),
        ("2026-07-06 06:30+05:45", "2026-07-06 00:45"),
        ("1900-01-01 00:00:00", "1900-01-01 00:00"),
        ("9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999"),
        ("1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999"),
    ],
)
def test_times_in_iso(tmp_path: Path, cell: str, expected: str) -> None:
    assert value(tmp_path, TIME, cell, zone="UTC") == utc(expected)


def test_what_is_no_time(tmp_path: Path) -> None:
    unreadable(
        tmp_path,
        TIME,
        "2026-02-30 10:00",
        "2026-13-01 10:00",
        "2026-07-06 24:00",
        "2026-07-06 10:60",
        zone="UTC",
    )
    unreadable(
        tmp_path, TIME, "2026-07-06 10", "06.07.2026 10:00", "2026-7-6 10:00", "now", "infinity", zone="UTC"
    )
    unreadable(
        tmp_path,
        TIME,
        "1899-12-31 10:00",
        "0001-01-01 00:00",
        "2026-07-06 10:00 EST",
        "2026-07-06 10:00:61",
        zone="UTC",
    )


FORMATS = [
    ("DD.MM.YYYY HH:mm", "06.07.2026 06:30", "2026-07-06 06:30"),
    ("M/D/YYYY h:mm A", "7/6/2026 12:05 am", "2026-07-06 00:05"),
    ("MM/DD/YY hh:mm:ss a", "07/06/26 01:05:09 PM", "2026-07-06 13:05:09"),
    ("D MMM YYYY H:m:s", "6 Jul 2026 6:3:9", "2026-07-06 06:03:09"),
    ("dddd, MMMM D, YYYY HH:mm", "Monday, July 6, 2026 06:30", "2026-07-06 06:30"),
    ("YYYYMMDDHHmmss", "20260706063051", "2026-07-06 06:30:51"),
    ("YYYY-MM-DD[ at ]HH:mm:ss.SSS", "2026-07-06 at 06:30:51.25", "2026-07-06 06:30:51.25"),
    ("YYYY-MM-DD HH:mm:ssZZ", "2026-07-06 06:30:51-0500", "2026-07-06 11:30:51"),
    ("DD/MM/YYYY HH:mm Z", "06/07/2026 06:30 +02:00", "2026-07-06 04:30"),
    ("X", "1783319451", "2026-07-06 06:30:51"),
    ("x", "1783319451250", "2026-07-06 06:30:51.25"),
]


@pytest.mark.parametrize(("format", "cell", "expected"), FORMATS)
def test_times_in_a_format(tmp_path: Path, format: str, cell: str, expected: str) -> None:
    assert value(tmp_path, TIME, cell, format=format, zone="UTC") == utc(expected)


def test_a_format_is_taken_at_its_word(tmp_path: Path) -> None:
    unreadable(
        tmp_path,
        TIME,
        "6.7.2026 06:30",
        "2026-07-06 06:30",
        "06.07.2026",
        "06.07.2026 6:30",
        format="DD.MM.YYYY HH:mm",
        zone="UTC",
    )
    unreadable(
        tmp_path,
        TIME,
        "13/6/2026 1:00 AM",
        "1/6/2026 13:00 PM",
        "1/6/2026 1:00",
        format="M/D/YYYY h:mm A",
        zone="UTC",
    )


@pytest.mark.parametrize(
    ("format", "says"),
    [
        ("yyyy-MM-dd", "`y` in the format `yyyy-MM-dd` means nothing"),
        ("%Y-%m-%d", 'did you mean "YYYY-MM-DD"'),
        ("HH:mm", "does not say the year and the month and the day"),
        ("DD.MM.YYYY hh:mm", "has an hour from 1 to 12 and no `A`"),
        ("DD.MM.YYYY HH:mm A", "AM or PM beside an hour from 0 to 23"),
        ("DD.MM.YYYY DD", "has the day twice"),
        ("ZZ YYYY-MM-DD", "`ZZ` must stand at the end"),
    ],
)
def test_a_format_that_says_no_date(tmp_path: Path, format: str, says: str) -> None:
    with pytest.raises(DataError) as raised:
        values(tmp_path, TIME, "x", format=format, zone="UTC")
    assert says in raised.value.message


def test_a_date_alone_needs_a_time_of_day(tmp_path: Path) -> None:
    found = values(tmp_path, TIME, "2026-07-06", "2026-07-06 10:00", zone="UTC")
    assert found.column("value") == [None, utc("2026-07-06 10:00")]
    assert found.listed() == [("unreadable value", "value", 1)]
    assert "`at 09:00`" in found.problems[0].hint
    at_nine = values(tmp_path, TIME, "2026-07-06", "2026-07-06 10:00", at=9 * HOUR, zone="America/New_York")
    assert at_nine.column("value") == [utc("2026-07-06 13:00"), utc("2026-07-06 14:00")]
    assert value(tmp_path, TIME, "06.07.2026", format="DD.MM.YYYY", at=0, zone="Europe/Berlin") == utc(
        "2026-07-05 22:00"
    )


# --------------------------------------------------------------------------------------------------------------- dates


def test_dates(tmp_path: Path) -> None:
    cells = ("1970-01-02", "1969-12-31", "2026-07-06", "2026-07-06 00:00:00", "2026-07-06T00:00:00.000")
    assert values(tmp_path, DATE, *cells).column("value") == [1, -1, 20_640, 20_640, 20_640]
    assert value(tmp_path, DATE, "6/7/26", format="D/M/YY") == 20_640
    assert value(tmp_path, DATE, "06.07.2026 23:59", format="DD.MM.YYYY HH:mm") == 20_640
    unreadable(
        tmp_path, DATE, "2026-02-29", "2026-07-06 10:00", "06.07.2026", "1899-12-31", "2026-07-06T00:00:00Z"
    )


# ----------------------------------------------------------------------------------------------------------- durations


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1 day, 16:26:23", DAY + 16 * HOUR + 26 * 60_000_000 + 23_000_000),
        ("00:26:43", 26 * 60_000_000 + 43_000_000),
        ("2 days 03:00:00.5", 2 * DAY + 3 * HOUR + 500_000),
        ("-1 day, 23:00:00", -HOUR),
        ("3 days", 3 * DAY),
        ("30:00:00", 30 * HOUR),
        ("PT4H", 4 * HOUR),
        ("P1DT2H3M4.5S", DAY + 2 * HOUR + 3 * 60_000_000 + 4_500_000),
        ("P2W", 14 * DAY),
        ("-PT15M", -15 * 60_000_000),
    ],
)
def test_durations(tmp_path: Path, cell: str, expected: int) -> None:
    assert value(tmp_path, DURATION, cell) == expected


def test_what_is_no_duration(tmp_path: Path) -> None:
    unreadable(tmp_path, DURATION, "90", "1:30", "P1M", "PT", "P")
    unreadable(tmp_path, DURATION, "4 hours", "00:61:00", "P1Y", "-", "days")


def test_a_plain_number_is_a_duration_when_its_unit_is_said(tmp_path: Path) -> None:
    # More than a number's twelve digits once it is in microseconds.
    assert value(tmp_path, DURATION, "1234567.5", format="minutes") == 74_074_050_000_000
    assert values(tmp_path, DURATION, "90", "1.5", format="minutes").column("value") == [
        90 * 60_000_000,
        90_000_000,
    ]
    with pytest.raises(
        DataError, match='`as "fortnights"` is not a unit: expected `milliseconds`, `seconds`'
    ):
        values(tmp_path, DURATION, "90", format="fortnights")
