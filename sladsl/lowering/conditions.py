"""Expressions of the model as expressions of the plan.

What is decided here, once: up to when a condition sees the world (`until`), how a date stands beside a time, which child rows exist,
and what a definition's name is worth as a condition. The scope's record is where the row lives; a parent's fields and columns are
reached by naming the parent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, DurationKind
from sladsl.lowering import names
from sladsl.lowering.builder import (
    EPOCH_DAY,
    FALSE,
    TRUE,
    UNKNOWN,
    Builder,
    ClockOf,
    Division,
    ScoreAt,
    Until,
    all_of,
    choose,
    compare,
    deadline,
    is_code,
    is_true,
    local_day,
    number,
)
from sladsl.lowering.moments import day_at, event_rows, moment_at
from sladsl.plan import (
    Aggregate,
    Apply,
    Children,
    Const,
    Expression,
    Field,
    Ref,
    State,
    Status,
    ValueType,
)

DAY_MICROSECONDS = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression is read: the row's record, up to when, which declaration it belongs to, and for which rows it counts."""

    record: str
    until: Until | None
    subject: str
    among: Expression = TRUE


def lower(b: Builder, e: m.Expression, scope: Scope) -> Expression:
    """The plan's expression for `e`, read as things stood at the scope's `until`."""
    match e:
        case m.Literal():
            return literal(b, e)
        case m.FieldUse():
            return _field(e, scope)
        case m.ScoreUse():
            record = b.model.scores[e.score].record
            b.ask(ScoreAt(e.score, scope.until))
            return Ref(record, names.score(e.score, scope.until.label if scope.until else None))
        case m.MemberUse():
            return membership(b, e.definition, scope)
        case m.EntryUse() | m.EventUse():
            return _moment(b, e, scope)
        case m.Operation():
            return _operation(b, e, scope)
        case m.RowsTest():
            return _rows_test(b, e, scope)
        case m.RowsValue():
            return _rows_value(b, e, scope)
        case m.WithinUse():
            return _within(b, e)
        case m.ElapsedUse():
            b.ask(ClockOf(e.kpi, None))
            return Ref(b.model.kpis[e.kpi].record, names.clock(e.kpi, "elapsed"))
        case m.SetValue() | m.Invalid():
            raise AssertionError("a set stands only after `in`, and an invalid model is not lowered")
        case _:
            assert_never(e)


def literal(b: Builder, e: m.Literal) -> Const:
    """A constant; a date is its day number, a local clock reading its instant in the agreement's zone."""
    match e.value:
        case bool():
            return Const(e.value, ValueType.BOOLEAN)
        case str():
            return Const(e.value, ValueType.TEXT)
        case Decimal():
            return Const(e.value, ValueType.NUMBER)
        case dt.datetime():
            return Const(b.zone.to_instant(e.value)[0], ValueType.INSTANT)
        case dt.date():
            return Const(e.value.toordinal() - EPOCH_DAY, ValueType.DAY)
        case Duration():
            return Const(microseconds(e.value), ValueType.SPAN)
        case _:
            assert_never(e.value)


def microseconds(duration: Duration) -> int:
    """A duration as a plain length; a day counts 24 hours where no start is at hand (a `duration` field, a target on a median)."""
    if duration.kind is DurationKind.LOCAL:
        return duration.amount * {"day": 1, "week": 7}[duration.unit] * DAY_MICROSECONDS
    return duration.amount


def _field(e: m.FieldUse, scope: Scope) -> Expression:
    field = Field(e.record, e.field)
    if scope.until is None:
        return field
    match e.type:
        case t.Time():
            return Apply("visible", (field, scope.until.at))
        case t.Date():
            return Apply("visible", (field, local_day(scope.until.at)))
        case _:
            return field


def _moment(b: Builder, e: m.EntryUse | m.EventUse, scope: Scope) -> Expression:
    at = moment_at(b, e)
    value = at.day if at.day is not None else at.start
    if scope.until is None:
        return value
    limit = scope.until.at if at.day is None else local_day(scope.until.at)
    return Apply("visible", (value, limit))


