"""What can be done about a mistake, or with what is selected: fixes and refactorings, as edits of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sladsl import model as m
from sladsl.diagnostics import Diagnostic, Edit, Safety
from sladsl.ide import fix_undeclared
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


def actions(view: View, selection: Span, found: Sequence[Diagnostic]) -> list[Action]:
    """What can be done in a stretch of the text; `found` is what is wrong in this file."""
    here = [d for d in found if d.span.start <= selection.end and d.span.end >= selection.start]
    made = [action for d in here for action in _fixes(view, d)]
    titles = {action.title for action in made}
    made += [each for each in refactorings(view, selection) if each.title not in titles]
    safe = fix_all(view, found)
    return [*made, safe] if safe is not None else made


def _fixes(view: View, d: Diagnostic) -> Iterator[Action]:
    """The diagnostic's own fixes first, then what could be declared so that it is none."""
    for number, fix in enumerate(d.fixes):
        edits = {d.file: list(fix.edits)}
        yield Action(fix.title, "quickfix", edits, d, fix.safety is Safety.SAFE, number == 0)
    for each in fix_undeclared.missing(view, d):
        yield Action(each.title, "quickfix", each.edits, d)
    if d.message.startswith(_NO_UNIT) and d.file == view.name:
        # The diagnostic stands at the word after the number, or at the number where nothing follows.
        end = len(view.text[: d.span.start].rstrip()) if d.code == "SLA103" else d.span.end
        for unit in ("business hours", "hours", "business days", "days"):
            yield Action(f"count in {unit}", "quickfix", {d.file: [Edit(Span(end, end), f" {unit}")]}, d)


def fix_all(view: View, found: Iterable[Diagnostic]) -> Action | None:
    """All fixes of the file that keep its meaning for certain, at once; None when there is none."""
    edits = safe_edits(d for d in found if d.file == view.name)
    return Action("fix all that is safe", "source.fixAll", {view.name: edits}, safe=True) if edits else None


def safe_edits(found: Iterable[Diagnostic]) -> list[Edit]:
    """The edits of the first safe fix of each diagnostic, as far as they do not touch one another; of one file, in order."""
    chosen: list[Edit] = []
    for d in found:
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
    found = _selected(view, unit, selection)
    record = _row_record(view, unit)
    if found is None or record is None or selection.start == selection.end:
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
            case m.Definition() | m.Score() | m.Kpi():
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
            if isinstance(node, ast.TimeBetween | ast.EarliestOf | ast.Bounds) and at is not None:
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
    return (
        ": " + ", ".join(f"{each.name} {fix_undeclared.example_value(each)}" for each in chosen)
        if chosen
        else ""
    )


def _asked(view: View, target: Target, most: int = 50) -> set[str]:
    """The fields that a definition or a KPI asks for, through all that it names."""
    found, waiting, seen = set[str](), [target], {target}
    by_name = _units_by_name(view)
    while waiting and len(seen) < most:
        unit = by_name.get(waiting.pop())
        for use in view.result(unit).uses if unit is not None else ():
            named = Target(use.kind, use.name, use.record)
            if use.kind == "field":
                found.add(use.name)
            elif named not in seen and use.kind in ("define", "score", "kpi"):
                seen.add(named)
                waiting.append(named)
    return found


def _units_by_name(view: View) -> dict[Target, Unit]:
    return {
        Target(kind, value.name): unit
        for unit, result in view.checked.results.items()
        for _, value in result.entries
        for kind, type in (("define", m.Definition), ("score", m.Score), ("kpi", m.Kpi))
        if isinstance(value, type)
    }
