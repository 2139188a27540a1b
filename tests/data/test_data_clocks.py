"""Local clocks → instants, against Python's own zone data; readings that do not exist or occur twice are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from data_cases import TIME, Read, field, mapped, read, utc, write
from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.data import DataError

ID = field("id", key=True)
AT = field("at", TIME)
MICROSECOND = timedelta(microseconds=1)


def times(
    folder: Path, *cells: str, zone: str | None = "America/New_York", ignore_offsets: bool = False
) -> Read:
    lines = "".join(f"{number:03},{cell}\n" for number, cell in enumerate(cells, start=1))
    source = {"mappings": mapped(id="id", at="at"), "zone": zone, "ignore_offsets": ignore_offsets}
    return read(write(folder, "calls.csv", f"id,at\n{lines}"), folder, ID, AT, source=source)


def test_summer_and_winter(tmp_path: Path) -> None:
    found = times(tmp_path, "2026-01-15 10:00", "2026-07-15 10:00")
    assert found.column("at") == [utc("2026-01-15 15:00"), utc("2026-07-15 14:00")]
    assert found.problems == ()


def test_a_reading_that_does_not_exist_moves_forward_by_the_gap(tmp_path: Path) -> None:
    found = times(tmp_path, "2026-03-08 01:59:59", "2026-03-08 02:00", "2026-03-08 02:30", "2026-03-08 03:00")
    assert found.column("at") == [
        utc("2026-03-08 06:59:59"),
        utc("2026-03-08 07:00"),
        utc("2026-03-08 07:30"),
        utc("2026-03-08 07:00"),
    ]
    assert found.listed() == [("nonexistent local time", "at", 2)]
    assert found.places("nonexistent local time") == [(3, "2026-03-08 02:00"), (4, "2026-03-08 02:30")]


def test_of_a_reading_that_occurs_twice_the_first_is_taken(tmp_path: Path) -> None:
    found = times(tmp_path, "2026-11-01 00:59", "2026-11-01 01:00", "2026-11-01 01:59:59", "2026-11-01 02:00")
    assert found.column("at") == [
        utc("2026-11-01 04:59"),
        utc("2026-11-01 05:00"),
        utc("2026-11-01 05:59:59"),
        utc("2026-11-01 07:00"),
    ]
    assert found.listed() == [("ambiguous local time", "at", 2)]


def test_offsets_are_honoured_and_local_times_stand_beside_them(tmp_path: Path) -> None:
    found = times(tmp_path, "2026-07-15 10:00+00", "2026-07-15 10:00", "2026-11-01 01:30-05:00")
    assert found.column("at") == [utc("2026-07-15 10:00"), utc("2026-07-15 14:00"), utc("2026-11-01 06:30")]
    assert found.problems == ()


def test_offsets_known_to_be_false_are_overridden(tmp_path: Path) -> None:
    found = times(tmp_path, "2026-07-06 06:30:51.879147+00", "2026-07-06 06:30", ignore_offsets=True)
    assert found.column("at") == [utc("2026-07-06 10:30:51.879147"), utc("2026-07-06 10:30")]


def test_offsets_alone_need_no_zone(tmp_path: Path) -> None:
    assert times(tmp_path, "2026-07-06 06:30Z", zone=None).column("at") == [utc("2026-07-06 06:30")]


def test_local_times_without_a_zone_are_an_error_that_says_what_to_add(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        times(tmp_path, "2026-07-06 06:30Z", "", "2026-07-06 06:30", zone=None)
    assert raised.value.message == (
        "`calls.csv`, line 4: `2026-07-06 06:30` in `at` is a local time, and nothing says in which zone; "
        'add `times in "America/New_York"` (where they were written) to the source `crm`'
    )
    with pytest.raises(DataError, match=r'write a `source … for lead from "calls.csv":` with `times in'):
        read("calls.csv", tmp_path, ID, AT)


def test_a_year_far_away_costs_nothing_and_is_right(tmp_path: Path) -> None:
    found = times(tmp_path, "1900-01-01 00:00", "2026-07-06 06:30", "9999-07-01 00:00", "9999-12-31 23:59:59")
    assert found.column("at") == [
        utc("1900-01-01 05:00"),
        utc("2026-07-06 10:30"),
        utc("9999-07-01 04:00"),
        253402318799000000,
    ]


def zone_info(name: str) -> ZoneInfo:
    """The zone as the `tzdata` package has it: a machine's own data may be older."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