def membership(b: Builder, definition: str, scope: Scope) -> Expression:
    """Whether the row is in the definition, as things stood.

    A row that entered later was not in it yet. One that cannot be classified, or has no date, is unknown.
    """
    d = b.model.definitions[definition]
    status = Ref(d.record, names.status(definition))
    unknown = is_code(status, Status.UNCLASSIFIABLE, Status.PENDING, Status.UNDATED)
    inside = is_code(status, Status.IN)
    if d.entry_type is None:
        own = [lower(b, d.when, scope)] if d.when is not None else []
        base = [membership(b, d.base, scope)] if d.base else []
        return all_of(*base, *own)
    if scope.until is None:
        return choose((inside, TRUE), (unknown, UNKNOWN), otherwise=FALSE)
    seen = compare("<=", Ref(d.record, names.entry(definition)), scope.until.at)
    unknown = is_code(status, Status.UNCLASSIFIABLE, Status.PENDING)
    return choose((all_of(inside, seen), TRUE), (all_of(unknown, seen), UNKNOWN), otherwise=FALSE)


def _within(b: Builder, e: m.WithinUse) -> Expression:
    b.ask(ClockOf(e.kpi, e.budget))
    clock = names.budget_clock(e.kpi, e.budget)
    state = Ref(b.model.kpis[e.kpi].record, names.part(clock, "state"))
    return choose((is_code(state, State.MET), TRUE), (is_code(state, State.MISSED), FALSE), otherwise=UNKNOWN)


# ------------------------------------------------------------------------------------------------------- operations


def _operation(b: Builder, e: m.Operation, scope: Scope) -> Expression:
    if e.op in {"+", "-"} and isinstance(e.args[0].type, t.Time | t.Date):
        return _moved(b, e, scope)
    args = [lower(b, a, scope) for a in e.args]
    if e.op == "/":
        b.divisions.append(Division(scope.record, scope.subject, args[1], scope.among))
        return b.quotient(scope.record, scope.subject, args[0], args[1])
    if e.op == "date":
        return local_day(args[0])
    kinds = [a.type for a in e.args]
    if any(isinstance(k, t.Date) for k in kinds) and any(isinstance(k, t.Time) for k in kinds):
        args = [local_day(a) if isinstance(k, t.Time) else a for a, k in zip(args, kinds, strict=True)]
    return Apply(e.op, tuple(args))


def _moved(b: Builder, e: m.Operation, scope: Scope) -> Expression:
    """`mql_at + 2 days`: a moment moved by a duration, by the rule of the duration's kind."""
    start, by = lower(b, e.args[0], scope), e.args[1]
    if not (isinstance(by, m.Literal) and isinstance(by.value, Duration)):
        return Apply(e.op, (start, lower(b, by, scope)))
    if e.op == "-":
        return Apply("-", (start, Const(microseconds(by.value), ValueType.SPAN)))
    agreement = b.model.agreement
    return deadline(start, by.value, agreement.hours if agreement else None)


# ------------------------------------------------------------------------------------------------------- child rows


def _rows_test(b: Builder, e: m.RowsTest, scope: Scope) -> Expression:
    count = Children(e.rows.record, Aggregate.COUNT, where=rows_where(b, e.rows, scope))
    match e.quantifier:
        case m.Quantifier.ANY:
            return compare(">=", count, number(1))
        case m.Quantifier.NO:
            return compare("=", count, number(0))
        case m.Quantifier.AT_LEAST:
            return compare(">=", count, number(e.count))
        case m.Quantifier.AT_MOST:
            return compare("<=", count, number(e.count))
        case _:
            assert_never(e.quantifier)


def _rows_value(b: Builder, e: m.RowsValue, scope: Scope) -> Expression:
    where = rows_where(b, e.rows, scope)
    of = None if e.value is None else lower(b, e.value, replace(scope, record=e.rows.record))
    return Children(e.rows.record, Aggregate(e.function), where=where, of=of)


