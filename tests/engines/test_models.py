"""The models of a dbt project, filled with the rows of every verdict case: outcomes and attainment are those of a run.

Rendered and made here, in the order in which they are written, in DuckDB and Postgres, and in Spark and a stand-in for Snowflake
where they are asked for; `tests/cli/test_dbt.py` has dbt do it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import dbt_rows
import pytest
from test_verdict_cases import CASES, LARGEST, NAMES, blocks, compiled, skip_if_another_stands
from warehouses import warehouse

from sladsl.calendars import iso
from sladsl.compiler import compile_text
from sladsl.plan import Plan
from sladsl.plan.rows import BROKEN, MAYBE_BROKEN, NOT_SETTLED
from sladsl.reports.dbt_project import files
from sladsl.runner import Run, parse_as_of, run

HOSTILE = """agreement "{{ 1/0 }} {% raw %} it's; --":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id     key text
  stage  optional one of "{{ x }}", "{% endraw %}", "it's; DROP TABLE lead; --", "{# new #}"
  note   optional text
  at     optional time

define Asked:
  lead when stage in {"{{ x }}", "it's; DROP TABLE lead; --", "{# new #}"} and note != "}} \\ {%"
  since at

define Noted:
  lead when note matches "quick|bc|^c$"
  since at

kpi volume = count of Asked for each stage
kpi noted  = count of Noted

marketing owes sales:
  volume at least 2 per month
  noted at least 2 per month

source leads for lead from "leads.csv":
  stage = "stage"
"""
LEADS = """id,stage,note,at
1,{{ x }},"a
abcd",2026-01-05T10:00:00Z
2,"it's; DROP TABLE lead; --",b,2026-01-06T10:00:00Z
3,{# new #},}} \\ {%,2026-01-06T10:00:00Z
4,{% endraw %},c,2026-02-06T10:00:00Z
"""


OF_NEVER = (BROKEN, MAYBE_BROKEN, NOT_SETTLED)
ON = pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark", "snowflake"])


def without_sources(plan: Plan) -> Plan:
    """For tables that hold what a run read: their columns are named after the fields. `test_staging.py` is about sources."""
    return replace(plan, sources=())


@lru_cache(maxsize=8)
def ran(case: str, as_of: str | None) -> Run:
    """What a run says of a case; the models of every dialect are held against the same one."""
    return run(compiled(CASES / case), base=CASES / case, as_of=as_of, rows=True)


@ON
@pytest.mark.parametrize("case", NAMES)
def test_every_case(case: str, dialect: str) -> None:
    if dialect == "postgres":
        skip_if_another_stands(case)
    if case in LARGEST and not os.environ.get("SLADSL_SLOW"):
        pytest.skip("SLADSL_SLOW=1 runs this: its models take long to write")
    there = warehouse(dialect)
    plan = compiled(CASES / case)
    of_rows = next((c.name for c in plan.calendars if c.zone_of), None)
    if of_rows is not None:
        with pytest.raises(ValueError, match=f"`{of_rows}` is in the zone of each row"):
            files(without_sources(plan), dialect)
        return
    if any(x.kind in OF_NEVER for x in plan.listings):
        with pytest.raises(ValueError, match="is in no model: check it with `sla run --fail-on broken`"):
            files(without_sources(plan), dialect)
        plan = replace(plan, listings=tuple(x for x in plan.listings if x.kind not in OF_NEVER))
    if any(s.fresh is not None for s in plan.sources):
        with pytest.raises(ValueError, match="says `fresh within …`: the dbt models do not carry it"):
            files(plan, dialect)
        return
    project = files(without_sources(plan), dialect)
    made = {"models/outcomes.sql": plan.figures, "models/attainment.sql": plan.commitments}
    assert {name for name, some in made.items() if some} == made.keys() & project.keys()
    for block in blocks((CASES / case / "expected.txt").read_text(encoding="utf-8")):
        given = None if block.as_of == "the data" else block.as_of
        found = ran(case, given)
        assert found.loaded is not None
        dbt_rows.store(plan, found.loaded, there)
        at = None if given is None else iso(parse_as_of(given, plan.zone)).replace("T", " ").rstrip("Z")
        dbt_rows.build(project, there, at)
        if plan.figures:
            assert dbt_rows.outcomes(there) == dbt_rows.expected_outcomes(plan, found), block.as_of
        if plan.commitments:
            assert dbt_rows.attainment(there) == dbt_rows.expected_attainment(plan, found), block.as_of


@ON
def test_nothing_in_an_agreement_is_read_as_a_template(dialect: str, tmp_path: Path) -> None:
    there = warehouse(dialect)
    (tmp_path / "leads.csv").write_text(LEADS)
    plan = compile_text(HOSTILE, str(tmp_path / "a.sla")).plan
    assert plan is not None
    made = run(plan, as_of="2026-03-01", rows=True)
    assert made.loaded is not None
    dbt_rows.store(plan, made.loaded, there)
    dbt_rows.build(files(without_sources(plan), dialect), there, "2026-03-01 00:00:00")
    assert [row[3] for row in dbt_rows.outcomes(there)] == ["1", "4", "1", "2"]
    assert dbt_rows.outcomes(there) == dbt_rows.expected_outcomes(plan, made)
    assert dbt_rows.attainment(there) == dbt_rows.expected_attainment(plan, made)


ENDED = """agreement "Ended":
  between marketing and sales
  effective 2026-01-01 to 2026-03-31
  zone "America/New_York"

record lead:
  id        key text
  asked_on  date
  answered  optional time

kpi answer = time from asked_on to answered

sales owes marketing:
  answer within 2 days for 90% per month

source leads for lead from "leads.csv":
  id = "id"
"""


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_an_agreement_is_looked_at_long_after_its_term(dialect: str, tmp_path: Path) -> None:
    """Dates are there although the term is over; as of later than the seeds reach, nothing is hidden, and a test tells."""
    there = warehouse(dialect)
    (tmp_path / "leads.csv").write_text(
        "id,asked_on,answered\na,2026-03-02,2026-03-03T10:00:00Z\nb,2026-03-05,\n"
    )
    plan = compile_text(ENDED, str(tmp_path / "a.sla")).plan
    assert plan is not None
    made = run(plan, as_of="2026-09-01", rows=True)
    assert made.loaded is not None
    dbt_rows.store(plan, made.loaded, there)
    project = files(without_sources(plan), dialect)
    dbt_rows.build(project, there, "2026-09-01 04:00:00")
    assert dbt_rows.attainment(there) == dbt_rows.expected_attainment(plan, made)
    assert dbt_rows.outcomes(there) == dbt_rows.expected_outcomes(plan, made)
    assert dbt_rows.failing(project, there) == []
    attained = dbt_rows.attainment(there)
    dbt_rows.build(project, there, "2099-01-01 00:00:00")
    assert dbt_rows.attainment(there) == attained
    assert [(row["record"], row["many"]) for row in dbt_rows.failing(project, there)] == [("as of", 1)]
