"""Tables of servers other than Postgres: brought with the values that they have, and errors that name what and where.

MariaDB where it is installed; ClickHouse in this process where chdb is; Spark with `SLADSL_SPARK=1`.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mariadb_server
import pyarrow as pa
import pytest
import spark_session
from ties import without_ties

from sladsl.compiler import compile_text
from sladsl.data import Binding, DataError, load
from sladsl.data.servers import bringing
from sladsl.plan import PLACE, FieldType, Plan
from sladsl.runner import of_outcomes, run

ROOT = Path(__file__).parents[2]

AGREEMENT = """agreement "A":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"

record lead:
  id        key text
  size      optional number
  stage     optional one of "new", "open"
  asked_at  optional time
  local_at  optional time
  born      optional date
  good      optional boolean

define Asked:
  lead
  since asked_at

kpi volume = count of Asked

marketing owes sales:
  volume at least 1 per month

source leads for lead from "nowhere.csv":
  id       = "Lead Id"
  size     = "select"
  stage    = "Stage; DROP TABLE x"
  asked_at = "asked 'at' é"
  local_at = "said"
  times in "America/New_York"
"""

MARIADB = """
CREATE TABLE `order; x` (
  `Lead Id` bigint unsigned, `select` decimal(20, 7), `Stage; DROP TABLE x` text, `asked 'at' é` timestamp(6) NULL, said datetime(6),
  born date, good boolean, blob_ blob);
SET time_zone = '+00:00';
INSERT INTO `order; x` VALUES
  (9007199254740993, 0.1, 'new', '2026-03-08 07:30:00.123456', '2026-03-08 02:30', '2026-01-05', true, 'x'),
  (2, 12.3456789, 'lost', '2026-11-01 05:30', '2026-11-01 01:30', '0000-00-00', false, null),
  (3, null, null, null, '9999-12-31 23:59:59.999999', null, null, null),
  (4, 7, 'open', null, '0000-00-00', null, null, null)
"""
CLICKHOUSE = """
CREATE DATABASE IF NOT EXISTS crm;
CREATE OR REPLACE TABLE crm.`order; x` (
  `Lead Id` UInt64, `select` Nullable(Decimal(20, 7)), `Stage; DROP TABLE x` LowCardinality(Nullable(String)),
  `asked 'at' é` Nullable(DateTime64(6)), said Nullable(DateTime('America/New_York')), born Nullable(Date32),
  good Nullable(Bool), many Array(Int64)
) ENGINE = MergeTree ORDER BY `Lead Id`;
INSERT INTO crm.`order; x` VALUES
  (9007199254740993, 0.1, 'new', '2026-03-08 07:30:00.123456', '2026-03-08 03:30:00', '2026-01-05', true, [1]),
  (2, 12.3456789, 'lost', '2026-11-01 05:30:00', '2026-11-01 01:30:00', null, false, []),
  (3, null, null, null, null, null, null, []),
  (4, 7, 'open', null, null, null, null, [])
"""
SPARK = """
CREATE DATABASE IF NOT EXISTS crm;
DROP TABLE IF EXISTS crm.`order`;
CREATE TABLE crm.`order` (
  `Lead Id` bigint, `select` decimal(20, 7), `Stage; DROP TABLE x` string, `asked 'at' é` timestamp, said timestamp_ntz, born date,
  good boolean, many array<int>) USING parquet;
INSERT INTO crm.`order` VALUES
  (9007199254740993, 0.1, 'new', TIMESTAMP '2026-03-08 07:30:00.123456Z',
    TIMESTAMP_NTZ '2026-03-08 02:30:00', DATE '2026-01-05', true, array(1)),
  (2, 12.3456789, 'lost', TIMESTAMP '2026-11-01 05:30:00Z', TIMESTAMP_NTZ '2026-11-01 01:30:00', null, false, null),
  (3, null, null, null, TIMESTAMP_NTZ '9999-12-31 23:59:59.999999', null, null, null),
  (4, 7, 'open', null, null, null, null, null)
