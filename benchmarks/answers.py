"""Our answers in the shape of the hand-written ones, and what differs between the two."""

from __future__ import annotations

from pathlib import Path

from sladsl.compiler import compile_text
from sladsl.data import Binding, load
from sladsl.data.loading import connect
from sladsl.engines.tables import evaluate
from sladsl.outcomes import AsOf, Outcomes
from sladsl.plan import Status
from sladsl.verdicts import judge

Answers = dict[str, list[tuple[object, ...]]]


def judged(agreement: Path, leads: Path, activities: Path, now: int, memory: str) -> Outcomes:
    """Everything `sla run` does but the report: compile, load, evaluate, judge."""
    plan = compile_text(agreement.read_text(encoding="utf-8"), str(agreement)).plan
    assert plan is not None
    connection = connect(memory_limit=memory)
    bindings = [Binding("lead", str(leads)), Binding("activity", str(activities))]
    loaded = load(plan, bindings, base=Path.cwd(), connection=connection)
    outcomes = evaluate(plan, loaded.tables, AsOf(now))
    judge(plan, outcomes)
    connection.disconnect()
    return outcomes


def differences(found: Outcomes, expected: Answers) -> list[str]:
    """What differs, in words; empty when every answer is the same."""
    ours = answers(found)
    wrong = []
    for name, rows in expected.items():
        theirs = [tuple(row) for row in rows]
        wrong += [
            f"{name}: {a} here, {b} by hand" for a, b in zip(ours[name], theirs, strict=False) if a != b
        ]
        if len(ours[name]) != len(theirs):
            wrong.append(f"{name}: {len(ours[name])} rows here, {len(theirs)} by hand")
    return wrong


def answers(found: Outcomes) -> Answers:
    status, figures = found.statuses, found.figures
    mql, sal, customer = status["MQL"], status["SAL"], status["Customer"]
    volume, reachable, response = (figures[n] for n in ("mql_volume", "reachable", "sales.response_time"))
    acceptance, median = figures["acceptance"], figures["response_time"]
    conversion = [p for p in figures["conversion"] if not p.by]
    industries = [p for p in figures["conversion"] if p.by]
    return {
        "definitions": [
            (
                mql[Status.IN],
                mql[Status.UNDATED],
                mql[Status.MISLABELLED],
                sal[Status.IN],
                customer[Status.IN],
            )
        ],
        "monthly": [
            (v.start, v.counters["rows"], r.counters["hit"], t.counters["hit"], t.counters["open"])
            for v, r, t in zip(volume, reachable, response, strict=True)
        ],
        "quarterly": [
            (a.start, a.counters["rows"], *(p.counters[n] for p in (a, c) for n in ("hit", "open")))
            for a, c in zip(acceptance, conversion, strict=True)
        ],
        "industries": sorted((p.start, *p.by, p.counters["rows"], p.counters["hit"]) for p in industries),
        "medians": [(p.start, p.counters["low"], _late(p.counters["high"])) for p in median],
        "breaches": sorted(
            ((b.key, b.owner, b.started, b.due, b.stopped) for b in found.breaches["sales.response_time"]),
            key=lambda b: (b[2], b[0]),
        ),
    }


def _late(value: object) -> object:
    """A median that falls on an unanswered lead has no value yet; the hand-written SQL puts the largest number there."""
    return 2**63 - 1 if value is None else value
