"""Parquet and DuckDB: values that have a type already are taken exactly, where they lie."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
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
    plan,
    read,
    rows_of,
    shared_connection,
    utc,
    write,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.data import Binding, DataError, load
from sladsl.plan import FieldType, Mapping, Record, RowTest, Source

ID = field("id", key=True)
BIG = 1_234_567_890_123_456_789


def column(
    folder: Path, type: FieldType, array: pa.Array, values: tuple[str, ...] = (), **rules: Any
) -> Read:
    """One Parquet column read as `type`."""
    source: dict[str, Any] = {
        name: rules.pop(name) for name in ("zone", "ignore_offsets", "missing") if name in rules
    }
    ids = pa.array([f"{n:03}" for n in range(1, len(array) + 1)])
    pq.write_table(pa.table({"id": ids, "value": array}), folder / "leads.parquet")
    mappings = mapped(id="id", value=Mapping("value", "value", **rules))
    return read(
        "leads.parquet",
        folder,
        ID,
        field("value", type, *values, optional=True),
        source={"mappings": mappings, **source},
    )


def test_texts_and_ids(tmp_path: Path) -> None:
    assert column(tmp_path, TEXT, pa.array(["a", None, ""])).column("value") == ["a", None, None]
    assert column(tmp_path, TEXT, pa.array([BIG, None, -5])).column("value") == [str(BIG), None, "-5"]
    assert column(tmp_path, TEXT, pa.array([2**64 - 1], pa.uint64())).column("value") == [
        "18446744073709551615"
    ]
    assert column(tmp_path, TEXT, pa.array(["x", "y", "x"]).dictionary_encode()).column("value") == [
        "x",
        "y",
        "x",
    ]
    assert column(tmp_path, TEXT, pa.array([True, False])).column("value") == ["true", "false"]


def test_ids_that_became_floats_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        DataError,
        match=r"column `value` of `leads.parquet` holds floating-point numbers \(DOUBLE\), and `value` is text",
    ):
        column(tmp_path, TEXT, pa.array([1e18]))


def test_numbers(tmp_path: Path) -> None:
    assert column(tmp_path, NUMBER, pa.array([1, -2, None], pa.int32())).column("value") == [
        Decimal(1),
        Decimal(-2),
        None,
    ]
    tenths = column(tmp_path, NUMBER, pa.array([0.1, 1.0000005, -1.0000005, 1e-9, 3.0, None]))
    assert tenths.column("value") == [Decimal("0.1"), Decimal("1.000001"), Decimal("-1.000001"), 0, 3, None]
    exact = column(
        tmp_path, NUMBER, pa.array([Decimal("1.23456750"), Decimal("-1.23456750")], pa.decimal128(20, 8))
    )
    assert exact.column("value") == [Decimal("1.234568"), Decimal("-1.234568")]
    assert column(tmp_path, NUMBER, pa.array(["1.5", "x"])).listed() == [("unreadable value", "value", 1)]


def test_numbers_that_do_not_fit(tmp_path: Path) -> None:
    found = column(tmp_path, NUMBER, pa.array([1e12, float("nan"), float("inf"), 7.5]))
    assert found.column("value") == [None, None, None, Decimal("7.5")]
    assert found.listed() == [("unreadable value", "value", 2), ("number out of range", "value", 1)]
    assert found.places("number out of range") == [(1, "1000000000000.0")]
    assert column(tmp_path, NUMBER, pa.array([BIG])).listed() == [("number out of range", "value", 1)]


def test_booleans(tmp_path: Path) -> None:
    assert column(tmp_path, BOOLEAN, pa.array([True, False, None])).column("value") == [True, False, None]
    found = column(tmp_path, BOOLEAN, pa.array([1, 0, 2]))
    assert found.column("value") == [True, False, None]
    assert found.places("unreadable value") == [(3, "2")]


def test_dates(tmp_path: Path) -> None:
    days = column(tmp_path, DATE, pa.array([date(1970, 1, 2), date(1969, 12, 31), None, date(1899, 12, 31)]))
    assert days.column("value") == [1, -1, None, None]
    assert days.listed() == [("unreadable value", "value", 1)]
    stamps = column(tmp_path, DATE, pa.array([datetime(1970, 1, 2), datetime(1970, 1, 2, 1)]))
    assert stamps.column("value") == [1, None]
    assert stamps.places("unreadable value") == [(2, "1970-01-02 01:00:00")]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_of_every_unit(tmp_path: Path, unit: str) -> None:
    array = pa.array([datetime(2026, 7, 6, 6, 30, 51, tzinfo=UTC), None], pa.timestamp(unit, tz="UTC"))
    found = column(tmp_path, TIME, array)
    assert found.column("value") == [utc("2026-07-06 06:30:51"), None]
    assert found.problems == ()
    local = column(tmp_path, TIME, array.cast(pa.timestamp(unit)), zone="America/New_York")
    assert local.column("value") == [utc("2026-07-06 10:30:51"), None]
    false_offset = column(tmp_path, TIME, array, zone="America/New_York", ignore_offsets=True)
    assert false_offset.column("value") == [utc("2026-07-06 10:30:51"), None]


def test_nanoseconds_are_cut_not_rounded(tmp_path: Path) -> None:
    late = pa.array([1_767_225_600_123_456_999], pa.timestamp("ns", tz="UTC"))
    assert column(tmp_path, TIME, late).column("value") == [1_767_225_600_123_456]
    before_1970 = pa.array([-1, -1000, -1001], pa.timestamp("ns"))
    assert column(tmp_path, TIME, before_1970, zone="UTC").column("value") == [-1, -1, -2]


def test_times_out_of_range_and_infinite(tmp_path: Path) -> None:
    found = column(tmp_path, TIME, pa.array([-(2**60), 0], pa.timestamp("us", tz="UTC")))
    assert found.column("value") == [None, 0]
    assert [(line) for line, _ in found.places("unreadable value")] == [1]


def test_local_readings_in_a_gap_are_counted(tmp_path: Path) -> None:
    array = pa.array(
        [datetime(2026, 3, 8, 2, 30), datetime(2026, 11, 1, 1, 30), None, datetime(9999, 12, 31)]
    )
    found = column(tmp_path, TIME, array, zone="America/New_York")
    assert found.column("value") == [
        utc("2026-03-08 07:30"),
        utc("2026-11-01 05:30"),
        None,
        utc("9999-12-31 05:00"),
    ]
    assert found.listed() == [("nonexistent local time", "value", 1), ("ambiguous local time", "value", 1)]
    assert found.problems[0].examples[0].key == "001"


def test_dates_and_numbers_in_a_time_field_need_a_word(tmp_path: Path) -> None:
    assert column(tmp_path, TIME, pa.array([date(2026, 7, 6)]), at=32_400_000_000, zone="UTC").column(
        "value"
    ) == [utc("2026-07-06 09:00")]
    assert column(tmp_path, TIME, pa.array([1_783_319_451]), format="X").column("value") == [
        utc("2026-07-06 06:30:51")
    ]
    for array, says in (
        (pa.array([date(2026, 7, 6)]), "say at what time of day with `at 09:00`"),
        (pa.array([1_783_319_451]), '`as "X"` for seconds since 1970'),
        (pa.array([True]), "holds true and false"),
    ):
        with pytest.raises(DataError) as raised:
            column(tmp_path, TIME, array, zone="UTC")
        assert says in raised.value.message


def test_local_times_without_a_zone_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"`leads.parquet`, line 1: `2026-07-06 06:30:00` in `value` is a local time"
    ):
        column(tmp_path, TIME, pa.array([datetime(2026, 7, 6, 6, 30)]))


def test_durations(tmp_path: Path) -> None:
    assert column(tmp_path, DURATION, pa.array([90.5, None]), format="minutes").column("value") == [
        5_430_000_000,
        None,
    ]
    assert column(tmp_path, DURATION, pa.array([1_000_000], pa.time64("us"))).column("value") == [1_000_000]
    with pytest.raises(DataError, match='say their unit in its source, such as `as "minutes"`'):
        column(tmp_path, DURATION, pa.array([90]))


def test_lists_and_bytes_are_errors(tmp_path: Path) -> None:
    for array, kind in (
        (pa.array([[1]]), r"BIGINT\[\]"),
        (pa.array([b"x"]), "BLOB"),
        (pa.array([{"a": 1}]), "STRUCT"),
    ):
        with pytest.raises(
            DataError, match=rf"column `value` of `leads.parquet` holds values of another type \({kind}"
        ):
            column(tmp_path, TEXT, array)


def test_enumerations_translations_and_missing_values(tmp_path: Path) -> None:
    found = column(
        tmp_path, ONE_OF, pa.array([1, 2, 3]), values=("high", "low"), translate=(("1", "high"), ("2", "low"))
    )
    assert found.column("value") == ["high", "low", None]
    assert found.places("unknown value") == [(3, "3")]
    assert column(tmp_path, NUMBER, pa.array([-1, 5]), missing=("", "-1")).column("value") == [
        None,
        Decimal(5),
    ]
    assert column(tmp_path, TEXT, pa.array(["N/A", "x"]), missing=("", "N/A")).column("value") == [None, "x"]


def test_parquet_files_read_together(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1", "2"], "size": [1, 2]}), tmp_path / "leads_1.parquet")
    pq.write_table(pa.table({"id": ["3"], "size": [BIG]}), tmp_path / "leads_2.parquet")
    pq.write_table(pa.table({"id": ["4"], "size": ["x"]}), tmp_path / "leads_3.parquet")
    found = read("leads_*.parquet", tmp_path, ID, field("size", NUMBER))
    assert found.column("size") == [Decimal(1), Decimal(2), None, None]
    assert found.loaded.files == ("leads_1.parquet", "leads_2.parquet", "leads_3.parquet")
    [big, odd] = found.problems
    assert (big.kind, big.examples[0].file, big.examples[0].line, big.examples[0].key) == (
        "number out of range",
        "leads_2.parquet",
        1,
        "3",
    )
    assert (odd.kind, odd.examples[0].file, odd.examples[0].value) == (
        "unreadable value",
        "leads_3.parquet",
        "x",
    )
    assert found.loaded.places("lead", ["3"])["3"][0].file == "leads_2.parquet"
    numbered = read("leads_*.parquet", tmp_path, field("size", NUMBER)).column("row")
    assert numbered == ["leads_1.parquet 1", "leads_1.parquet 2", "leads_2.parquet 1", "leads_3.parquet 1"]


def twins(*names: str) -> pa.Table:
    """An id, a column with parts, and columns with these names, of which the nth holds n."""
    parts = pa.array([{"id": 9, "size": 9}])
    values = [pa.array([n + 1]) for n in range(len(names))]
    return pa.Table.from_arrays([pa.array(["a"]), parts, *values], names=["id", "parts", *names])


@pytest.mark.parametrize("held", [False, True], ids=["parquet", "in memory"])
def test_names_that_differ_in_case_alone_or_not_at_all(tmp_path: Path, held: bool) -> None:
    """No engine has two such names, and none may stand for the other."""

    def size(table: pa.Table, column: str = "") -> Any:
        pq.write_table(table, tmp_path / "leads.parquet")
        fields = (ID, field("size", NUMBER, optional=True))
        mappings = mapped(size=column) if column else ()
        made = plan(
            Record("lead", "", fields),
            sources=[Source("crm", "lead", "leads.parquet", str(tmp_path), mappings)],
        )
        given = [Binding("lead", table)] if held else []
        return [
            row["size"]
            for row in rows_of(load(made, given, base=tmp_path, connection=shared_connection()), "lead")
        ]

    assert size(twins("Size", "size")) == [2]
    assert size(twins("size", "Size", "SIZE")) == [1]
    assert size(twins("Size", "size", "SIZE"), "SIZE") == [3]
    assert size(twins("size_1", "Size", "size"), "size_1") == [1]
    assert size(twins("size", "other", "other")) == [1]
    with pytest.raises(
        DataError, match="has 2 columns named `size`, columns 3 and 5, so it is not clear which is meant"
    ):
        size(twins("size", "other", "size"))
    with pytest.raises(DataError, match=r"has the columns `Size`, `SIZE`: say in a `source` which"):
        size(twins("Size", "SIZE"))


def test_rows_to_skip(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1", "2", "3"], "test": [False, True, None]}), tmp_path / "leads.parquet")
    found = read("leads.parquet", tmp_path, ID, source={"tests": (RowTest("test", ("true",), only=False),)})
    assert found.column("id") == ["1", "3"]
    assert found.listed() == [("skipped row", None, 1)]


def test_damaged_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1", "2"]}), tmp_path / "whole.parquet")
    data = (tmp_path / "whole.parquet").read_bytes()
    for content in (b"", b"id,name\n1,a\n", data[:-20]):
        with pytest.raises(DataError, match=r"`leads.parquet` is not a Parquet file, or was cut off"):
            read(write(tmp_path, "leads.parquet", content), tmp_path, ID)


# --------------------------------------------------------------------------------------------------------------- DuckDB


@pytest.fixture
def database(tmp_path: Path) -> str:
    import duckdb

    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        for statement in (
            'CREATE TABLE leads (id BIGINT, spent INTERVAL, "at" TIMESTAMPTZ)',
            f"INSERT INTO leads VALUES ({BIG}, INTERVAL 90 MINUTE, '2026-07-06 06:30:00+00')",
            "INSERT INTO leads VALUES (2, INTERVAL 1 MONTH, 'infinity')",
            "CREATE SCHEMA sales",
            "CREATE TABLE sales.calls AS SELECT 7 AS id",
            "CREATE VIEW open_leads AS SELECT id FROM leads",
        ):
            connection.execute(statement)
    return "crm.duckdb"


def test_a_table_of_a_database(tmp_path: Path, database: str) -> None:
    found = read(
        f"{database}#leads", tmp_path, ID, field("spent", DURATION), field("at", TIME, optional=True)
    )
    assert found.rows == [
        {"id": str(BIG), "spent": 5_400_000_000, "at": utc("2026-07-06 06:30")},
        {"id": "2", "spent": None, "at": None},
    ]
    assert found.listed() == [("unreadable value", "spent", 1), ("unreadable value", "at", 1)]
    assert read(f"duckdb://{database}#sales.calls", tmp_path, ID).column("id") == ["7"]
    assert sorted(read(f"{database}#open_leads", tmp_path, field("id")).column("row")) == ["1", "2"]


def test_a_table_that_is_not_there(tmp_path: Path, database: str) -> None:
    with pytest.raises(DataError, match=r"`crm.duckdb` has no table `lead`; did you mean `leads`") as raised:
        read(f"{database}#lead", tmp_path, ID)
    assert "it has `leads`, `open_leads`, `sales.calls`" in raised.value.message
    with pytest.raises(DataError, match=r"holds several tables: say which, as in `crm.duckdb#leads`"):
        read(database, tmp_path, ID)


def test_what_is_no_duckdb_database(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"`x.db` is a SQLite database: export its table"):
        read(write(tmp_path, "x.db", b"SQLite format 3\0" + b"\0" * 100) + "#t", tmp_path, ID)
    with pytest.raises(DataError, match=r"`y.duckdb` is not a DuckDB database"):
        read(write(tmp_path, "y.duckdb", b"hello " * 1000) + "#t", tmp_path, ID)


WHOLE = st.none() | st.integers(-(10**12) + 1, 10**12 - 1)
PART = st.none() | st.floats(-1e9, 1e9)
AT = st.none() | st.integers(0, 4 * 10**15)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(WHOLE, PART, AT), min_size=1, max_size=10))
def test_parquet_and_csv_of_the_same_rows_read_alike(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int | None, float | None, int | None]]
) -> None:
    folder = tmp_path_factory.mktemp("both")
    whole, part, at = (list(column) for column in zip(*rows, strict=True))
    stamps = [None if t is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=t) for t in at]
    ids = [str(number) for number in range(len(rows))]
    pq.write_table(pa.table({"id": ids, "whole": pa.array(whole, pa.int64()), "part": pa.array(part, pa.float64()),
                             "at": pa.array(stamps, pa.timestamp("us", tz="UTC"))}), folder / "a.parquet")  # fmt: skip
    cells = [("" if v is None else str(v) if not isinstance(v, float) else format(Decimal(repr(v)), "f") for v in row)
             for row in zip(ids, whole, part, stamps, strict=True)]  # fmt: skip
    write(folder, "a.csv", "id,whole,part,at\n" + "".join(",".join(line) + "\n" for line in cells))
    fields = (ID, field("whole", NUMBER), field("part", NUMBER), field("at", TIME))
    assert read("a.parquet", folder, *fields).rows == read("a.csv", folder, *fields).rows


def test_a_damaged_page_is_an_error_with_the_name_of_the_file(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"id": ["a", "b"], "size": [1.5, 2.5]}), tmp_path / "leads.parquet", compression="zstd"
    )
    data = bytearray((tmp_path / "leads.parquet").read_bytes())
    data[4:200] = b"\xff" * 196
    with pytest.raises(DataError, match=r"`leads.parquet` cannot be read for `lead`: "):
        read(write(tmp_path, "leads.parquet", bytes(data)), tmp_path, ID, field("size", NUMBER))


def test_a_date_gets_its_hour_by_the_clock_of_its_own_time_of_year(tmp_path: Path) -> None:
    days = pa.array([date(2026, 3, 2), date(2026, 7, 2)])
    found = column(tmp_path, TIME, days, at=9 * 3_600_000_000, zone="America/New_York")
    assert found.column("value") == [utc("2026-03-02 14:00"), utc("2026-07-02 13:00")]


def test_a_text_that_is_always_the_same(tmp_path: Path) -> None:
    assert column(tmp_path, TEXT, pa.array(["a"])).column("value") == ["a"]
    pq.write_table(pa.table({"id": ["1"]}), tmp_path / "leads.parquet")
    mappings = mapped(id="id", note=Mapping("note", constant="the 'list'"))
    found = read("leads.parquet", tmp_path, ID, field("note", TEXT), source={"mappings": mappings})
    assert found.rows == [{"id": "1", "note": "the 'list'"}]