@dataclass(frozen=True, slots=True)
class RowsSeen:
    """What a child row must meet to match, condition by condition; None where nothing is asked."""

    there: Expression | None  # it was there by then
    inside: Expression | None  # its moment lies inside the bounds
    where: Expression | None

    def all(self) -> Expression | None:
        asked = [self.there, self.inside, None if self.where is None else is_true(self.where)]
        return None if asked == [None, None, None] else all_of(*asked)


def rows_seen(b: Builder, rows: m.Rows, scope: Scope) -> RowsSeen:
    """Which child rows match: those there were by then, inside the bounds, whose condition is true."""
    child = b.model.records[rows.record]
    own = Field(rows.record, child.moment.name) if child.moment else None
    there = compare("<=", own, scope.until.at) if own is not None and scope.until else None
    inside = _bounds(b, rows.bounds, own) if rows.bounds and own is not None else None
    below = replace(scope, record=rows.record)
    return RowsSeen(there, inside, None if rows.where is None else lower(b, rows.where, below))


def rows_where(b: Builder, rows: m.Rows, scope: Scope) -> Expression | None:
    return rows_seen(b, rows, scope).all()


def _bounds(b: Builder, bounds: m.Bounds, own: Expression) -> Expression:
    """Rows no further from the moment than the duration, both ends included.

    Backwards is asked forwards (`own + d` reaches the moment), so that one table of deadlines serves both directions.
    """
    at = moment_at(b, bounds.moment)
    if bounds.before:
        reach = deadline(own, bounds.duration, bounds.calendar)
        return all_of(compare("<=", own, at.end), compare(">=", reach, at.start))
    reach = deadline(at.end, bounds.duration, bounds.calendar)
    return all_of(compare(">=", own, at.start), compare("<=", own, reach))


def event_scope(e: m.Event, subject: str) -> Scope:
    """An event's child rows are read as things stood when each happened: what came later does not make it an answer."""
    pick = e.pick
    assert isinstance(pick, m.NthRow)
    field = Field(pick.record, pick.by)
    happened = day_at(field).end if isinstance(e.type, t.Date) else field
    return Scope(pick.record, Until(f"{pick.record}.{pick.by}", happened), subject)


def event_where(b: Builder, e: m.Event, subject: str) -> Expression | None:
    """The condition of an event's child rows."""
    pick = e.pick
    assert isinstance(pick, m.NthRow)
    return None if pick.where is None else is_true(lower(b, pick.where, event_scope(e, subject)))


def event_column(b: Builder, e: m.Event) -> None:
    """The event as a column of its record: the first (n-th, last) of all its rows, or the earliest of its moments."""
    pick = e.pick
    type = ValueType.DAY if isinstance(e.type, t.Date) else ValueType.INSTANT
    if isinstance(pick, m.NthRow):
        value: Expression = event_rows(b, e, event_where(b, e, e.name), None)
    else:
        at = [moment_at(b, x) for x in pick.moments]
        days = type is ValueType.DAY
        value = Apply("earliest", tuple((a.day if days and a.day is not None else a.start) for a in at))
    b.column(e.record, names.event(e.name), type, value, e.name)


def pending(b: Builder, e: m.Expression | None) -> Expression:
    """True while the condition asks a clock that is still running, directly or through a definition."""
    if e is None:
        return FALSE
    found: list[Expression] = []
    for node in walk(e):
        if isinstance(node, m.WithinUse):
            clock = names.budget_clock(node.kpi, node.budget)
            b.ask(ClockOf(node.kpi, node.budget))
            record = b.model.kpis[node.kpi].record
            found.append(is_code(Ref(record, names.part(clock, "state")), State.OPEN))
        if isinstance(node, m.MemberUse):
            d = b.model.definitions[node.definition]
            found.append(is_code(Ref(d.record, names.status(node.definition)), Status.PENDING))
    if not found:
        return FALSE
    return found[0] if len(found) == 1 else Apply("or", tuple(found))


def walk(e: m.Expression) -> list[m.Expression]:
    """The expression and its parts on the same row (not what is asked of child rows)."""
    found = [e]
    if isinstance(e, m.Operation):
        for arg in e.args:
            found.extend(walk(arg))
    return found
