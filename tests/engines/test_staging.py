"""What a source says of a table is what the dbt models do with it: they carry each clause, or the project is not written.

A run reads the tables from a DuckDB file; the models read the same rows in DuckDB and Postgres, and in Spark where it is asked for.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, make_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import dbt_rows
import duckdb
import pyarrow as pa
import pytest
from warehouses import warehouse

from sladsl.compiler import compile_text
from sladsl.plan import Mapping, Plan, Source
from sladsl.reports import dbt_staging
from sladsl.reports.dbt_project import files
from sladsl.runner import run

ON = pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
HEAD = """agreement "Handoff":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

record lead:
  id       key text
  stage    optional one of "new", "won"
  note     optional text
  size     optional number
  vip      optional boolean
  signed   optional date
  at       time

record call of lead:
  id    key text
  kind  one of "phone", "mail"
  at    time
  took  optional duration

define Lead:
  lead when size >= 2
  since at

define Won:
  Lead when stage = "won" and (vip or signed >= 2026-03-02)
  since at

define Long:
  call when took >= 5 minutes
  since at

event first_call:
  first call where kind = "phone"

kpi volume = count of Lead for each stage, note
kpi response = time from Lead to first_call in business hours
kpi wins = count of Won
kpi long = count of Long

marketing owes sales:
  volume at least 2 per month
  wins at least 1 per month

sales owes marketing:
  response within 4 business hours for 80% of Lead per month
  long at least 1 per month

"""
PLAIN = """source leads for lead from "crm.duckdb#lead":
  times in "America/New_York"

source calls for call from "crm.duckdb#call":
  took = "minutes" as "minutes"
  times in "America/New_York"
"""


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


LOCAL, INSTANT = pa.timestamp("us"), pa.timestamp("us", "UTC")
TIMES = (
    "2026-03-02 10:00:00",
    "2026-03-06 16:30:00",
    "2026-03-08 02:30:00",  # a reading that does not exist in New York
    "2026-03-31 23:30:00",  # March there, April in UTC
    "2026-11-01 01:30:00",  # a reading that occurs twice
    "2026-11-02 09:15:00",
)


def leads(kind: pa.DataType, **changed: list[Any]) -> pa.Table:
    read = local if kind == LOCAL else instant
    columns: dict[str, Any] = {
        "id": [str(n) for n in range(6)],
        "stage": ["new", "won", "won", None, "won", "new"],
        "note": ["a", "b", " ", "", "a", None],
        "size": pa.array([Decimal(n) for n in (2, 3, 5, 7, 1, 8)], pa.decimal128(18, 6)),
        "vip": [True, False, True, None, True, False],
        "signed": pa.array([dt.date(2026, 3, n) for n in (1, 2, 3, 4, 5, 6)]),
        "at": pa.array([read(t) for t in TIMES], kind),
    }
    return pa.table({**columns, **changed})


def calls(kind: pa.DataType, **changed: list[Any]) -> pa.Table:
    read = local if kind == LOCAL else instant
    later = [read(t) + dt.timedelta(hours=2) for t in TIMES]
    columns: dict[str, Any] = {
        "id": [f"c{n}" for n in range(6)],
        "lead": [str(n) for n in range(6)],
        "kind": ["phone", "phone", "mail", "phone", "phone", "phone"],
        "at": pa.array(later, kind),
        "minutes": pa.array([1, 4, 5, 6, None, 90]),
    }
    return pa.table({**columns, **changed})


def agree(sources: str, tables: dict[str, pa.Table], dialect: str, folder: Path) -> list[dict[str, Any]]:
    """A run and the models say the same of these tables, in a term's middle and at its end; what the project's tests find is given."""
    plan = compiled(sources, folder)
    there = warehouse(dialect)
    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        for name, rows in tables.items():
            connection.register("given", rows)
            connection.execute(f'CREATE TABLE "{name}" AS FROM given')
            there.table(name, rows)
    project = files(plan, dialect)
    for as_of in ("2026-03-20", "2026-12-31"):
        made = run(plan, base=folder, as_of=as_of, rows=True)
        dbt_rows.build(project, there, f"{as_of} {'04' if as_of < '2026-06' else '05'}:00:00")
        assert dbt_rows.outcomes(there) == dbt_rows.expected_outcomes(plan, made)
        assert dbt_rows.attainment(there) == dbt_rows.expected_attainment(plan, made)
    assert any(row[3] for row in dbt_rows.outcomes(there)), "rows were counted"
    return dbt_rows.failing(project, there)


def compiled(sources: str, folder: Path) -> Plan:
    read = compile_text(HEAD + sources, str(folder / "a.sla"))
    assert read.plan is not None, read.diagnostics
    return read.plan


@ON
def test_local_times_are_read_by_the_clock_of_their_source(dialect: str, tmp_path: Path) -> None:
    assert agree(PLAIN, {"lead": leads(LOCAL), "call": calls(LOCAL)}, dialect, tmp_path) == []


@ON
def test_times_with_an_offset_are_instants_whatever_the_clock(dialect: str, tmp_path: Path) -> None:
    assert agree(PLAIN, {"lead": leads(INSTANT), "call": calls(LOCAL)}, dialect, tmp_path) == []


@ON
def test_offsets_that_are_false_are_ignored(dialect: str, tmp_path: Path) -> None:
    sources = PLAIN.replace('in "America/New_York"\n\n', 'in "America/New_York" ignoring offsets\n\n')
    assert agree(sources, {"lead": leads(INSTANT), "call": calls(LOCAL)}, dialect, tmp_path) == []


@ON
def test_rows_that_are_skipped(dialect: str, tmp_path: Path) -> None:
    tests = """
  skip when "deleted" in {"true"}
  skip when "Test {{ x }}" in {"yes", ""}
  only when "what" in {"", "a", "it's b"}

