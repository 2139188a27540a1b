"""The models of a dbt project, filled with the rows of every verdict case: outcomes and attainment are those of a run.

Rendered and made here, in the order in which they are written; `tests/cli/test_dbt.py` has dbt do it.
"""

from __future__ import annotations

from pathlib import Path

import dbt_rows
import duckdb
import pytest
from test_verdict_cases import CASES, NAMES, blocks, compiled

from sladsl.calendars import iso
from sladsl.compiler import compile_text
from sladsl.reports.dbt_project import files
from sladsl.runner import parse_as_of, run

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

kpi volume = count of Asked for each stage

marketing owes sales:
  volume at least 2 per month

source leads for lead from "leads.csv":
  stage = "stage"
"""
LEADS = """id,stage,note,at
1,{{ x }},a,2026-01-05T10:00:00Z
2,"it's; DROP TABLE lead; --",b,2026-01-06T10:00:00Z
3,{# new #},}} \\ {%,2026-01-06T10:00:00Z
4,{% endraw %},c,2026-02-06T10:00:00Z
"""


@pytest.mark.parametrize("case", NAMES)
def test_every_case(case: str) -> None:
    plan = compiled(CASES / case)
    project = files(plan, "duckdb")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for block in blocks((CASES / case / "expected.txt").read_text(encoding="utf-8")):
            given = None if block.as_of == "the data" else block.as_of
            made = run(plan, base=CASES / case, as_of=given, rows=True)
            assert made.loaded is not None
            dbt_rows.store(plan, made.loaded, connection)
            at = None if given is None else iso(parse_as_of(given, plan.zone)).replace("T", " ").rstrip("Z")
            dbt_rows.build(project, connection, at)
            assert ("models/outcomes.sql" in project, "models/attainment.sql" in project) == (
                bool(plan.figures),
                bool(plan.commitments),
            )
            if plan.figures:
                assert dbt_rows.outcomes(connection) == dbt_rows.expected_outcomes(plan, made), block.as_of
            if plan.commitments:
                assert dbt_rows.attainment(connection) == dbt_rows.expected_attainment(plan, made), (
                    block.as_of
                )


def test_nothing_in_an_agreement_is_read_as_a_template(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(LEADS)
    plan = compile_text(HOSTILE, str(tmp_path / "a.sla")).plan
    assert plan is not None
    made = run(plan, as_of="2026-03-01", rows=True)
    assert made.loaded is not None
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        dbt_rows.store(plan, made.loaded, connection)
        dbt_rows.build(files(plan, "duckdb"), connection, "2026-03-01 00:00:00")
        assert len(dbt_rows.outcomes(connection)) == 2
        assert dbt_rows.outcomes(connection) == dbt_rows.expected_outcomes(plan, made)
        assert dbt_rows.attainment(connection) == dbt_rows.expected_attainment(plan, made)
