"""Values as exports spell them: read exactly, or missing and listed with their place. Nothing is guessed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from data_cases import (
    BOOLEAN,
    DATE,
    DURATION,
    NUMBER,
    ONE_OF,
    TEXT,
    TIME,
    Read,
    field,
    mapped,
    read,
    utc,
    write,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.data import DataError
from sladsl.plan import FieldType, Mapping

ID = field("id", key=True)
HOUR = 3_600_000_000
DAY = 24 * HOUR


def values(folder: Path, type: FieldType, *cells: str, values: tuple[str, ...] = (), **rules: Any) -> Read:
    """Cells of one column, read as `type`, by the rules of a mapping and a source."""
    source: dict[str, Any] = {
        name: rules.pop(name) for name in ("zone", "ignore_offsets", "missing", "skip") if name in rules
    }
    lines = "".join(f'{number:03},"{cell}"\n' for number, cell in enumerate(cells, start=1))
    name = write(folder, "leads.csv", f"id,Raw Value\n{lines}")
    mappings = mapped(id="id", value=Mapping("value", "Raw Value", **rules))
    return read(
        name,
        folder,
        ID,
        field("value", type, *values, optional=True),
        source={"mappings": mappings, **source},
    )


def value(folder: Path, type: FieldType, cell: str, **rules: Any) -> Any:
    """One cell's value; the test fails when it is listed."""
    found = values(folder, type, cell, **rules)
    assert found.problems == ()
    return found.rows[0]["value"]


def unreadable(folder: Path, type: FieldType, *cells: str, **rules: Any) -> None:
    """Each of the cells is missing and listed, with its line and to the letter."""
    found = values(folder, type, *cells, **rules)
    assert found.column("value") == [None] * len(cells)
    assert found.listed() == [("unreadable value", "value", len(cells))]
    assert found.places("unreadable value") == [(line, cell) for line, cell in enumerate(cells[:5], start=2)]


# ------------------------------------------------------------------------------------------------------------- numbers


def test_numbers(tmp_path: Path) -> None:
    cells = (
        "5",
        "-5.25",
        "+7",
        ".5",
        "5.",
        " 12 ",
        "007",
        "1.2345675",
        "-1.2345675",
        "1.2345674999",
        "999999999999.999999",
    )
    expected = [
        "5",
        "-5.25",
        "7",
        "0.5",
        "5",
        "12",
        "7",
        "1.234568",
        "-1.234568",
        "1.234567",
        "999999999999.999999",
    ]
    assert values(tmp_path, NUMBER, *cells).column("value") == [Decimal(text) for text in expected]


def test_what_is_no_number(tmp_path: Path) -> None:
    unreadable(tmp_path, NUMBER, "NaN", "inf", "0x10", "1e3", "1,000")
    unreadable(tmp_path, NUMBER, "€ 3.500,00", "#REF!", "--1", "1_000", "12 EUR")


def test_numbers_too_large_are_their_own_problem(tmp_path: Path) -> None:
    found = values(tmp_path, NUMBER, "1000000000000", "999999999999.9999995", "1")
    assert found.column("value") == [None, None, Decimal(1)]
    assert found.listed() == [("number out of range", "value", 2)]


@settings(max_examples=40, deadline=None)
@given(numbers=st.lists(st.decimals(-(10**12) + 1, 10**12 - 1, places=9), min_size=1, max_size=20))
def test_decimals_round_half_away_from_zero(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[Decimal]
) -> None:
    cells = [format(number, "f") for number in numbers]
    found = values(tmp_path_factory.mktemp("csv"), NUMBER, *cells)
    assert found.column("value") == [
        number.quantize(Decimal("0.000001"), ROUND_HALF_UP) for number in numbers
    ]


# ---------------------------------------------------------------------------------------- booleans, texts, enumerations


def test_booleans(tmp_path: Path) -> None:
    found = values(tmp_path, BOOLEAN, "true", "FALSE", "Yes", "no", "1", "0", " True ")
    assert found.column("value") == [True, False, True, False, True, False, True]
    unreadable(tmp_path, BOOLEAN, "t", "2", "on", "wahr")


def test_texts_are_kept_to_the_letter(tmp_path: Path) -> None:
    cells = (" Ana ", "1.50", "TRUE", "ﬁ", "e\u0301")
    assert values(tmp_path, TEXT, *cells).column("value") == list(cells)


def test_an_enumeration_has_only_its_values(tmp_path: Path) -> None:
    found = values(tmp_path, ONE_OF, "call", "Call", "fax", "", values=("call", "email"))
    assert found.column("value") == ["call", None, None, None]
    assert found.listed() == [("unknown value", "value", 2)]
    assert found.places("unknown value") == [(3, "Call"), (4, "fax")]


