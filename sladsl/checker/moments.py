"""Moments: a time or date field, a definition's entry, an event; and what to do where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto

from sladsl import model as m
from sladsl import types as t
from sladsl.checker import references
from sladsl.checker.context import Context, Symbol
from sladsl.checker.events import event_use
from sladsl.checker.scope import FoundField, Scope
from sladsl.checker.suggest import a, listed
from sladsl.diagnostics import Diagnostic, Label
from sladsl.source import Span
from sladsl.syntax import ast

_NO_MOMENT = "SLA430"


class Takes(Enum):
    """What may stand as a moment: what happens, or a planned time as well."""

    EVENTS = auto()
    PLANS_TOO = auto()


def moment(
    scope: Scope, node: ast.Reference, takes: Takes = Takes.EVENTS, started: bool = False
) -> m.Moment | None:
    """The moment that a reference names; None when it names none, which is then reported.

    `started`: an event is looked for from a start that stands beside it.
    """
    if scope.home(node)[0]:
        _report_of_asker(scope, node)
        return None
    named = scope.lookup(node)
    match named:
        case FoundField():
            references.field_use(scope, node, named)
            return _field(scope, node, named, takes)
        case Symbol(node=None):
            references.remember(scope, node, named.kind)
            return None
        case Symbol(kind="record" | "spell"):
            references.remember(scope, node, named.kind)
            return _record(scope, node, named)
        case Symbol(kind="define") if references.is_visible(scope, node, named):
            references.remember(scope, node, "define")
            return entry_use(scope, named.name, node.span)
        case Symbol(kind="event") if references.is_visible(scope, node, named):
            references.remember(scope, node, "event")
            use = event_use(scope, node, named.name, started)
            if use is not None and use[1]:
                _report_of_asker(scope, node)
                return None
            return None if use is None else use[0]
        case Symbol(kind="define" | "event"):
            return None
        case Symbol():
            references.remember(scope, node, named.kind)
            _report_not_a_moment(scope, node.span, f"`{named.name}` is {named.words}, not a moment")
            return None
        case None:
            references.report_unknown(scope, node)
            return None


def _report_of_asker(scope: Scope, node: ast.Reference) -> None:
    scope.report(
        "SLA630",
        node.span,
        f"rows cannot be bounded yet by `{scope.words(node.span)}`, a moment of the row that looks at {a(scope.record or 'row')}",
        label="expected a moment of the row itself, or of one that it belongs to",
        help=f"compare the moments: `… where … and {scope.words(node.span)} <= at`",
    )


def entry_use(scope: Scope, definition: str, span: Span) -> m.EntryUse | None:
    """When rows entered a definition."""
    known = scope.ctx.definitions.get(definition)
    if known is None:
        return None
    if known.entry_type is None:
        report_no_moment(scope, known.record, definition, span, "a moment is needed here")
        return None
    return m.EntryUse(definition, known.entry_type, span)


def _field(scope: Scope, node: ast.Reference, named: FoundField, takes: Takes) -> m.Moment | None:
    type = named.field.type
    if isinstance(type, t.Time | t.Date):
        if takes is Takes.EVENTS and not t.is_event(type):
            report_planned(scope, node.span, named.record, named.field)
            return None
        return named.use(node.span)
    if not isinstance(type, t.Unknown):
        _report_not_a_moment(scope, node.span, f"`{named.field.name}` is {type}, not a moment")
    return None


def ordering(
    scope: Scope, child: m.Record, name: ast.Name, by: ast.Name | None, field: m.Field | None, position: int
) -> m.Field | None:
    """The field that puts rows of `child` in order: the one that is named, `by`, else its own moment; None where that was reported."""
    field = field if by is not None else child.moment
    if field is None:
        if by is None:
            _report_no_order(scope, name.span, position, child)
        return None
    if not isinstance(field.type, t.Time | t.Date):
        if by is not None and not isinstance(field.type, t.Unknown):
            scope.report(
                "SLA313",
                by.span,
                f"`{field.name}` is {field.type}, and rows are put in order by a time",
                label="expected a `time` or `date` field",
                help=f"name a field of `{child.name}` that is a `time` or a `date`",
            )
        return None
    if not t.is_event(field.type):
        assert by is not None, "a record's own moment is never planned"
        report_planned(scope, by.span, child.name, field)
        return None
    return field


def _report_no_order(scope: Scope, span: Span, position: int, child: m.Record) -> None:
    dated = [f.name for f in child.fields.values() if t.is_event(f.type)]
    word = "last" if position < 0 else "first" if position == 1 else "n-th"
    if dated:
        shown = listed([f"`{name}`" for name in dated], "and")
        advice = f"`{child.name}` has {shown}: say which one with `{child.name} by {dated[0]}`"
    else:
        advice = f"add a `time` field to `record {child.name}`"
    scope.report(
        "SLA436",
        span,
        f"which `{child.name}` is the {word}? it has no moment of its own",
        label="its moment would be its only required `time` field",
        help=advice,
    )


def _record(scope: Scope, node: ast.Reference, symbol: Symbol) -> m.Moment | None:
    record = scope.ctx.records.get(symbol.name)
    if record is None:
        return None
    if not scope.sees(record.name):
        references.report_other_record(
            scope, node.span, record.name, f"`{record.name}` is a record of its own"
        )
        return None
    if record.moment is None:
        report_no_moment(scope, record.name, None, node.span, "a moment is needed here")
        return None
    return m.FieldUse(record.name, record.moment.name, record.moment.type, node.span)


def report_planned(scope: Scope, span: Span, record: str, field: m.Field) -> None:
    """A time that is known in advance where something has to happen."""
    origin = scope.ctx.records[record].origin
    scope.report(
        "SLA450",
        span,
        f"`{field.name}` is {field.type}: known in advance, so nothing happens at it",
        label="expected a moment at which something happens",
        labels=(scope.label_in(replace(origin, name_span=field.span), "declared here"),),
        help=f"hold rows to it with `by {field.name}`, or compare another time with it; drop `planned` if it is "
        "written down when it happens",
    )


def _report_not_a_moment(scope: Scope, span: Span, message: str) -> None:
    scope.report(
        "SLA313",
        span,
        message,
        label="expected a moment",
        help="a moment is a `time` or `date` field, a definition with `since`, or an event",
    )


def entry_type(ctx: Context, record: str, definition: str | None) -> t.Type | None:
    """The type of the moment at which rows of a population enter it; None when they have none."""
    if definition is not None:
        known = ctx.definitions.get(definition)
        return t.UNKNOWN if known is None else known.entry_type
    own = ctx.records.get(record)
    if own is None:
        return t.UNKNOWN
    return own.moment.type if own.moment else None


def told_once(diagnostics: Sequence[Diagnostic], files: Sequence[str]) -> list[Diagnostic]:
    """The same, with one error for each definition or record that lacks its moment, at the first place that needs it."""
    order = {name: at for at, name in enumerate(files)}
    alike: dict[tuple[str, Span], list[Diagnostic]] = {}
    for d in diagnostics:
        if d.code == _NO_MOMENT:
            alike.setdefault((d.labels[0].file or d.file, d.labels[0].span), []).append(d)
    once: dict[int, Diagnostic] = {}
    for places in alike.values():
        first, *others = sorted(places, key=lambda d: (order[d.file], d.span))
        labels = (
            Label(d.span, "and needed here", None if d.file == first.file else d.file)
            for d in others
            if (d.file, d.span) != (first.file, first.span)
        )
        once[id(first)] = replace(first, labels=(*first.labels, *labels))
    return [once.get(id(d), d) for d in diagnostics if d.code != _NO_MOMENT or id(d) in once]


def report_no_moment(scope: Scope, record: str, definition: str | None, span: Span, why: str) -> None:
    """Rows that must have a moment have none: say which field is missing, or which of several is meant."""
    if not scope.ctx.is_whole(record):
        return  # its moment may stand in what could not be read
    known = scope.ctx.records[record]
    by_need = sorted(known.fields.values(), key=lambda f: f.optional)
    dated = [f.name for f in by_need if t.is_event(f.type)]
    what = f"`{definition}`" if definition is not None else a(record)
    if definition is not None and dated:
        advice = f"say when in its definition: `since {dated[0]}`"
    elif dated:
        shown = ", ".join(f"`{name}`" for name in dated)
        advice = (
            f"`{record}` has {shown}, and its own moment is its only required `time` field; "
            f"name one in a definition: `define …: {record} since {dated[0]}`"
        )
    else:
        advice = f"add one to `record {record}`: for example `created_at  time`"
    origin = scope.ctx.definitions[definition].origin if definition is not None else known.origin
    scope.report(
        _NO_MOMENT,
        span,
        f"{why}, and {what} has none: it needs a `time` field that says when a row counts",
        labels=(scope.label_in(origin, "declared here"),),
        help=advice,
    )