"""
    sources = PLAIN.replace("\n\n", tests)
    marked = leads(
        LOCAL,
        deleted=[True, False, None, False, False, True],
        **{
            "Test {{ x }}": ["no", "no", "no", "yes", "no", None],
            "what": ["a", "it's b", "it's b", "a", "c", None],
        },
    )
    assert agree(sources, {"lead": marked, "call": calls(LOCAL)}, dialect, tmp_path) == []


@ON
def test_columns_of_other_names_words_and_kinds(dialect: str, tmp_path: Path) -> None:
    sources = """source leads for lead from "crm.duckdb#The leads":
  id = "Record {{ ID }}"
  stage = "Stage" where "Closed {% won %}" means "won", "it's new" means "new"
  note always "from {{ a }} 'list'"
  size always 2.5
  vip always true
  signed always 2026-03-02
  at = "Day" at 09:30
  times in "America/New_York"
  missing "", "N/A"

source calls for call from "crm.duckdb#call":
  kind always "phone"
  at = "ms" as "x"
  took = "minutes" as "minutes"
"""
    given = {
        "Record {{ ID }}": ["0", "1", "N/A", "3", " N/A ", "5"],
        "Stage": ["Closed {% won %}", "it's new", "won", " N/A", "N/A", "lost"],
        "Day": pa.array([local(t).date() for t in TIMES], pa.date32()),
    }
    called = calls(LOCAL).drop_columns(["kind", "at"])
    called = called.append_column("ms", pa.array([1_773_000_000_000 + n * 900_000 for n in range(6)]))
    assert agree(sources, {"The leads": pa.table(given), "call": called}, dialect, tmp_path) == []


@ON
def test_several_sources_of_a_record(dialect: str, tmp_path: Path) -> None:
    sources = PLAIN.replace(
        "\n\n",
        '\n  skip when "stage" in {"new"}\n\nsource others for lead from "crm.duckdb#old":\n  id = "no"\n'
        '  times in "Europe/Berlin"\n  missing "", "a"\n\n',
    )
    old = leads(LOCAL).rename_columns(["no", *leads(LOCAL).column_names[1:]])
    old = old.set_column(0, "no", pa.array([f"o{n}" for n in range(6)]))
    tables = {"lead": leads(LOCAL), "old": old, "call": calls(LOCAL)}
    assert agree(sources, tables, dialect, tmp_path) == []


@ON
@pytest.mark.parametrize("which", ["latest", "first"])
def test_states_of_which_one_counts(dialect: str, which: str, tmp_path: Path) -> None:
    """The state that had come by the as-of: the last two were written after the first of the two as-ofs."""
    keep = f'  keep {which} by "written"\n\n'
    sources = PLAIN.replace("\n\n", f"\n{keep}", 1)
    written = ("03-01 08:00", "03-02 08:00", "03-03 09:00", "03-09 10:00", "03-25 10:00", "11-20 10:00")
    states = leads(
        LOCAL,
        id=["0", "0", "1", "1", "0", "1"],
        at=pa.array([local(TIMES[0])] * 6, LOCAL),
        written=pa.array([None, *(local(f"2026-{day}") for day in written[1:])], LOCAL),
    )
    assert agree(sources, {"lead": states, "call": calls(LOCAL)}, dialect, tmp_path) == []


@ON
def test_a_time_without_an_offset_and_no_clock_is_found(dialect: str, tmp_path: Path) -> None:
    """A run stops there; a build has a test that fails."""
    there = warehouse(dialect)
    tables = {"lead": leads(LOCAL, size=["1"] * 6), "call": calls(LOCAL, took=[1] * 6)}
    for name, rows in tables.items():
        there.table(name, rows)
    project = files(compiled("", tmp_path), dialect)
    query = project["tests/columns_are_what_is_read.sql"]
    found = dbt_rows.failing(
        {"models/sources.yml": project["models/sources.yml"], "tests/x.sql": query}, there
    )
    assert sorted((row["source"], row["field"]) for row in found) == [
        ("call", "at"),
        ("lead", "at"),
        ("lead", "size"),
    ]


# ------------------------------------------------------------------------------------------------------ what is refused

LEADS = 'source leads for lead from "leads.csv":\n'


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        (
            'at = "At" as "DD.MM.YYYY HH:mm"\n  times in "UTC"',
            'the source `leads` says `as "DD.MM.YYYY HH:mm"` of `at`: the dbt models do not carry it; '
            "name a view in which `at` is a timestamp, and leave the clause out",
        ),
        (
            'signed = "Signed" as "D.M.YYYY"',
            '`as "D.M.YYYY"` of `signed`: the dbt models do not carry it; name a view in which `signed` is a date',
        ),
        ('vip = "VIP" where "x" means true', '`where "x" means …` of `vip`'),
        (
            'numbers "1.234,56"',
            "says `numbers`: the dbt models do not carry it; name a view that does what it says",
        ),
        ("at always 2026-03-01 10:00", "`always` of `at`"),
        ('missing "", "-1"', '`missing "-1"`, which could be a value of `size`, `vip`, `signed`, `at`'),
    ],
)
def test_what_is_not_carried_is_refused(clause: str, said: str, tmp_path: Path) -> None:
    plan = compiled(f"{LEADS}  {clause}\n", tmp_path)
    for dialect in ("duckdb", "postgres", "snowflake", "bigquery", "spark", "databricks", "trino"):
        with pytest.raises(ValueError, match="the source `leads` says") as raised:
            files(plan, dialect)
        assert said in str(raised.value)
        assert "put one in its place that names the warehouse's table" in str(raised.value)


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        (
            'times in "America/New_York"',
            'says `times in "America/New_York"`, which bigquery cannot be asked about',
        ),
        ('at = "at" at 09:00\n  times in "UTC"', "says `at` of `at`"),
    ],
)
def test_what_one_dialect_does_not_carry(clause: str, said: str, tmp_path: Path) -> None:
    plan = compiled(f"{LEADS}  {clause}\n", tmp_path)
    assert files(plan, "snowflake")
    with pytest.raises(ValueError, match="name a view in which") as raised:
        files(plan, "bigquery")
    assert said in str(raised.value)


def test_what_is_said_of_a_file_is_nothing_that_a_table_has(tmp_path: Path) -> None:
    source = f'{LEADS}  id = "id"\n'
    said = f'{source}  encoding "windows-1252"\n  header at 3\n'
    assert files(compiled(said, tmp_path), "duckdb") == files(compiled(source, tmp_path), "duckdb")


def test_every_clause_of_a_source_is_carried_or_refused() -> None:
    """A clause that is added to the language is in neither list, and this says so."""
    every = {f.name for f in fields(Source)} | {f.name for f in fields(Mapping)}
    known = dbt_staging.CARRIED | dbt_staging.CARRIED_OF_A_FIELD | dbt_staging.REFUSED.keys()
    assert every == known


@pytest.mark.parametrize("kind", [Source, Mapping])
def test_a_clause_that_nobody_taught_the_models_is_refused(kind: type, tmp_path: Path) -> None:
    """However the lists are kept: a clause that they do not have is refused as soon as a source says it."""
    plan = compiled(f'{LEADS}  at = "At"\n  times in "UTC"\n', tmp_path)
    new = make_dataclass("New", [("keep_upper", bool, False)], bases=(kind,), frozen=True)
    (source,) = plan.sources

    def grown(old: Any, **more: Any) -> Any:
        return new(**{f.name: getattr(old, f.name) for f in fields(old)}, **more)

    for said in (False, True):
        if kind is Source:
            changed = replace(plan, sources=(grown(source, keep_upper=said),))
        else:
            mappings = tuple(grown(m, keep_upper=said) for m in source.mappings)
            changed = replace(plan, sources=(replace(source, mappings=mappings),))
        if said:
            with pytest.raises(ValueError, match="says `keep upper`"):
                files(changed, "duckdb")
        else:
            assert files(changed, "duckdb")
