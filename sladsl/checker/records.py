"""Records: their fields and types, and how a child's rows find their parent."""

from __future__ import annotations

from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.context import Context, Symbol, elsewhere
from sladsl.checker.suggest import listed
from sladsl.diagnostics import Edit, Fix, Label, Safety
from sladsl.source import Source
from sladsl.syntax import ast


def check_records(ctx: Context) -> None:
    """Fill `ctx.records`: fields first, then the links between them."""
    symbols = [s for s in ctx.symbols.values() if isinstance(s.node, ast.Record)]
    for symbol in symbols:
        assert isinstance(symbol.node, ast.Record)
        ctx.records[symbol.name] = _record(ctx, symbol, symbol.node)
    for symbol in symbols:
        assert isinstance(symbol.node, ast.Record)
        _link(ctx, symbol, symbol.node)
        _check_keys(ctx, symbol, symbol.node)
    for symbol in symbols:
        _check_circle(ctx, symbol)


def _record(ctx: Context, symbol: Symbol, node: ast.Record) -> m.Record:
    fields: dict[str, m.Field] = {}
    for field in node.fields:
        first = fields.get(field.name.text)
        if first is not None:
            ctx.report(
                "SLA202",
                symbol.source,
                field.name.span,
                f"`{node.name.text}` has the field `{first.name}` twice",
                label="declared again here",
                labels=[Label(first.span, "first declared here")],
                help="drop one of them, or rename it",
            )
            continue
        fields[field.name.text] = _field(ctx, symbol.source, node.name.text, field)
    _check_flags(ctx, symbol.source, node)
    origin = m.Origin(symbol.source.name, node.span, node.name.span)
    return m.Record(node.name.text, node.label.value if node.label else "", fields, origin)


def _field(ctx: Context, source: Source, record: str, node: ast.Field) -> m.Field:
    return m.Field(
        node.name.text,
        node.label.value if node.label else "",
        _type(ctx, source, f"{record}.{node.name.text}", node.type),
        node.name.span,
        node.key,
        node.optional,
        node.accountable,
    )


def _type(ctx: Context, source: Source, of: str, node: ast.TypeExpression) -> t.Type:
    match node:
        case ast.PlainType():
            match node.name:
                case "text":
                    return t.TEXT
                case "boolean":
                    return t.BOOLEAN
                case "date":
                    return t.DATE
                case "time":
                    return t.TIME
                case "duration":
                    return t.Duration()
                case _:
                    assert_never(node.name)
        case ast.PlannedType():
            return t.Date(planned=True) if node.name == "date" else t.Time(planned=True)
        case ast.NumberType():
            return t.Number(node.unit.value if node.unit else "")
        case ast.OneOf():
            return _enumeration(ctx, source, of, node)
        case ast.KeyType():
            named = find_record(ctx, source, node.record, "the record of which it holds a key")
            return (
                t.UNKNOWN if named is None and not _is_record(ctx, node.record) else t.Text(node.record.text)
            )
        case _:
            assert_never(node)


def _is_record(ctx: Context, name: ast.Name) -> bool:
    """Whether there is such a record, though it may not be in the table yet."""
    return name.text in ctx.symbols and isinstance(ctx.symbols[name.text].node, ast.Record)


def _check_keys(ctx: Context, symbol: Symbol, node: ast.Record) -> None:
    """What is named by its key has one."""
    for field in node.fields:
        if not isinstance(field.type, ast.KeyType) or field.type.record.text not in ctx.records:
            continue
        named = ctx.records[field.type.record.text]
        if named.key is not None:
            continue
        home = ctx.symbols[named.name].source
        ctx.report(
            "SLA610",
            symbol.source,
            field.type.record.span,
            f"`{field.name.text}` cannot hold a key of `{named.name}`: it has no `key` field",
            labels=[elsewhere(home, named.origin.name_span, "no field here is marked `key`", symbol.source)],
            help="mark the field that tells its rows apart: `id  key text`",
        )


def _enumeration(ctx: Context, source: Source, of: str, node: ast.OneOf) -> t.Type:
    first: dict[str, ast.Text] = {}
    for value in node.values:
        ctx.use_text(source, value.span, "value", value.value, of)
        if value.value in first:
            ctx.report(
                "SLA202",
                source,
                value.span,
                f'the value "{value.value}" is listed twice',
                labels=[Label(first[value.value].span, "first listed here")],
                help="drop one of them",
            )
        first.setdefault(value.value, value)
    return t.OneOf(tuple(first), of)


def _check_flags(ctx: Context, source: Source, node: ast.Record) -> None:
    """One key and one accountable field at most; a key is text that every row has."""
    for word, flagged in (
        ("key", [f for f in node.fields if f.key]),
        ("accountable", [f for f in node.fields if f.accountable]),
    ):
        for field in flagged[1:]:
            ctx.report(
                "SLA210",
                source,
                field.name.span,
                f"`{node.name.text}` has two `{word}` fields",
                labels=[Label(flagged[0].name.span, f"the first `{word}` field")],
                help="say which one tells the rows apart"
                if word == "key"
                else "say which one answers for a breach",
            )
    for field in (f for f in node.fields if f.key):
        if field.optional:
            ctx.report(
                "SLA210",
                source,
                field.name.span,
                f"the key `{field.name.text}` cannot be `optional`: a row without a key cannot be told from another",
                help="drop `optional`",
            )
        if not isinstance(field.type, ast.PlainType) or field.type.name != "text":
            ctx.report(
                "SLA210",
                source,
                field.type.span,
                f"the key `{field.name.text}` has to be text",
                label="expected `text`",
                help="long CRM ids lose digits when they are read as numbers",
                fixes=[Fix("make it `text`", (Edit(field.type.span, "text"),), Safety.NEEDS_A_LOOK)],
            )


