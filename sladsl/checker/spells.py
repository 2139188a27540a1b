"""Spells: records whose rows are stretches of time, made of another record's rows or of a condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.checker import definitions, expressions, records, references
from sladsl.checker.context import Context, Symbol
from sladsl.checker.scope import FoundField, Scope
from sladsl.checker.suggest import a
from sladsl.model.traversal import walk, walk_row
from sladsl.plan.made import BEGAN, ENDED
from sladsl.source import Span
from sladsl.syntax import ast

# ------------------------------------------------------------------------------------------------------ what they are of


def declare(ctx: Context) -> None:
    """Enter each spell as a record with its fields, those of spells that others are of first. What it is made of is checked later."""
    waiting = [s for s in ctx.symbols.values() if isinstance(s.node, ast.Spell)]
    while waiting:
        names = {s.name for s in waiting}
        ready = [s for s in waiting if _node(s).record.text not in names]
        if not ready:
            _report_circle(ctx, waiting)
        for symbol in ready or waiting:
            _declare(ctx, symbol, circular=not ready)
        waiting = [s for s in waiting if s not in ready] if ready else []


def _node(symbol: Symbol) -> ast.Spell:
    assert isinstance(symbol.node, ast.Spell)
    return symbol.node


def _report_circle(ctx: Context, waiting: list[Symbol]) -> None:
    at = {s.name: s for s in waiting}
    chain = [waiting[0].name]
    while (above := _node(at[chain[-1]]).record.text) not in chain:
        chain.append(above)
    circle = chain[chain.index(above) :]
    first = at[circle[0]]
    ctx.report(
        "SLA209",
        first.source,
        _node(first).record.span,
        f"`{first.name}` belongs to itself: {' of '.join([*circle, first.name])}",
        help="a spell is of the record whose rows it happens to",
    )


def _declare(ctx: Context, symbol: Symbol, circular: bool) -> None:
    node = _node(symbol)
    origin = definitions.origin_of(symbol, node)
    parent = None if circular else records.find_record(ctx, symbol.source, node.record, "the record it is of")
    fields = {} if parent is None else _fields(ctx, symbol, node, parent)
    link = None if parent is None else _link(ctx, symbol, node, parent)
    if link is None:
        ctx.rootless.add(symbol.name)
    elif parent is not None:
        fields[link.own] = m.Field(link.own, "", t.TEXT, node.record.span, implied=True)
        ctx.about[symbol.name] = parent.name
    ctx.records[symbol.name] = m.Record(symbol.name, definitions.label_of(node.label), fields, origin, link)


def _link(ctx: Context, symbol: Symbol, node: ast.Spell, parent: m.Record) -> m.Link | None:
    if isinstance(node.rule, ast.EachRow):
        found = _step_below(ctx, node.rule.record.text, parent)
        if found is not None and found.link is not None:
            return m.Link(parent.name, parent.name, found.link.theirs)
    if parent.key is None and parent.name in ctx.about:
        return m.Link(parent.name, parent.name, m.IMPLIED_KEY)
    if parent.key is None:
        ctx.report(
            "SLA211",
            symbol.source,
            node.record.span,
            f"spells are told apart by the key of their `{parent.name}`, and it has none",
            help=f"mark the field that holds a {parent.name}'s id as `key`",
        )
        return None
    return m.Link(parent.name, parent.name, parent.key.name)


def _step_below(ctx: Context, child: str, parent: m.Record) -> m.Record | None:
    """The record right below `parent` that rows of `child` are, or belong to."""
    return next((r for r in ctx.lineage(child) if r.link is not None and r.link.parent == parent.name), None)


def _fields(ctx: Context, symbol: Symbol, node: ast.Spell, parent: m.Record) -> dict[str, m.Field]:
    match node.rule:
        case ast.EachRow(record=record, began=began, ended=ended):
            rows = ctx.records.get(record.text)
            types = [
                rows.fields[x.text].type if rows and x.text in rows.fields else t.TIME for x in (began, ended)
            ]
            times = [x if isinstance(x, t.Time) else t.TIME for x in types]
            return {
                BEGAN: m.Field(BEGAN, "beginning", times[0], began.span),
                ENDED: m.Field(ENDED, "end", times[1], ended.span, optional=True),
            }
        case ast.Stretch(each=each):
            fields = {
                BEGAN: m.Field(BEGAN, "beginning", t.TIME, node.name.span),
                ENDED: m.Field(ENDED, "end", t.TIME, node.name.span, optional=True),
            }
            scope = Scope(ctx, symbol.source, parent.name)
            for value in each:
                name = value.name.text
                found = scope.lookup(ast.Reference(value.name, None, value.name.span))
                type = found.field.type if isinstance(found, FoundField) else t.UNKNOWN
                label = found.field.label if isinstance(found, FoundField) else ""
                taken = any(x.accountable for x in fields.values())
                accountable = value.accountable and not taken
                fields.setdefault(
                    name, m.Field(name, label, type, value.name.span, optional=True, accountable=accountable)
                )
            return fields


# ---------------------------------------------------------------------------------------------------- what they are made of


def check_spell(ctx: Context, symbol: Symbol, node: ast.Spell) -> None:
    """What a spell is made of, once everything that it names is known."""
    record = ctx.records.get(symbol.name)
    if record is None or record.link is None:
        return
    scope = Scope(ctx, symbol.source, record.link.parent, at=symbol.name)
    match node.rule:
        case ast.EachRow():
            rule: m.EachRow | m.Stretch | None = _each_row(scope, node.rule)
        case ast.Stretch():
            rule = _stretch(scope, symbol, node.rule)
    if rule is not None:
        ctx.records[symbol.name] = replace(record, spell=rule, fields=_typed(ctx, record, rule))


def _typed(ctx: Context, record: m.Record, rule: m.EachRow | m.Stretch) -> dict[str, m.Field]:
    """The fields with the types of the values that they hold: those of derived fields are known by now."""
    fields = dict(record.fields)
    if isinstance(rule, m.Stretch):
        for name, value in zip(rule.names, rule.values, strict=True):
            derived = ctx.derived.get(value.name) if isinstance(value, m.DerivedUse) else None
            label = fields[name].label if derived is None else derived.label
            fields[name] = replace(fields[name], type=value.type, label=label)
    return fields


def _each_row(scope: Scope, node: ast.EachRow) -> m.EachRow | None:
    child = expressions.child_record(scope, node.record)
    if child is None:
        return None
    if not scope.is_below(child.name, scope.record or ""):
        scope.report(
            "SLA431",
            node.record.span,
            f"a row of `{child.name}` does not belong to {a(scope.record or 'row')}, so it is no spell of one",
            help=f"say that it does: `record {child.name} of {scope.record}:`",
        )
        return None
    found = [_end(scope, child, x) for x in (node.began, node.ended)]
    began, ended = found
    if began is None or ended is None:
        return None
    if began == ended:
        scope.report(
            "SLA650",
            node.ended.span,
            f"a spell from `{began}` to `{ended}` has no length",
            label="the time at which it begins",
            help="name the time at which it ends",
        )
        return None
    return m.EachRow(child.name, began, ended)


def _end(scope: Scope, child: m.Record, name: ast.Name) -> str | None:
    field = records.find_field(scope.ctx, scope.source, name, child)
    if field is None or isinstance(field.type, t.Unknown):
        return None
    if not isinstance(field.type, t.Time):
        day = isinstance(field.type, t.Date)
        scope.report(
            "SLA650",
            name.span,
            f"`{field.name}` is {field.type}, and a spell begins and ends at a time",
            label="expected a `time` or `planned time` field",
            help="a date is a whole day: let the source read it as a time, with `at 00:00` behind its column"
            if day
            else "",
        )
        return None
    return field.name


def _stretch(scope: Scope, symbol: Symbol, node: ast.Stretch) -> m.Stretch | None:
    values = [_value(scope, x) for x in node.each]
    _check_each(scope, node)
    before = scope.ctx.errors
    condition = expressions.condition(scope, node.condition)
    if scope.ctx.errors > before or any(isinstance(x, m.Invalid) for x in walk(condition)):
        return None
    asked = (condition, *(x for x in values if x is not None))
    for e in asked:
        for part, what in _not_yet(scope.ctx, e, ()):
            _report_not_yet(scope, symbol, part.span, what)
            return None
    if not any(_changes(scope.ctx, e, ()) for e in asked):
        scope.report(
            "SLA652",
            node.condition.span,
            f"nothing in time can change `{scope.words(node.condition.span)}`",
            label="a spell begins and ends when this changes",
            help=f"ask for something that happens: a time of {a(scope.record or '')}, or its rows",
        )
        return None
    _warn_of_today(scope, symbol, asked)
    known = tuple(x for x in values if x is not None)
    names = tuple(x.name.text for x in node.each)
    return m.Stretch(condition, known, names) if len(known) == len(values) else None


def _warn_of_today(scope: Scope, symbol: Symbol, asked: tuple[m.Expression, ...]) -> None:
    """Fields that hold what is so today: nothing says what they held before."""
    told: set[tuple[str, str]] = set()
    for x, place in (pair for e in asked for pair in _fields_read(scope.ctx, e, None)):
        field = scope.ctx.records[x.record].fields[x.field]
        is_known = field.key or field.implied or scope.ctx.symbols[x.record].kind == "spell"
        if is_known or (x.record, x.field) in told:
            continue
        told.add((x.record, x.field))
        through = "" if place == x.span else f", which `{scope.words(place)}` reads,"
        scope.report(
            "SLA660",
            place,
            f"`{x.field}`{through} is as it is today: every `{symbol.name}` of the past is told with today's value",
            label="nothing says what it was before",
            help=f"if it changes, keep its changes as rows: `record {x.field}_change of {x.record}:`, each with a `time`",
        )


def _fields_read(ctx: Context, e: m.Expression, at: Span | None) -> Iterator[tuple[m.FieldUse, Span]]:
    """The fields without a time that are read of the row itself, by itself or through a derived field, and where that is named."""
    for x in walk_row(e):
        place = x.span if at is None else at
        if isinstance(x, m.DerivedUse):
            yield from _fields_read(ctx, ctx.derived[x.name].value, place)
        elif isinstance(x, m.FieldUse) and not isinstance(x.type, t.Time | t.Date):
            yield x, place


def _value(scope: Scope, node: ast.SplitValue) -> m.Expression | None:
    """A value whose change ends a spell and begins the next."""
    ref = ast.Reference(node.name, None, node.name.span)
    found = scope.lookup(ref)
    match found:
        case FoundField(record=record, field=field):
            references.remember(scope, ref, "field", record)
            if isinstance(field.type, t.Time | t.Duration):
                _report_value(
                    scope, node, f"`{field.name}` is {field.type}, and nearly every row has another"
                )
                return None
            return m.FieldUse(record, field.name, field.type, node.name.span)
        case Symbol(node=None):
            return None
        case Symbol(kind="derived"):
            value = references.value(scope, ref)
            if isinstance(value.type, t.Time | t.Duration):
                _report_value(
                    scope, node, f"`{found.name}` is {value.type}, and nearly every row has another"
                )
            return (
                None if isinstance(value, m.Invalid) or isinstance(value.type, t.Time | t.Duration) else value
            )
        case Symbol():
            references.remember(scope, ref, found.kind)
            _report_value(scope, node, f"`{found.name}` is {found.words}, not a field")
        case None:
            references.report_unknown(scope, ref)
    return None


def _report_value(scope: Scope, node: ast.SplitValue, message: str) -> None:
    scope.report(
        "SLA204",
        node.name.span,
        message,
        label="expected a field",
        help="a spell ends, and the next begins, when a value behind `for each` changes",
    )


def _check_each(scope: Scope, node: ast.Stretch) -> None:
    """One accountable value at most, and no name twice, or of a field that every spell has."""
    first: dict[str, Span] = {}
    for value in node.each:
        name = value.name.text
        if name in {BEGAN, ENDED, scope.record}:
            scope.report(
                "SLA202",
                value.name.span,
                f"every spell has a field `{name}` of its own",
                help="leave it out, or rename the field it is made of",
            )
        elif name in first:
            scope.report("SLA202", value.name.span, f"`{name}` is named twice", help="drop one of them")
        first.setdefault(name, value.name.span)
    flagged = [x for x in node.each if x.accountable]
    for other in flagged[1:]:
        scope.report(
            "SLA210",
            other.span,
            "a spell has two `accountable` values",
            labels=(),
            help="say which one answers for a breach",
        )


# ------------------------------------------------------------------------------------------ what can stand in a condition


def _report_not_yet(scope: Scope, symbol: Symbol, span: Span, what: str) -> None:
    scope.report(
        "SLA651",
        span,
        f"`{scope.words(span)}` {what}, which cannot stand in a spell yet",
        label=f"`{symbol.name}` is read at every instant",
        help=_INSTEAD[what],
    )


_AHEAD, _CLOCK, _DATE, _DATED, _DIVIDES = (
    "looks ahead",
    "asks a clock",
    "asks a date",
    "looks for rows that are there from a date on",
    "divides",
)
_INSTEAD = {
    _AHEAD: "what was before the first change a field of its own may say, behind `else`; or the data begin with a row for it",
    _CLOCK: "ask for the moments themselves, such as `called_at is missing and created_at not in the last 2 hours`",
    _DATE: "declare it as a `time`, and say in its source at what time of day a date counts: `at 00:00`",
    _DATED: "give these rows a `time`: their source can say at what time of day a date counts, `at 00:00`",
    _DIVIDES: "multiply the other side of the comparison instead",
}
"""What to write for what cannot stand in a spell."""


def settled_later(ctx: Context, e: m.Expression) -> str:
    """Why an expression is settled later than at the instant at which it is read: "asks a clock"; empty where it is not."""
    return next((what for _, what in _not_yet(ctx, e, ())), "")


def _not_yet(ctx: Context, e: m.Expression, within: tuple[str, ...]) -> Iterator[tuple[m.Expression, str]]:
    """The parts of a condition that are settled later than at the instant at which they are read, and why: themselves, or through what
    they name."""
    for x in walk(e):
        match x:
            case m.WithinUse() | m.ElapsedUse():
                yield x, _CLOCK
            case m.FieldUse() | m.PathUse() | m.EntryUse() | m.EventUse() if isinstance(
                x.type, t.Date
            ) and t.is_event(x.type):
                yield x, _DATE
            case m.Picked() if x.looks_ahead:
                yield x, _AHEAD
            case m.RowsTest() | m.RowsValue() | m.Picked() if _is_there_by_dates(ctx, x.rows.record):
                yield x, _DATED
            case m.Picked() if isinstance(ctx.records[x.rows.record].fields[x.by].type, t.Date):
                yield x, _DATE
            case m.Operation(op="/"):
                yield x, _DIVIDES
            case m.MemberUse() | m.ScoreUse() | m.DerivedUse() | m.EventUse() | m.EntryUse():
                yield from ((x, what) for _, what in _behind(ctx, x, within))
            case _:
                pass


def _behind(ctx: Context, e: m.Expression, within: tuple[str, ...]) -> Iterator[tuple[m.Expression, str]]:
    """The same of what a name stands for."""
    name = _named(e)
    if name not in within:
        for part in _said_of(ctx, e):
            yield from _not_yet(ctx, part, (*within, name))


def _named(e: m.Expression) -> str:
    match e:
        case m.MemberUse() | m.EntryUse():
            return e.definition
        case m.ScoreUse():
            return e.score
        case m.EventUse():
            return e.event
        case m.DerivedUse():
            return e.name
        case _:
            return ""


def _said_of(ctx: Context, e: m.Expression) -> Iterator[m.Expression]:
    """What a definition, a score, a derived field or an event asks."""
    match e:
        case m.DerivedUse():
            yield ctx.derived[e.name].value
        case m.MemberUse() | m.EntryUse():
            d = ctx.definitions.get(e.definition)
            while d is not None:
                yield from (x for x in (d.when, d.since) if x is not None)
                if d.entry_type is not None and d.since is None and d.base is None:
                    own = ctx.records[d.record].moment
                    if own is not None:
                        yield m.FieldUse(d.record, own.name, own.type, own.span)
                d = ctx.definitions.get(d.base) if d.base is not None else None
        case m.ScoreUse():
            yield from (c.when for c in ctx.scores[e.score].clauses)
        case m.EventUse():
            pick = ctx.events[e.event].pick
            match pick:
                case m.OneOfSeveral():
                    yield from (x.moment if isinstance(x, m.MovedMoment) else x for x in pick.moments)
                case m.NthRow(where=where):
                    yield from () if where is None else (where,)
                case _:
                    assert_never(pick)
        case _:
            return


def _is_there_by_dates(ctx: Context, record: str) -> bool:
    known = ctx.records[record]
    dates = (f for f in known.fields.values() if isinstance(f.type, t.Date) and t.is_event(f.type))
    return known.moment is None and any(dates)


def _changes(ctx: Context, e: m.Expression, within: tuple[str, ...]) -> bool:
    """Whether something may happen that changes an expression."""
    for x in walk_row(e):
        match x:
            case m.FieldUse() | m.PathUse() if t.is_event(x.type):
                return True
            case m.PathUse() if t.is_event(x.type) or ctx.records[x.record].moment is not None:
                return True
            case m.RowsTest() | m.RowsValue() | m.Picked():
                if _have_a_time(ctx, x.rows.record):
                    return True
            case m.EventUse() | m.EntryUse() | m.SpellUse() | m.Recent() | m.During() | m.MovedMoment():
                return True
            case m.MemberUse() | m.ScoreUse() | m.DerivedUse():
                name = _named(x)
                if name not in within and any(_changes(ctx, y, (*within, name)) for y in _said_of(ctx, x)):
                    return True
            case _:
                pass
    return False


def _have_a_time(ctx: Context, record: str) -> bool:
    return any(t.is_event(f.type) for f in ctx.records[record].fields.values())
