"""`fresh within`: what is judged of data that end before the as-of never changes when the rest comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from proofs.agreements import agreement
from proofs.finality import Look, _cells, broken, export, instants_of, look, tidy
from proofs.histories import history
from sladsl.calendars import DAY, zone
from sladsl.engines.rows import evaluate
from sladsl.freshness import evaluated
from sladsl.outcomes import AsOf, DataEnd
from sladsl.plan import FieldType, Plan
from sladsl.runner import of_outcomes

Rows = dict[str, list[dict[str, Any]]]
SEEDS = [f"fresh-{n}" for n in (3, 11, 20)]


def latest(plan: Plan, rows: Rows, record: str, at: int) -> int | None:
    """The latest time in the rows of a record up to an instant, by its definition."""
    here = zone(plan.zone)
    times = [
        here.midnight(row[f.name]) if f.type is FieldType.DATE else row[f.name]
        for f in plan.record(record).fields
        for row in rows[record]
        if f.comes and row[f.name] is not None and abs(row[f.name]) < 4 * 10**15
    ]
    return max((x for x in times if x <= at), default=None)


def seen(plan: Plan, rows: Rows, at: int, guard: bool) -> Look:
    """What exports say that are older than the as-of, where each record's source says how fresh it is."""
    ends = []
    for r in plan.given if guard else ():
        last = latest(plan, rows, r.name, at)
        until = min(at, plan.term.start or 0) if last is None else last
        ends.append(DataEnd(r.name, r.name, last, until, DAY, stale=False))
    known = AsOf(at, ends=tuple(end for end in ends if end.until < at))
    outcomes = evaluated(plan, known, lambda at, _: evaluate(plan, rows, at))
    actions = frozenset(of_outcomes(plan, outcomes).due())
    return Look(at, outcomes, dict(_cells(plan, outcomes)), actions, {})


@dataclass
class Counted:
    final: int = 0
    waiting: int = 0
    faults: list[str] = field(default_factory=list)


def grown(seed: str, counted: Counted, guard: bool) -> None:
    """Looks at exports that grow: each record's is of an instant of its own, up to a month before the as-of."""
    chance = Random(seed)
    made = agreement(chance)
    plan = made.plan
    rows = tidy(plan, history(chance, plan, made.place, 4).rows)
    written = {r.name: 0 for r in plan.given}
    before: list[Look] = []
    for at in sorted(instants_of(chance, rows, plan, 3)):
        late = (chance.choice((0, 0, 1, 30)) * DAY for _ in written)
        written = {
            name: max(then, at - days) for (name, then), days in zip(written.items(), late, strict=True)
        }
        exports = {name: export(plan, rows, then, seed)[name] for name, then in written.items()}
        now, whole = seen(plan, exports, at, guard), look(plan, export(plan, rows, at, seed), at)
        # What is learnt late has followed for long: that it was not known then is no fault.
        changed = (x for earlier in before for x in broken(plan, earlier, now))
        counted.faults += [f"{seed}: {x}" for x in changed if " an action follows since " not in x]
        for cell, judged in now.cells.items():
            of_all = whole.cells.get(cell)
            if judged.final and of_all is not None and of_all.verdict is not judged.verdict:
                counted.faults.append(f"{seed}: {cell} is {judged.verdict}, and of all data {of_all.verdict}")
            counted.final += judged.final
            counted.waiting += of_all is not None and of_all.final and not judged.final
        before.append(now)


def test_what_is_final_of_late_data_stays_and_is_that_of_all_data() -> None:
    counted = Counted()
    for seed in SEEDS:
        grown(seed, counted, guard=True)
    assert counted.faults == []
    assert counted.final > 10
    assert counted.waiting > 5


def test_without_a_guard_it_does_not() -> None:
    """The test of the test."""
    counted = Counted()
    for seed in SEEDS[:1]:
        grown(seed, counted, guard=False)
    assert counted.faults != []
