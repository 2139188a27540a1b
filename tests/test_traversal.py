"""What is inside an expression: each part once, and not what it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

from sladsl import model as m
from sladsl import plan as p
from sladsl.calendars import Duration, DurationKind
from sladsl.compiler import compile_text
from sladsl.lowering import lower_model
from sladsl.model.traversal import asked_of_others, children, operands, walk, walk_row
from sladsl.plan import traversal as plan_traversal
from sladsl.source import Span
from sladsl.types import BOOLEAN, NUMBER, Time

GOLDEN = Path(__file__).parent / "golden"
COMPILED = [
    compile_text(path.read_text(encoding="utf-8"), path.name)
    for path in sorted(GOLDEN.glob("verdicts/*/agreement.sla"))
]
AT = Span(0, 0)


def field(name: str) -> m.FieldUse:
    return m.FieldUse("call", name, BOOLEAN, AT)


def both(*args: m.Expression) -> m.Operation:
    return m.Operation("and", args, BOOLEAN, AT, AT)


def test_a_condition_on_child_rows_holds_a_moment_of_its_own_row_and_conditions_of_theirs() -> None:
    first = m.EventUse("first_call", "lead", Time(), AT)
    bounds = m.Bounds(Duration(DurationKind.ABSOLUTE, 1), True, first, None, AT)
    total = m.RowsValue("sum", field("b"), m.Rows("call", bounds, both(field("a")), AT), NUMBER, AT)
    whole = both(field("c"), total)
    assert operands(total) == (first,)
    assert asked_of_others(total) == (field("b"), both(field("a")))
    assert list(walk(whole)) == [
        whole,
        field("c"),
        total,
        first,
        field("b"),
        both(field("a")),
        field("a"),
    ]
    assert list(walk_row(whole)) == [whole, field("c"), total, first]


def test_what_the_fields_of_an_expression_hold_is_inside_it() -> None:
    """Every expression of every agreement of the golden files, by what its fields hold and by `children`."""
    seen: set[type] = set()
    for compilation in COMPILED:
        for e in _held(compilation.model, m.Expression):
            for x in walk(e):
                seen.add(type(x))
                assert sorted(map(repr, children(x))) == sorted(map(repr, _held_by(x, m.Expression)))
    assert {k.__name__ for k in get_args(m.Expression)} - {k.__name__ for k in seen} == {
        "SetValue",
        "Invalid",
    }


def test_the_same_of_the_plan() -> None:
    seen: set[type] = set()
    for compilation in COMPILED:
        for e in _held(lower_model(compilation.model, "a.sla"), p.Expression):
            for x in plan_traversal.walk(e):
                seen.add(type(x))
                held = sorted(map(repr, _held_by(x, p.Expression)))
                assert sorted(map(repr, plan_traversal.children(x))) == held
    assert seen == set(get_args(p.Expression))


def _held_by(node: object, kinds: Any) -> Iterator[Any]:
    for f in fields(node):  # type: ignore[arg-type]
        yield from _held(getattr(node, f.name), kinds)


def _held(value: object, kinds: Any) -> Iterator[Any]:
    """The outermost expressions in a value."""
    if isinstance(value, kinds):
        yield value
    elif isinstance(value, dict):
        for x in value.values():
            yield from _held(x, kinds)
    elif isinstance(value, tuple):
        for x in value:
            yield from _held(x, kinds)
    elif is_dataclass(value):
        yield from _held_by(value, kinds)
