"""Agreements of many branches, and of long chains: what they cost, and that nothing is different for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any

import ibis
import pyarrow as pa
import pytest
import test_verdict_cases as cases

from sladsl.calendars import DAY, HOUR
from sladsl.compiler import compile_text
from sladsl.engines.rows import Evaluation
from sladsl.engines.tables import choices, columns_of, evaluate, wide_table
from sladsl.engines.tables.queries import Columns
from sladsl.engines.tables.statements import sql
from sladsl.engines.tables.store import DuckStore
from sladsl.outcomes import AsOf
from sladsl.plan import Plan
from sladsl.reports.dbt_project import files
from sladsl.runner import parse_as_of

AS_OF = parse_as_of("2026-06-01", "UTC")
HEAD = """agreement "Many":
  between marketing and sales
  effective 1990-01-01 to 2040-12-31
  zone "Europe/Berlin"
  hours hours_0

record lead:
  id        key text
  size      optional number
  promised  optional planned time
  asked     optional time
  asked_on  optional date
  answered  optional time

define Asked:
  lead
  since asked
"""


def branching(branches: int, start: str, *, calendars: int = 60) -> str:
    """An agreement in which each size of lead has a deadline of its own, in hours of its own."""
    hours = [
        f"calendar hours_{n}:\n"
        + f'  zone "{("UTC", "Asia/Tokyo", "America/New_York")[n % 3]}"\n'
        + f"  open monday to friday {8 + n % 5:02}:{n % 60:02} to {17 + n % 6:02}:00\n"
        for n in range(calendars)
    ]
    every = ["business days", "days", "business hours", "business minutes", "hours"]
    kinds = every[:2] if start == "asked_on" else every
    dues = []
    for n in range(branches):
        kind = kinds[n % len(kinds)]
        dues.append(f"{1 + n % 7} {kind}" + (f" of hours_{n % calendars}" if "business" in kind else ""))
    within = ", ".join(f"within {due} when size = {n}" for n, due in enumerate(dues))
    return (
        HEAD
        + "\n".join(hours)
        + f"\nkpi answering = time from {start} to answered\n"
        + "\nsales owes marketing:\n"
        + f"  answering {within}, by promised when size = {branches}, within 1 day otherwise\n"
        + "    for 90% per year\n"
    )


def plan_of(text: str) -> Plan:
    found = compile_text(text, "many.sla")
    assert found.plan is not None, found.diagnostics
    return found.plan


FIELDS = {"id": pa.string(), "size": pa.decimal128(18, 6), "promised": pa.int64(), "asked": pa.int64()} | {
    "asked_on": pa.int64(),
    "answered": pa.int64(),
}


def leads(seed: str, many: int, sizes: int) -> list[dict[str, Any]]:
    random = Random(seed)

    def maybe(value: int) -> int | None:
        return value if random.random() < 0.8 else None

    found = []
    for n in range(many):
        asked = random.randrange(AS_OF - 9000 * DAY, AS_OF + 20 * DAY, 7_000_001)
        row = {
            "size": maybe(random.randint(-1, sizes + 1)),
            "promised": maybe(asked + random.randint(0, 9) * DAY),
        }
        row |= {
            "asked": maybe(asked),
            "asked_on": maybe(asked // DAY),
            "answered": maybe(asked + random.randint(-2, 200) * HOUR),
        }
        found.append({"id": str(n), **row})
    return found


def as_tables(rows: list[dict[str, Any]]) -> Mapping[str, ibis.Table]:
    con = ibis.duckdb.connect()
    columns = {name: pa.array([r[name] for r in rows], kind) for name, kind in FIELDS.items()}
    return {"lead": con.create_table("lead", pa.table(columns))}


def agree(plan: Plan, rows: list[dict[str, Any]]) -> None:
    exact = [r | {"size": None if r["size"] is None else Decimal(r["size"])} for r in rows]
    expected = Evaluation(plan, {"lead": exact}, AsOf(AS_OF)).columns("lead")
    found = columns_of(plan, as_tables(rows), AsOf(AS_OF), ["lead"])["lead"]
    assert found.order_by("id").to_pyarrow().to_pylist() == expected


@pytest.mark.parametrize("start", ["asked", "asked_on", "Asked"])
def test_many_branches_are_what_the_interpreter_says(start: str) -> None:
    agree(plan_of(branching(40, start)), leads(start, 200, 40))


@pytest.mark.parametrize("start", ["asked", "asked_on"])
def test_a_choice_between_two_is_what_the_interpreter_says(
    start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "FEW", 1)
    agree(plan_of(branching(3, start)), leads(start, 100, 3))


@pytest.mark.parametrize("case", ["tiers_with_calendars", "days_from_a_date", "a_deadline_in_the_row"])
@pytest.mark.parametrize("engine", [cases.tables, cases.postgres, cases.postgres_read_only])
def test_choices_and_stages_hold_every_claim(
    case: str, engine: cases.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a few branches were many, and a few steps a long chain, also where nothing may be made in the database."""
    monkeypatch.setattr(choices, "FEW", 1)
    monkeypatch.setattr(wide_table, "DEEP", 4)
    cases.test_every_claim_holds(case, engine)


