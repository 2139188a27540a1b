"""What can be done about a mistake, or with what is selected: fixes and refactorings, as edits of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from sladsl import model as m
from sladsl import types as t
from sladsl.diagnostics import Diagnostic, Edit, Safety
from sladsl.ide.units import Unit
from sladsl.ide.view import FileEdits, Target, View
from sladsl.language import LANGUAGE
from sladsl.source import Span
from sladsl.syntax import ast

_NO_UNIT = "expected a unit of time"


@dataclass(frozen=True, slots=True)
class Action:
    """`kind` is the protocol's family (`quickfix`, `refactor.extract`, …); `mends` is the diagnostic it answers."""

    title: str
    kind: str
    edits: FileEdits
    mends: Diagnostic | None = None
    safe: bool = False
    preferred: bool = False


def actions(view: View, selection: Span, diagnostics: Sequence[Diagnostic]) -> list[Action]:
    """What can be done in a stretch of the text; `diagnostics` are what is wrong in this file."""
    here = [d for d in diagnostics if d.span.start <= selection.end and d.span.end >= selection.start]
    made = [action for d in here for action in _fixes(view, d)]
    titles = {action.title for action in made}
    made += [each for each in refactorings(view, selection) if each.title not in titles]
    safe = fix_all(view, diagnostics)
    return [*made, safe] if safe is not None else made


def _fixes(view: View, d: Diagnostic) -> Iterator[Action]:
    """The diagnostic's own fixes first, then what could be declared so that it is none."""
    for number, fix in enumerate(d.fixes):
        edits = {d.file: list(fix.edits)}
        yield Action(fix.title, "quickfix", edits, d, fix.safety is Safety.SAFE, number == 0)
    for each in _missing(view, d):
        yield replace(each, mends=d)
    if d.message.startswith(_NO_UNIT) and d.file == view.name:
        # The diagnostic stands at the word after the number, or at the number where nothing follows.
        end = len(view.text[: d.span.start].rstrip()) if d.code == "SLA103" else d.span.end
        for unit in ("business hours", "hours", "business days", "days"):
            yield Action(f"count in {unit}", "quickfix", {d.file: [Edit(Span(end, end), f" {unit}")]}, d)


def fix_all(view: View, diagnostics: Iterable[Diagnostic]) -> Action | None:
    """All fixes of the file that keep its meaning for certain, at once; None when there is none."""
    edits = safe_edits(d for d in diagnostics if d.file == view.name)
    return Action("fix all that is safe", "source.fixAll", {view.name: edits}, safe=True) if edits else None


def safe_edits(diagnostics: Iterable[Diagnostic]) -> list[Edit]:
    """The edits of the first safe fix of each diagnostic, as far as they do not touch one another; of one file, in order."""
    chosen: list[Edit] = []
    for d in diagnostics:
        fix = next((fix for fix in d.fixes if fix.safety is Safety.SAFE), None)
        if fix is not None and not any(_touch(one, other) for one in fix.edits for other in chosen):
            chosen += fix.edits
    return sorted(chosen, key=lambda edit: edit.span)


