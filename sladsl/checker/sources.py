"""Sources: which column fills which field, and what its values mean."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration
from sladsl.checker import literals, records
from sladsl.checker.clauses import checked
from sladsl.checker.context import Context, elsewhere
from sladsl.checker.scope import Scope
from sladsl.diagnostics import Label
from sladsl.source import Source, Span
from sladsl.syntax import ast

_MICROSECOND = 1_000_000


def check_source(
    ctx: Context, source: Source, node: ast.DataSource, first: dict[str, tuple[Source, Span]]
) -> None:
    """Type one source; `first` holds the places of the sources seen so far, whose names are their own name space."""
    _check_name(ctx, source, node, first)
    record = records.find_record(ctx, source, node.record, "the record whose rows it holds")
    mappings = _mappings(ctx, source, node, record)
    if record is None:
        return
    clauses = tuple(checked(Scope(ctx, source, None), ctx.language.source, record, node.clauses))
    ctx.sources.append(
        m.DataSource(
            node.name.text,
            record.name,
            node.location.value,
            mappings,
            clauses,
            next((clause.state for clause in clauses if clause.state is not None), None),
            m.Origin(source.name, node.span, node.name.span),
        )
    )


def _check_name(
    ctx: Context, source: Source, node: ast.DataSource, first: dict[str, tuple[Source, Span]]
) -> None:
    known = first.setdefault(node.name.text, (source, node.name.span))
    if known != (source, node.name.span):
        ctx.report(
            "SLA202",
            source,
            node.name.span,
            f"there are two sources called `{node.name.text}`",
            labels=[elsewhere(known[0], known[1], "the first one", source)],
            help="several sources may fill one record, each under a name of its own",
        )


def _mappings(
    ctx: Context, source: Source, node: ast.DataSource, record: m.Record | None
) -> tuple[m.FieldMapping, ...]:
    first: dict[str, Span] = {}
    found: list[m.FieldMapping] = []
    for mapping in node.mappings:
        name = mapping.field.text
        if name in first:
            ctx.report(
                "SLA601",
                source,
                mapping.field.span,
                f"`{name}` is filled twice in this source",
                labels=[Label(first[name], "filled here already")],
                help="one column fills a field; rows of another file come from a source of their own",
            )
            continue
        first[name] = mapping.field.span
        field = None if record is None else records.find_field(ctx, source, mapping.field, record)
        if field is not None:
            found.append(_mapping(Scope(ctx, source, None), mapping, field))
    return tuple(found)


def _mapping(scope: Scope, node: ast.Mapping, field: m.Field) -> m.FieldMapping:
    match node.value:
        case ast.Column():
            return _column(scope, node, node.value, field)
        case ast.Always():
            value = _fitting(scope, node.value.value, field)
            constant = None if value is None else raw(value)
            return m.FieldMapping(field.name, None, constant, None, (), None, node.span)
        case _:
            assert_never(node.value)


def _column(scope: Scope, node: ast.Mapping, column: ast.Column, field: m.Field) -> m.FieldMapping:
    translations: dict[str, tuple[str, Span]] = {}
    for translation in column.translations:
        value = _fitting(scope, translation.meaning, field)
        word = translation.raw.value
        if word in translations:
            scope.report(
                "SLA604",
                translation.raw.span,
                f'"{word}" is given a meaning twice',
                labels=(Label(translations[word][1], "the first one"),),
            )
        elif value is not None:
            translations[word] = (raw(value), translation.raw.span)
    if column.at is not None and not isinstance(field.type, t.Time | t.Unknown):
        _report_no_time(
            scope, column.at.span, field, "at", "`at 09:00` says the hour of a date in a `time` field"
        )
    if column.format is not None and not isinstance(field.type, t.Time | t.Date | t.Duration | t.Unknown):
        _report_no_time(
            scope, column.format.span, field, "as", "`as` says how dates, times or durations are written"
        )
    return m.FieldMapping(
        field.name,
        column.name.value,
        None,
        column.format.value if column.format else None,
        tuple((word, meaning) for word, (meaning, _) in translations.items()),
        column.at.seconds * _MICROSECOND if column.at else None,
        node.span,
    )


def _report_no_time(scope: Scope, span: Span, field: m.Field, word: str, why: str) -> None:
    scope.report(
        "SLA603", span, f"`{field.name}` is {field.type}, and `{word}` does not apply to it", help=why
    )


def _fitting(scope: Scope, node: ast.Literals, field: m.Field) -> m.Literal | None:
    """A value of the field's own type; None when it does not fit, which is then reported."""
    value = literals.literal(scope, node)
    if isinstance(value, m.Invalid) or not literals.check_fits(
        scope, "SLA602", f"`{field.name}`", field.type, value
    ):
        return None
    return value


def raw(value: m.Literal) -> str:
    """A value as data write it, so that a constant is read by the same rules as a cell."""
    match value.value:
        case bool():
            return "true" if value.value else "false"
        case str():
            return value.value
        case Decimal():
            return f"{value.value:f}"
        case dt.datetime():
            return value.value.isoformat(sep=" ")
        case dt.date():
            return value.value.isoformat()
        case Duration():
            return _iso_duration(value.value)
        case _:
            assert_never(value.value)


def _iso_duration(length: Duration) -> str:
    days = {"day": 1, "week": 7}.get(length.unit)
    return f"P{length.amount * days}D" if days is not None else f"PT{length.amount // _MICROSECOND}S"
