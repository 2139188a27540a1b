"""Declaring what is used and is not there: a field, a constant, an event, a definition, a KPI, a record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sladsl import model as m
from sladsl import types as t
from sladsl.diagnostics import Diagnostic, Edit
from sladsl.ide.units import Unit
from sladsl.ide.view import FileEdits, View
from sladsl.source import Span
from sladsl.syntax import ast

_UNKNOWN = frozenset({"SLA201", "SLA203"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Declaring:
    title: str
    edits: FileEdits


def missing(view: View, d: Diagnostic) -> Iterator[Declaring]:
    """Ways to declare the name that a diagnostic says nothing has."""
    if d.code not in _UNKNOWN or d.file != view.name:
        return
    name = view.text[d.span.start : d.span.end]
    at = view.layout.shelved(d.span.start)
    if not _NAME.fullmatch(name) or at is None:
        return
    for unit in view.units_at(d.span.start):
        if unit.declaration is not None and unit.span.start <= at <= unit.span.end:
            yield from _in_unit(view, d, name, unit, at)


def _in_unit(view: View, d: Diagnostic, name: str, unit: Unit, at: int) -> Iterator[Declaring]:
    match unit.declaration:
        case ast.Owes():
            if unit.commitment is not None or len(unit.declaration.commitments) == 1:
                yield from _above(view, unit, name, "kpi", f"kpi {name} = count of {_some_population(view)}")
        case ast.DataSource() | ast.Test():
            if d.code == "SLA203":
                record = _record_said(d)
                yield from _field(view, record, name, "optional text")
        case _:
            yield from _by_place(view, d, name, unit, at)


def _by_place(view: View, d: Diagnostic, name: str, unit: Unit, at: int) -> Iterator[Declaring]:
    node, parent = _innermost(unit.declaration, at)
    record = _record_said(d)
    if isinstance(parent, ast.In) and parent.options is node:
        yield from _above(view, unit, name, "constant", f'let {name} = {{"…"}}')
        return
    if isinstance(parent, ast.TimeBetween) and node is parent.end:
        child = next((r.name for r in view.model.records.values() if r.link is not None), None)
        if child is not None:
            yield from _above(view, unit, name, "event", f"event {name}:\n  first {child}")
    if isinstance(parent, ast.Population | ast.ShareBecome | ast.Define | ast.Lifecycle) and isinstance(
        node, ast.Name
    ):
        base = _some_record(view)
        if base is not None:
            yield from _above(view, unit, name, "definition", f"define {name}:\n  {base}")
        return
    if record is not None:
        yield from _field(view, record, name, _field_type(view, node, parent))


def _innermost(node: object, at: int) -> tuple[object, object]:
    """The smallest expression or name at a place, and what holds it."""
    found, parent = node, None
    while True:
        inside = next((part for part in _parts(found) if part.span.start <= at <= part.span.end), None)
        if inside is None or (isinstance(found, ast.Reference) and isinstance(inside, ast.Name)):
            return found, parent
        found, parent = inside, found


def _parts(node: object) -> Iterator[Any]:
    for name in getattr(node, "__dataclass_fields__", ()):
        value = getattr(node, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(getattr(part, "span", None), Span):
                yield part


def _record_said(d: Diagnostic) -> str | None:
    """The record that the message speaks of: `x` is not a field of `lead`, `lead` has no field `x`."""
    found = re.search(r"not a field of `(\w+)`|^`(\w+)` has no field", d.message)
    return next((each for each in found.groups() if each), None) if found else None


def _field_type(view: View, node: object, parent: object) -> str:
    """The type of a field that is compared with something."""
    match parent:
        case ast.Binary(op="and" | "or") | ast.Unary(op="not"):
            return "optional boolean"
        case ast.Binary(left=left, right=right):
            return f"optional {_like(right if left is node else left)}"
        case ast.Between(low=low):
            return f"optional {_like(low)}"
        case ast.TimeBetween() | ast.EarliestOf() | ast.Bounds() | ast.Define():
            return "optional time"
        case ast.Statistic():
            return "optional number"
        case ast.In(options=ast.SetLiteral(items=items)):
            return f"optional {_like(items[0])}"
        case _:
            return "optional text"


def _like(value: ast.Expression) -> str:
    match value:
        case ast.Number() | ast.Unary(op="-"):
            return "number"
        case ast.Date() | ast.DateTime():
            return "time"
        case ast.Boolean():
            return "boolean"
        case ast.Duration():
            return "duration"
        case _:
            return "text"


def _field(view: View, record: str | None, name: str, words: str) -> Iterator[Declaring]:
    """A field at the end of a record, in line with those it has."""
    known = view.model.records.get(record or "")
    written = [f for f in known.fields.values() if not f.implied] if known else []
    place = view.place(known.origin.file, known.origin.span) if known else None
    if known is None or place is None or not written:
        return
    source = view.checked.layouts[place.file].source
    last = view.place(known.origin.file, written[-1].span)
    if last is None:
        return
    position = source.position(last.span.start)
    line = source.line(position.line)
    indent = line[: len(line) - len(line.lstrip())]
    start = last.span.start - position.column + 1
    types = line[last.span.end - start :]
    column = last.span.end - start + len(types) - len(types.lstrip())
    pad = max(column - len(indent) - len(name), 1)
    end = place.span.end
    edit = Edit(Span(end, end), f"\n{indent}{name}{' ' * pad}{words}")
    yield Declaring(f"declare `{name}` as a field of `{known.name}`", {place.file: [edit]})


def _above(view: View, unit: Unit, name: str, kind: str, text: str) -> Iterator[Declaring]:
    """A declaration right above the one that uses it, comments above that included."""
    start = view.real(unit.declaration.span).start if unit.declaration else 0
    while start > 0:
        before = view.text.rfind("\n", 0, start - 1) + 1
        if not view.text[before:start].startswith("#"):
            break
        start = before
    yield Declaring(
        f"declare the {_called(kind)} `{name}`", {view.name: [Edit(Span(start, start), f"{text}\n\n")]}
    )


def _called(kind: str) -> str:
    return "KPI" if kind == "kpi" else kind


def _some_population(view: View) -> str:
    return next(iter([*view.model.definitions, *view.model.records]), "lead")


def _some_record(view: View) -> str | None:
    roots = [record.name for record in view.model.records.values() if record.link is None]
    return roots[0] if roots else None


def example_value(field: m.Field) -> str:
    """A value that a field of this type can have, as a test would give it."""
    match field.type:
        case t.Number():
            return "1"
        case t.Boolean():
            return "true"
        case t.Date():
            return "2026-03-09"
        case t.Time():
            return "2026-03-09 10:00"
        case t.Duration():
            return "1 hour"
        case t.OneOf(values=values):
            return f'"{values[0]}"'
        case _:
            return '"…"'
