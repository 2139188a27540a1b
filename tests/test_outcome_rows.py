"""What became of each row adds up to every figure, on both engines, which say the same of each row.

`test_verdict_cases` asks it of every verdict case."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import GOLDEN, Golden
from outcome_rows import both_agree, differences
from test_verdict_cases import CASES, compiled

from sladsl.calendars import instant, iso
from sladsl.compiler import compile_text
from sladsl.data import load
from sladsl.engines import rows, tables
from sladsl.outcomes import AsOf, OutcomeRow

ROOT = Path(__file__).parent.parent
LITTLE = """agreement "Little":
  between marketing and sales
  zone "UTC"
record lead:
  id  key text
  at  time
source leads for lead from "lead.csv":
  times in "UTC"
"""
EXAMPLES = ("handoff/handoff", "service_desk/service_desk", "uptime/uptime")


@pytest.mark.parametrize("example", EXAMPLES)
def test_rows_add_up_in_the_examples(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    path = Path(f"examples/{example}.sla")
    found = compile_text(
        path.read_text(encoding="utf-8"), str(path), read=lambda name: Path(name).read_text(encoding="utf-8")
    )
    assert found.plan is not None, found.diagnostics
    loaded = load(found.plan, [], base=ROOT)
    at = tables.default_as_of(found.plan, loaded.tables)
    assert at is not None
    assert len(both_agree(found.plan, loaded, at)) > 1000


def test_a_period_has_its_own_rows() -> None:
    case = CASES / "month_boundaries"
    plan = compiled(case)
    loaded = load(plan, [], base=case)
    at = tables.default_as_of(plan, loaded.tables)
    assert at is not None
    everything = both_agree(plan, loaded, at)
    starts = sorted({r.period_start for r in everything})
    assert len(starts) > 1
    within = (starts[1], starts[1] + 1)
    some: list[OutcomeRow] = []
    tables.evaluate(
        plan,
        loaded.tables,
        at,
        period=within,
        rows_to=lambda asked: some.extend(tables.rows_of(plan, asked.all())),
    )
    assert some == list(rows.Evaluation(plan, loaded.rows(), at).outcome_rows(within))
    assert {r.period_start for r in some} >= {starts[1]}
    assert 0 < len(some) < len(everything)


@pytest.mark.parametrize("more", ["", "kpi leads = count of lead"])
def test_the_table_has_the_same_columns_where_nothing_is_measured(
    more: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lead.csv").write_text("id,at\n1,2026-03-02 10:00\n", encoding="utf-8")
    plan = compile_text(LITTLE + more).plan
    assert plan is not None
    loaded = load(plan, [], base=tmp_path)
    columns: list[tuple[str, ...]] = []
    at = AsOf(instant(datetime(2026, 4, 1, tzinfo=UTC)))
    tables.evaluate(plan, loaded.tables, at, rows_to=lambda asked: columns.append(asked.all().columns))
    assert set(columns[0]) == {f.name for f in fields(OutcomeRow)} - {"by"}


TOLD = (
    "become_within_a_window",
    "each_handoff",
    "for_each",
    "late_by_deadline",
    "left_out_for_a_reason",
    "next_reply",
    "pauses_by_close_and_in_a_choice",
    "shares_from_both_sides",
    "tiers_with_calendars",
    "what_a_spell_becomes",
)
"""Cases in which what is said of a row is more than whether it counts: when it stopped, what it was late by, why it is left out."""


@pytest.mark.parametrize("name", TOLD)
def test_what_is_said_of_each_row(name: str, golden: Golden) -> None:
    case = CASES / name
    plan = compiled(case)
    loaded = load(plan, [], base=case)
    at = tables.default_as_of(plan, loaded.tables)
    assert at is not None
    became = rows.Evaluation(plan, loaded.rows(), at).outcome_rows()
    golden(GOLDEN / "outcome_rows" / f"{name}.txt", "\n".join(map(_said, became)) + "\n")


def _said(row: OutcomeRow) -> str:
    """One line: of what it is, what became of it, and each instant and number that is known."""
    by = "".join(f" {value}" for value in row.by)
    said = [f"{row.commitment or row.kpi} {row.period}{by} {row.key}: {row.outcome.value}"]
    for name in ("entered", "started", "due", "stopped"):
        if (instant := getattr(row, name)) is not None:
            said.append(f"{name} {iso(instant)}")
    for name in ("value", "elapsed", "paused", "running", "branch", "reason"):
        if (value := getattr(row, name)) is not None:
            said.append(f"{name} {value}")
    return ", ".join(said)


def test_a_figure_that_is_counted_wrongly_is_found() -> None:
    case = CASES / "for_each"
    plan = compiled(case)
    loaded = load(plan, [], base=case)
    at = tables.default_as_of(plan, loaded.tables)
    assert at is not None
    evaluation = rows.Evaluation(plan, loaded.rows(), at)
    found = list(evaluation.outcome_rows())
    assert differences(plan, evaluation.outcomes(), found) == []
    (first, *_) = differences(plan, evaluation.outcomes(), found[1:])
    assert re.match(r"\w+.*: counted \[.*, the rows give ", first)
