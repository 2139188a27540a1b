"""Which record a declaration is about, found from its names alone, before anything is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from sladsl.checker.context import Context
from sladsl.syntax import ast


def find_all(ctx: Context) -> None:
    """Fill `ctx.about` for every derived field, score, definition, event and KPI whose record can be told."""
    for name, symbol in ctx.symbols.items():
        if symbol.kind in {"derived", "score", "define", "event", "kpi"}:
            _find(ctx, name, ())


def record_of(ctx: Context, references: Sequence[ast.Reference], visiting: tuple[str, ...] = ()) -> list[str]:
    """The records whose rows could have all of these moments; more than one when only field names tell, and they fit several.

    Moments of a row and of one that it belongs to are the first row's.
    """
    told: list[str] = []
    bare: set[str] = set()
    for ref in (begun_with(ctx, r) for r in references):
        records = _told(ctx, ref, visiting)
        if records is None:
            bare.add(ref.name.text)
        elif not records:
            return []
        else:
            told += records
    if told:
        nearest = next((r for r in told if all(ctx.is_within(r, other) for other in told)), told[0])
        return _with_fields(ctx, nearest, bare)
    whole = [r.name for r in ctx.records.values() if bare <= r.fields.keys()]
    return whole or [r.name for r in ctx.records.values() if bare & r.fields.keys()]


def begun_with(ctx: Context, ref: ast.Reference) -> ast.Reference:
    """What a reference begins with: of a path from a field, that field."""
    if ref.record is None or ref.record.text in ctx.symbols:
        return ref
    if not any(ref.record.text in r.fields for r in ctx.records.values()):
        return ref
    return ast.Reference(ref.record, None, ref.record.span)


def clock_record(
    ctx: Context, start: ast.Reference, end: ast.Reference, visiting: tuple[str, ...] = ()
) -> list[str]:
    """The records whose rows a time KPI could be about: what starts its clock says it, where it can."""
    return _told(ctx, begun_with(ctx, start), visiting) or record_of(ctx, (start, end), visiting)


def _told(ctx: Context, ref: ast.Reference, visiting: tuple[str, ...]) -> list[str] | None:
    """The record that a reference tells by itself; none where that could not be read, and None for the name of a field."""
    if ref.record is not None:
        return [ref.record.text] if ref.record.text in ctx.records else []
    symbol = ctx.symbols.get(ref.name.text)
    if symbol is not None and symbol.may_be("record"):
        return [symbol.name] if symbol.name in ctx.records else []
    if symbol is not None and symbol.kind in {"derived", "score", "define", "event", "kpi"}:
        record = _find(ctx, symbol.name, visiting)
        return [record] if record else []
    return None


def _with_fields(ctx: Context, record: str, names: set[str]) -> list[str]:
    """The record, where its rows see fields of all these names; else those nearest below it whose rows do."""

    def sees(r: str) -> bool:
        return all(any(name in above.fields for above in ctx.lineage(r)) for name in names)

    if sees(record) or not ctx.is_whole(record):
        return [record]
    below = [r for r in ctx.records if ctx.is_within(r, record) and sees(r)]
    top = [r for r in below if not any(o != r and ctx.is_within(r, o) for o in below)]
    return top or [record]


def _find(ctx: Context, name: str, visiting: tuple[str, ...]) -> str | None:
    if name in ctx.about:
        return ctx.about[name]
    symbol = ctx.symbols.get(name)
    if symbol is None or name in visiting:
        return None
    record = _look(ctx, symbol.node, (*visiting, name))
    if record is not None:
        ctx.about[name] = record
    return record


def _look(ctx: Context, node: object, visiting: tuple[str, ...]) -> str | None:
    match node:
        case ast.Let(record=ast.Name() as record):
            return record.text if record.text in ctx.records else None
        case ast.Score():
            return node.record.text if node.record.text in ctx.records else None
        case ast.Define():
            return _base(ctx, node)
        case ast.Event():
            match node.pick:
                case ast.NthRow():
                    child = ctx.records.get(node.pick.record.text)
                    return child.link.parent if child and child.link else None
                case ast.OneOfSeveral():
                    return _only(record_of(ctx, node.pick.references, visiting))
                case _:
                    assert_never(node.pick)
        case ast.Kpi():
            if isinstance(node.measure, ast.TimeBetween):
                return _only(clock_record(ctx, node.measure.start, node.measure.end, visiting))
            population = node.measure.population.name.text
            return population if population in ctx.records else _find(ctx, population, visiting)
        case _:
            return None


def _only(records: list[str]) -> str | None:
    return records[0] if len(records) == 1 else None


def _base(ctx: Context, node: ast.Define) -> str | None:
    """Along the chain of bases to a record; a loop, so that a long chain costs no depth."""
    seen: set[str] = set()
    base = node.base.text
    while base not in ctx.records:
        symbol = ctx.symbols.get(base)
        if base in seen or symbol is None or not isinstance(symbol.node, ast.Define):
            return None
        seen.add(base)
        base = symbol.node.base.text
    return base
