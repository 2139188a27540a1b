"""What an agreement becomes: golden plans, plans as JSON, and the SQL that a plan is in each database's dialect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlglot
from conftest import GOLDEN, Golden
from plan_from_json import from_json

from sladsl.compiler import compile_text
from sladsl.engines.tables.statements import sql
from sladsl.plan import Plan
from sladsl.plan_dump import show, to_json

ROOT = Path(__file__).resolve().parents[1]
PLANS = GOLDEN / "plan"


def plan_of(path: Path) -> Plan | None:
    """The plan of an agreement; its name in it does not depend on where the checkout is."""
    name = path.relative_to(ROOT).as_posix()
    found = compile_text(
        path.read_text(encoding="utf-8"), name, read=lambda p: (ROOT / p).read_text(encoding="utf-8")
    )
    return found.plan


def agreements() -> list[str]:
    """Every agreement of the project that compiles, and some that do not (they have no plan, which another test looks at)."""
    folders = (
        "examples",
        "benchmarks",
        "tests/golden/plan",
        "tests/golden/verdicts",
        "tests/golden/check",
        "tests/real_data",
    )
    found = (p for folder in folders for p in sorted((ROOT / folder).rglob("*.sla")))
    return [
        p.relative_to(ROOT).as_posix()
        for p in found
        if "\nagreement " in "\n" + p.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("name", sorted(p.stem for p in PLANS.glob("*.sla")))
def test_plan(name: str, golden: Golden) -> None:
    plan = plan_of(PLANS / f"{name}.sla")
    assert plan is not None
    golden(PLANS / f"{name}.plan", show(plan))


def test_a_plan_survives_json() -> None:
    """Every agreement's plan is the same after a round through JSON text."""
    survived = set()
    for name in agreements():
        plan = plan_of(ROOT / name)
        if plan is None:
            continue
        text = json.dumps(to_json(plan))
        assert from_json(json.loads(text)) == plan, name
        assert json.dumps(to_json(from_json(json.loads(text)))) == text, name
        survived.add(Path(name).parts[0])
    assert survived == {"examples", "benchmarks", "tests"}


def test_a_plan_is_the_same_every_time() -> None:
    """Nothing in a plan depends on the order of a set, or on what was compiled before."""
    path = ROOT / "benchmarks" / "handoff.sla"
    first, second = plan_of(path), plan_of(path)
    assert first is not None
    assert first == second
    assert show(first) == show(second) if second is not None else False


# -------------------------------------------------------------------------------------------------------------- SQL

SMALL = GOLDEN / "sql" / "small.sla"
DIALECTS = ("bigquery", "databricks", "duckdb", "postgres", "snowflake", "spark", "trino")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_sql(dialect: str, golden: Golden) -> None:
    """The statements of a small agreement: each is one statement of its dialect. Tables of time are shown by their first rows."""
    plan = plan_of(SMALL)
    assert plan is not None
    statements = sql(plan, dialect)
    for title, text in statements:
        assert len(sqlglot.parse(text, dialect=dialect)) == 1, title
    golden(
        GOLDEN / "sql" / dialect / "small.sql",
        "\n".join(f"-- {title}\n{shortened(text)};\n" for title, text in statements),
    )


ARITHMETIC = """
agreement "Sums":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id         key text
  amount     optional number
  seats      optional number
  created_at time

record call of lead:
  at time

define Deal:
  lead when round(amount / seats, 2) >= 10 and amount / (seats - 1) * 3 < 1_000
  since created_at

event first_call:
  first call

kpi price     = median of amount / seats over Deal
kpi response  = time from Deal to first_call
kpi tail      = p90 of response over Deal
kpi per_seat  = average of round(amount / seats) over Deal

marketing owes sales:
  price at least 10 per month
sales owes marketing:
  response within 4 hours for 90% per month
"""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_arithmetic_is_written_in_every_dialect(dialect: str) -> None:
    """Division, rounding and percentiles, without the drivers of the databases."""
    plan = compile_text(ARITHMETIC, "sums.sla").plan
    assert plan is not None
    for title, text in sql(plan, dialect):
        assert len(sqlglot.parse(text, dialect=dialect)) == 1, title


def shortened(statement: str) -> str:
    """The statement without most of the rows that it inserts."""
    lines = statement.splitlines()
    if not lines[0].startswith("INSERT") or len(lines) < 5:
        return statement
    return "\n".join([*lines[:3], f"  … {len(lines) - 4} rows", lines[-1]])


def test_an_unknown_dialect_is_refused() -> None:
    plan = plan_of(SMALL)
    assert plan is not None
    with pytest.raises(ValueError, match=r"`db2` is not a dialect: expected one of .*`duckdb`"):
        sql(plan, "db2")
