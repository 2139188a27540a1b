"""What became of each row adds up to every figure, on both engines, which say the same of each row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from outcome_rows import differences
from test_verdict_cases import CASES, NAMES, blocks, compiled

from sladsl.compiler import compile_text
from sladsl.data import Loaded, load
from sladsl.engines import rows, tables
from sladsl.outcomes import AsOf, OutcomeRow, Outcomes
from sladsl.plan import Plan
from sladsl.runner import parse_as_of

ROOT = Path(__file__).parent.parent
EXAMPLES = ("handoff/handoff", "service_desk/service_desk", "uptime/uptime")


def both_agree(plan: Plan, loaded: Loaded, at: AsOf) -> list[OutcomeRow]:
    """The rows, once it is sure that both engines have the same and that they add up to the figures of each."""
    found: list[OutcomeRow] = []
    counted: Outcomes = tables.evaluate(
        plan, loaded.tables, at, rows_to=lambda query: found.extend(tables.rows_of(plan, query))
    )
    reference = rows.Evaluation(plan, loaded.rows(), at)
    for ours, theirs in zip(found, reference.outcome_rows(), strict=True):
        assert ours == theirs
    assert differences(plan, counted, found) == []
    assert differences(plan, reference.outcomes(), found) == []
    return found


@pytest.mark.parametrize("case", NAMES)
def test_rows_add_up_in_every_case(case: str) -> None:
    plan = compiled(CASES / case)
    loaded = load(plan, [], base=CASES / case)
    written = dict.fromkeys(
        b.as_of for b in blocks((CASES / case / "expected.txt").read_text(encoding="utf-8"))
    )
    for as_of in written:
        at = tables.default_as_of(plan, loaded.tables) if as_of == "the data" else None
        both_agree(plan, loaded, at or AsOf(parse_as_of(as_of, plan.zone)))


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
        rows_to=lambda query: some.extend(tables.rows_of(plan, query)),
    )
    assert some == list(rows.Evaluation(plan, loaded.rows(), at).outcome_rows(within))
    assert {r.period_start for r in some} >= {starts[1]}
    assert 0 < len(some) < len(everything)


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
