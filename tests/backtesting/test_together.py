"""Agreements that are evaluated as one come to what each comes to by itself, in every case of the language."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from test_verdict_cases import blocks

from backtesting.equal import differences
from backtesting.test_constants import CASES, NAMES, compiled
from backtesting.values import others
from sladsl.backtesting import Impossible, changed, constants, figures_of_each
from sladsl.backtesting.one_plan import as_one, can_be_one
from sladsl.cli.closed_books import shown_of
from sladsl.closing import figures_of
from sladsl.compiler import Compilation, compile_text
from sladsl.data import Loaded, load
from sladsl.freshness import ends_of_sources, evaluated
from sladsl.outcomes import AsOf, Outcomes
from sladsl.plan import Plan
from sladsl.runner import Reads, loaded_at, parse_as_of, run

SLOW = bool(os.environ.get("SLADSL_SLOW"))
BY_ROWS = NAMES if SLOW else NAMES[2::9]
BY_TABLES = NAMES if SLOW else ["consequences", "quotas_of_groups"]
TOGETHER = 25


def plans_of(compilation: Compilation) -> list[Plan]:
    """The agreement as it is, and with each of its constants changed, as far as they can be one."""
    assert compilation.plan is not None
    plans = [compilation.plan]
    for constant in constants(compilation):
        for value in others(constant):
            try:
                plan = changed(compilation, [(constant, value)]).plan
            except Impossible:
                continue
            if plan is not None and plan not in plans and can_be_one(plans[0], plan):
                plans.append(plan)
                break
    return plans


def instants(case: str, plan: Plan, loaded: Loaded) -> list[AsOf]:
    """Those of which the case says what is so; unless all are asked for, the last one."""
    told = [b.as_of for b in blocks((CASES / case / "expected.txt").read_text(encoding="utf-8"))]
    given = [AsOf(parse_as_of(x, plan.zone)) for x in dict.fromkeys(told) if x != "the data"]
    some = given if SLOW else given[-1:]
    return [replace(at, ends=ends_of_sources(plan, loaded, at)) for at in some]


def by_rows(loaded: Loaded, at: AsOf) -> Callable[[Plan], Outcomes]:
    from sladsl.engines.rows import evaluate

    data = loaded.rows()
    return lambda plan: evaluated(plan, at, lambda at, _: evaluate(plan, data, at))


def by_tables(loaded: Loaded, at: AsOf) -> Callable[[Plan], Outcomes]:
    from sladsl.engines.tables import evaluate

    return lambda plan: evaluated(plan, at, lambda at, _: evaluate(plan, loaded.tables, at))


@pytest.mark.parametrize("case", BY_ROWS)
def test_the_interpreter_says_the_same(case: str) -> None:
    agree(case, by_rows, 100)


@pytest.mark.parametrize("case", BY_TABLES)
def test_the_engine_over_tables_says_the_same(case: str) -> None:
    agree(case, by_tables, 100 if SLOW else 3)


def agree(case: str, engine: Callable[[Loaded, AsOf], Callable[[Plan], Outcomes]], most: int) -> None:
    plans = plans_of(compiled(case))[:most]
    loaded = load(plans[0], [], base=Path.cwd())
    for at in instants(case, plans[0], loaded):
        for first in range(0, len(plans), TOGETHER):
            assert differences(plans[first : first + TOGETHER], at, engine(loaded, at)) == []


@pytest.mark.parametrize("case", NAMES if SLOW else NAMES[4::60])
def test_all_figures_of_each_are_those_of_a_run(case: str) -> None:
    """Those too of which nothing is promised, in every part, and how many rows are in each definition."""
    plans = plans_of(compiled(case))[: 25 if SLOW else 3]
    told = [b.as_of for b in blocks((CASES / case / "expected.txt").read_text(encoding="utf-8"))]
    as_of = next((x for x in reversed(told) if x != "the data"), None)
    reads = Reads()

    def load(plan: Plan) -> tuple[Loaded, AsOf]:
        return loaded_at(plan, [], base=None, as_of=as_of, now=None, progress=None, reads=reads)

    for plan, together in zip(plans, figures_of_each(plans, load, lambda _: None), strict=True):
        alone = run(plan, [], as_of=as_of)
        assert figures_of(together, None, shown_of(plan)) == figures_of(alone, None, shown_of(plan))
        assert {k: {s: n for s, n in v.items() if n} for k, v in together.outcomes.statuses.items()} == {
            k: {s: n for s, n in v.items() if n} for k, v in alone.outcomes.statuses.items()
        }


def test_what_plans_have_in_common_is_there_once() -> None:
    """Of a target nothing is worked out again; of a deadline what depends on it."""
    text = (CASES / "late_by_deadline" / "agreement.sla").read_text(encoding="utf-8")
    shares = [compile_text(text.replace("per month", f"for {n}% per month")).plan for n in range(80, 100)]
    hours = [compile_text(text.replace("within 4", f"within {n}")).plan for n in range(1, 21)]
    at = AsOf(parse_as_of("2026-05-01", "America/New_York"))
    alone = as_one([x for x in shares[:1] if x is not None], at).plan
    of_shares = as_one([x for x in shares if x is not None], at).plan
    assert (of_shares.columns, of_shares.figures) == (alone.columns, alone.figures)
    of_hours = as_one([x for x in hours if x is not None], at).plan
    assert len(of_hours.figures) == 20
    assert len(of_hours.columns) < len(alone.columns) + 20 * 4


@pytest.mark.parametrize(
    ("case", "was", "becomes"),
    [
        ("late_by_deadline", "09:00", "08:00"),  # when hours are open
        ("late_by_deadline", "America/New_York", "America/Chicago"),  # where days begin
        ("spells_that_ask_for_rows", "within 2 hours after", "within 3 hours after"),  # which rows there are
    ],
)
def test_what_names_mean_is_not_mixed_up(case: str, was: str, becomes: str) -> None:
    text = (CASES / case / "agreement.sla").read_text(encoding="utf-8")
    assert was in text
    plan, other = compile_text(text).plan, compile_text(text.replace(was, becomes)).plan
    assert plan is not None
    assert other is not None
    assert not can_be_one(plan, other)
    assert can_be_one(plan, plan)
