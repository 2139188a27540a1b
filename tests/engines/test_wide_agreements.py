"""Agreements of many commitments: what they cost, told by counting, and that they come to the same."""

from __future__ import annotations

from typing import Any

import ibis
import pytest

from proofs.compare import compared, tables
from sladsl.compiler import compile_text
from sladsl.engines.tables import evaluate, facts
from sladsl.engines.tables.dependencies import Shape
from sladsl.engines.tables.store import DuckStore
from sladsl.outcomes import AsOf
from sladsl.plan import Plan, Ref

HEAD = """agreement "Wide":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

record lead:
  id     key text
  score  number
  at     optional time

record call of lead:
  id    key text
  kind  number
  at    time

"""
MARCH = 1_772_496_000_000_000  # 2026-03-03
DAY, HOUR = 86_400_000_000, 3_600_000_000
ROWS: dict[str, list[dict[str, Any]]] = {
    "lead": [{"id": f"L{n}", "score": n, "at": None if n == 3 else MARCH + n * 7 * HOUR} for n in range(12)],
    "call": [
        {"id": f"C{n}", "lead": f"L{n % 12}", "kind": n % 5, "at": MARCH + n * 9 * HOUR} for n in range(30)
    ],
}


def agreement(promises: int, *, alike: bool = False) -> Plan:
    """With so many promises, each of leads and calls of its own; or `alike`, each of the same leads and calls by other names."""
    text, owed = HEAD, "sales owes marketing:\n"
    for n in range(promises):
        of = 0 if alike else n
        text += f"define M{n}:\n  lead when score >= {of}\n  since at\n\n"
        text += f"event called{n}:\n  first call where kind >= {of % 5}\n\n"
        text += f"kpi response{n} =\n  time from M{n} to called{n}\n  in business hours\n\n"
        owed += f"  response{n} within {1 + n} business hours\n    for 90% of M{n} per month\n"
    plan = compile_text(text + owed, "wide.sla").plan
    assert plan is not None
    return plan


def test_a_promise_more_costs_what_it_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements grow by as many for each promise, and none of them grows with the promises."""
    monkeypatch.setattr(facts, "MOST_COLUMNS", 10)
    asked: list[str] = []
    written = DuckStore.written

    def noted(store: DuckStore, query: ibis.Table) -> str:
        asked.append(written(store, query))
        return asked[-1]

    monkeypatch.setattr(DuckStore, "written", noted)

    def cost(promises: int) -> tuple[int, int]:
        asked.clear()
        plan = agreement(promises)
        evaluate(plan, tables(plan, ROWS), AsOf(MARCH + 20 * DAY))
        return len(asked), max(map(len, asked))

    (few, _), (some, long), (many, longest) = cost(2), cost(3), cost(4)
    assert many - some <= 1.2 * (some - few)
    assert longest < 1.5 * long


def test_what_is_alike_is_worked_out_once() -> None:
    """Promises of the same leads and calls add their deadlines and states alone."""

    def worked_out(promises: int) -> int:
        shape = Shape(agreement(promises, alike=True), sharing=True)
        return sum(not isinstance(c.value, Ref) for c in shape.columns.values())

    assert worked_out(9) - worked_out(8) == worked_out(2) - worked_out(1)
    assert worked_out(2) - worked_out(1) == 2


def test_several_tables_count_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "MOST_COLUMNS", 1)
    plan = agreement(2)
    shape = Shape(plan, sharing=True)
    assert len(facts.in_parts(shape, facts.asked(shape, "lead"))) > 1
    assert compared(plan, ROWS, tables(plan, ROWS), AsOf(MARCH + 20 * DAY)) == []


def test_what_several_tables_are_made_from_is_gathered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thresholds over the same calls: however many tables of facts there are, the calls are read for one of them."""
    monkeypatch.setattr(facts, "MOST_COLUMNS", 10)
    text, owed = f"{HEAD}event called:\n  first call where kind >= 1\n\n", "sales owes marketing:\n"
    for n in range(6):
        text += f"define M{n}:\n  lead when score >= {n} and (at least 1 call where kind = 2)\n  since at\n\n"
        text += f"kpi response{n} =\n  time from M{n} to called\n  in business hours\n\n"
        owed += f"  response{n} within 2 business hours\n    for 90% of M{n} per month\n"
    plan = compile_text(text + owed, "wide.sla").plan
    assert plan is not None
    kept: list[str] = []
    put = DuckStore.put

    def noted(store: DuckStore, name: str, what: ibis.Table) -> None:
        kept.append(store.written(what))
        put(store, name, what)

    monkeypatch.setattr(DuckStore, "put", noted)
    shape = Shape(plan, sharing=True)
    assert len(facts.in_parts(shape, facts.asked(shape, "lead"))) > 1
    assert compared(plan, ROWS, tables(plan, ROWS), AsOf(MARCH + 20 * DAY)) == []
    assert sum('"kind"' in statement for statement in kept) == 1
