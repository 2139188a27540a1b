"""An event as a moment: whose it is where it is named, and from when on its rows count there."""

from __future__ import annotations

from sladsl import model as m
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import a
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.types import Time


def event_use(
    scope: Scope, node: ast.Reference, name: str, started: bool = False
) -> tuple[m.EventUse, int] | None:
    """An event that is named here, and past how many rows that look at others beside them it is asked for; None where it was reported, now
    or before.

    A row that belongs to the row which has the event asks for it from its own moment on. `started` says that a start is at hand, as
    after the `to` of a time KPI.
    """
    event = scope.ctx.events.get(name)
    if event is None:
        return None
    asking = (node.record.text, 0) if node.record is not None else scope.asker(event.record)
    if asking is None:
        return None
    record, up = asking
    given = started and record == scope.record  # a start of this row says nothing of the events of another
    if not given and counts_from_a_start(scope, event, record) and scope.ctx.records[record].moment is None:
        _report_no_start(scope, node, event, record)
        return None
    return m.EventUse(name, record, event.type, node.span), up


def counts_from_a_start(scope: Scope, event: m.Event, record: str) -> bool:
    """Whether which row it is depends on when the row of `record` that asks begins."""
    match event.pick:
        case m.NthRow(next=after):
            return after or record != event.record
        case m.OneOfSeveral(moments=moments):
            named = (x.moment if isinstance(x, m.MovedMoment) else x for x in moments)
            used = [x for x in named if isinstance(x, m.EventUse) and x.record == event.record]
            return any(counts_from_a_start(scope, scope.ctx.events[x.event], record) for x in used)


def _report_no_start(scope: Scope, node: ast.Reference, event: m.Event, record: str) -> None:
    own = event.record if record != event.record else ""
    advice = f"add one to `record {record}`: for example `at  time`"
    if own:
        advice += f"; or name the event of its `{own}`, whenever that was: `{own}.{event.name}`"
    scope.report(
        "SLA445",
        node.span,
        f"`{event.name}` is looked for from the moment of {a(record)} on, and {a(record)} has none",
        label="a record's own moment is its only required `time` field",
        labels=(scope.label_in(event.origin, "declared here"),),
        help=advice,
    )


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def can_hold(scope: Scope, op: str, left: m.Expression, right: m.Expression, span: Span) -> bool:
    """Whether a row's own moment can stand so to an event that it looks for from that moment on; reported where it cannot."""
    if isinstance(left, m.EventUse):
        left, right, op = right, left, _MIRRORED.get(op, op)
    if not (isinstance(left, m.FieldUse) and isinstance(right, m.EventUse)):
        return True
    event, own = scope.ctx.events[right.event], scope.ctx.records[right.record].moment
    is_own = own is not None and (left.record, left.field) == (right.record, own.name)
    if not is_own or not isinstance(event.pick, m.NthRow) or not isinstance(event.type, Time):
        return True
    after = event.pick.next
    if not counts_from_a_start(scope, event, right.record) or op not in (
        {">", ">=", "="} if after else {">"}
    ):
        return True
    above = right.record != event.record
    scope.report(
        "SLA448",
        span,
        f"this never holds: {a(right.record)} looks for `{event.name}` from its own moment, `{left.field}`, on",
        labels=(scope.label_in(event.origin, "declared here"),),
        help=f"the event of its `{event.record}`, whenever that was, is `{event.record}.{event.name}`"
        if above
        else "",
    )
    return False