"""
ODD = {"nonexistent local time local_at": 1, "ambiguous local time local_at": 1}
WRONG = {"unknown value stage": 1}


def mariadb() -> str:
    if not mariadb_server.IS_THERE:
        pytest.skip("no MariaDB is installed")
    mariadb_server.make(MARIADB)
    return f"{mariadb_server.url()}#order; x"


def clickhouse() -> str:
    if find_spec("chdb") is None or find_spec("clickhouse_connect") is None:
        pytest.skip("no chdb is installed")
    import ibis

    address = f"clickhouse://localhost?interface=chdb&path={_clickhouse_folder()}"
    client = ibis.connect(address)
    for statement in CLICKHOUSE.split(";\n"):
        client.con.command(statement)
    client.disconnect()
    return f"{address}#crm.order; x"


@cache
def _clickhouse_folder() -> str:
    folder = tempfile.mkdtemp(prefix="sladsl-clickhouse-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def spark() -> str:
    if not spark_session.IS_THERE:
        pytest.skip("SLADSL_SPARK=1 runs this where pyspark and Java are installed")
    session = spark_session.connection()._session
    for statement in SPARK.split(";\n"):
        session.sql(statement)
    return "spark://#crm.order"


EXPECTED: dict[Callable[[], str], dict[str, int]] = {
    mariadb: {**ODD, **WRONG, "unreadable value born": 1, "unreadable value local_at": 1},
    clickhouse: WRONG,
    spark: {**ODD, **WRONG},
}


def planned(text: str = AGREEMENT) -> Plan:
    plan = compile_text(text).plan
    assert plan is not None
    return plan


def read(where: str, text: str = AGREEMENT) -> tuple[dict[str, dict[str, Any]], dict[str, int], str]:
    loaded = load(planned(text), [Binding("lead", where)], base=Path())
    rows = ({name: x for name, x in row.items() if name != PLACE} for row in loaded.rows()["lead"])
    found = {row["id"]: row for row in rows}  # a server has no order, and so no places
    return found, {f"{p.kind} {p.field}": p.count for p in loaded.problems}, loaded.connection.name


servers = pytest.mark.parametrize("server", EXPECTED, ids=lambda f: f.__name__)


@servers
def test_values_keep_what_they_are(server: Callable[[], str]) -> None:
    """Names with quotes, semicolons and reserved words; an id beyond a double; what is no date, and a time that clocks skipped."""
    rows, problems, _ = read(server())
    assert sorted(rows) == ["2", "3", "4", "9007199254740993"]
    first = rows["9007199254740993"]
    assert (str(first["size"]), first["stage"], first["born"], first["good"]) == (
        "0.100000",
        "new",
        20458,
        True,
    )
    assert first["asked_at"] == 1772955000_123456
    assert first["local_at"] == 1772955000_000000  # 02:30 does not exist: 03:30 EDT
    assert (str(rows["2"]["size"]), rows["2"]["good"]) == ("12.345679", False)
    assert rows["2"]["local_at"] == 1793511000_000000  # the first of two
    assert rows["4"]["asked_at"] is None
    assert problems == EXPECTED[server]


@servers
def test_errors_name_what_and_where(server: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    where = server()
    address, _, table = where.partition("#")
    for wrong, said in (
        (f"{address}#{table.replace('order', 'ordr')}", r"has no table .*ordr.*did you mean"),
        (where, r"has 4 rows, and no more than 3 are brought"),
    ):
        monkeypatch.setattr(bringing, "MOST_ROWS", 3 if wrong == where else 2_000_000)
        if "spark" in where and wrong == where:
            continue  # where runs are made
        with pytest.raises(DataError, match=said) as found:
            read(wrong)
        assert "se/cr@et" not in str(found.value)
        assert "se%2Fcr%40et" not in str(found.value)


@pytest.mark.parametrize(
    "address",
    [
        "mysql://me:hid%2Fden@127.0.0.1:1/crm#leads",
        "clickhouse://me:hid%2Fden@127.0.0.1:1/crm#leads",
        "sc://127.0.0.1:1/;token=hid%2Fden#leads",
    ],
)
def test_a_server_that_is_not_there(address: str) -> None:
    driver = {"mysql": "MySQLdb", "clickhouse": "clickhouse_connect", "sc": "pyspark"}[
        address.partition(":")[0]
    ]
    if find_spec(driver) is None:
        pytest.skip(f"{driver} is not installed")
    with pytest.raises(DataError, match=r"cannot be read for `lead`: .+") as found:
        read(address)
    assert "hid%2Fden" not in str(found.value)
    assert "hid/den" not in str(found.value)


def test_what_is_large_is_read_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Spark: the same values and the same problems as when it is brought."""
    where = spark()
    small = read(where)
    monkeypatch.setattr(bringing, "MOST_ROWS", 3)
    large = read(where)
    assert (small[2], large[2]) == ("duckdb", "pyspark")
    assert large[:2] == small[:2]


@pytest.mark.parametrize("most", [2_000_000, 100], ids=["brought", "where they are"])
def test_the_handoff_example_in_spark(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its leads and activities as typed tables: every figure, verdict and row is that of the files."""
    if not spark_session.IS_THERE:
        pytest.skip("SLADSL_SPARK=1 runs this where pyspark and Java are installed")
    monkeypatch.setattr(bringing, "MOST_ROWS", most)
    path = ROOT / "examples" / "handoff" / "handoff.sla"
    plan = compile_text(path.read_text(encoding="utf-8"), str(path), read=lambda p: Path(p).read_text()).plan
    assert plan is not None
    files = run(plan, as_of="2026-10-15", rows=True)
    assert files.loaded is not None
    bare = replace(plan, sources=())
    session = spark_session.connection()._session
    for name, table in files.loaded.tables.items():
        rows = table.to_pyarrow()
        alone = pa.Table.from_pylist(without_ties(bare.record(name), rows.to_pylist()), schema=rows.schema)
        session.createDataFrame(typed(bare, name, alone)).write.mode("overwrite").saveAsTable(name)
    there = run(
        bare, [(name, f"spark://#{name}") for name in files.loaded.tables], as_of="2026-10-15", rows=True
    )
    assert there.loaded is not None
    assert there.loaded.connection.name == ("pyspark" if most == 100 else "duckdb")
    # What could not be read in the files is no value in the tables: without the doubt that it leaves.
    counted = of_outcomes(plan, files.outcomes)
    assert there.figures == counted.figures
    assert there.commitments == counted.commitments
    assert there.outcomes.breaches == files.outcomes.breaches
    assert there.outcomes.listings == files.outcomes.listings
    assert there.rows == files.rows


def typed(plan: Plan, record: str, rows: pa.Table) -> pa.Table:
    """Settled rows with the types of a warehouse: timestamps and dates, not numbers."""
    kinds = {FieldType.TIME: pa.timestamp("us", "UTC"), FieldType.DATE: pa.date32()}
    for n, field in enumerate(plan.record(record).fields):
        if kind := kinds.get(field.type):
            column = rows[field.name].cast(pa.int32()) if field.type is FieldType.DATE else rows[field.name]
            rows = rows.set_column(n, field.name, column.cast(kind))
    return rows
