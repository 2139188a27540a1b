"""A trace: what each node was worth, which child rows counted, which open time. Every step's value is the evaluator's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sladsl.calendars import HOUR
from sladsl.compiler import compile_text
from sladsl.data import load
from sladsl.engines.rows import Evaluation, Frame, Step, trace
from sladsl.outcomes import AsOf
from sladsl.plan import Apply, Case, Children, Lookup, OpenUntil, Ref
from sladsl.runner import parse_as_of

CASES = Path(__file__).parents[1] / "golden" / "verdicts"


def evaluation(case: str, as_of: str) -> Evaluation:
    path = CASES / case / "agreement.sla"
    plan = compile_text(path.read_text(encoding="utf-8"), str(path)).plan
    assert plan is not None
    rows = load(plan, [], base=CASES / case).rows()
    return Evaluation(plan, rows, AsOf(parse_as_of(as_of, plan.zone)))


def steps(step: Step) -> Iterator[Step]:
    yield step
    for part in step.parts:
        yield from steps(part)
    for row in step.rows:
        for inner in (row.where, row.of):
            if inner is not None:
                yield from steps(inner)


def traced(e: Evaluation, record: str, column: str, key: str) -> Step:
    return trace(e.evaluator, Ref(record, column), e.by_key[record, key])


def test_a_deadline_shows_the_open_time_it_counted() -> None:
    e = evaluation("night_shift", "2026-04-01")
    step = traced(e, "lead", "sales.response.due", "hours over midnight")
    (counted,) = [s.open for s in steps(step) if s.open]
    assert sum(b - a for a, b in counted) == 3 * HOUR
    assert counted[-1][1] == step.value


def test_of_a_choice_only_what_was_asked_is_told() -> None:
    e = evaluation("night_shift", "2026-04-01")
    step = traced(e, "lead", "sales.response.due", "hours over midnight").parts[0]
    assert isinstance(step.expression, Case)
    assert [s.value for s in step.parts] == [False, step.value]


def test_child_rows_that_counted_and_that_did_not() -> None:
    e = evaluation("children_of_children", "2026-04-01")
    column = next(c for c in e.plan.columns if c.record == "account" and c.name == "said.value")
    step = trace(e.evaluator, column.value, e.by_key["account", "a"])
    assert isinstance(step.expression, Children)
    assert [(row.counted, row.of.value if row.of else None) for row in step.rows] == [(True, 5), (True, 7)]
    other = trace(e.evaluator, column.value, e.by_key["account", "b"])
    assert [(row.counted, row.of) for row in other.rows] == [(False, None)]


@pytest.mark.parametrize(
    "case", ["as_things_stood", "percentiles_over_unanswered_rows", "tiers_with_calendars", "the_nth_event"]
)
def test_a_trace_never_disagrees(case: str) -> None:
    """Of every column of every row: the top step is the column's value, an `and` is the `and` of its parts, elapsed time its intervals."""
    e = evaluation(case, "2026-04-01")
    for column in e.plan.columns:
        for frame in e.frames(column.record):
            check(e, trace(e.evaluator, Ref(column.record, column.name), frame), frame, column.name)


def check(e: Evaluation, top: Step, frame: Frame, column: str) -> None:
    assert top.value == e.evaluator.value(Ref(frame.record, column), frame)
    for step in steps(top):
        match step.expression:
            case Ref() | Case():
                assert not step.parts or step.parts[-1].value == step.value
            case Apply(op="and"):
                values = [part.value for part in step.parts]
                assert step.value is (False if False in values else None if None in values else True)
            case Apply(op="-", args=(Lookup(function=OpenUntil()), Lookup())):
                assert step.value is None or sum(b - a for a, b in step.open) == abs(int(step.value))
            case _:
                pass