def test_branches_cost_what_the_rows_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three leads, thirty years apart, in an agreement of two hundred branches on sixty calendars."""
    kept: list[int] = []
    keep = DuckStore.fill

    def counting(self: DuckStore, name: str, rows: Columns) -> None:
        kept.append(len(rows))
        keep(self, name, rows)

    monkeypatch.setattr(DuckStore, "fill", counting)
    row = {"promised": None, "asked_on": None, "answered": None}
    some = [row | {"id": str(n), "size": 50 * n, "asked": AS_OF - (n * 5000 + 9) * DAY} for n in range(3)]
    found = evaluate(plan_of(branching(200, "asked")), as_tables(some), AsOf(AS_OF))
    assert found.rows == {"lead": 3}
    assert len(kept) < 10
    assert min(kept) < 20, "one of them is the choice's, with some pieces for each lead"


def chain(many: int) -> str:
    """Definitions, each of which narrows the one before."""
    return (
        HEAD
        + "calendar hours_0:\n  open monday to friday 09:00 to 17:00\n\n"
        + "".join(f"define D{n + 1}:\n  {f'D{n}' if n else 'Asked'} when size > {n}\n\n" for n in range(many))
        + f"kpi volume = count of D{many}\n\nmarketing owes sales:\n  volume at least 1 per year\n"
    )


def test_a_long_chain_is_what_the_interpreter_says() -> None:
    agree(plan_of(chain(120)), leads("chain", 20, 130))


def answers(plan: Plan, rows: Mapping[str, ibis.Table]) -> dict[str, Any]:
    """What DuckDB says to each statement, in whatever order, without the tables that it makes."""
    con = rows["lead"].get_backend().con
    found = {}
    for title, statement in sql(plan, "duckdb", AS_OF):
        made = re.match(r"CREATE TABLE (\w+)", statement)
        if made:
            con.execute(f"DROP TABLE IF EXISTS {made[1]}")
        rows_found = con.execute(statement).fetchall()
        found[title] = sorted(rows_found, key=repr)
    return found


def test_a_chain_in_stages_is_the_same_in_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements and models too are made in stages, and give what a run gives."""
    plan, rows = plan_of(chain(12)), as_tables(leads("stages", 30, 14))
    expected, told = evaluate(plan, rows, AsOf(AS_OF)), answers(plan, rows)
    monkeypatch.setattr(wide_table, "DEEP", 3)
    assert evaluate(plan, rows, AsOf(AS_OF)) == expected
    staged = answers(plan, rows)
    assert {title: staged[title] for title in told} == told
    assert "values that others are made of" in staged.keys() - told.keys()
    assert {name for name in files(plan, "duckdb") if "stage_" in name} >= {
        "models/stage_1.sql",
        "models/stage_2.sql",
    }


def test_a_long_chain_is_written_for_other_databases() -> None:
    assert list(_stages(sql(plan_of(chain(120)), "postgres")))


def _stages(statements: list[tuple[str, str]]) -> Iterator[str]:
    return (statement for _, statement in statements if statement.startswith("CREATE TABLE stage_"))
