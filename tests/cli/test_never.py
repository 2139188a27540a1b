"""`never "…": P when c`: what a run lists, what fails a test, and that a row once listed stays listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Sla, runner

from sladsl.compiler import compile_text
from sladsl.engines.rows import Evaluation
from sladsl.outcomes import AsOf
from sladsl.plan.rows import BROKEN
from sladsl.runner import parse_as_of

AGREEMENT = """
agreement "Handoff":
  between marketing and sales
  zone "UTC"

record lead:
  id          key text
  size        optional number
  at          time
  checked_at  optional time

define MQL: lead

kpi volume = count of MQL

never "a small lead is an MQL":
  MQL when size < 100

source leads for lead from "leads.csv":
  times in "UTC"
"""
LEADS = "id,size,at,checked_at\nL1,50,2026-03-01 10:00,\nL2,500,2026-03-02 10:00,\n<b>,20,2026-03-03 10:00,\n"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    (tmp_path / "handoff.sla").write_text(AGREEMENT)
    (tmp_path / "leads.csv").write_text(LEADS)
    return runner(tmp_path, monkeypatch, capsys)


def test_a_run_lists_the_rows_that_break_it(sla: Sla, tmp_path: Path) -> None:
    done = sla("run", "handoff.sla")
    assert done.status == 0
    assert "\nNever\n" in done.out
    assert "a small lead is an MQL   broken: such rows are there" in done.out
    [told] = sla("run", "handoff.sla", "--format", "json").json["data_problems"]
    assert (told["kind"], told["subject"], told["count"], told["examples"]) == (
        "never",
        "a small lead is an MQL",
        2,
        ["<b>", "L1"],
    )
    assert "a small lead is an MQL: 2 leads, broken" in sla("run", "handoff.sla", "--format", "markdown").out
    assert sla("run", "handoff.sla", "--fail-on", "broken").status == 1
    (tmp_path / "leads.csv").write_text(LEADS.replace("50,", "500,").replace("20,", "200,"))
    assert sla("run", "handoff.sla", "--fail-on", "broken").status == 0


def test_a_build_server_shows_what_is_broken_and_by_which_rows(sla: Sla, tmp_path: Path) -> None:
    annotation = "::error title=never%3A a small lead is an MQL::2 rows break it: <b>, L1\n"
    assert annotation in sla("run", "handoff.sla", "--format", "github").out
    case = '<testcase classname="never" name="a small lead is an MQL">'
    broken = sla("run", "handoff.sla", "--format", "junit").out
    assert case in broken
    assert 'message="2 rows break it: &lt;b&gt;, L1"' in broken
    assert '<testsuite name="never" failures="1" skipped="0" tests="1" errors="0">' in broken
    (tmp_path / "leads.csv").write_text(LEADS.replace("50,", "500,").replace("20,", "200,"))
    assert "never" not in sla("run", "handoff.sla", "--format", "github").out
    assert '<testsuite name="never" failures="0"' in sla("run", "handoff.sla", "--format", "junit").out


def test_a_row_tells_what_it_breaks(sla: Sla) -> None:
    assert "broken: a small lead is an MQL" in sla("explain", "handoff.sla", "L1").out
    assert "broken" not in sla("explain", "handoff.sla", "L2").out


def test_a_test_fails_where_one_of_its_rows_breaks_it(sla: Sla, tmp_path: Path) -> None:
    test = '\ntest "{}":\n  given lead: size {}, at 2026-03-01 10:00\n  expect MQL\n'
    (tmp_path / "tests.sla").write_text(AGREEMENT + test.format("small", 50) + test.format("large", 500))
    done = sla("test", "tests.sla")
    assert done.status == 1
    assert "no row may be this, and the lead `lead 1` is" in done.out
    assert "1 failed, 1 passed" in done.out


def test_models_do_not_carry_it_and_say_so(sla: Sla) -> None:
    done = sla("sql", "handoff.sla", "--as", "dbt", "--dialect", "duckdb", "--out", "project")
    assert done.status == 2
    assert '`never "a small lead is an MQL"` is in no model' in done.err


def test_a_row_that_is_listed_stays_listed() -> None:
    """Whatever happens to it later: the condition is read when the row came in, for a time that has come since as well."""
    text = AGREEMENT.replace("size < 100", "checked_at is missing")
    plan = compile_text(text).plan
    assert plan is not None
    row = {"id": "L1", "size": None, "at": parse_as_of("2026-03-01 10:00", "UTC")}
    checked = parse_as_of("2026-03-05 10:00", "UTC")
    for day in ("2026-03-02", "2026-03-06"):
        at = AsOf(parse_as_of(day, "UTC"))
        for known in (None, checked):
            outcomes = Evaluation(plan, {"lead": [{**row, "checked_at": known}]}, at).outcomes()
            [listed] = [x for x in outcomes.listings if x.kind == BROKEN]
            assert listed.examples == ("L1",)