def _link(ctx: Context, symbol: Symbol, node: ast.Record) -> None:
    if node.parent is None:
        return
    parent = find_record(ctx, symbol.source, node.parent.record, "the record it belongs to")
    if parent is None:
        ctx.rootless.add(node.name.text)
        return
    record = ctx.records[node.name.text]
    link = (
        _implied(ctx, symbol, node, record, parent)
        if node.parent.join is None
        else _joined(ctx, symbol.source, node.parent.join, record, parent)
    )
    if link is None:
        ctx.rootless.add(record.name)
        return
    fields = dict(record.fields)
    if link.own not in fields:
        fields[link.own] = m.Field(link.own, "", t.TEXT, node.parent.record.span, implied=True)
    ctx.records[record.name] = m.Record(record.name, record.label, fields, record.origin, link)


def _implied(
    ctx: Context, symbol: Symbol, node: ast.Record, record: m.Record, parent: m.Record
) -> m.Link | None:
    assert node.parent is not None
    own = record.fields.get(parent.name)
    if own is not None:
        ctx.report(
            "SLA202",
            symbol.source,
            own.span,
            f"every `{record.name}` has a field `{parent.name}` already: the key of the `{parent.name}` it belongs to",
            labels=[Label(node.parent.record.span, "because of this")],
            help="leave the field out; the source maps it all the same",
        )
    if parent.key is None:
        home = ctx.symbols[parent.name].source
        ctx.report(
            "SLA211",
            symbol.source,
            node.parent.record.span,
            f"rows of `{record.name}` cannot find their `{parent.name}`: it has no `key` field",
            labels=[elsewhere(home, parent.origin.name_span, "no field here is marked `key`", symbol.source)],
            help=f"mark the field that holds a {parent.name}'s id as `key`, or say which fields join: "
            f"`of {parent.name} by own_field = their_field`",
        )
        return None
    return m.Link(parent.name, parent.name, parent.key.name)


def _joined(
    ctx: Context, source: Source, join: ast.Join, record: m.Record, parent: m.Record
) -> m.Link | None:
    own = find_field(ctx, source, join.own, record)
    theirs = find_field(ctx, source, join.other, parent)
    if own is None or theirs is None:
        return None
    if not t.comparable(own.type, theirs.type):
        ctx.report(
            "SLA301",
            source,
            join.span,
            f"`{own.name}` of `{record.name}` is {own.type}, but `{theirs.name}` of `{parent.name}` is {theirs.type}",
            help="two fields that join hold the same kind of value",
        )
        return None
    return m.Link(parent.name, own.name, theirs.name)


def _check_circle(ctx: Context, symbol: Symbol) -> None:
    """A record that is its own ancestor: reported once, at the first of the circle, and cut there."""
    chain = [symbol.name]
    link = ctx.records[symbol.name].link
    while link is not None and link.parent not in chain:
        chain.append(link.parent)
        link = ctx.records[link.parent].link
    if link is None or link.parent != symbol.name:
        return
    record = ctx.records[symbol.name]
    assert isinstance(symbol.node, ast.Record)
    assert symbol.node.parent is not None
    circle = " of ".join([*chain, symbol.name])
    ctx.report(
        "SLA209",
        symbol.source,
        symbol.node.parent.record.span,
        f"`{symbol.name}` belongs to itself: {circle}",
        help="the record at the top belongs to none",
    )
    ctx.rootless.add(record.name)
    ctx.records[symbol.name] = m.Record(record.name, record.label, record.fields, record.origin)


def find_record(
    ctx: Context, source: Source, name: ast.Name, role: str, instead: str = ""
) -> m.Record | None:
    """The record of that name, remembered as a use; None when there is none, which is then reported, with what to write `instead`."""
    symbol = ctx.symbols.get(name.text)
    if symbol is None and ctx.is_fragment:
        return None
    if symbol is None:
        ctx.report_unknown(
            "SLA201",
            source,
            name,
            f"there is no record `{name.text}`",
            (s.name for s in ctx.symbols.values() if s.kind in ("record", "spell")),
            help=instead or f"expected {role}; declare it with `record {name.text}:`",
        )
        return None
    ctx.use(source, name.span, symbol.kind, name.text)
    if not symbol.may_be("record"):
        ctx.report(
            "SLA204",
            source,
            name.span,
            f"`{name.text}` is {symbol.words}, not a record",
            label=f"expected {role}",
            labels=[elsewhere(symbol.source, symbol.span, "declared here", source)],
            help=f"write the name of a record: {listed([f'`{r}`' for r in [*ctx.records][:8]])}"
            if ctx.records
            else "declare one with `record …:`",
        )
        return None
    return ctx.records.get(name.text)


def find_field(ctx: Context, source: Source, name: ast.Name, record: m.Record) -> m.Field | None:
    """The record's own field of that name, remembered as a use; None when there is none, which is then reported."""
    field = record.fields.get(name.text)
    if field is None:
        report_no_field(ctx, source, name, record)
        return None
    ctx.use(source, name.span, "field", field.name, record.name)
    return field


def report_no_field(ctx: Context, source: Source, name: ast.Name, record: m.Record) -> None:
    if record.name in ctx.rootless and record.link is None:
        return  # its fields are not all known: the parent was reported
    few = len(record.fields) <= 12
    ctx.report_unknown(
        "SLA203",
        source,
        name,
        f"`{record.name}` has no field `{name.text}`",
        record.fields,
        help=f"its fields are {listed(record.fields, 'and')}"
        if few and record.fields
        else f"declare it in `record {record.name}:`, a name and its type: `{name.text}  optional text`",
        of=record.name,
    )