def _touch(one: Edit, other: Edit) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text after edits whose places are all of the text before them."""
    for edit in sorted(edits, key=lambda each: each.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


_CONDITIONS = ast.Binary | ast.Unary | ast.Between | ast.In | ast.Presence | ast.ChildTest | ast.KpiWithin


def refactorings(view: View, selection: Span) -> Iterator[Action]:
    """Saying the same in other words: What can be done with what is selected, or stands at the cursor."""
    at = view.layout.shelved(selection.start)
    if at is None:
        return
    for unit in view.units_at(selection.start):
        if unit.declaration is not None and unit.span.start <= at <= unit.span.end:
            yield from _extract(view, unit, selection)
            yield from _hours(view, unit, at)
            yield from _clauses(view, unit)
            yield from _tests(view, unit)
    yield from _inline(view, selection)


# --- a condition with a name of its own


def _extract(view: View, unit: Unit, selection: Span) -> Iterator[Action]:
    """`define X: P when …` from a selected condition about rows of the record, and its name in its place."""
    condition = _selected(view, unit, selection)
    record = _row_record(view, unit)
    if condition is None or record is None or selection.start == selection.end:
        return
    name = _fresh(view, "Qualified")
    written = view.text[selection.start : selection.end]
    start = view.real(unit.declaration.span).start if unit.declaration else 0
    made = f"define {name}:\n  {record} when {' '.join(written.split())}\n\n"
    edits = [Edit(Span(start, start), made), Edit(selection, name)]
    yield Action("give this condition a name", "refactor.extract", {view.name: edits})


def _selected(view: View, unit: Unit, selection: Span) -> ast.Expression | None:
    """The condition that is exactly what is selected, outside of child records, whose rows are others."""
    for node, inside in _expressions(unit.declaration, False):
        if not inside and isinstance(node, _CONDITIONS) and view.real(node.span) == selection:
            return None if isinstance(node, ast.Unary) and node.op == "-" else _if_boolean(node)
    return None


def _if_boolean(node: ast.Expression) -> ast.Expression | None:
    return None if isinstance(node, ast.Binary) and node.op in ("+", "-", "*", "/") else node


def _expressions(node: Any, inside: bool) -> Iterator[tuple[Any, bool]]:
    """Every node of a tree, and whether it is inside a test of child records."""
    if isinstance(node, tuple):
        for item in node:
            yield from _expressions(item, inside)
    elif is_dataclass(node) and not isinstance(node, Span):
        yield node, inside
        for each in fields(node):
            child = isinstance(node, ast.ChildTest | ast.ChildAggregate | ast.NthRow)
            yield from _expressions(getattr(node, each.name), inside or child)


def _row_record(view: View, unit: Unit) -> str | None:
    """The record whose rows the conditions of a unit are about."""
    for table, value in view.result(unit).entries:
        match value:
            case m.Definition() | m.Score() | m.Kpi() | m.Never():
                return value.record
            case m.Commitment():
                return view.model.kpis[value.kpi].record if value.kpi in view.model.kpis else None
            case m.Route():
                known = view.model.definitions.get(value.definition)
                return known.record if known else None
            case _ if table:
                continue
    return None


def _fresh(view: View, word: str) -> str:
    """A name that nothing has."""
    model = view.model
    taken = {
        *model.definitions,
        *model.records,
        *model.kpis,
        *model.events,
        *model.scores,
        *model.lets,
        *model.calendars,
    }
    taken |= {name for record in model.records.values() for name in record.fields}
    number = 1
    while (name := word if number == 1 else f"{word}_{number}") in taken:
        number += 1
    return name


# --- a name for what it stands for


def _inline(view: View, selection: Span) -> Iterator[Action]:
    """The condition of a definition in the place of its name, where the two mean the same: on a record, and without a moment."""
    named = view.named_at(selection.start)
    if named is None or named.target.kind != "define":
        return
    definition = view.model.definitions.get(named.target.name)
    if (
        definition is None
        or definition.when is None
        or definition.since is not None
        or definition.base is not None
    ):
        return
    if view.declared(named.target) is None or not _is_condition(view, named.span):
        return
    place = view.place(definition.origin.file, definition.when.span)
    if place is not None:
        written = " ".join(view.written(place).split())
        edit = Edit(named.span, written if _binds(definition.when) else f"({written})")
        yield Action(f"write out `{named.target.name}`", "refactor.inline", {view.name: [edit]})


def _is_condition(view: View, span: Span) -> bool:
    """Whether a name stands where a condition can: it is a reference in the tree, and no moment."""
    at = view.layout.shelved(span.start)
    for unit in view.units_at(span.start):
        for node, _ in _expressions(unit.declaration, False):
            if isinstance(node, ast.Define) and node.since is not None and node.since.span.start == at:
                return False
            if isinstance(node, ast.TimeBetween | ast.OneOfSeveral | ast.Bounds) and at is not None:
                moments = [each for each, _ in _expressions(node, False) if isinstance(each, ast.Reference)]
                if any(each.span.start == at for each in moments):
                    return False
            if isinstance(node, ast.Reference) and node.span.start == at:
                return True
    return False


def _binds(when: m.Expression) -> bool:
    return not isinstance(when, m.Operation) or when.op not in ("and", "or", "not")


# --- hours and business hours


def _hours(view: View, unit: Unit, at: int) -> Iterator[Action]:
    for node, _ in _expressions(unit.declaration, False):
        is_length = isinstance(node, ast.Duration) and node.unit in ("minute", "hour", "day")
        if is_length and node.span.start <= at <= node.span.end:
            span = view.real(node.span)
            words = view.text[span.start : span.end].split()
            plain = [words[0], words[-1]] if node.business else [words[0], "business", words[-1]]
            title = f"count in {'plain' if node.business else 'business'} {words[-1]}"
            yield Action(title, "refactor.rewrite", {view.name: [Edit(span, " ".join(plain))]})


# --- a clause more


def _clauses(view: View, unit: Unit) -> Iterator[Action]:
    for node in _commitments(unit):
        end = view.real(node.span).end
        kpi = view.model.kpis.get(node.kpi.text)
        there = {clause.rule for clause in node.clauses}
        proposed = (
            [] if kpi is None else [k.proposal(kpi) for k in LANGUAGE.commitment if k.rule not in there]
        )
        for words in filter(None, proposed):
            edit = Edit(Span(end, end), f"\n    {words}")
            yield Action(f"add `{words}`", "refactor.rewrite", {view.name: [edit]})


def _commitments(unit: Unit) -> tuple[ast.Commitment, ...]:
    if unit.commitment is not None:
        return (unit.commitment,)
    return unit.declaration.commitments if isinstance(unit.declaration, ast.Owes) else ()


# --- a test


def _tests(view: View, unit: Unit) -> Iterator[Action]:
    """A test to fill in, below the declaration it is about."""
    end = view.real(unit.declaration.span).end if unit.declaration else 0
    for _, value in view.result(unit).entries:
        match value:
            case m.Definition():
                expect, record, about = value.name, value.record, value.name
            case m.Commitment(target=m.Within()) if value.kpi in view.model.kpis:
                of = f" of {value.population}" if value.population else ""
                expect, record = f"{value.kpi}{of} met", view.model.kpis[value.kpi].record
                about = value.kpi
            case _:
                continue
        given = _given(
            view, record, _asked(view, Target("define", about)) | _asked(view, Target("kpi", about))
        )
        text = f'\n\ntest "{about}":\n  given {record}{given}\n  expect {expect}'
        title = f"make a test for `{about}`"
        yield Action(title, "refactor.rewrite", {view.name: [Edit(Span(end, end), text)]})


def _given(view: View, record: str, asked: set[str]) -> str:
    """Values for the fields that it asks for."""
    known = view.model.records.get(record)
    chosen = (
        [each for each in known.fields.values() if each.name in asked and not each.implied] if known else []
    )
    return ": " + ", ".join(f"{each.name} {_example_value(each)}" for each in chosen) if chosen else ""


def _asked(view: View, target: Target, most: int = 50) -> set[str]:
    """The fields that a definition or a KPI asks for, through all that it names."""
    fields, waiting, seen = set[str](), [target], {target}
    by_name = _units_by_name(view)
    while waiting and len(seen) < most:
        unit = by_name.get(waiting.pop())
        for use in view.result(unit).uses if unit is not None else ():
            named = Target(use.kind, use.name, use.record)
            if use.kind == "field":
                fields.add(use.name)
            elif named not in seen and use.kind in ("define", "score", "kpi"):
                seen.add(named)
                waiting.append(named)
    return fields


def _units_by_name(view: View) -> dict[Target, Unit]:
    return {
        Target(kind, value.name): unit
        for unit, result in view.checked.results.items()
        for _, value in result.entries
        for kind, type in (("define", m.Definition), ("score", m.Score), ("kpi", m.Kpi))
        if isinstance(value, type)
    }


# --- a declaration that is missing


_UNKNOWN = frozenset({"SLA201", "SLA203"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _missing(view: View, d: Diagnostic) -> Iterator[Action]:
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


def _in_unit(view: View, d: Diagnostic, name: str, unit: Unit, at: int) -> Iterator[Action]:
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


def _by_place(view: View, d: Diagnostic, name: str, unit: Unit, at: int) -> Iterator[Action]:
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
    inner, parent = node, None
    while True:
        inside = next((part for part in _parts(inner) if part.span.start <= at <= part.span.end), None)
        if inside is None or (isinstance(inner, ast.Reference) and isinstance(inside, ast.Name)):
            return inner, parent
        inner, parent = inside, inner


def _parts(node: object) -> Iterator[Any]:
    for name in getattr(node, "__dataclass_fields__", ()):
        value = getattr(node, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(getattr(part, "span", None), Span):
                yield part


def _record_said(d: Diagnostic) -> str | None:
    """The record that the message speaks of: `x` is not a field of `lead`, `lead` has no field `x`."""
    naming = re.search(r"not a field of `(\w+)`|^`(\w+)` has no field", d.message)
    return next((each for each in naming.groups() if each), None) if naming else None


def _field_type(view: View, node: object, parent: object) -> str:
    """The type of a field that is compared with something."""
    match parent:
        case ast.Binary(op="and" | "or") | ast.Unary(op="not"):
            return "optional boolean"
        case ast.Binary(left=left, right=right):
            return f"optional {_like(right if left is node else left)}"
        case ast.Between(low=low):
            return f"optional {_like(low)}"
        case ast.TimeBetween() | ast.OneOfSeveral() | ast.Bounds() | ast.Define():
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


def _field(view: View, record: str | None, name: str, words: str) -> Iterator[Action]:
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
    yield Action(f"declare `{name}` as a field of `{known.name}`", "quickfix", {place.file: [edit]})


def _above(view: View, unit: Unit, name: str, kind: str, text: str) -> Iterator[Action]:
    """A declaration right above the one that uses it, comments above that included."""
    start = view.real(unit.declaration.span).start if unit.declaration else 0
    while start > 0:
        before = view.text.rfind("\n", 0, start - 1) + 1
        if not view.text[before:start].startswith("#"):
            break
        start = before
    edit = Edit(Span(start, start), f"{text}\n\n")
    yield Action(f"declare the {_called(kind)} `{name}`", "quickfix", {view.name: [edit]})


def _called(kind: str) -> str:
    return "KPI" if kind == "kpi" else kind


def _some_population(view: View) -> str:
    return next(iter([*view.model.definitions, *view.model.records]), "lead")


def _some_record(view: View) -> str | None:
    roots = [record.name for record in view.model.records.values() if record.link is None]
    return roots[0] if roots else None


def _example_value(field: m.Field) -> str:
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
