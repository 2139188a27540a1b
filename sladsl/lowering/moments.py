"""Moments: a time field, a definition's entry, an event — as the instants a row's moment spans.

A time is one instant. A date is that whole local day: it starts at its midnight and ends a microsecond before the next, which is what
lets dates and times be compared as dates without a second set of rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.lowering import names
from sladsl.lowering.builder import Builder, EventOf
from sladsl.lowering.durations import microseconds
from sladsl.plan import Apply, AsOf, Const, Expression, Field, Ref, Referred, Status, ValueType
from sladsl.plan.shorthand import (
    NO_INSTANT,
    choose,
    compare,
    day_end,
    day_start,
    deadline,
    is_code,
    local_day,
)


@dataclass(frozen=True, slots=True)
class At:
    """`start` and `end` are instants, both included and equal for a time; `day` is the day number of a date."""

    start: Expression
    end: Expression
    day: Expression | None = None


def day_at(day: Expression) -> At:
    start = day_start(day)
    return At(start, day_end(start), day)


def dated(value: Expression, type: t.Type) -> At:
    """A moment whose value is a day where its type is a date, else an instant."""
    return day_at(value) if isinstance(type, t.Date) else At(value, value)


def moment_at(b: Builder, moment: m.Moment) -> At:
    """The instants of a moment of the row."""
    match moment:
        case m.FieldUse():
            return dated(field_value(moment), moment.type)
        case m.PathUse():
            return dated(_since_named(b, moment), moment.type)
        case m.EntryUse():
            return entry_at(b, moment.definition)
        case m.EventUse():
            b.ask(EventOf(moment.event, moment.record))
            column = Ref(moment.record, names.event(moment.event))
            return dated(column, moment.type)
        case _:
            assert_never(moment)


def counted_at(b: Builder, moment: m.Moment) -> At:
    """A moment with which something else is reckoned: a definition's entry counts only for rows that are in it."""
    at = moment_at(b, moment)
    return At(entered(b, moment.definition), at.end, at.day) if isinstance(moment, m.EntryUse) else at


def entered(b: Builder, definition: str) -> Expression:
    """When a row entered a definition; missing for one that is not in it, and where entries have no time."""
    d = b.model.definitions[definition]
    if d.entry_type is None:
        return NO_INSTANT
    inside = is_code(Ref(d.record, names.status(d.name)), Status.IN)
    return choose((inside, entry_at(b, definition).start), otherwise=NO_INSTANT)


def moved(b: Builder, by: m.MovedMoment, start: At, record: str) -> Expression:
    """A moment of a row of `record` moved from `start`, whenever that is: an instant, or a day where it is a date."""
    at = _reckoned(by, start)
    planned = isinstance(by.moment, m.AnyField) and not t.is_event(by.moment.type)
    own = b.model.records[record].moment
    if planned:
        # What is planned may be long gone when a row comes in, or the one that it names, and none comes into a period that is over.
        owns = () if own is None else (Field(record, own.name),)
        there = (*owns, *_moments_along(b, by.moment))
        at = Apply("greatest", (at, *there)) if there else at
    return local_day(at) if isinstance(by.type, t.Date) else at


def compared(by: m.MovedMoment, start: At) -> Expression:
    """The same as a value that another moment is held against, which comes before no row."""
    at = _reckoned(by, start)
    return local_day(at) if isinstance(by.type, t.Date) else at


def _reckoned(by: m.MovedMoment, start: At) -> Expression:
    since = day_start(start.day) if start.day is not None else start.start
    if by.before:
        return Apply("-", (since, Const(microseconds(by.duration), ValueType.SPAN)))
    return deadline(since, by.duration, by.calendar)


def comes_later(moved: Expression, type: t.Type) -> Expression:
    """Whether an instant, or the beginning of a day, is later than the as-of."""
    return compare(">", day_start(moved) if isinstance(type, t.Date) else moved, AsOf())


def field_value(e: m.AnyField) -> Expression:
    """A field of the row, or of the row that it names, as it is at the as-of."""
    own = Field(e.record, e.field)
    return Referred(e.record, field_value(e.through), own) if isinstance(e, m.PathUse) else own


def _since_named(b: Builder, e: m.PathUse) -> Expression:
    """A time of a row that is named by a row that is named: what happened before that one was there is known from then on, and as of
    then. What is planned is no event, and stays what it is."""
    value = field_value(e)
    between = list(_moments_along(b, e.through))
    if not between or not t.is_event(e.type):
        return value
    days = isinstance(e.type, t.Date)
    return Apply("greatest", (value, *(local_day(x) if days else x for x in between)))


def _moments_along(b: Builder, e: m.Expression) -> Iterator[Expression]:
    """The own moments of the rows that are named on the way to a field, the field's own row among them."""
    while isinstance(e, m.PathUse):
        moment = b.model.records[e.record].moment
        if moment is not None:
            yield Referred(e.record, field_value(e.through), Field(e.record, moment.name))
        e = e.through


def entry_at(b: Builder, definition: str) -> At:
    """When rows entered a definition; where a date is among its moments, the entry lasts to that day's end."""
    d = b.model.definitions[definition]
    start = Ref(d.record, names.entry(definition))
    if isinstance(d.entry_type, t.Date):
        return At(start, Ref(d.record, names.entry_end(definition)), local_day(start))
    return At(start, start)