def test_translations_and_missing_texts(tmp_path: Path) -> None:
    rules: dict[str, Any] = {
        "translate": (("COMPUTER_SOFTWARE", "software"), ("O'Hara", "law")),
        "missing": ("", "N/A", "-"),
    }
    cells = ("COMPUTER_SOFTWARE", "O'Hara", "software", "N/A", " - ", "  ")
    found = values(tmp_path, ONE_OF, *cells, values=("software", "law"), **rules)
    assert found.column("value") == ["software", "law", "software", None, None, None]
    assert found.problems == ()


def test_a_translation_into_another_type(tmp_path: Path) -> None:
    assert value(tmp_path, BOOLEAN, "Y", translate=(("Y", "true"), ("N", "false"))) is True


def test_without_the_empty_text_among_the_missing_ones_it_is_a_text(tmp_path: Path) -> None:
    assert values(tmp_path, TEXT, "", "N/A", missing=("N/A",)).column("value") == ["", None]


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
        ("%Y-%m-%d", 'write "YYYY-MM-DD HH:mm"'),
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
    assert values(tmp_path, DURATION, "90", "1.5", format="minutes").column("value") == [
        90 * 60_000_000,
        90_000_000,
    ]
    with pytest.raises(
        DataError, match='`as "fortnights"` is not a unit: expected `milliseconds`, `seconds`'
    ):
        values(tmp_path, DURATION, "90", format="fortnights")


# ----------------------------------------------------------------------------------------------------------- constants


def test_constants(tmp_path: Path) -> None:
    mappings = mapped(id="id", type=Mapping("type", constant="call"), size=Mapping("size", constant="5"))
    fields = (ID, field("type", ONE_OF, "call", "email"), field("size", NUMBER))
    found = read(write(tmp_path, "l.csv", "id\n1\n"), tmp_path, *fields, source={"mappings": mappings})
    assert found.rows == [{"id": "1", "type": "call", "size": Decimal(5)}]


def test_a_constant_that_the_field_cannot_have_is_an_error(tmp_path: Path) -> None:
    mappings = mapped(id="id", type=Mapping("type", constant="fax"))
    with pytest.raises(DataError, match='`type` is always "fax", which is not one of `call`, `email`'):
        read(
            write(tmp_path, "l.csv", "id\n1\n"),
            tmp_path,
            ID,
            field("type", ONE_OF, "call", "email"),
            source={"mappings": mappings},
        )


# ------------------------------------------------------------------------------------------------------------- the rows


def test_rows_that_are_skipped_are_counted_and_their_values_are_not_judged(tmp_path: Path) -> None:
    text = "id,Is Test,size\n1,false,5\n2,true,x\n3,TRUE,y\n4,,\n"
    source = {"mappings": mapped(id="id", size="size"), "skip": (("Is Test", ("true", "")),)}
    found = read(
        write(tmp_path, "l.csv", text), tmp_path, ID, field("size", NUMBER, optional=True), source=source
    )
    assert found.column("id") == ["1", "3"]
    assert found.listed() == [("skipped row", None, 2), ("unreadable value", "size", 1)]
    with pytest.raises(
        DataError,
        match=r"`l.csv` has no column `Is test`, which `skip when` is read from; did you mean `Is Test`",
    ):
        read("l.csv", tmp_path, ID, source={"skip": (("Is test", ("true",)),)})


def test_an_optional_field_without_a_column_is_missing_and_noted(tmp_path: Path) -> None:
    name = write(tmp_path, "l.csv", "id\n1\n2\n")
    for source in (None, {"mappings": mapped(id="id")}):
        found = read(name, tmp_path, ID, field("country", optional=True), source=source)
        assert found.column("country") == [None, None]
        assert found.listed() == [("missing column", "country", 2)]


def test_a_record_without_a_key_is_numbered(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "name\nAna\nBen\n")
    write(tmp_path, "b.csv", "name\nCem\n")
    assert read("a.csv", tmp_path, field("name")).rows == [
        {"row": "1", "name": "Ana"},
        {"row": "2", "name": "Ben"},
    ]
    assert read("*.csv", tmp_path, field("name")).column("row") == ["a.csv 1", "a.csv 2", "b.csv 1"]


@settings(max_examples=40, deadline=None)
@given(
    cells=st.lists(st.text(alphabet="0123456789-:. TZ+,PDHMSaeéN", max_size=12), min_size=1, max_size=20),
    data=st.data(),
)
def test_every_cell_is_a_value_or_missing_or_listed(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], data: st.DataObject
) -> None:
    type = data.draw(st.sampled_from([NUMBER, BOOLEAN, DATE, TIME, DURATION]))
    found = values(tmp_path_factory.mktemp("csv"), type, *cells, zone="UTC")
    values_read = sum(value is not None for value in found.column("value"))
    blank = sum(not cell.strip() for cell in cells)
    assert len(found.rows) == len(cells)
    assert values_read + blank + sum(problem.count for problem in found.problems) == len(cells)