ZONES = st.sampled_from(
    ["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns",
     "Africa/Casablanca", "America/Sao_Paulo", "UTC", "Asia/Tehran"]
)  # fmt: skip
INSTANTS = st.integers(utc("1925-01-01") // 1_000_000, utc("2095-01-01") // 1_000_000)
EDGES = st.sampled_from([utc(text) // 1_000_000 for text in ("2026-03-08 07:00", "2026-11-01 06:00", "2026-03-29 01:00",
                                                             "2026-10-25 01:00", "2011-12-30 10:00", "2026-04-04 15:00")])  # fmt: skip
NEAR_EDGES = st.builds(lambda edge, off: edge + off, EDGES, st.integers(-7300, 7300))


@settings(max_examples=60, deadline=None)
@given(
    zone=ZONES,
    seconds=st.lists(INSTANTS | NEAR_EDGES, min_size=1, max_size=20),
    micros=st.integers(0, 999_999),
)
def test_instants_written_as_local_clocks_come_back(
    tmp_path_factory: pytest.TempPathFactory, zone: str, seconds: list[int], micros: int
) -> None:
    """What a wall clock showed at an instant is read as that instant, or as the first that showed it when it showed twice."""
    moments = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=s, microseconds=micros) for s in seconds]
    clocks = [moment.astimezone(zone_info(zone)) for moment in moments]
    found = times(
        tmp_path_factory.mktemp("csv"),
        *(c.replace(tzinfo=None).isoformat(sep=" ") for c in clocks),
        zone=zone,
    )
    first = [c.replace(fold=0).astimezone(UTC) for c in clocks]
    assert found.column("at") == [(at - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND for at in first]
    twice = sum(c.replace(fold=0).utcoffset() != c.replace(fold=1).utcoffset() for c in clocks)
    assert sum(p.count for p in found.problems) == twice
    assert all(p.kind == "ambiguous local time" for p in found.problems)


@settings(max_examples=60, deadline=None)
@given(zone=ZONES, seconds=st.lists(NEAR_EDGES | INSTANTS, min_size=1, max_size=20))
def test_any_clock_reading_is_read_as_pep_495_reads_it(
    tmp_path_factory: pytest.TempPathFactory, zone: str, seconds: list[int]
) -> None:
    """Readings that no clock showed as well: Python with `fold=0` uses the offset before the gap, which moves forward by the gap."""
    clocks = [datetime(1970, 1, 1) + timedelta(seconds=s) for s in seconds]
    found = times(tmp_path_factory.mktemp("csv"), *(c.isoformat(sep=" ") for c in clocks), zone=zone)
    expected = [
        (c.replace(tzinfo=zone_info(zone)).astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND
        for c in clocks
    ]
    assert found.column("at") == expected


@settings(max_examples=30, deadline=None)
@given(second=INSTANTS, minutes=st.integers(-14 * 60, 14 * 60))
def test_instants_written_with_an_offset_come_back(
    tmp_path_factory: pytest.TempPathFactory, second: int, minutes: int
) -> None:
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    clock = (datetime(1970, 1, 1) + timedelta(seconds=second, minutes=minutes)).isoformat()
    spellings = [f"{clock}{sign}{hours:02}:{rest:02}", f"{clock}{sign}{hours:02}{rest:02}"]
    spellings += [f"{clock}{sign}{hours:02}"] if rest == 0 else []
    found = times(tmp_path_factory.mktemp("csv"), *spellings, zone=None)
    assert found.column("at") == [second * 1_000_000] * len(spellings)
