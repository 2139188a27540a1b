"""The handles that lowering hands out: each is a column of the plan, and they say what the plan itself says of the same column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

from sladsl import model as m
from sladsl.compiler import compile_text
from sladsl.lowering import Meaning, meaning
from sladsl.lowering.columns import ColumnHandles, PausedColumns
from sladsl.plan import Ref, ValueType

CASES = sorted((Path(__file__).parent / "golden" / "verdicts").glob("*/agreement.sla"))


def meaning_of(path: Path) -> Meaning:
    found = compile_text(
        path.read_text(encoding="utf-8"), path.name, read=lambda n: (path.parent / n).read_text(), root="."
    )
    return meaning(found.model, path.name)


def handles(of: ColumnHandles) -> Iterator[tuple[str, Ref]]:
    """Every column that a handle leads to, with what it is called there."""
    for group in (of.definitions, of.clocks, of.deadlines, of.populations):
        for columns in group.values():
            yield from _leading(columns)


def _leading(columns: DataclassInstance) -> Iterator[tuple[str, Ref]]:
    for f in fields(columns):
        match getattr(columns, f.name):
            case Ref() as column:
                yield f.name, column
            case PausedColumns() as paused:
                yield from _leading(paused)


TYPES = {
    "status": ValueType.STATUS,
    "counted": ValueType.STATUS,
    "state": ValueType.STATE,
    "member": ValueType.BOOLEAN,
    "where": ValueType.BOOLEAN,
    "elapsed": ValueType.SPAN,
    "held_up": ValueType.BOOLEAN,
    "stood": ValueType.SPAN,
    "running": ValueType.SPAN,
}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.parent.name)
def test_a_handle_leads_to_a_column_of_the_plan(path: Path) -> None:
    mean = meaning_of(path)
    columns = {(c.record, c.name): c for c in mean.plan.columns}
    for called, ref in handles(mean.columns):
        assert columns[ref.record, ref.column].type is TYPES.get(called, ValueType.INSTANT), (called, ref)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.parent.name)
def test_the_plan_says_the_same(path: Path) -> None:
    mean = meaning_of(path)
    plan, of = mean.plan, mean.columns
    for d in plan.definitions:
        entry = of.definitions[d.name].entry
        assert (of.definitions[d.name].counted.column, entry and entry.column) == (d.status, d.entry)
    assert {f.id for f in plan.figures} == set(of.populations)
    assert set(of.clocks) == {
        k.name for k in mean.model.kpis.values() if isinstance(k.measure, m.TimeBetween)
    }
    for kpi, clock in of.clocks.items():
        course = plan.figure(kpi).course
        assert course is not None
        assert (clock.start, clock.stop, clock.elapsed) == (course.start, course.stop, course.elapsed)
    for c in plan.commitments:
        if c.clock is not None:
            deadline = of.deadlines[c.figure]
            assert deadline.due is not None
            assert (deadline.state.column, deadline.due.column) == (c.clock.state, c.clock.due)
