"""What follows missed periods in a row, where only one period is looked at: the ones before it decide all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sladsl.cli import status_of
from sladsl.compiler import compile_text
from sladsl.data import load
from sladsl.engines.rows import Evaluation
from sladsl.outcomes import AsOf
from sladsl.verdicts import actions, judge

CASE = Path(__file__).parent.parent / "golden" / "verdicts" / "suspended"
ROW = [("missed 2 in a row", "CRO")]
PERIODS = [("2026-01", []), ("2026-02", []), ("2026-03", ROW), ("2026-05", []), ("2026-06", ROW)]


@pytest.mark.parametrize(("period", "follows"), PERIODS)
def test_a_run_of_one_period_knows_the_ones_before_it(
    period: str, follows: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["run", str(CASE / "agreement.sla"), "--as-of", "2026-07-02", "--period", period]
    status_of([*asked, "--format", "json"])
    said = json.loads(capsys.readouterr().out)
    assert [(x["cause"], x["to"]) for x in said["actions"] if "row" in x["cause"]] == follows
    assert {x["period"] for c in said["commitments"] for x in c["periods"]} <= {period, "2026-Q1", "2026-Q2"}


@pytest.mark.parametrize(("period", "follows"), PERIODS)
def test_so_it_is_with_the_interpreter(period: str, follows: list[tuple[str, str]]) -> None:
    path = CASE / "agreement.sla"
    plan = compile_text(path.read_text(encoding="utf-8"), str(path)).plan
    assert plan is not None
    within = plan.periods.parse(period)
    span = (within.start, within.end)
    rows = load(plan, [], base=CASE).rows()
    outcomes = Evaluation(plan, rows, AsOf(plan.periods.parse("2026-07-02").start)).outcomes(span)
    due = actions(plan, outcomes, judge(plan, outcomes, span))
    assert [(x.cause, x.to) for x in due if "row" in x.cause] == follows
